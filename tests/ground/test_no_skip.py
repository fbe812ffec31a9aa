"""Where nothing may be skipped, a skipped test is a failed one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
SKIPPING = """
import pytest

def test_without_java():
    pytest.skip("Java is not installed")

@pytest.mark.xfail(strict=True)
def test_that_is_known_to_fail():
    assert False
"""


def run_pytest(folder: Path, **environment: str) -> tuple[int, str]:
    """Run pytest on a folder of its own, with the project's conftest."""
    for part in (CONFTEST, CONFTEST.with_name("slow.txt")):
        shutil.copy(part, folder / part.name)
    (folder / "test_it.py").write_text(SKIPPING)
    (folder / "test_module.py").write_text('import pytest\npytest.importorskip("no_such_engine")\n')
    variables = {name: value for name, value in os.environ.items() if name != "ZHIHENG_NO_SKIP"} | environment
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    run = subprocess.run([*command, str(folder)], env=variables, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


def test_a_skip_passes_by_default(tmp_path: Path) -> None:
    code, said = run_pytest(tmp_path)
    assert code == 0, said


def test_a_skip_fails_where_nothing_may_be_skipped_and_says_what_is_missing(tmp_path: Path) -> None:
    code, said = run_pytest(tmp_path, ZHIHENG_NO_SKIP="1")
    assert code == 1, said
    assert "this was: Skipped: Java is not installed" in said
    assert "no_such_engine" in said
    assert "1 xfailed" in said
