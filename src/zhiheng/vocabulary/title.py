"""Take what only the title of a file says: the year, the verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhiheng.vocabulary.chinese_numbers import read_chinese_number
from zhiheng.vocabulary.spelling import equal_width
from zhiheng.vocabulary.words import codes_said

if TYPE_CHECKING:
    from zhiheng.vocabulary.kind import Field

_NAMED = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年(?!版)")
_HAN = re.compile(r"(?<![〇零○一二三四五六七八九])([一二][〇零○一二三四五六七八九]{3})\s*年(?!版)")
_BARE = re.compile(
    r"(?<![\d.,/-])((?:19|20)\d{2})(?![\d.,%/])(?!\s*(?:批|家|号|种|个|件|台|人|户|项|组|款|次|份|元|吨|年?版|余|多))"
)
_STANDARD = re.compile(r"(?:GB|NY|YY|QB|FZ|HJ|DB|JB|SB|SN|LS|WS|ISO|IEC|EN)(?:\s*/?\s*[TZ])?\s*[\d.]+(?:[-—]\d{4})?")
_QUOTED = re.compile(rf"《[^《》]*》|{_STANDARD.pattern}")


def title_year(text: str) -> int | None:
    """
    Find the year that a title names: `2015年`, `二〇一五年`, or else a bare 1900 to 2099.

    Years within 《》, of editions and of standards are not its own; nor is a number of batches or firms. Where several
    differ, 年度 decides, and else none is named.
    """
    plain = equal_width(text)
    outside = _QUOTED.sub(" ", plain)
    named = _years(outside)
    if not named and outside != plain and not _BARE.search(outside):
        named = _years(_STANDARD.sub(" ", plain))
    if len(named) > 1:
        named = _years(outside, "度") or named
    if not named:
        named = {int(year) for year in _BARE.findall(outside)}
    return named.pop() if len(named) == 1 else None


def _years(text: str, after: str = "") -> set[int]:
    digits = {int(found[1]) for found in _NAMED.finditer(text) if text.startswith(after, found.end())}
    han = (read_chinese_number(found[1]) for found in _HAN.finditer(text) if text.startswith(after, found.end()))
    return digits | {year for year in han if year is not None}


def title_code(field: Field, title: str) -> str | None:
    """Find the code of the field one of whose words stands in the title; None where the words of several codes do."""
    found = codes_said(title, field.title_words, field.idle_words)
    return next(iter(found)) if len(found) == 1 else None
