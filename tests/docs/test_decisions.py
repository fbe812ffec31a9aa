"""Each decision is one dated page of three parts, and the index knows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .pages import ROOT, name_of, read_page

if TYPE_CHECKING:
    from pathlib import Path

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_says_what_why_and_at_what_cost(page: Path) -> None:
    text = page.read_text("utf-8")
    number = page.name[:4]
    assert re.match(rf"# {number} \S.*\n\n\d{{4}}-\d{{2}}-\d{{2}}\n\n", text)
    assert [part for part in ("**We chose**", "**Because**", "**We gave up**") if part not in text] == []
    assert len(text.split()) < 450, "more than a page"


def test_the_index_lists_every_decision_once_by_number_title_and_date() -> None:
    rows = re.findall(
        r"^\| \[(\d{4})\]\((\S+?)\) \| (.+?) \| (\S+) \|$", read_page("docs/decisions/README.md"), re.MULTILINE
    )
    expected = []
    for page in DECISIONS:
        title, _, date, *_ = page.read_text("utf-8").splitlines()
        expected.append((page.name[:4], page.name, title[len("# 0000 ") :], date))
    assert rows == expected
    assert [row[0] for row in rows] == [f"{number:04}" for number in range(1, len(rows) + 1)]
