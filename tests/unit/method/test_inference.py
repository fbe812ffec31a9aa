"""An expression is worth what its names are worth, and null takes no side in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.method.shops import METHOD, kinds, version_of

from zhiheng.method import RecordScope, SubjectScope, ValueType, parse_expression, type_of
from zhiheng.method.faults import MethodFaults

if TYPE_CHECKING:
    from zhiheng.method.scope import Scope


def rows(where: str = "", *, measured: bool = False) -> RecordScope:
    scope = RecordScope("visit", kinds()["visit"].fields, version_of().values)
    narrowed = scope.narrowed(parse_expression(where)) if where else scope
    return narrowed.measured() if measured else narrowed


def subject() -> SubjectScope:
    return SubjectScope(version_of(), kinds()).adding(score=ValueType("number"))


def typed(text: str, scope: Scope) -> tuple[str, bool]:
    found = type_of(parse_expression(text).tree, scope)
    return found.sort, found.nullable


def faults_of(text: str, scope: Scope) -> list[str]:
    faults = MethodFaults()
    type_of(parse_expression(text).tree, scope, faults)
    return [fault.code.removeprefix("method.") for fault in faults.found]


@pytest.mark.parametrize(
    ("text", "sort", "nullable"),
    [
        ("mark", "number", False),
        ("fee", "number", True),
        ("verdict", "text", True),
        ("announced", "truth", True),
        ("tags", "list", True),
        ("visited_on", "date", False),
        ("true_until", "date", True),
        ("true_on", "date", False),
        ("age + 1", "number", False),
        ("mark + fee", "number", True),
        ("mark / 2", "number", False),
        ("mark / age", "number", True),
        ("coalesce(fee, 0)", "number", False),
        ("coalesce(fee, level)", "number", True),
        ("fee is null", "truth", False),
        ("mark > 5", "truth", False),
        ("fee > 5", "truth", True),
        ("fee is not null and fee > 5", "truth", False),
        ("fee > 5 and fee is not null", "truth", False),
        ("fee > 5 and fee > 3", "truth", True),
        ("fee is null or fee > 5", "truth", False),
        ("fee is null and fee > 5", "truth", True),
        ("case when mark > 5 then 1 else 2 end", "number", False),
        ("case when mark > 5 then 1 end", "number", True),
        ("case when fee is null then 0 else fee end", "number", False),
        ("case when mark > 5 then fee else 1 end", "number", True),
        ("lookup(costs, 'minor')", "number", False),
        ("lookup(costs, verdict)", "number", True),
        ("prior * 2", "number", False),
        ("months_between(visited_on, as_of)", "number", False),
        ("add_months(visited_on, 3)", "date", False),
        ("matches(region, 'n')", "truth", True),
        ("has(tags, 'clean')", "truth", True),
        ("fade(36)", "number", False),
    ],
)
def test_over_a_record(text: str, sort: str, nullable: bool):  # noqa: FBT001 # a row of the table
    assert typed(text, rows()) == (sort, nullable)


@pytest.mark.parametrize(
    ("text", "sort", "nullable"),
    [
        ("count()", "number", False),
        ("sum(fee)", "number", False),
        ("mean(fee)", "number", True),
        ("share(mark > 3)", "number", True),
        ("latest(verdict)", "text", True),
        ("latest(visited_on)", "date", True),
        ("latest(tags)", "list", True),
        ("any(mark > 3)", "truth", False),
        ("all(mark > 3)", "truth", True),
        ("distinct(region)", "number", False),
        ("held(mark > 3)", "number", False),
        ("count(mark > 3) / count()", "number", True),
        ("coalesce(latest(status), '')", "text", False),
    ],
)
def test_over_the_records_of_a_measure(text: str, sort: str, nullable: bool):  # noqa: FBT001 # a row of the table
    assert typed(text, rows(measured=True)) == (sort, nullable)


@pytest.mark.parametrize(
    ("text", "sort", "nullable"),
    [
        ("visits", "number", False),
        ("level", "number", False),
        ("status", "text", True),
        ("penalised", "truth", False),
        ("region", "text", True),
        ("pass_rate", "number", True),
        ("region_rate", "number", False),
        ("points(pass_rate)", "number", True),
        ("points(worst_mark)", "number", False),
        ("state(pass_rate)", "text", False),
        ("score", "number", False),
        ("best_region", "text", False),
        ("as_of", "date", False),
    ],
)
def test_over_a_subject(text: str, sort: str, nullable: bool):  # noqa: FBT001 # a row of the table
    assert typed(text, subject()) == (sort, nullable)


@pytest.mark.parametrize(
    "where",
    [
        "verdict in ('pass', 'fail')",
        "verdict is not null",
        "verdict = 'pass' or verdict = 'fail'",
        "not (verdict is null)",
    ],
)
def test_a_condition_on_the_rows_makes_their_field_known(where: str):
    assert faults_of("share(verdict = 'pass')", rows(where, measured=True)) == []


@pytest.mark.parametrize("where", ["", "verdict = 'pass' or mark > 3", "fee is not null"])
def test_a_condition_that_lets_null_pass_does_not(where: str):
    assert faults_of("share(verdict = 'pass')", rows(where, measured=True)) == ["null-takes-a-side"]


@pytest.mark.parametrize(
    "text",
    [
        "not announced",
        "not fee > 3",
        "fee <> 3",
        "verdict not in ('pass')",
        "case when announced then 1 else 0 end",
        "case when mark > 3 then 1 when fee > 3 then 2 else 0 end",
        "mark > 3 and not announced",
    ],
)
def test_null_takes_no_side_in_silence(text: str):
    assert faults_of(text, rows()) == ["null-takes-a-side"]


@pytest.mark.parametrize(
    "text",
    [
        "not coalesce(announced, false)",
        "announced is not null and not announced",
        "not announced and announced is not null",
        "coalesce(fee, 0) <> 3",
        "fee > 0 and fee <> 3",
        "fee is null or fee <> 3",
        "case when announced then 1 end",
        "case when announced is null then 0 when announced then 1 else 2 end",
        "fee = 3",
    ],
)
def test_what_says_what_null_means_is_sound(text: str):
    assert faults_of(text, rows()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("verdict = 'passed'", "unknown-code-near"),
        ("'passed' = verdict", "unknown-code-near"),
        ("verdict in ('pass', 'maybe')", "unknown-code"),
        ("coalesce(verdict, 'none') = 'non'", "unknown-code-near"),
        ("has(tags, 'lout')", "unknown-code-near"),
        ("lookup(costs, 'minr')", "unknown-code-near"),
        ("matches(verdict, 'x')", "unknown-code"),
        ("mark = null", "compared-with-null"),
        ("mark and announced", "wrong-sort"),
        ("mark + visited_on", "wrong-sort"),
        ("mark > region", "sorts-differ"),
        ("coalesce(fee, 'none')", "sorts-differ"),
        ("case when mark > 3 then 1 else 'x' end", "sorts-differ"),
        ("tags = tags", "wrong-sort"),
        ("greatest(region, status)", "wrong-sort"),
        ("year(mark)", "wrong-sort"),
        ("round(fee, mark)", "places-not-whole"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, fault: str):
    assert fault in faults_of(text, rows())


def test_a_code_beside_its_stand_in_is_sound():
    assert faults_of("coalesce(verdict, '') = ''", rows()) == []


def test_the_part_that_may_be_null_is_named_and_not_its_neighbours():
    faults = MethodFaults()
    type_of(parse_expression("not (fee is not null and level > 3)").tree, rows(), faults)
    assert [fault.facts["name"] for fault in faults.found] == ["level"]


def test_conditions_nested_in_each_other_are_read_in_reasonable_time():
    text = "fee > 1"
    for _ in range(5):
        text = f"({text} and level > 1 or status is null and (fee > 2 or mark > 1))"
    assert typed(text, rows())[0] == "truth"


def test_a_name_in_a_circle_is_no_further_fault():
    text = METHOD.replace("within: 36 months, measure: count()}", "formula: visits + 1}").replace(
        "from: visit, formula", "formula"
    )
    assert "visits" in text
