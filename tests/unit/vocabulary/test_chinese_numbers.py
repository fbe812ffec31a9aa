"""Chinese numerals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import read_chinese_number


def write(number: int) -> str:
    """Write a number as a person does: an independent way back for the reader."""
    for unit, mark in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            rest = number % unit
            gap = "零" if rest and rest < unit // 10 else ""
            return write(number // unit) + mark + gap + (write(rest) if rest else "")
    written, gap = "", False
    for unit, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + mark
        gap = not digit
    return written or "零"


@given(st.integers(0, 10**11))
def test_what_is_written_is_read(number: int):
    assert read_chinese_number(write(number)) == number


@pytest.mark.parametrize(
    ("text", "number"), [("十二", 12), ("二〇二〇", 2020), ("两百", 200), ("壹拾贰万", 120000), ("一万亿", 10**12)]
)
def test_reads_the_forms_of_documents(text: str, number: int):
    assert read_chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "三万五", "一百二", "百万千", "十十", "一二十", "年", "万", "零" * 30])
def test_reads_nothing_doubtful(text: str):
    assert read_chinese_number(text) is None
