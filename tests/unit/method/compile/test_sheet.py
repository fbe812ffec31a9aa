"""Columns are worked out once, each above what it reads, and only if somebody needs them."""

from __future__ import annotations

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.scale import Num, constant, times
from zhiheng.method.compile.sheet import Sheet


def plus(name: str, value: int) -> exp.Expression:
    return sql.binary(exp.Add, sql.column(name), sql.integer(value))


def sheet() -> Sheet:
    return Sheet(lambda _needed: sql.read(sql.table("base")))


def test_a_column_stands_above_what_it_reads():
    columns = sheet()
    columns.define("a", plus("raw", 1))
    columns.define("b", plus("a", 1))
    assert columns.layers == {"a": 1, "b": 2}
    assert columns.select({"b": sql.column("b")}).sql("duckdb").count("SELECT") == 3


def test_the_same_expression_is_one_column():
    columns = sheet()
    first = columns.define("a", plus("raw", 1))
    assert columns.define("b", plus("raw", 1)) == first
    assert list(columns.trees) == ["a"]


def test_what_nobody_needs_is_left_out():
    columns = sheet()
    columns.define("a", plus("raw", 1))
    columns.define("b", plus("other", 2))
    assert '"other"' not in columns.select({"a": sql.column("a")}).sql("duckdb")


def test_the_base_is_asked_for_the_columns_that_are_needed():
    asked: list[frozenset[str]] = []

    def base(needed: frozenset[str]) -> exp.Select:
        asked.append(needed)
        return sql.read(sql.table("base"))

    columns = Sheet(base)
    columns.define("a", plus("raw", 1))
    columns.select({"a": sql.column("a"), "subject": sql.column("subject")})
    assert asked == [frozenset({"raw", "subject"})]


def test_operands_are_named_unless_they_are_columns_or_constants():
    columns = sheet()
    column = Num(sql.column("raw"), 0, 0, 9)
    assert columns.bind(column) is column
    assert columns.bind(constant(3, 0)).known == 3
    assert isinstance(columns.bind(times(column, column)).tree, exp.Column)
