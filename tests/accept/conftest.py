"""Where the public files are, how a scheme is run over them, and how a figure is printed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.accept.public_files import read_graded

from zhiheng.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.accept.public_files import Graded

EVIDENCE = "ZHIHENG_EVIDENCE"


@pytest.fixture(scope="session")
def evidence() -> Path:
    """Find the folder of public files; without one, these tests say nothing."""
    folder = os.environ.get(EVIDENCE, "")
    if not folder:
        pytest.skip(f"{EVIDENCE} names no folder of public files")
    return Path(folder)


@pytest.fixture
def grade(tmp_path: Path) -> Callable[..., Graded]:
    """Run a packaged scheme over files in one shot, as `zhiheng try` does."""

    def run_try(pack: str, as_of: str, *files: str) -> Graded:
        out = tmp_path / "graded"
        assert run(["try", pack, *files, "--as-of", as_of, "--out", str(out)]) == 0
        return read_graded(out)

    return run_try


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure, whatever becomes of the test's other output."""

    def tell_figure(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", end="")  # noqa: T201 - the figures are what this suite is for

    return tell_figure
