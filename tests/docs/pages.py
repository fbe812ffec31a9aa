"""The project's pages, and what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    """Name a page as seen from the project's folder."""
    return page.relative_to(ROOT).as_posix()


def read_page(name: str) -> str:
    """Read a page by its name."""
    return (ROOT / name).read_text("utf-8")


def fences_in(text: str) -> list[str]:
    """List the blocks of code of a page, without their fences."""
    return [block.split("\n", 1)[1].rsplit("\n", 1)[0] for block in _FENCE.findall(text)]


def links_in(text: str) -> list[str]:
    """List where a page points, outside its blocks of code."""
    return _LINK.findall(_FENCE.sub("", text))


def headings_in(text: str) -> set[str]:
    """List the headings of a page, without their marks."""
    return {line.lstrip("#").strip() for line in _FENCE.sub("", text).splitlines() if line.startswith("#")}


def coded_in(text: str) -> set[str]:
    """List what a page sets as code, within a line or in blocks, and every word in it."""
    spans = re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    return set(spans) | {word for span in (*spans, *fences_in(text)) for word in re.findall(r"[a-z_]+", span)}
