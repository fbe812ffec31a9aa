"""The small evaluator of the checks computes exactly, and leaves null and the unknown alone."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.method import parse_expression
from zhiheng.method.evaluate import NotEvaluable, as_decimal, evaluate, rounded

NAMES = {"x": Decimal("2.5"), "n": None, "t": "north", "yes": True, "table": {"a": Decimal(7)}}


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("x * 2 + 1", 6),
        ("1 / 3", Fraction(1, 3)),
        ("1 / 3 + 0", Fraction(333333333, 10**9)),
        ("1 / 0", None),
        ("-x", Fraction(-5, 2)),
        ("n + 1", None),
        ("n = 1", None),
        ("n is null", True),
        ("n is null or n > 3", True),
        ("yes and n > 3", None),
        ("not yes and n > 3", False),
        ("coalesce(n, x)", Fraction(5, 2)),
        ("x between 2 and 3", True),
        ("t in ('south', 'north')", True),
        ("n in (1)", None),
        ("case when x > 9 then 1 when x > 2 then 2 else 3 end", 2),
        ("case when x > 9 then 1 end", None),
        ("lookup(table, 'a')", 7),
        ("lookup(table, 'b')", None),
        ("round(2.345, 2)", Fraction(235, 100)),
        ("round(-2.345, 2)", Fraction(-235, 100)),
        ("clamp(x, 0, 1)", 1),
        ("least(x, 1) + greatest(x, 1)", Fraction(7, 2)),
        ("floor(x) + ceil(x)", 5),
        ("year(date '2020-02-29')", 2020),
        ("days_between(date '2020-02-28', date '2020-03-01')", 2),
        ("matches(t, 'no')", True),
    ],
)
def test_an_expression_is_worth_what_it_says(text: str, worth: object):
    assert evaluate(parse_expression(text).tree, NAMES) == worth


@pytest.mark.parametrize("text", ["unknown + 1", "points(x)", "state(x)", "table", "lookup(x, 'a')"])
def test_what_is_not_given_cannot_be_evaluated(text: str):
    with pytest.raises(NotEvaluable):
        evaluate(parse_expression(text).tree, NAMES)


@settings(max_examples=50, deadline=None)
@given(st.fractions(max_denominator=10**6), st.integers(0, 9))
def test_rounding_is_symmetric_and_moves_by_half_a_step_at_most(value: Fraction, places: int):
    assert rounded(-value, places) == -rounded(value, places)
    assert abs(rounded(value, places) - value) <= Fraction(1, 2 * 10**places)
    assert Fraction(as_decimal(value, places)) == rounded(value, places)
