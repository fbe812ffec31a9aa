"""What the check calls unreachable is; what a sound method asks for is not called so; and the search is bounded."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from tests.unit.method.shops import METHOD, kinds, version_of

from zhiheng.method.checks.sums import reachable_scores
from zhiheng.method.method_file import read_method_text

CAPS = "caps:\n"
CUTS = "grades: {A: 90, B: 75, C: 60, D: otherwise, cite: order-1}\n"
LABEL = "label: {zh: 名, en: Name}, cite: design"


def codes(text: str) -> list[str]:
    _, faults = read_method_text(text, kinds(), "method.yaml")
    return [fault.code for fault in faults.in_order()]


def capped(when: str) -> str:
    return METHOD.replace(CAPS, f'{CAPS}  - {{when: "{when}", at_most: C, {LABEL}}}\n')


@pytest.mark.parametrize(
    "when",
    [
        "coalesce(region, '') > '1407'",
        "coalesce(region, '') > '1407' and coalesce(region, '') < '1500'",
        "coalesce(region, '') between '14' and '1407'",
        "score > 5.5 and score < 6.2",
        "score > 99.5",
        "coverage > 0.9999991",
        "as_of <= date '9999-12-31'",
        "as_of >= date '0001-01-01'",
    ],
)
def test_a_condition_that_some_subject_meets_is_no_fault(when: str):
    assert codes(capped(when)) == []


@pytest.mark.parametrize(
    "when",
    [
        "score > 5.5 and score < 5.9",
        "score > 100.4",
        "coalesce(region, '') < ''",
        "coalesce(region, '') > '14' and coalesce(region, '') < '14'",
    ],
)
def test_a_condition_that_no_subject_meets_is_told(when: str):
    assert codes(capped(when)) == ["method.never-true"]


def test_the_search_ends_soon_however_much_there_is_to_try():
    visits = " or ".join(f"visits = {number}" for number in range(45))
    levels = " or ".join(f"level = {number}" for number in (1, 2, 3))
    prior = ", ".join(f"20{20 + year}-01-01: {year}" for year in range(1, 70))
    when = f"({visits}) and ({levels}) and (score <> prior or score <> 50) and not (coverage = 0.3)"
    text = METHOD.replace("2022-01-01: 9", prior.replace("2022-01-01: 2", "2022-01-01: 9"))
    text = text.replace(CAPS, CAPS + f'  - {{when: "{when}", at_most: C, {LABEL}}}\n' * 20)
    begun = time.monotonic()
    assert codes(text) == []
    assert time.monotonic() - begun < 12


def test_scores_are_listed_where_every_criterion_gives_one_of_a_few_points():
    steps = (
        ("points: {0.5: 0, 1: 100}", "bins: [{below: 0.5, points: 0}, {otherwise: 100}]"),
        ('points: "30 - value"\n    max: 30', "bins: [{below: 1, points: 30}, {otherwise: 0}]"),
        ("points: {0: 20, 40: 0}", "bins: [{below: 1, points: 20}, {otherwise: 0}]"),
        ("over: applicable, out_of: 100", "over: all"),
        (CUTS, "grades: {A: 150, B: 75, C: 60, D: otherwise, cite: order-1}\n"),
    )
    text = METHOD
    assert reachable_scores(version_of(text)) is None
    for old, new in steps:
        text = text.replace(old, new)
    scores = reachable_scores(version_of(text))
    assert scores is not None
    assert {Fraction(0), Fraction(200), Fraction(125)} <= scores
    assert Fraction(7) not in scores
