"""Take what only the title of a file says: the year, the verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhiheng.vocabulary.chinese_numbers import read_chinese_number
from zhiheng.vocabulary.spelling import equal_width
from zhiheng.vocabulary.words import codes_said

if TYPE_CHECKING:
    from zhiheng.vocabulary.kind import Field

_NAMED = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_HAN = re.compile(r"(?<![〇零○一二三四五六七八九])([一二][〇零○一二三四五六七八九]{3})\s*年")
_BARE = re.compile(r"(?<![\d.,/-])((?:19|20)\d{2})(?![\d.,%])")


def title_year(text: str) -> int | None:
    """Find the year that a title names: `2015年`, `二〇一五年`, or else a bare 1900 to 2099; the first if several."""
    plain = equal_width(text)
    if found := _NAMED.search(plain):
        return int(found[1])
    if found := _HAN.search(plain):
        return read_chinese_number(found[1])
    bare = _BARE.search(plain)
    return int(bare[1]) if bare else None


def title_code(field: Field, title: str) -> str | None:
    """Find the code of the field one of whose words stands in the title; None where the words of several codes do."""
    found = codes_said(title, field.title_words, field.idle_words)
    return next(iter(found)) if len(found) == 1 else None
