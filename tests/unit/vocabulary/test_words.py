"""Codes known by the words that stand in a longer text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from zhiheng.vocabulary import Field, ValueRefused, read_value

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = {"pass": ("合格", "未发现不合格"), "fail": ("不合格",)}


@pytest.fixture
def verdict(make_field: Callable[..., Field]) -> Field:
    return make_field("code", words=WORDS, idle_words=("合格证", "基本合格"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("合格。", "pass"),
        ("本次抽查所检项目合格", "pass"),
        ("未发现不合格", "pass"),
        ("不 合格（标识）", "fail"),
        ("标签不合格*", "fail"),
        ("不合格（无合格证）", "fail"),
        ("符合", "pass"),
    ],
)
def test_the_longest_word_within_a_cell_tells_its_code(verdict: Field, text: str, code: str):
    assert read_value(verdict, text) == code


def test_words_of_several_codes_leave_the_cell_undecided(verdict: Field):
    with pytest.raises(ValueRefused) as refused:
        read_value(verdict, "质量合格、标识不合格")
    assert refused.value.rule == "vocabulary.ambiguous-code"


@pytest.mark.parametrize("text", ["未抽样", "停产", "基本合格", "无合格证"])
def test_a_cell_without_a_word_of_a_code_is_none(verdict: Field, text: str):
    with pytest.raises(ValueRefused):
        read_value(verdict, text)


def test_without_words_a_cell_must_be_a_spelling(make_field: Callable[..., Field]):
    with pytest.raises(ValueRefused):
        read_value(make_field("code"), "合格。")


@pytest.mark.parametrize(
    ("text", "number"), [("未检出", 0), ("nd", 0), ("未 检出", 0), ("痕量", "0.01"), ("1.5", "1.5")]
)
def test_a_word_stands_for_a_number(make_field: Callable[..., Field], text: str, number: str):
    field = make_field("decimal", words={"0": ("未检出", "ND"), "0.01": ("痕量",)})
    assert read_value(field, text) == Decimal(number)


def test_a_word_is_empty_where_the_kind_says_so(make_field: Callable[..., Field]):
    field = make_field("decimal", empty_words=("未检出", "ND"))
    assert (read_value(field, "未检出"), read_value(field, "nd")) == (None, None)
    with pytest.raises(ValueRefused):
        read_value(make_field("decimal"), "未检出")


@pytest.mark.parametrize(("below", "number"), [("bound", "0.05"), ("zero", 0)])
@pytest.mark.parametrize("text", ["<0.05", "＜0.05", "< 0.05"])
def test_a_bound_is_read_as_the_kind_says(make_field: Callable[..., Field], below: str, text: str, number: str):
    assert read_value(make_field("decimal", below=below), text) == Decimal(number)


def test_without_a_word_on_it_a_bound_is_no_number(make_field: Callable[..., Field]):
    with pytest.raises(ValueRefused):
        read_value(make_field("decimal"), "<0.05")
