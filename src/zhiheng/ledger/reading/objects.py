"""Read JSON lines: one object a line, its names the headings."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger.reading.headings import Heading
from zhiheng.ledger.reading.tables import Row
from zhiheng.vocabulary import ENTRY_MARK, LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MOST_NAMES = 2000
_LONGEST_LINE = 4 * 1024**2
_HALVES = re.compile("[\ud800-\udfff]")
_NOT_AN_OBJECT = "ledger.line-not-object"


class TooManyNames(ZhihengError):
    """JSON lines with more different names than any record has fields."""

    code: ClassVar[str] = "ledger.too-many-names"


def names_of(path: Path, shown: str) -> tuple[Heading, ...]:
    """
    Collect the names that any line has, in the order in which they come.

    Raises:
        TooManyNames: there is no end of them.
    """
    names: dict[str, None] = {}
    for _, found in _objects(path):
        for name in found or ():
            names.setdefault(name)
        if len(names) > _MOST_NAMES:
            raise TooManyNames(Place(shown), most=_MOST_NAMES)
    return tuple(Heading(name) for name in names)


def read_objects(path: Path, names: Sequence[Heading]) -> Iterator[Row]:
    """Read every line; one that is no object is told, not lost."""
    for number, found in _objects(path):
        if found is None:
            yield Row(number, (), whole_fault=_NOT_AN_OBJECT)
        else:
            yield Row(number, tuple(_text(found.get(name.lower)) for name in names))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, object] | None]]:
    """Count the lines and read them; None is a line that holds something else, an empty object an empty line."""
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            yield number, _object(line) if line.strip() else {}


def _object(line: str) -> dict[str, object] | None:
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return {_whole(name): value for name, value in found.items()} if isinstance(found, dict) else None


def _whole(text: str) -> str:
    """Replace halves of characters (an escape such as `\\ud800` alone) by the sign for what cannot be read."""
    return _HALVES.sub("\ufffd", text)


def _text(found: object) -> str:
    match found:
        case None:
            return ""
        case bool():
            return "true" if found else "false"
        case str():
            return _whole(found[: LONGEST_TEXT + 1])
        case list() if all(isinstance(entry, str) for entry in found):
            return _whole(ENTRY_MARK.join(found))
        case _:
            return _whole(json.dumps(found, ensure_ascii=False)[: LONGEST_TEXT + 1])
