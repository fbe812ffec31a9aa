"""The ledger's databases: quiet, and opened in one place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from zhiheng.ledger.database import ask, open_database

if TYPE_CHECKING:
    import pytest

LEDGER = Path(__file__).resolve().parents[3] / "src" / "zhiheng" / "ledger"
CONNECT = duckdb.connect
SETTING = "select current_setting('enable_progress_bar')"


def connect_on_a_terminal(**options: object) -> duckdb.DuckDBPyConnection:
    """Open a database as it opens where somebody is looking: with a bar."""
    connection = CONNECT(**options)  # type: ignore[arg-type] # as they come
    connection.execute("set enable_progress_bar = true")
    return connection


def test_a_database_draws_no_bar_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "connect", connect_on_a_terminal)
    with open_database() as plain, open_database(spill=tmp_path) as spilling, ask() as asking:
        assert [one.execute(SETTING).fetchall() for one in (plain, spilling, asking)] == [[(False,)]] * 3
        found = spilling.execute("select current_setting('temp_directory')").fetchall()
    assert found == [(str(tmp_path),)]


def test_the_ledger_opens_its_databases_in_one_place() -> None:
    connecting = [file.name for file in sorted(LEDGER.rglob("*.py")) if "duckdb.connect(" in file.read_text("utf-8")]
    assert connecting == ["database.py"]
