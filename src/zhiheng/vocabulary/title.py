"""Take what only the title of a file says: the year, the verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhiheng.vocabulary.chinese_numbers import read_chinese_number
from zhiheng.vocabulary.spelling import equal_width, normalise_spelling

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
    """
    Find the code of the field one of whose words stands in the title; None where the words of several codes do.

    A longer word is looked for first and hides the shorter within it: 不合格 does not also say 合格.
    """
    left = normalise_spelling(title)
    words = [(normalise_spelling(word), code) for code, listed in field.title_words.items() for word in listed]
    found: set[str] = set()
    for word, code in sorted(words, key=lambda pair: -len(pair[0])):
        if word and word in left:
            found.add(code)
            left = left.replace(word, "\n")
    return found.pop() if len(found) == 1 else None
