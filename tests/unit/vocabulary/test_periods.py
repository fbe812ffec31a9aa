"""Months and years: what names one is taken, what names two or none is refused with the reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import Field, ValueRefused, read_value

if TYPE_CHECKING:
    from collections.abc import Callable

IN_2019 = [
    "2019.0",
    "2019.1",
    "2019.3",
    "2019.03",
    "2019 年度",
    "2019年全年",
    "2019年底",
    "2019年3月-4月",
    "2019年3-4月",
    "2019年3、4月",
    "2019 年 3 月 - 4 月",
    "2019.3.5\n2019.4.6",
    "2019年1至6月",
    "2019.10-12",
    "2019/3-5",
    "2019.3.12-4.15",
    "2019年3月30日-4月2日",
    "2019.3.5、2019.4.6",
    "2019.3.5；2019.4.6",
    "2019年一季度",
    "2019年度第一季度",
    "2019年第1-3季度",
    "2019年第一季度至第三季度",
    "2019年前三季度",
    "2019Q1",
    "2019年Q4",
    "2019年春季",
    "2019年第1批",
    "2019年第十二批次",
    "2019年第2期",
    "2019年第四季度第1批",
    "2019年2期",
    "2019第2期",
    "2019年度第3次",
    "二〇一九",
    "二0一九",
    "二O一九年",
    "二Ｏ一九年第二季度",
    "贰零壹玖年",
    "201905",
    "20190305",
    "2 0 1 9年",
]
IN_MARCH = [
    "2019.3",
    "2019.3.12-15",
    "2019.03.05-06",
    "2019.3.12-3.15",
    "2019.3.12 - 3.15",
    "2019/3/12~15",
    "2019-3-12至15",
    "2019年3月5日至6日",
    "2019年3月5-6日",
    "2019年3月5日-3月6日",
    "2019年3月5、6日",
    "2019.3.5、2019.3.6",
    "2019年3月份",
    "2019年3月上旬",
    "2019年3月底",
    "2019年三月",
    "二〇一九年3月",
    "二O一九年三月五日",
    "2019-3-5 上午",
    "2019年3月5日下午",
    "201903",
]


@pytest.mark.parametrize("text", IN_2019 + IN_MARCH)
def test_what_lies_within_a_year_names_it(make_field: Callable[..., Field], text: str):
    assert read_value(make_field("year"), text) == 2019


@pytest.mark.parametrize("text", IN_MARCH)
def test_what_lies_within_a_month_names_it(make_field: Callable[..., Field], text: str):
    assert read_value(make_field("month"), text) == date(2019, 3, 1)


REFUSED = [
    ("year", "2018-2019", "several-years"),
    ("year", "2018—2019年度", "several-years"),
    ("year", "2018、2019年", "several-years"),
    ("year", "二〇一八至二〇一九", "several-years"),
    ("year", "2018年12月-2019年1月", "several-years"),
    ("year", "2018.12-2019.1", "several-years"),
    ("year", "2018.12-1", "period-backwards"),
    ("year", "2018年12-1月", "period-backwards"),
    ("year", "2018.12.30-1.3", "period-backwards"),
    ("year", "2019.3.30-2", "period-backwards"),
    ("year", "2019年四季度至一季度", "not-a-year"),
    ("year", "2019年冬季", "not-a-year"),  # that of 2018 ends in 2019, that of 2019 in 2020
    ("year", "2019年第2号", "not-a-year"),  # the number of a document
    ("year", "2019.13-14", "no-such-day"),
    ("year", "2019.30", "no-such-day"),
    ("year", "1234.5", "not-a-year"),
    ("year", "一二三四", "not-a-year"),
    ("year", "二〇一九家", "not-a-year"),
    ("year", "19.3.5", "not-a-year"),
    ("year", "3月5日", "not-a-year"),
    ("year", "190305", "six-digits"),
    ("year", "191210", "six-digits"),
    ("year", "200115", "six-digits"),
    ("year", "193005", "six-digits"),
    ("year", "210001", "six-digits"),
    ("month", "190305", "six-digits"),
    ("month", "200100", "six-digits"),
    ("date", "190305", "six-digits"),
    ("date", "201905", "six-digits"),
    ("datetime", "191210", "six-digits"),
    ("month", "2019年3月-4月", "several-months"),
    ("month", "2019年3-4月", "several-months"),
    ("month", "2019.3-4", "several-months"),
    ("month", "2019.3.30-4.2", "several-months"),
    ("month", "2019.3、2019.4", "several-months"),
    ("month", "2019.1", "not-a-month"),
    ("month", "2019.0", "not-a-month"),
    ("month", "2019年第1批", "not-a-month"),
    ("month", "2019年零月", "no-such-day"),
    ("date", "2019.3.12-15", "not-a-date"),
    ("datetime", "2019-3-5 上午", "not-a-datetime"),
]


@pytest.mark.parametrize(("kind", "text", "rule"), REFUSED)
def test_what_names_two_or_none_is_refused_and_told_why(
    make_field: Callable[..., Field], kind: str, text: str, rule: str
):
    with pytest.raises(ValueRefused) as refused:
        read_value(make_field(kind), text)

    assert refused.value.rule == f"vocabulary.{rule}"
    assert refused.value.render("en") != refused.value.render("zh")


def test_six_digits_are_a_month_of_the_time_in_which_files_write_them(make_field: Callable[..., Field]):
    for year in range(1, 9999):
        for month in range(14):
            text = f"{year:04}{month:02}"
            if 1949 <= year <= 2099 and 1 <= month <= 12:
                assert read_value(make_field("month"), text) == date(year, month, 1)
            elif year % 97 == 0 or 1940 < year < 2110:  # all of them would take long
                with pytest.raises(ValueRefused, match="six digits"):
                    read_value(make_field("month"), text)


@pytest.mark.parametrize("kind", ["date", "month", "year"])
@pytest.mark.parametrize("text", [f"2019{' ' * 90_000}年", f"2019{'至' * 90_000}", f"2019-3-5{' ' * 90_000}上午"])
def test_a_long_text_is_refused_at_once(make_field: Callable[..., Field], kind: str, text: str):
    with pytest.raises(ValueRefused):
        read_value(make_field(kind), text)


DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
POINTED = st.sampled_from("./")


@given(first=DAYS, length=st.integers(0, 400), mark=POINTED, to=st.sampled_from("-~—至"))
def test_a_period_is_of_a_month_or_year_where_both_its_ends_are(
    make_field: Callable[..., Field], first: date, length: int, mark: str, to: str
):
    last = min(first + timedelta(days=length), date(2099, 12, 31))
    ends = [f"{day.year}{mark}{day.month}{mark}{day.day}" for day in (first, last)]
    for kind, one, other in (
        ("year", first.year, last.year),
        ("month", first.replace(day=1), last.replace(day=1)),
    ):
        if one == other:
            assert read_value(make_field(kind), to.join(ends)) == one
        else:
            with pytest.raises(ValueRefused, match="more than one"):
                read_value(make_field(kind), to.join(ends))


@given(first=DAYS, last=DAYS, mark=POINTED, to=st.sampled_from("-~—至"))
def test_an_end_without_its_year_is_of_the_year_before_it_or_refused(
    make_field: Callable[..., Field], first: date, last: date, mark: str, to: str
):
    last = date(first.year, last.month, min(last.day, 28))
    for text in (
        f"{first.year}{mark}{first.month}{mark}{first.day}{to}{last.month}{mark}{last.day}",
        f"{first.year}年{first.month}月{first.day}日{to}{last.month}月{last.day}日",
    ):
        if first <= last:
            assert read_value(make_field("year"), text) == first.year
        else:
            with pytest.raises(ValueRefused, match="ends before it begins"):
                read_value(make_field("year"), text)


@given(
    text=st.text("0129年月日.-/至、第批期QO〇一二九十季度 ", max_size=16)
    | st.from_regex(
        r"(?:2019|二[〇0O]一九)[-./年度第]{0,2}[0-9一二三]{0,2}[-月季批期、至.]{0,2}[0-9]{0,2}[日月]?", fullmatch=True
    )
)
def test_what_is_read_as_a_year_stands_in_the_text(make_field: Callable[..., Field], text: str):
    try:
        year = read_value(make_field("year"), text)
    except ValueRefused:
        return

    digits = str.maketrans("〇O一二九", "00129")
    assert year is None or str(year) in "".join(text.split()).translate(digits)
