"""Worked cases are run together and judged each for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.reference.tables import kinds
from tests.unit.assess.shops import METHOD

from zhiheng.assess import check_cases_hold, run_boundaries, run_cases
from zhiheng.method import load_cases_text, load_method_text

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.assess import CaseResult
    from zhiheng.engine import Engine

CASE = """
  - case: {name}
    as_of: 2026-06-30
    given:
      register: [{{shop: S, trade: tea}}]
      visit: [{visits}]
    {more}
    expect: {{{expect}}}
"""
CLEAN = "{shop: S, clean: true, age: 0}"


def case(name: str, expect: str, *, visits: str = CLEAN, more: str = "") -> str:
    return CASE.format(name=name, visits=visits, expect=expect, more=more)


def run(engine: Engine, *cases: str) -> tuple[CaseResult, ...]:
    method = load_method_text(METHOD, kinds())
    return run_cases(method, load_cases_text("cases:" + "".join(cases), method, kinds()), kinds(), engine)


def test_a_case_that_holds_says_so(engine: Engine):
    (result,) = run(engine, case("One clean visit", "criteria: {clean: {state: measured, records: 1}}"))
    assert result.holds
    assert "One clean visit" in result.text("en")


def test_a_case_that_fails_says_what_came_instead(engine: Engine):
    (result,) = run(engine, case("Two visits", "facts: {visits: 2}, criteria: {clean: {records: 1, state: withheld}}"))
    assert [(one.what, one.expected, one.found) for one in result.differences] == [
        ("criteria.clean.state", "withheld", "measured"),
        ("facts.visits", "2", "1"),
    ]
    assert "facts.visits" in result.text("zh")
    assert [fault.code for fault in result.faults()] == ["assess.case-fails"] * 2


def test_cases_do_not_see_each_other(engine: Engine):
    many = ", ".join([CLEAN] * 3)
    first, second = run(engine, case("Three", "facts: {visits: 3}", visits=many), case("One", "facts: {visits: 1}"))
    assert first.holds
    assert second.holds


def test_benchmarks_are_set_by_hand_for_one_case_alone(engine: Engine):
    by_hand = "frozen: {trade_clean: 0.5}"
    set_, unset = run(
        engine,
        case("Set", "criteria: {clean: {value: 0.6}}", more=by_hand),
        case("Not set", "criteria: {clean: {value: 0.6}}"),
    )
    assert set_.holds
    assert not unset.holds


def test_null_is_expected_as_null(engine: Engine):
    (result,) = run(engine, case("No former grade", "facts: {former: null}"))
    assert result.holds


def test_a_case_without_a_record_of_its_subject_has_no_result(engine: Engine):
    text = case("Nobody", "facts: {visits: 1}").replace("register: [{shop: S, trade: tea}]", "register: []")
    (result,) = run(engine, text)
    assert [one.what for one in result.differences] == ["subject"]


def test_boundaries_of_a_sound_method_hold(engine: Engine):
    results = run_boundaries(load_method_text(METHOD, kinds()), kinds(), engine)
    assert results
    assert all(result.holds for result in results), [result.text("en") for result in results if not result.holds]
    assert {"boundary", "at", "expected", "found", "holds"} <= set(results[0].as_json())


STEPPED = """\
method: stepped
label: {zh: 名, en: Name}
subject: shop
version: "1"
in_force: {from: 2020-01-01}
values: {limit: {2020-01-01: 5, 2024-01-01: 8, cite: design}}
criteria:
  steps:
    label: {zh: 名, en: Name}
    cite: design
    from: visit
    measure: sum(level)
    points: "case when value >= limit then 10 else 0 end"
    max: 10
    absent: zero
score: {sum_of: criteria, over: all}
"""


def test_boundaries_hold_at_every_number_in_an_expression_on_every_day_on_which_it_changes(engine: Engine):
    results = run_boundaries(load_method_text(STEPPED, kinds()), kinds(), engine)
    assert all(result.holds for result in results)
    expected = {str(result.at): str(result.expected) for result in results}
    assert [expected[at] for at in ("4.999999", "5.000001", "7.999999", "8.000000")] == ["0.0", "10.0", "0.0", "10.0"]


@pytest.mark.parametrize("name", ["method.yaml", "other.yaml"])
def test_cases_beside_a_method_become_faults_of_their_file(engine: Engine, tmp_path: Path, name: str):
    method = tmp_path / name
    method.write_text(METHOD, "utf-8")
    assert check_cases_hold(method, kinds(), engine) == (0, [])
    beside = tmp_path / ("cases.yaml" if name == "method.yaml" else "other.cases.yaml")
    beside.write_text("cases:" + case("One", "facts: {visits: 5}") + case("Two", "facts: {visits: 1}"), "utf-8")
    count, faults = check_cases_hold(method, kinds(), engine)
    assert count == 2
    assert [fault.place.line for fault in faults] == [2]
