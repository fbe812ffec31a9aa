"""Every page that readers work with stands in both languages, and both say the same things in the same order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .pages import PAGES, ROOT, fences_in, links_in, name_of

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
CHINESE = ".zh-CN.md"
FOLDERS = ("tutorial", "how-to", "reference", "explanation")
BOTH_IN_ONE = {DOCS / "reference" / "errors.md"}
GENERATED = {DOCS / "reference" / "cli.zh-CN.md"}
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_TITLED = re.compile(r'^```\w+ title="[^"]+"\n.*?^```$', re.MULTILINE | re.DOTALL)

ENGLISH_PAGES = [
    page
    for page in PAGES
    if page.parent in {DOCS / folder for folder in FOLDERS}
    and not page.name.endswith(CHINESE)
    and page not in BOTH_IN_ONE
]
CHINESE_PAGES = [page for page in PAGES if DOCS in page.parents and page.name.endswith(CHINESE)]
PAIRS = [(page, page.with_name(page.stem + CHINESE)) for page in ENGLISH_PAGES]
twins = pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[name_of(page) for page in ENGLISH_PAGES])


def levels_of_headings(text: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", _FENCE.sub("", text), re.MULTILINE)]


def cells_of_rows(text: str) -> list[int]:
    """Count the cells of each row of each table; a bar within a cell is written with a backslash."""
    rows = re.findall(r"^ *\|.*$", _FENCE.sub("", text), re.MULTILINE)
    return [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows]


def linked_in(text: str) -> set[str]:
    """List the files that a page points at, those of either language under one name, without their places in pages."""
    return {link.split("#", 1)[0].replace(CHINESE, ".md") for link in links_in(text)}


def test_every_page_has_its_twin() -> None:
    assert ENGLISH_PAGES
    assert {chinese for _, chinese in PAIRS} == set(CHINESE_PAGES)


@twins
def test_twins_have_the_same_headings_tables_and_files(english: Path, chinese: Path) -> None:
    said, told = english.read_text("utf-8"), chinese.read_text("utf-8")
    assert levels_of_headings(told) == levels_of_headings(said)
    assert cells_of_rows(told) == cells_of_rows(said)
    assert len(fences_in(told)) == len(fences_in(said))
    assert _TITLED.findall(told) == _TITLED.findall(said)


@twins
def test_twins_point_at_the_same_files(english: Path, chinese: Path) -> None:
    own = {english.name}  # a page may point at its own twin
    assert linked_in(chinese.read_text("utf-8")) - own == linked_in(english.read_text("utf-8")) - own


@pytest.mark.parametrize("page", [page for page in CHINESE_PAGES if page not in GENERATED], ids=name_of)
def test_a_chinese_page_points_at_chinese_pages(page: Path) -> None:
    links = {link: (page.parent / link.split("#", 1)[0]).resolve() for link in links_in(page.read_text("utf-8"))}
    assert [link for link, found in links.items() if found in ENGLISH_PAGES] == []
