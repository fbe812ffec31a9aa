"""Numbers in SQL are exact, whatever their size, and round half away from zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.method.compile.sums import worth

from zhiheng.errors import ZhihengError
from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.scale import Num, Ratio

SHORT = st.integers(-(10**6), 10**6)
LONG = st.integers(-(2**62), 2**62)


def num(name: str, at: int = 0, low: int = -(2**62), high: int = 2**62) -> Num:
    return Num(sql.column(name), at, low, high)


def rounded(number: Fraction, places: int) -> int:
    scaled = abs(number) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if number >= 0 else -whole


@pytest.mark.parametrize(
    ("text", "at", "integer"),
    [("0", 0, 0), ("1.50", 1, 15), ("-0.003", 3, -3), ("1E+3", 0, 1000), ("100", 0, 100), ("0.000000001", 9, 1)],
)
def test_a_number_is_written_at_the_smallest_scale(text: str, at: int, integer: int):
    found = scale.number(Decimal(text))
    assert (found.scale, found.low, found.known) == (at, integer, integer)


def test_constants_are_worked_out_before_any_engine_sees_them():
    found = scale.plus(scale.times(scale.number(Decimal("0.5")), scale.number(3)), scale.number(Decimal("0.25")))
    assert (found.known, found.scale) == (175, 2)


def test_null_is_not_a_known_number():
    assert Num(sql.cast(sql.null(), sql.LONG), 0, 0, 0).known is None


@settings(max_examples=30, deadline=None)
@given(LONG, LONG.filter(bool), st.integers(0, 9))
def test_a_quotient_is_rounded_half_away_from_zero_even_where_64_bits_are_not_enough(
    top: int, bottom: int, places: int
):
    found = scale.divided(Ratio(num("a"), num("b")), places)
    assert worth(found.tree, a=top, b=bottom) == rounded(Fraction(top, bottom), places)


@settings(max_examples=20, deadline=None)
@given(SHORT, SHORT.filter(bool), st.integers(0, 4), st.integers(0, 4))
def test_scales_part_before_they_are_divided(top: int, bottom: int, one: int, other: int):
    narrow = (-(10**6), 10**6)
    found = scale.divided(Ratio(num("a", one, *narrow), num("b", other, *narrow)), 2)
    assert worth(found.tree, a=top, b=bottom) == rounded(Fraction(top, 10**one) / Fraction(bottom, 10**other), 2)
    assert found.low <= worth(found.tree, a=top, b=bottom) <= found.high  # type: ignore[operator]


def test_division_by_zero_is_null():
    assert worth(scale.divided(Ratio(num("a"), num("b", 0, 0, 9)), 2).tree, a=1, b=0) is None
    assert worth(scale.divided(Ratio(num("a"), scale.constant(0, 0)), 2).tree, a=1) is None


@settings(max_examples=20, deadline=None)
@given(LONG, LONG)
def test_products_and_sums_beyond_64_bits_are_exact(left: int, right: int):
    product, total = scale.times(num("a"), num("b")), scale.plus(num("a"), num("b"))
    assert product.is_wide
    assert worth(product.tree, a=left, b=right) == left * right
    assert worth(total.tree, a=left, b=right) == left + right
    assert worth(scale.minus(num("a"), num("b")).tree, a=left, b=right) == left - right


def test_what_128_bits_cannot_hold_is_an_error():
    huge = scale.times(scale.times(num("a"), num("a")), scale.times(num("a"), num("a")))
    with pytest.raises(ZhihengError):
        worth(huge.tree, a=2**62)


@pytest.mark.parametrize(("value", "expected"), [(15, 2), (14, 1), (-15, -2), (-14, -1), (0, 0)])
def test_rounding_to_fewer_places(value: int, expected: int):
    assert worth(scale.rounded(num("a", 1, -99, 99), 0).tree, a=value) == expected
    assert scale.rounded(scale.constant(value, 1), 0).known == expected


@pytest.mark.parametrize(("at", "value", "expected"), [(0, 7, "7"), (1, -15, "-1.5"), (6, 123456, "0.123456")])
def test_numbers_leave_as_decimals(at: int, value: int, expected: str):
    assert worth(scale.as_decimal(num("a", at)), a=value) == Decimal(expected)


def test_what_records_hold_is_never_proven_to_be_positive():
    level = num("a", 0, -100, 100)
    assert scale.plus(level, scale.constant(1000, 0)).low < 0
    assert scale.minus(scale.constant(1000, 0), level).low < 0
    assert scale.minus(num("a", 0, 5, 100), scale.constant(5, 0)).low == 0
    shifted = scale.divided(Ratio(scale.plus(level, scale.constant(1000, 0)), scale.constant(3, 0)), 0)
    assert worth(shifted.tree, a=-2001) == -334


def test_rounding_needs_no_more_room_than_the_number():
    fine = num("a", 30, -(10**32), 10**32)
    assert worth(scale.rounded(fine, 6).tree, a=15 * 10**31) == 150 * 10**6


def test_dividing_by_one_is_free():
    assert scale.divided(Ratio(num("a", 2), scale.number(Decimal("0.01"))), 0).tree == num("a").tree


@settings(max_examples=30, deadline=None)
@given(LONG, SHORT.filter(bool), st.integers(0, 9))
def test_a_quotient_by_a_number_of_the_method_is_exact(top: int, bottom: int, places: int):
    found = scale.divided(Ratio(num("a"), scale.constant(bottom, 3)), places)
    assert worth(found.tree, a=top) == rounded(Fraction(top * 1000, bottom), places)
