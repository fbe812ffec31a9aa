"""Fail where the package imports what it does not declare, or declares what it does not import."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

from source_files import ROOT, list_modules, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_OPTIONAL = {"spark", "demo"}  # extras that the package itself may import


def find_imports(path: Path) -> Iterator[tuple[str, int]]:
    """Find the top-level names that a module imports from outside, with their lines."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            if top != "zhiheng" and top not in sys.stdlib_module_names:
                yield top, node.lineno


def read_declared() -> tuple[set[str], set[str]]:
    """Read which distributions the package needs, and which its extras add."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return (
        {_normal(entry) for entry in project["dependencies"]},
        {_normal(entry) for extra in _OPTIONAL for entry in extras[extra]},
    )


def _normal(entry: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[]", entry, maxsplit=1)[0]).lower()


def main() -> int:
    """Compare the imports below `src` with the dependencies in `pyproject.toml`."""
    needed, optional = read_declared()
    homes: Mapping[str, list[str]] = packages_distributions()
    used: set[str] = set()
    faults = []
    for path in list_modules("src"):
        for name, line in find_imports(path):
            distributions = {_normal(home) for home in homes.get(name, [name])}
            used |= distributions
            if not distributions & (needed | optional):
                faults.append(f"{shown(path)}:{line}: {name} is imported, but pyproject.toml does not ask for it")
    faults += [f"pyproject.toml: {name} is asked for, but nothing imports it" for name in sorted(needed - used)]
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
