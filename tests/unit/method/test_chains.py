"""Long chains of one operator nest only a little and stay worth the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from zhiheng.method.chains import depth
from zhiheng.method.evaluate import evaluate
from zhiheng.method.expression import parse_expression

NAMES = {f"c{number}": Fraction(number * number, 7) for number in range(1000)}


def levels(tree: object) -> int:
    parts = list(tree.iter_expressions())  # type: ignore[attr-defined]
    return 1 + max((levels(part) for part in parts), default=0)


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_a_thousand_words_in_a_row_are_worth_what_they_were(sign: str):
    text = f" {sign} ".join(f"c{number % 30 + 1}" for number in range(900))
    tree = parse_expression(text).tree
    expected = NAMES["c1"]
    for number in range(1, 900):
        one = NAMES[f"c{number % 30 + 1}"]
        expected = expected + one if sign == "+" else expected - one if sign == "-" else expected * one
    assert evaluate(tree, NAMES) == expected
    assert levels(tree) < 20


def test_what_is_added_and_what_is_taken_away_is_told_apart():
    text = "c1" + " - c2 + c3 - c4" * 20
    taken = 20 * (NAMES["c3"] - NAMES["c2"] - NAMES["c4"])
    assert evaluate(parse_expression(text).tree, NAMES) == NAMES["c1"] + taken


def test_alternatives_within_requirements_are_told_apart():
    text = " or ".join(f"(c{number} = 1 and c{number} = 1)" for number in range(120)) + " or c7 = 7"
    assert evaluate(parse_expression(text).tree, NAMES) is True
    assert levels(parse_expression(text).tree) < 20


def test_short_chains_stay_as_they_were_written():
    assert parse_expression("a - b + c - d").tree.sql() == '"a" - "b" + "c" - "d"'


@pytest.mark.parametrize(
    ("text", "deep"),
    [("a + b + c", 0), ("(a + b) / c", 1), ("a / b / c", 2), ("least(a, case when (b > c) then 1 end)", 3)],
)
def test_brackets_calls_cases_and_divisions_count(text: str, deep: int):
    assert depth(parse_expression(text).tree) == deep
