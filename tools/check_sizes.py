"""Fail where a module or a function is too long to be read at one go."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from source_files import list_modules, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50


def find_long(name: str, text: str) -> Iterator[str]:
    """Tell what is too long in one module: its lines, and its functions from `def` to their last line."""
    lines = len(text.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{name}: {lines} lines; at most {LONGEST_MODULE}. Part it along its subjects."
    for node in ast.walk(ast.parse(text, name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines; at most {LONGEST_FUNCTION}."


def main() -> int:
    """Check every module of the project."""
    found = [fault for path in list_modules() for fault in find_long(shown(path), path.read_text("utf-8"))]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
