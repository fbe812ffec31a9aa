"""The files that are the project's own, as the checks see them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PYTHON_FOLDERS = ("src", "tests", "tools", "bench")


def list_files() -> list[Path]:
    """List what git keeps or would keep, in order of path; without git, all but what tools leave behind."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()  # noqa: S603  fixed
        found = [ROOT / name for name in told.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not _left_behind(path)]
    return sorted(path for path in found if path.is_file())


def _left_behind(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return "__pycache__" in parts or parts[0] in {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def list_modules(*folders: str) -> Iterator[Path]:
    """List the Python files below the folders (all of them unless named), in order of path."""
    for folder in folders or PYTHON_FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    """Name a file as seen from the project's folder."""
    return path.relative_to(ROOT).as_posix()
