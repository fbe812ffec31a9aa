"""A workspace is assessed on Spark by the command line, each command in a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.cli.processes import ROWS, call

if TYPE_CHECKING:
    from pathlib import Path

ASSESS = ("assess", "-w", "w", "--as-of", "2023-04-30", "--json")


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
