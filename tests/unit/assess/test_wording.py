"""The words of answers are whole in both languages, and each is said somewhere."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

import zhiheng.assess
from zhiheng.assess.movement import Cause
from zhiheng.assess.page import Page, folded, width_of
from zhiheng.assess.wording import texts
from zhiheng.method import Absent

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(zhiheng.assess.__file__).parent.glob("*.py"))
SAID_BY_CODE = (
    "state.",
    "line.",
    "sure.",
    "section.",
    "statistic.",
    "record.",
    "cause.",
    "compare.differs-",
    "explain.left-",
    "explain.absent-",
    "explain.count-",
    "explain.instead-",
    "explain.own-",
)


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", texts())
def test_a_text_stands_in_both_languages_with_the_same_facts(name: str):
    said = texts()[name]
    assert set(said) == {"zh", "en"}
    assert facts(said["zh"]) == facts(said["en"])


@pytest.mark.parametrize("name", [name for name in texts() if not name.startswith(SAID_BY_CODE)])
def test_every_text_is_said(name: str):
    assert f'"{name}"' in SOURCES or f'"{name.partition(".")[2]}"' in SOURCES


def test_every_cause_has_its_words():
    assert {f"cause.{cause}" for cause in Cause} | {"cause.mixed"} == {
        name for name in texts() if name.startswith("cause.")
    }


def test_everything_that_a_method_may_make_of_a_line_without_a_value_has_its_words():
    assert {f"explain.absent-{one}" for one in Absent} | {"explain.absent-unattested"} == {
        name for name in texts() if name.startswith("explain.absent-")
    }


def test_chinese_counts_as_two():
    assert width_of("质量 ok") == 7
    assert width_of("e\u0301") == 1


@pytest.mark.parametrize("text", ["质" * 90, "x" * 90, "一个 long 句子，with 两种 words。" * 6, ""])
def test_folded_lines_fit(text: str):
    lines = folded(text, 30, 4)
    assert max(width_of(line) for line in lines) <= 30
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_mark_that_closes_begins_no_line():
    assert not any(line.startswith(("，", "。", ")")) for line in folded("一二三四，" * 9, 20))


def test_columns_are_aligned_whatever_their_letters():
    page = Page()
    page.table([["1", "质量"], ["20", "ab"]], 2, numbers=(0,))
    assert page.lines == ["   1  质量", "  20  ab"]
