"""Spellings made equal: headings, names, titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import (
    Field,
    comparable_name,
    equal_width,
    heading_parts,
    heading_unit,
    heading_without_brackets,
    headings_of,
    normalise_heading,
    normalise_name,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "text",
    ["Batch No", "batch\nno", "ＢＡＴＣＨ　ＮＯ", "*Batch No：", "【batch】no".replace("【", "").replace("】", "")],
)
def test_headings_are_equal_but_for_width_case_spaces_and_marks(text: str):
    assert normalise_heading(text) == "batchno"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rating_value", "RatingValue"),
        ("scores.Hygiene", "Scores/Hygiene"),
        ("规格、型号", "规格或型号"),
        ("生产日期/批号", "生产日期及批号"),
        ("Long-Stay", "long stay"),
    ],
)
def test_what_joins_or_parts_the_words_of_a_heading_is_one_and_the_same(one: str, other: str):
    assert normalise_heading(one) == normalise_heading(other)


def test_a_unit_in_brackets_keeps_its_signs():
    assert heading_parts("单_价（元/吨）") == ("单价", "元/吨")


def test_brackets_anywhere_may_be_left_out():
    assert heading_without_brackets("标称生产（进口）企业〔全称〕") == "标称生产企业"


def test_kinds_of_brackets_are_equal_in_headings():
    assert normalise_heading("金额【万元】") == normalise_heading("金额（万元）") == "金额(万元)"


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("金额（万元）", ("金额", "万元")),
        ("金额(单位:万元)", ("金额", "万元")),
        ("金额，单位：元", ("金额", "元")),
        ("金额", ("金额", "")),
        ("生产企业（标称）名称", ("生产企业(标称)名称", "")),
    ],
)
def test_a_heading_is_parted_from_what_its_brackets_say(heading: str, parts: tuple[str, str]):
    assert heading_parts(heading) == parts


def test_only_units_are_units(make_field: Callable[..., Field]):
    assert heading_unit(make_field("money", unit="元"), "罚款金额（万元）") == "万元"
    assert heading_unit(make_field("decimal"), "合格率（%）") == "%"
    assert heading_unit(make_field("decimal", unit="件"), "数量（件）") == "件"
    assert heading_unit(make_field("decimal"), "得分（满分）") == ""
    assert heading_unit(make_field("text"), "金额（万元）") == ""


def test_a_field_is_named_by_its_name_its_labels_and_its_aliases(make_field: Callable[..., Field]):
    assert headings_of(make_field("whole", aliases=("总数", "AMOUNT"))) == ("amount", "数值", "总数")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("太原（宏达）有限公司", "太原 (宏达) 有限公司"),
        ("Ｊｏｅ  Ｂｌｏｇｇｓ", "Joe Bloggs"),
        ("甲〔乙〕厂", "甲(乙)厂"),
    ],
)
def test_names_are_equal_in_width_brackets_and_spaces(one: str, other: str):
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("太原宏达有限公司", "晋中宏达股份"),
        ("宏达有限公司", "宏达有限责任公司"),
        ("Joe Bloggs", "JoeBloggs"),
        ("ABC", "abc"),
    ],
)
def test_nothing_else_makes_two_names_one(one: str, other: str):
    assert normalise_name(one) != normalise_name(other)


@given(st.text(max_size=40))
def test_making_equal_twice_changes_nothing_more(text: str):
    assert normalise_name(normalise_name(text)) == normalise_name(text)
    assert equal_width(equal_width(text)) == equal_width(text)


@given(st.text(max_size=200))
def test_a_text_in_a_message_is_short_and_on_one_line(text: str):
    assert len(shorten(text)) <= 60
    assert shorten(text).isprintable()


@pytest.mark.parametrize("name", ["标称：甲厂", "（标称） 甲厂", "甲厂（标称）", "甲厂*", "标称生产者:甲厂※", "甲 厂"])
def test_a_marker_beside_a_name_is_none_of_it(name: str):
    assert comparable_name(name, ("标称", "标称生产者")) == "甲厂"


@pytest.mark.parametrize("name", ["标称甲厂", "甲(标称)厂", "甲厂(委托)"])
def test_a_marker_within_a_name_is_left(name: str):
    assert comparable_name(name, ("标称",)) == name


def test_without_markers_an_asterisk_belongs_to_the_name():
    assert comparable_name("甲厂*", ()) == "甲厂*"
