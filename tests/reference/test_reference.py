"""The reference evaluator agrees with what the language reference says, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.reference.expressions import inner, plain, worth
from tests.reference.numbers import add_months, fade, half_life, months_between, root, rounded
from tests.reference.records import RowsScope
from tests.reference.syntax import Node, read

AS_OF = date(2026, 6, 30)


@dataclass
class Names:
    known: dict[str, object]

    def name(self, name: str) -> object:
        return plain(self.known[name])

    def call(self, name: str, arguments: tuple[Node, ...]) -> object:
        raise NotImplementedError(name, arguments)


def of(text: str, **known: object) -> object:
    return worth(read(text), Names(known))


def over(text: str, *rows: dict[str, object], weight: str = "") -> object:
    dated = [{"true_on": AS_OF, "record": str(number), **row} for number, row in enumerate(rows)]
    return worth(read(text), RowsScope(dated, read(weight) if weight else None, {}, AS_OF))


@pytest.mark.parametrize(
    ("number", "places", "expected"),
    [("0.5", 0, 1), ("-0.5", 0, -1), ("-2.45", 1, "-2.5"), ("2.449", 1, "2.4"), ("1.005", 2, "1.01"), ("-0.04", 1, 0)],
)
def test_rounding_is_half_away_from_zero(number: str, places: int, expected: object):
    assert rounded(Fraction(number), places) == Fraction(expected)


@pytest.mark.parametrize(
    ("first", "second", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2024, 1, 31), date(2024, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 2, 28), date(2026, 3, 28), 1),
        (date(2026, 6, 30), date(2026, 6, 30), 0),
        (date(2026, 7, 1), date(2026, 6, 30), -1),
        (date(2026, 8, 31), date(2026, 6, 30), -2),
        (date(2026, 8, 31), date(2026, 6, 29), -3),
    ],
)
def test_completed_months_follow_month_ends(first: date, second: date, months: int):
    assert months_between(first, second) == months


def test_the_same_day_months_on_is_at_most_the_last_day():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


def test_decay_is_rounded_to_nine_places():
    assert half_life(18, Fraction(18)) == Fraction("0.5")
    assert half_life(2, Fraction(18)) == Fraction("0.925874712")
    assert fade(12, Fraction(36)) == Fraction("0.666666667")
    assert fade(40, Fraction(36)) == fade(1, Fraction(0)) == 0


def test_roots_are_rounded_exactly():
    assert root(Fraction(2), 9) == Fraction("1.414213562")
    assert root(Fraction("2.25"), 0) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not a and b", None),
        ("a and false", False),
        ("a or true", True),
        ("a = 1 or a is null", True),
        ("1 in (2, a)", None),
        ("1 in (1, a)", True),
        ("1 not in (2, 3)", True),
        ("a between 1 and 2", None),
        ("3 between 4 and a", False),
        ("least(1, a)", None),
        ("coalesce(a, 2) + 1", 3),
        ("1 / 0", None),
        ("case when a then 1 end", None),
        ("case when a then 1 else 2 end", 2),
        ("- 2 * 3 - 4", -10),
        ("2 - 3 - 4", -5),
        ("2 + 3 * 4 / 8", "3.5"),
        ("1 / 3 + 0", "0.333333333"),
        ("round(-2.5, 0)", -3),
        ("floor(-0.5)", -1),
        ("ceil(-0.5)", 0),
        ("clamp(7, 0, 5)", 5),
        ("lookup(t, 'x')", 4),
        ("lookup(t, 'y')", None),
        ("days_between(date '2024-02-28', date '2024-03-01')", 2),
        ("year(date '2024-02-28') * 100 + month(date '2024-02-28')", 202402),
        ("matches('140102', '14')", True),
    ],
)
def test_an_expression_is_worth(text: str, expected: object):
    known = {"a": None, "b": True, "t": (("x", Fraction(4)),)}
    assert of(text, **known) == (Fraction(expected) if isinstance(expected, str | int) else expected)


def test_only_the_outermost_division_is_exact():
    assert of("(1 / 3)") == Fraction(1, 3)
    assert inner(read("1 / 3"), Names({})) == Fraction("0.333333333")


X = ({"x": Decimal("1.5")}, {"x": None}, {"x": Decimal(-1)}, {"x": Decimal(-1)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count()", 4),
        ("count(x is null)", 1),
        ("share(coalesce(x, 0) < 0)", "0.5"),
        ("sum(x)", "-0.5"),
        ("mean(x)", "-1/6"),
        ("mean(x) + 0", "-0.166666667"),
        ("min(x)", -1),
        ("max(x)", "1.5"),
        ("latest(x)", -1),
        ("distinct(x)", 2),
        ("repeats(x)", 1),
        ("sum(x) / count()", "-1/8"),
    ],
)
def test_a_measure_is_worth(text: str, expected: object):
    assert over(text, *X) == Fraction(expected)
    assert over("latest(x)", X[0], X[1]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count()", 0),
        ("sum(x)", 0),
        ("distinct(x)", 0),
        ("held(x)", 0),
        ("mean(x)", None),
        ("share(x)", None),
        ("max(x)", None),
        ("latest(x)", None),
        ("any(x)", False),
        ("all(x)", None),
    ],
)
def test_a_measure_over_no_rows(text: str, expected: object):
    assert over(text) == expected


def test_weights_count_in_weighted_aggregates_alone():
    rows = ({"x": Decimal(2), "w": 3}, {"x": Decimal(4), "w": 1}, {"x": Decimal(9), "w": None})
    assert over("count()", *rows, weight="w") == 4
    assert over("mean(x)", *rows, weight="w") == Fraction("2.5")
    assert over("max(x)", *rows, weight="w") == 9
    assert over("share(x > 3)", *rows, weight="w - w") is None


def test_held_counts_from_the_start_of_the_last_unbroken_run():
    days = (date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 1))
    rows = [{"true_on": day, "x": x} for day, x in zip(days, (False, True, True), strict=True)]
    assert over("held(x)", *rows) == 12
    assert over("held(not x)", *rows) == 0
