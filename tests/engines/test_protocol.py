"""Every engine keeps the promises of the protocol: tables, rows, types, files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp

from zhiheng.engine import Table
from zhiheng.errors import ZhihengError

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.engine import Engine

COLUMNS = {
    "word": "VARCHAR",
    "day": "DATE",
    "moment": "TIMESTAMP",
    "whole": "BIGINT",
    "exact": "DECIMAL(18,6)",
    "truth": "BOOLEAN",
    "many": "VARCHAR[]",
}
LATE, LONG_AGO = datetime(2024, 2, 29, 23, 59, 59, 123456), datetime(1970, 1, 1)
FULL = ('质量 O\'K "x" 𠀀', date(2024, 2, 29), LATE, 2**62, Decimal("-0.000001"), True, ["茶", "a,b"])
EDGE = ("", date(1900, 1, 1), LONG_AGO, -1, Decimal("999999999999.999999"), False, [])
ROWS = [FULL, EDGE, (None,) * len(COLUMNS)]


def everything(name: str) -> exp.Select:
    """Select a table's columns in their order, nulls last."""
    columns = (exp.column(column, quoted=True) for column in COLUMNS)
    order = exp.Ordered(this=exp.column("whole", quoted=True), desc=True, nulls_first=False)
    return exp.select(*columns).from_(exp.to_table(name, quoted=True)).order_by(order)


def plain(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Make lists equal in kind, so that rows of any engine compare."""
    return [tuple(list(value) if isinstance(value, list | tuple) else value for value in row) for row in rows]


def test_what_is_loaded_is_fetched(engine: Engine):
    engine.load("loaded", COLUMNS, ROWS)
    assert plain(engine.fetch(everything("loaded"))) == plain([ROWS[0], ROWS[1], ROWS[2]])


def test_loading_again_replaces(engine: Engine):
    engine.load("again", COLUMNS, ROWS)
    engine.load("again", COLUMNS, ROWS[:1])
    assert len(engine.fetch(everything("again"))) == 1


def test_a_table_without_files_or_rows_is_empty(engine: Engine):
    engine.attach(Table("nothing_attached", (), COLUMNS))
    engine.load("nothing_loaded", COLUMNS, [])
    assert engine.fetch(everything("nothing_attached")) == engine.fetch(everything("nothing_loaded")) == []


def test_what_is_written_is_attached_with_the_same_types(engine: Engine, tmp_path: Path):
    engine.load("source", COLUMNS, ROWS)
    path = tmp_path / "written it's.parquet"
    assert engine.write(everything("source"), path) == len(ROWS)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
    engine.attach(Table("target", (str(path),), COLUMNS))
    assert plain(engine.fetch(everything("target"))) == plain(ROWS)


def test_a_path_may_begin_at_the_present_folder(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    pq.write_table(pa.table({"whole": [1]}), "here.parquet")
    engine.attach(Table("here", ("here.parquet",), {"whole": "BIGINT"}))
    assert engine.fetch(exp.select("whole").from_("here")) == [(1,)]


def test_what_is_kept_stays_when_its_source_goes(engine: Engine):
    engine.load("first", COLUMNS, ROWS)
    engine.keep("kept", everything("first"))
    engine.load("first", COLUMNS, [])
    assert len(engine.fetch(everything("kept"))) == len(ROWS)


def test_a_query_that_cannot_run_is_an_error_with_a_message(engine: Engine):
    nowhere = exp.select(exp.column("no column", quoted=True)).from_(exp.to_table("no table", quoted=True))
    with pytest.raises(ZhihengError):
        engine.fetch(nowhere)
