"""Which of the rows above a heading is its title, and what stands for one elsewhere."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.ignored import WORDS
from zhiheng.vocabulary import equal_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.ledger.reading.tables import Row

_LONGEST = 600
_OWN, _ASIDE, _REMARKED = range(3)


def titles_of(above: Iterable[Row], sheet: str, file: str) -> tuple[str, ...]:
    """List where a title may stand, the likeliest first: the rows above the heading, the sheet's name, the file's."""
    return (*nearest_first(above), sheet, file.rsplit(".", 1)[0])


def title_of(above: Iterable[Row]) -> str:
    """Write all that stands above a heading in one line."""
    return " ".join(text for row in above if (text := text_of(row)))[:_LONGEST]


def is_plain_title(row: Row) -> bool:
    """Tell a row above a heading that is told as its title from one that might have held a record."""
    return row.filled <= 1 or row.spans


def nearest_first(above: Iterable[Row]) -> tuple[str, ...]:
    """
    List the rows from below, those that may well be titles first.

    After them come lines that say when or by whom a form was filled in, numbers of documents and sentences; last the
    remarks (注：, 声明：, what is all in brackets).
    """
    texts = [text[:_LONGEST] for row in reversed(list(above)) if (text := text_of(row))]
    return tuple(sorted(texts, key=_rank))


def is_title(text: str) -> bool:
    """Tell a text that may be a title from an aside or a remark."""
    return _rank(text) == _OWN


def text_of(row: Row) -> str:
    """Write the different values of a row in one line."""
    return " ".join(text for text in dict.fromkeys(" ".join(cell.split()) for cell in row.cells) if text)


def _rank(text: str) -> int:
    plain, (remark, *asides) = equal_width(text), _patterns()
    if remark.search(plain):
        return _REMARKED
    return _ASIDE if any(pattern.search(plain) for pattern in asides) else _OWN


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Build the pattern of remarks, then those of other rows that are less of a title."""
    said = tomllib.loads((files("zhiheng.ledger.reading") / "titles.toml").read_text("utf-8"))
    said["notes"] += WORDS["notes"]
    said["labels"] += [*WORDS["signatures"], *WORDS["signatures_or_names"]]
    words = {part: "|".join(map(re.escape, listed)) for part, listed in said.items()}
    number = r"[〔\[(]?(?:19|20)[0-9]{2}[〕\])]?\s*年?\s*第?\s*[0-9]+\s*[号期]"
    patterns = (
        rf"^\W{{0,2}}(?:{words['notes']})\s*\d{{0,2}}\s*[:.、]|^\(.*\)$",
        rf"^\W{{0,2}}(?:{words['labels']})[^:]{{0,8}}:",
        words["sentences"],
        rf"^\W{{0,2}}\S{{0,8}}?(?:{words['documents']})?\W{{0,2}}{number}\s*(?:{words['documents']})?\W{{0,2}}$",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
