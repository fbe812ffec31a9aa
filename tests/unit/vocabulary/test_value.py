"""How values are read: each line of the reference, and the laws behind them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import (
    EMPTY_MARKS,
    Code,
    CodeList,
    Field,
    FieldType,
    Label,
    ValueRefused,
    canonical_text,
    empty_marks,
    read_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

READ = [
    ("date", "2020-01-31", date(2020, 1, 31)),
    ("date", "2020/1/31", date(2020, 1, 31)),
    ("date", "2020.1.31", date(2020, 1, 31)),
    ("date", "20200131", date(2020, 1, 31)),
    ("date", " ２０２０年１月３１日 ", date(2020, 1, 31)),
    ("date", "2020 年 1 月 31 日", date(2020, 1, 31)),
    ("date", "2020年1月31", date(2020, 1, 31)),
    ("date", "二〇二〇年十二月三十一日", date(2020, 12, 31)),
    ("date", "二○二○年一月十日", date(2020, 1, 10)),
    ("date", "31 Jan 2020", date(2020, 1, 31)),
    ("date", "31-JAN-2020", date(2020, 1, 31)),
    ("date", "31JAN2020", date(2020, 1, 31)),
    ("date", "1Dec2018", date(2018, 12, 1)),
    ("date", "01DEC2018:12:30:00", date(2018, 12, 1)),
    ("date", "06-May-21", date(2021, 5, 6)),
    ("date", "06 May 21", date(2021, 5, 6)),
    ("date", "06MAY98", date(1998, 5, 6)),
    ("date", "2021-05-06T00:00:00+01:00", date(2021, 5, 6)),
    ("date", "43831.0", date(2020, 1, 1)),
    ("date", "January 31, 2020", date(2020, 1, 31)),
    ("date", "2020-01-31 12:30:00", date(2020, 1, 31)),
    ("date", "2020-01-31T00:00:00Z", date(2020, 1, 31)),
    ("date", "20200131093000", date(2020, 1, 31)),
    ("date", "2020年1月31日 上午9:30", date(2020, 1, 31)),
    ("date", "43831", date(2020, 1, 1)),
    ("datetime", "2020-01-31", datetime(2020, 1, 31)),
    ("datetime", "2020-01-31 12:30", datetime(2020, 1, 31, 12, 30)),
    ("datetime", "2020-01-31T12:30:15.25", datetime(2020, 1, 31, 12, 30, 15, 250000)),
    ("datetime", "2020-02-01T02:00:00+08:00", datetime(2020, 1, 31, 18, 0)),
    ("datetime", "2020年1月31日12时30分", datetime(2020, 1, 31, 12, 30)),
    ("datetime", "2020-01-31 12:05 AM", datetime(2020, 1, 31, 0, 5)),
    ("datetime", "2020-01-31 下午1:05", datetime(2020, 1, 31, 13, 5)),
    ("datetime", "43831.5", datetime(2020, 1, 1, 12)),
    ("month", "2020-01", date(2020, 1, 1)),
    ("month", "2020/1", date(2020, 1, 1)),
    ("month", "2020.01", date(2020, 1, 1)),
    ("month", "2020年1月", date(2020, 1, 1)),
    ("month", "二〇二〇年十月", date(2020, 10, 1)),
    ("month", "202001", date(2020, 1, 1)),
    ("month", "2020-01-31", date(2020, 1, 1)),
    ("month", "2019.3.15-2019.3.20", date(2019, 3, 1)),
    ("month", "2019-03-15 至 2019-03-20", date(2019, 3, 1)),
    ("year", "2019.3.15-2019.3.20", 2019),
    ("year", "2019年3月—2019年5月", 2019),
    ("year", "2019-03-15~2019-11-20", 2019),
    ("year", "2019-03-15 to 2019-11-20", 2019),
    ("year", "2020", 2020),
    ("year", "2020年", 2020),
    ("year", "2020年度", 2020),
    ("year", "2020年第2季度", 2020),
    ("year", " 2020年 上半年", 2020),
    ("year", "二〇二〇年", 2020),
    ("year", "2020-01-31", 2020),
    ("year", "2020年1月", 2020),
    ("whole", "1,234", 1234),
    ("whole", "１２３", 123),
    ("whole", "12.0", 12),
    ("whole", "3亿", 300_000_000),
    ("whole", "十二", 12),
    ("decimal", "1,234.50", Decimal("1234.50")),
    ("decimal", "-0.5", Decimal("-0.5")),
    ("decimal", ".5", Decimal("0.5")),
    ("decimal", "(12)", Decimal(-12)),
    ("decimal", "（１２）", Decimal(-12)),
    ("decimal", "−12", Decimal(-12)),
    ("decimal", "12%", Decimal("0.12")),
    ("decimal", "5‰", Decimal("0.005")),
    ("decimal", "1.20E+03", Decimal(1200)),
    ("money", "1.2万", Decimal(12000)),
    ("money", "1.2万元", Decimal(12000)),
    ("money", "￥12", Decimal(12)),
    ("money", "-￥1,200.50", Decimal("-1200.50")),
    ("money", "人民币12元", Decimal(12)),
    ("money", "三万五千零二十元", Decimal(35020)),
    ("money", "壹佰贰拾万元", Decimal(1_200_000)),
    ("money", "2.5亿", Decimal(250_000_000)),
    ("yes_no", "是", True),
    ("yes_no", "√", True),
    ("yes_no", "Yes", True),
    ("yes_no", "无", False),
    ("yes_no", "×", False),
    ("yes_no", "0", False),
    ("code", "pass", "pass"),
    ("code", "合 格", "pass"),
    ("code", "ＦＡＩＬ", "fail"),
    ("code", "不符合", "fail"),
    ("identifier", " ０0１ ab-c ", "001AB-C"),
    ("list", "甲、乙；丙", ("甲", "乙", "丙")),
    ("list", "甲、、/、乙", ("甲", "乙")),
    ("text", "  Ａ厂（１）　北京，  ", "A厂（1） 北京，"),
    ("text", "无", "无"),
]


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_reads_what_files_hold(make_field: Callable[..., Field], kind: str, text: str, value: object):
    assert read_value(make_field(kind), text) == value


REFUSED = [
    ("date", "not known", "not-a-date"),
    ("date", "2020-01", "not-a-date"),
    ("date", "20-1-3", "not-a-date"),
    ("date", "2020-1/3", "not-a-date"),
    ("date", "20201", "not-a-date"),
    ("date", "29999", "not-a-date"),
    ("date", "2020-01-31 25:00", "not-a-date"),
    ("date", "2020-02-30", "no-such-day"),
    ("date", "0000-01-01", "no-such-day"),
    ("date", "二〇二〇年二月三十日", "no-such-day"),
    ("date", "31/12/2020", "day-order-unknown"),
    ("date", "06-May-45", "century-unknown"),
    ("date", "05-06-21", "not-a-date"),
    ("date", "May 6, 21", "not-a-date"),
    ("date", "2019.3.15-2019.3.20", "not-a-date"),
    ("month", "2019.3.15-2019.4.20", "several-months"),
    ("year", "2018.12.30-2019.1.5", "several-years"),
    ("year", "2018-2019", "several-years"),
    ("datetime", "9999-12-31T23:59:59-08:00", "not-a-datetime"),
    ("month", "2020.1", "not-a-month"),
    ("month", "202013", "six-digits"),
    ("year", "20", "not-a-year"),
    ("year", "43831", "not-a-year"),
    ("year", "0000", "not-a-year"),
    ("whole", "1.5", "not-whole"),
    ("whole", "9223372036854775808", "too-large"),
    ("whole", "1e18000", "not-a-number"),
    ("decimal", "1e999", "too-large"),
    ("decimal", "1,23", "not-a-number"),
    ("decimal", "1.2.3", "not-a-number"),
    ("decimal", "--1", "not-a-number"),
    ("decimal", "(-1)", "not-a-number"),
    ("decimal", "(1", "not-a-number"),
    ("decimal", "Infinity", "not-a-number"),
    ("decimal", "三万五", "not-a-number"),
    ("decimal", "0.1234567", "too-many-places"),
    ("decimal", "1234567890123", "too-large"),
    ("decimal", "12吨", "other-unit"),
    ("money", "0.001", "too-many-places"),
    ("money", "12%", "other-unit"),
    ("money", "$12", "other-unit"),
    ("money", "￥12美元", "not-a-number"),
    ("yes_no", "maybe", "not-yes-no"),
    ("code", "passs", "unknown-code-near"),
    ("code", "搁置", "unknown-code"),
    ("identifier", "15009.0", "damaged-identifier"),
    ("identifier", "9.114E+17", "damaged-identifier"),
    ("text", "a\x00b", "control-characters"),
    ("text", "\ud800", "control-characters"),
    ("text", "a\x1fb", "control-characters"),
    ("text", "#REF!", "formula-error"),
    ("text", "x" * 100_001, "too-long"),
]


@pytest.mark.parametrize(("kind", "text", "rule"), REFUSED)
def test_refuses_and_names_the_rule(make_field: Callable[..., Field], kind: str, text: str, rule: str):
    with pytest.raises(ValueRefused) as refused:
        read_value(make_field(kind), text)

    assert refused.value.rule == f"vocabulary.{rule}"
    assert refused.value.render("en") != refused.value.render("zh")


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize(
    "mark", ["", " / ", "——", "－", "n/a", "NULL", "NaN", "<NA>", "Not Available", "not applicable"]
)
def test_reads_marks_as_empty_for_every_type(make_field: Callable[..., Field], kind: str, mark: str):
    assert read_value(make_field(kind), mark) is None


def test_nothing_is_a_word_in_texts_and_a_no_in_yes_no(make_field: Callable[..., Field]):
    assert read_value(make_field("whole"), "无") is None
    assert read_value(make_field("text"), "无") == "无"
    assert read_value(make_field("yes_no"), "无") is False


@pytest.mark.parametrize("mark", ["NA", "NaT", "None", "."])
def test_a_word_that_a_text_may_mean_is_empty_in_other_types_only(make_field: Callable[..., Field], mark: str):
    for kind in FieldType:
        means_it = kind in (FieldType.TEXT, FieldType.LIST) or (kind is FieldType.IDENTIFIER and mark != "None")
        assert (read_value(make_field(kind), mark) is None) is not means_it, kind


def test_a_spelling_of_a_code_is_never_empty(make_field: Callable[..., Field]):
    codes = CodeList({"none": Code("none", Label("无", "None"), ("/",))})

    assert read_value(make_field("code", codes=codes), "/") == "none"
    assert read_value(make_field("code", codes=codes), "无") == "none"
    assert read_value(make_field("code", codes=codes), "None") == "none"
    assert read_value(make_field("code", codes=codes), "-") is None
    absent = CodeList({"a": Code("a", Label("不可用", "Not available"))})
    assert read_value(make_field("code", codes=absent), "Not Available") == "a"


def test_a_number_that_is_a_code_may_have_a_point_and_zeros(make_field: Callable[..., Field]):
    codes = CodeList(
        {"rated": Code("rated", Label("已评", "Rated"), ("5",)), "1.0": Code("1.0", Label("版", "Edition"))}
    )
    field = make_field("code", codes=codes)

    assert [read_value(field, text) for text in ("5", "5.0", "5.00", "1.0")] == ["rated", "rated", "rated", "1.0"]
    for text in ("5.5", "5.", "1", "15.0"):
        with pytest.raises(ValueRefused):
            read_value(field, text)


def test_a_date_without_an_end_is_empty(make_field: Callable[..., Field]):
    assert read_value(make_field("date"), "长期") is None


def test_every_mark_of_emptiness_is_in_its_comparable_form():
    assert all(mark == mark.casefold().strip() for mark in EMPTY_MARKS)


@pytest.mark.parametrize(("day_first", "day"), [(True, date(2020, 2, 1)), (False, date(2020, 1, 2))])
def test_day_and_month_stand_as_the_kind_declares(make_field: Callable[..., Field], *, day_first: bool, day: date):
    assert read_value(make_field("date"), "1/2/2020", day_first=day_first) == day


def test_bounds_are_included(make_field: Callable[..., Field]):
    bounded = make_field("whole", at_least=Decimal(1), at_most=Decimal(5))
    dated = make_field("date", at_least=date(2020, 1, 1))

    assert read_value(bounded, "5") == 5
    assert read_value(dated, "2020-01-01") == date(2020, 1, 1)
    for field, text, rule in ((bounded, "0", "below"), (bounded, "6", "above"), (dated, "2019-12-31", "below")):
        with pytest.raises(ValueRefused) as refused:
            read_value(field, text)
        assert refused.value.rule == f"vocabulary.{rule}"


def test_only_the_listed_values_are_taken(make_field: Callable[..., Field]):
    listed = make_field("whole", values=(Decimal(0), Decimal(5), Decimal(10)))

    assert read_value(listed, "10") == 10
    with pytest.raises(ValueRefused) as refused:
        read_value(listed, "7")
    assert refused.value.rule == "vocabulary.not-among-values"


def test_a_shared_spelling_names_the_codes_it_may_mean(make_field: Callable[..., Field]):
    codes = CodeList({"1": Code("1", Label("鼓楼区", "One")), "2": Code("2", Label("鼓楼区", "Two"))})

    with pytest.raises(ValueRefused) as refused:
        read_value(make_field("code", codes=codes), "鼓楼区")

    assert refused.value.facts["codes"] == "1, 2"


def test_a_list_of_codes_reads_each_entry(make_field: Callable[..., Field]):
    listed = make_field("list", of=FieldType.CODE, codes=make_field("code").codes)

    assert read_value(listed, "合格、不合格") == ("pass", "fail")


def test_hostile_values_cannot_flood_a_message(make_field: Callable[..., Field]):
    with pytest.raises(ValueRefused) as refused:
        read_value(make_field("date"), "9\n" * 40_000)

    assert len(refused.value.render()) < 300


PLACES = {"decimal": 6, "money": 2}
VALUES = {
    "date": st.dates(min_value=date(1000, 1, 1)),
    "month": st.dates(min_value=date(1000, 1, 1)).map(lambda day: day.replace(day=1)),
    "datetime": st.datetimes(min_value=datetime(1000, 1, 1)),
    "year": st.integers(1000, 9999),
    "whole": st.integers(-(2**63) + 1, 2**63 - 1),
    "decimal": st.decimals(-(10**12) + 1, 10**12 - 1, places=6),
    "money": st.decimals(-(10**16) + 1, 10**16 - 1, places=2),
    "yes_no": st.booleans(),
    "code": st.sampled_from(["pass", "fail"]),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_reading_the_canonical_text_gives_the_value_back(
    make_field: Callable[..., Field], kind: str, data: st.DataObject
):
    field, value = make_field(kind), data.draw(VALUES[kind])

    assert read_value(field, canonical_text(field, value)) == value


@pytest.mark.parametrize("kind", list(FieldType))
@given(text=st.text(max_size=30) | st.from_regex(r"[0-9０-９年月日/.,:\-（）()万亿元%E+ ]{1,20}", fullmatch=True))
def test_what_is_read_once_is_read_the_same_from_its_canonical_text(
    make_field: Callable[..., Field], kind: str, text: str
):
    field = make_field(kind)
    try:
        value = read_value(field, text, day_first=True)
    except ValueRefused:
        return

    if value not in (None, ()):
        assert read_value(field, canonical_text(field, value)) == value


@given(number=st.decimals(0, 10**12 - 1, places=6))
def test_a_number_means_the_same_however_it_is_written(make_field: Callable[..., Field], number: Decimal):
    wide = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
    field = make_field("decimal")

    plain = read_value(field, f"{number:f}")

    assert plain == number
    assert read_value(field, f"{number:,f}") == plain
    assert read_value(field, f"{number:,f}".translate(wide)) == plain
    assert read_value(field, f"({number:f})") == -number
    assert read_value(field, f"{number:E}") == plain


@given(number=st.decimals(0, 10**11, places=7).filter(lambda number: number % Decimal("0.000001") != 0))
def test_no_digit_is_ever_dropped(make_field: Callable[..., Field], number: Decimal):
    with pytest.raises(ValueRefused) as refused:
        read_value(make_field("decimal"), f"{number:f}")

    assert refused.value.rule == "vocabulary.too-many-places"


def test_empty_marks_of_a_field_are_what_it_reads_as_empty(make_field: Callable[..., Field]):
    for kind in FieldType:
        field = make_field(kind)
        assert all(read_value(field, mark) is None for mark in empty_marks(field))
