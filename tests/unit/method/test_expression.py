"""An expression is parsed with the place of every name, and holds nothing but what the language lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from zhiheng.errors import FaultsFound, Place
from zhiheng.method import calls_in, name_of, names_in, parse_expression, place_of
from zhiheng.method.expression import ALLOWED
from zhiheng.method.functions import FUNCTIONS
from zhiheng.method.tokens import LONGEST

START = Place("method.yaml", 7, 12, "criterion total")

ATTACKS = [
    *("1; drop table visit", "mark; select 1", "mark -- comment", "mark /* comment */", "/*+ hint */ mark", "mark # x"),
    *("(select 1)", "mark in (select mark from visit)", "exists(select 1)", "mark = any(select 1)", "select mark"),
    *("count() over ()", "sum(mark) over (partition by shop)", "row_number() over (order by mark)", "lag(mark)"),
    *("mark::text", "cast(mark as text)", "try_cast(mark as text)", "date(mark)", "interval 1 day", "mark::visit"),
    *("read_csv('/etc/passwd')", "read_text('/etc/passwd')", "glob('*')", "getenv('HOME')", "pragma_version()"),
    *("pragma version", "attach 'x.db'", "copy visit to 'x'", "install httpfs", "load httpfs", "set x = 1", "call f()"),
    *("count(*)", "*", "visit.*", "visit.mark", "main.visit", '"mark"', "`mark`", "[mark]", "mark[1]", "{'a': 1}"),
    *("$1", "?", ":name", "@name", "$name", "%s", "{{ mark }}", "mark % 2", "mark ^ 2", "mark || 'x'", "~mark"),
    *("mark like 'a%'", "mark ilike 'a'", "mark similar to 'a'", "mark escape 'a'", "mark collate nocase"),
    *("x -> x + 1", "list_transform(tags, x -> x)", "lambda x: x", "mark as total", "mark total", "mark, level", "()"),
    *("x'41'", "e'\\n'", "b'01'", "u&'x'", "'open", "0x10", "1e5", "1_000", "1.2.3", "1.", "٣", "mark１", "ｍark"),
    *("case mark when 1 then 2 end", "mark is true", "mark is distinct from 1", "mark in ()", "mark in level", "not"),
    *("mark between 1 2", "case when mark 1 end", "case when mark > 1 then 2 3 end", "mark 1", "(mark) (1)", "1 (2)"),
    *("case when 1 then 2", "case else 1 end", "case end", "mark in (1 2)", "coalesce(1 2)", "mark is 1", "is null"),
    *("if(mark, 1, 2)", "iif(mark, 1, 2)", "now()", "random()", "current_date", "current_timestamp()", "uuid()"),
    *("mark between symmetric 1 and 2", "mark\x00", "mark\u202e", "ma\u0000rk", "eval('1')", "__import__('os')"),
]  # fmt: skip


@pytest.mark.parametrize("text", [attack for attack in ATTACKS if attack != "current_date"])
def test_nothing_else_passes(text: str):
    with pytest.raises(FaultsFound):
        parse_expression(text, START)


def test_a_word_of_sql_is_a_mere_name():
    tree = parse_expression("current_date", START).tree
    assert isinstance(tree, exp.Column)
    assert tree.sql(dialect="duckdb") == '"current_date"'


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="ab1'()+-*/<>=, .;:\n\"$?[]{}|#@notinselectfrom", max_size=80))
def test_any_text_is_a_sound_tree_or_a_fault(text: str):
    try:
        expression = parse_expression(text, START)
    except FaultsFound as found:
        assert found.render("zh")
        return
    assert all(type(node) in ALLOWED for node in expression.tree.walk())
    assert {name_of(call) for call in calls_in(expression.tree)} <= FUNCTIONS.keys()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "x" + ")" * 5000,
        "not " * 1500 + "x",
        "- " * 1500 + "x",
        "x" * (LONGEST + 1),
        "a + " * 1900 + "a",
        "case when " * 500 + "x" + " then 1 end" * 500,
        "abs(" * 900 + "x" + ")" * 900,
        "a or " * 1500 + "a",
    ],
)
def test_what_nests_or_runs_too_far_is_a_fault_and_no_crash(text: str):
    with pytest.raises(FaultsFound) as found:
        parse_expression(text, START)
    assert {fault.code for fault in found.value.faults} <= {"method.expression-too-deep", "method.expression-too-long"}


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("count()", "count", 0),
        ("COUNT(x)", "count", 1),
        ("distinct(x)", "distinct", 1),
        ("any(x = 1)", "any", 1),
        ("all(x)", "all", 1),
        ("coalesce(x, 1)", "coalesce", 2),
        ("year(d)", "year", 1),
        ("min(x)", "min", 1),
        ("round(x, 2)", "round", 2),
        ("months_between(a, b)", "months_between", 2),
        ("held(x)", "held", 1),
    ],
)
def test_every_call_arrives_as_a_plain_call_of_a_lower_case_name(text: str, name: str, arguments: int):
    tree = parse_expression(text).tree
    assert isinstance(tree, exp.Anonymous)
    assert (name_of(tree), len(tree.expressions)) == (name, arguments)


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("a + b * c", '"a" + "b" * "c"'),
        ("a - b - c", '"a" - "b" - "c"'),
        ("(a + b) / c", '("a" + "b") / "c"'),
        ("not a = 1 and b or c", 'NOT "a" = 1 AND "b" OR "c"'),
        ("a between 1 and 2 and b", '"a" BETWEEN 1 AND 2 AND "b"'),
        ("a not in ('x', 'it''s')", "NOT \"a\" IN ('x', 'it''s')"),
        ("a is not null", 'NOT "a" IS NULL'),
        ("d > date '2020-02-29'", "\"d\" > CAST('2020-02-29' AS DATE)"),
        ("-x", '-"x"'),
        (".5", "0.5"),
        ("case when a then 1 when b then 2 else 3 end", 'CASE WHEN "a" THEN 1 WHEN "b" THEN 2 ELSE 3 END'),
    ],
)
def test_an_expression_means_what_sql_means(text: str, sql: str):
    assert parse_expression(text).tree.sql(dialect="duckdb") == sql


def test_every_name_and_call_knows_its_place():
    tree = parse_expression("share(verdict = 'pass') + coalesce(x, 1)", START).tree
    places = {name_of(node): place_of(node, START).column for node in (*names_in(tree), *calls_in(tree))}
    assert places == {"share": 12, "verdict": 18, "coalesce": 38, "x": 47}


def test_places_are_no_part_of_what_an_expression_is():
    assert parse_expression("a + 1", START) == parse_expression("a + 1", Place("other.yaml", 1, 1))
    assert parse_expression("a + 1") != parse_expression("a + 2")


def test_all_unknown_functions_are_told_at_once_with_their_columns():
    with pytest.raises(FaultsFound) as found:
        parse_expression("latst(x) + summ(y)", START)
    assert [(fault.place.column, fault.facts["near"]) for fault in found.value.faults] == [(12, "latest"), (23, "sum")]
