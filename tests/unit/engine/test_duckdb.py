"""DuckDB does what an engine promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlglot import exp, parse_one

from zhiheng.engine import DuckDB, EngineUnknown, FilesUnreadable, NumberTooLarge, QueryRefused, Table, open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = {"name": "VARCHAR", "count": "BIGINT", "on": "DATE", "sum": "DECIMAL(18,6)", "list": "VARCHAR[]"}
ROWS = [("一", 1, date(2026, 1, 31), Decimal("1.5"), ["a", "b"]), ("o'k", None, None, None, None)]


@pytest.fixture
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


def query(text: str) -> exp.Query:
    parsed = parse_one(text, dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


def test_what_is_loaded_comes_back(engine: DuckDB):
    engine.load("small", COLUMNS, ROWS)
    assert sorted(engine.fetch(query("select * from small")), key=str) == sorted(ROWS, key=str)


def test_what_is_kept_can_be_read_and_kept_anew(engine: DuckDB):
    engine.keep("kept", query("select 1 as a"))
    engine.keep("kept", query("select a + 1 as a from (select 2 as a)"))
    assert engine.fetch(query("select a from kept")) == [(3,)]


def test_a_written_file_can_be_attached_and_nothing_lies_beside_it(engine: DuckDB, tmp_path: Path):
    engine.load("small", COLUMNS, ROWS)
    assert engine.write(query("select * from small"), tmp_path / "o'ut.parquet") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["o'ut.parquet"]
    engine.attach(Table("again", (str(tmp_path / "o'ut.parquet"),), COLUMNS))
    assert engine.fetch(query("select name from again where count = 1")) == [("一",)]


def test_no_files_make_an_empty_table_and_files_may_follow(engine: DuckDB, tmp_path: Path):
    engine.attach(Table("table", (), COLUMNS))
    assert engine.fetch(query('select "on" from "table"')) == []
    engine.write(query("select 'x' as name"), tmp_path / "x.parquet")
    engine.attach(Table("table", (str(tmp_path / "x.parquet"),), {"name": "VARCHAR"}))
    assert engine.fetch(query('select name from "table"')) == [("x",)]


def test_names_with_quotes_are_names(engine: DuckDB):
    engine.load('a"b', {'c"; drop table x; --': "BIGINT"}, [(1,)])
    table = exp.Table(this=exp.to_identifier('a"b', quoted=True))
    assert engine.fetch(exp.Select().select("*").from_(table)) == [(1,)]


def test_an_overflow_is_named_for_what_it_is(engine: DuckDB):
    with pytest.raises(NumberTooLarge):
        engine.fetch(query("select 9223372036854775807::bigint * 2::bigint"))


def test_a_missing_file_is_named_with_its_table(engine: DuckDB):
    with pytest.raises(FilesUnreadable) as raised:
        engine.attach(Table("gone", ("/nowhere/gone.parquet",), COLUMNS))
    assert raised.value.facts["table"] == "gone"


def test_a_query_that_makes_no_sense_is_refused(engine: DuckDB):
    with pytest.raises(QueryRefused):
        engine.fetch(query("select nothing from nowhere"))


def test_nothing_outside_of_the_folders_is_read_or_written(tmp_path: Path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    with DuckDB(threads=1) as engine:
        engine.write(query("select 1 as a"), outside / "a.parquet")
    with DuckDB(threads=1, folders=[inside]) as engine:
        engine.write(query("select 1 as a"), inside / "a.parquet")
        with pytest.raises(FilesUnreadable):
            engine.attach(Table("a", (str(outside / "a.parquet"),), {"a": "BIGINT"}))
        with pytest.raises(FilesUnreadable):
            engine.write(query("select 1 as a"), outside / "b.parquet")
        with pytest.raises((FilesUnreadable, QueryRefused)):
            engine.fetch(query("select * from read_csv('/etc/passwd')"))


def test_portable_functions_may_stand_within_each_other(engine: DuckDB):
    called = exp.Anonymous(this="sha256_hex", expressions=[exp.Anonymous(this="in_order", expressions=[
        exp.cast(exp.Literal.string("2026-01-31"), "date"), exp.Literal.string("x")])])  # fmt: skip
    assert engine.fetch(exp.Select().select(called)) == engine.fetch(query("select sha256('2026-01-31x')"))


def test_a_choice_of_few_texts_is_cast_where_they_are_written_and_not_row_by_row(engine: DuckDB):
    choice = query(
        "select one_of(case when x < 5 then 'cold' else (case when x < 9 then 'mild' end) end, 'cold', 'mild') as felt"
        " from range(4, 11, 3) as t(x)"
    )
    said = engine.sql(choice)
    assert said.count("AS ENUM") == 2, said
    assert "END AS ENUM" not in said
    assert sorted(map(str, (felt for (felt,) in engine.fetch(choice)))) == ["None", "cold", "mild"]


def test_an_unknown_engine_is_refused():
    with pytest.raises(EngineUnknown):
        open_engine("abacus")
