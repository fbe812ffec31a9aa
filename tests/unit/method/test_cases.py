"""A worked case is read as its kinds read a file, and names nothing that does not exist."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.method.shops import CASES, METHOD, kinds, method_of

from zhiheng.errors import FaultsFound
from zhiheng.method import Case, cases_beside, check_cases, check_method, load_cases_text


def read(text: str = CASES) -> tuple[Case, ...]:
    return load_cases_text(text, method_of(), kinds())


def test_records_are_read_as_their_kind_reads_them():
    visit = read()[0].given["visit"][0]
    assert visit.values["mark"] == 90
    assert visit.values["tags"] == ("clean", "loud")
    assert visit.values["level"] is None
    assert visit.children["item"] == ({"name": "floor", "cost": 2},)


def test_an_age_stands_for_the_day_so_many_months_before():
    visit, penalty = read()[0].given["visit"][0], read()[0].given["penalty"][0]
    assert visit.true_on == visit.values["visited_on"] == date(2026, 3, 30)
    assert penalty.true_on == date(2026, 1, 31)


def test_an_age_at_the_end_of_a_month_takes_its_last_day():
    text = CASES.replace("as_of: 2026-06-30", "as_of: 2026-03-31").replace("age: 3", "age: 1")
    assert read(text)[0].given["visit"][0].true_on == date(2026, 2, 28)


def test_only_what_is_written_is_expected():
    expect = read()[0].expect
    assert expect.outcome == {"state": "graded", "grade": "A", "score": Decimal("95.5")}
    assert expect.criteria == {"pass_rate": {"value": Decimal("0.95"), "points": Decimal(90), "state": "measured"}}
    assert expect.facts == {"visits": Decimal(1)}
    assert expect.rules is None


def test_nothing_can_be_expected():
    expect = read(CASES.replace("grade: A", "grade: null").replace("value: 0.95", "value: null"))[0].expect
    assert expect.outcome["grade"] is None
    assert expect.criteria["pass_rate"]["value"] is None


def test_cases_stand_beside_their_method():
    assert cases_beside(Path("pack/method.yaml")) == Path("pack/cases.yaml")
    assert cases_beside(Path("pack/methods/yearly.yaml")) == Path("pack/methods/yearly.cases.yaml")


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("  - case: A shop", "  - cases: A shop", "vocabulary.unknown-key-near", (2, 5)),
        ("as_of: 2026-06-30", "as_of: 2019-06-30", "method.case-without-version", (3, 5)),
        ("as_of: 2026-06-30", "as_of: in June", "vocabulary.wrong-shape", (3, 12)),
        ("      visit:\n", "      visits:\n", "method.unknown-kind-near", (5, 7)),
        ("mark: 90", "marc: 90", "vocabulary.unknown-key-near", (6, 22)),
        ("mark: 90", "mark: 900", "vocabulary.above", (6, 28)),
        ("mark: 90", "mark: ninety", "vocabulary.not-a-number", (6, 28)),
        ("verdict: pass", "verdict: passed", "vocabulary.unknown-code-near", (6, 41)),
        ("cost: 2", "costs: 2", "vocabulary.unknown-key-near", (6, 97)),
        ("region_rate: 0.94", "regional: 0.94", "method.not-a-benchmark-near", (9, 14)),
        ("region_rate: 0.94", "region_rate: high", "vocabulary.wrong-shape", (9, 27)),
        ("grade: A", "grade: E", "method.unknown-grade", (12, 7)),
        ("pass_rate: {value", "past_rate: {value", "method.not-a-criterion-near", (15, 9)),
        ("points: 90", "point: 90", "vocabulary.unknown-key-near", (15, 34)),
        ("state: measured", "state: measurd", "vocabulary.unknown-word-near", (15, 53)),
        ("facts: {visits: 1}", "facts: {visit: 1}", "method.not-a-fact-near", (16, 15)),
    ],
)
def test_a_fault_in_a_case_is_told_where_it_stands(old: str, new: str, code: str, place: tuple[int, int]):
    assert CASES.count(old) == 1
    with pytest.raises(FaultsFound) as found:
        read(CASES.replace(old, new))
    assert (code, *place) in [(fault.code, fault.place.line, fault.place.column) for fault in found.value.faults]


def test_a_state_that_the_method_never_gives_is_told():
    start = METHOD.index("  - {pass_through")
    method = METHOD[:start] + METHOD[METHOD.index("score: {sum_of") :]
    with pytest.raises(FaultsFound) as found:
        load_cases_text(CASES.replace("state: graded", "state: clsoed"), method_of(method), kinds())
    assert [(fault.code, fault.facts["near"]) for fault in found.value.faults] == [
        ("method.unknown-state-near", "closed")
    ]


def test_two_cases_do_not_share_a_sentence():
    with pytest.raises(FaultsFound) as found:
        read(CASES + CASES.removeprefix("cases:\n"))
    assert [fault.code for fault in found.value.faults] == ["method.case-twice"]


def test_a_case_that_expects_nothing_is_told():
    with pytest.raises(FaultsFound) as found:
        read(CASES[: CASES.index("    expect:")] + "    expect: {}\n")
    assert [fault.code for fault in found.value.faults] == ["method.case-expects-nothing"]


def test_all_faults_of_a_file_of_cases_are_listed(tmp_path: Path):
    path = tmp_path / "cases.yaml"
    path.write_text(CASES.replace("mark: 90", "mark: 900").replace("grade: A", "grade: E"), encoding="utf-8")
    faults = check_cases(path, method_of(), kinds())
    assert [fault.code for fault in faults] == ["vocabulary.above", "method.unknown-grade"]
    assert check_cases(tmp_path / "none.yaml", method_of(), kinds())


def test_checking_a_method_checks_the_cases_beside_it(tmp_path: Path):
    (tmp_path / "method.yaml").write_text(METHOD, encoding="utf-8")
    assert check_method(tmp_path / "method.yaml", kinds()) == ()
    (tmp_path / "cases.yaml").write_text(CASES.replace("grade: A", "grade: E"), encoding="utf-8")
    faults = check_method(tmp_path / "method.yaml", kinds())
    assert [(fault.code, Path(fault.place.file).name) for fault in faults] == [("method.unknown-grade", "cases.yaml")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        pass_rate: {value: 0.95, points: 90, state: measured}", "        pass_rate: {}"),
        ("      criteria:\n        pass_rate: {value: 0.95, points: 90, state: measured}", "      criteria: {}"),
        ("facts: {visits: 1}", "facts: {}"),
    ],
)
def test_a_part_that_compares_nothing_is_a_fault(old: str, new: str):
    assert old in CASES
    with pytest.raises(FaultsFound) as found:
        read(CASES.replace(old, new))
    assert [fault.code for fault in found.value.faults] == ["method.case-expects-nothing"]


def test_an_age_beside_the_day_that_it_stands_for_is_a_fault():
    with pytest.raises(FaultsFound) as found:
        read(CASES.replace("age: 3", "age: 3, visited_on: 2026-01-31"))
    assert [fault.code for fault in found.value.faults] == ["method.age-beside-date"]
