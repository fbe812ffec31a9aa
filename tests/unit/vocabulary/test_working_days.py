"""Working days as the yearly notices set them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import CalendarUnknown, add_working_days, is_working_day

KNOWN = st.dates(date(2010, 1, 1), date(2024, 12, 31))


def test_holidays_rest_and_their_weekends_work():
    assert not is_working_day(date(2023, 10, 2))  # a Monday in the National Day holiday
    assert is_working_day(date(2023, 10, 7))  # a Saturday worked instead
    assert is_working_day(date(2023, 10, 9))
    assert not is_working_day(date(2023, 10, 15))


def test_a_year_without_a_notice_is_unknown():
    with pytest.raises(CalendarUnknown) as unknown:
        is_working_day(date(2090, 1, 4))

    assert "2090" in unknown.value.render("zh")


def test_a_term_skips_the_holiday():
    assert add_working_days(date(2023, 9, 28), 1) == date(2023, 10, 7)
    assert add_working_days(date(2023, 9, 28), 0) == date(2023, 9, 28)


@given(KNOWN, st.integers(1, 30))
def test_a_term_ends_on_a_working_day_after_as_many(day: date, count: int):
    end = add_working_days(day, count)

    assert is_working_day(end)
    assert sum(is_working_day(day + timedelta(n)) for n in range(1, (end - day).days + 1)) == count


@given(KNOWN, st.integers(1, 30))
def test_going_back_undoes_going_on_from_a_working_day(day: date, count: int):
    start = add_working_days(day, 1)

    assert add_working_days(add_working_days(start, count), -count) == start
