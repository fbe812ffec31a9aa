"""Ages in months, the days on which they begin, and the weights that fall with them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import numbers as reference
from tests.unit.method.compile.sums import worth

from zhiheng.method.compile import months
from zhiheng.method.compile import tree as sql

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(DAYS, st.integers(0, 80))
def test_the_newest_day_of_an_age_is_the_last_that_has_it(as_of: date, age: int):
    newest = months.newest_of_age(as_of, age)
    assert reference.months_between(newest, as_of) >= age
    assert reference.months_between(newest + timedelta(days=1), as_of) < age


@given(DAYS, st.integers(1, 40))
def test_the_days_back_have_their_ages(as_of: date, span: int):
    found = list(months.days_back(as_of, span))
    assert found[0] == (as_of, 0)
    assert all(age == reference.months_between(day, as_of) for day, age in found)
    assert reference.months_between(found[-1][0] - timedelta(days=1), as_of) == span


def test_a_calendar_of_all_days_ends_with_the_first_day_of_the_era():
    assert months.add_months(date(3, 5, 31), -60) == date(1, 1, 1)


@settings(max_examples=40, deadline=None)
@given(DAYS, DAYS)
def test_sql_counts_months_as_the_reference_does(first: date, second: date):
    expected = reference.months_between(first, second)
    assert worth(months.between(sql.day(first), sql.day(second))) == expected
    assert worth(months.until(sql.day(first), second)) == expected


@pytest.mark.parametrize("span", [Fraction(18), Fraction(1), Fraction(7, 2)])
def test_weights_are_rounded_to_nine_places_and_end(span: Fraction):
    for age in range(40):
        assert months.half_life(age, span) == reference.half_life(age, span) * 10**9
        assert months.fade(age, span) == reference.fade(age, span) * 10**9
    for function, weight in (("half_life", months.half_life), ("fade", months.fade)):
        assert weight(months.gone_after(function, span), span) == 0
