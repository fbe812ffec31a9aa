"""Fail where a file holds what belongs to one machine: a package registry's address, a path, another tool's lock."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from source_files import list_files, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

# Written in parts, so that this file does not hold what it looks for.
_REGISTRIES = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "crates" + ".io", "repo1.maven" + ".org")
_FOLDERS = ("work", "root", "home", "opt", "Users")
_STRAY = (
    (re.compile("|".join(map(re.escape, _REGISTRIES))), "a package registry's address"),
    (re.compile(r"--(?:extra-)?index-url"), "an option that names a package registry"),
    (re.compile(rf"(?<![\w.~$}}/-])/(?:{'|'.join(_FOLDERS)})/\w"), "a path of one machine"),
    (re.compile("uv" + r"\.lock"), "a lock file that would record addresses"),
)


def find_stray(name: str, text: str) -> Iterator[str]:
    """Tell what is stray in one text, by line."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in _STRAY:
            if found := pattern.search(line):
                yield f"{name}:{number}: {what}: {found.group()}"


def main() -> int:
    """Check every text of the project, and that no lock file stands among them."""
    faults: list[str] = []
    for path in list_files():
        faults += find_stray(shown(path), shown(path))
        try:
            faults += find_stray(shown(path), path.read_text("utf-8"))
        except UnicodeDecodeError:
            continue  # no text
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
