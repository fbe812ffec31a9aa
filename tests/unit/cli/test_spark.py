"""A workspace is assessed on Spark by the command line, each command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "CCN,Health Inspection Rating,QM Rating,Staffing Rating,Processing Date\n1,4,3,5,2023-04-01\n"
ASSESS = ("assess", "-w", "w", "--as-of", "2023-04-30", "--json")


def call(folder: Path, *arguments: str, lang: str = "en", **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from zhiheng.cli import main; main()", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ZHIHENG_LANG": lang, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    (tmp_path / "homes.csv").write_text(ROWS, "utf-8")
    call(tmp_path, "init", "w", "--pack", "us-nursing-homes")
    assert call(tmp_path, "import", "homes.csv", "--source", "s", "-w", "w").returncode == 0
    return tmp_path


@pytest.mark.spark
def test_a_workspace_is_assessed_on_spark_as_on_duckdb(homes: Path) -> None:
    on_spark = call(homes, *ASSESS, "--engine", "spark", "--out", "a")
    assert (on_spark.returncode, on_spark.stderr) == (0, "")
    told = json.loads(on_spark.stdout)
    assert told["beside"]["engine"]["name"] == "spark"
    on_duckdb = call(homes, *ASSESS, "--out", "b")
    assert json.loads(on_duckdb.stdout)["results_hash"] == told["results_hash"]
