"""What is installed holds all that the code reads, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_every_pack_catalogue_code_list_and_module(wheel: zipfile.ZipFile) -> None:
    source = ROOT / "src"
    kept = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert kept <= set(wheel.namelist())


def test_the_wheel_holds_no_test_and_no_tool(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/", 1)[0] for name in wheel.namelist()}
    assert tops == {"zhiheng", f"zhiheng-{_version(wheel)}.dist-info"}


def test_the_wheel_brings_the_command(wheel: zipfile.ZipFile) -> None:
    points = wheel.read(f"zhiheng-{_version(wheel)}.dist-info/entry_points.txt").decode()
    assert "zhiheng = zhiheng.cli:main" in points


def _version(wheel: zipfile.ZipFile) -> str:
    return Path(str(wheel.filename)).name.split("-")[1]
