"""Read JSON lines: one object a line, its names the headings; of an object within it, both names with a point."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from zhiheng.errors import Place
from zhiheng.ledger.reading.headings import Heading
from zhiheng.ledger.reading.refusals import MOST_COLUMNS, TooManyColumns
from zhiheng.ledger.reading.tables import Row
from zhiheng.vocabulary import ENTRY_MARK, LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LONGEST_LINE = 4 * 1024**2
_HALVES = re.compile("[\ud800-\udfff]")
_SHOWN = 1000
_DEEPEST = 8
_NOT_AN_OBJECT = "ledger.line-not-object"


def names_of(path: Path, shown: str) -> tuple[Heading, ...]:
    """
    Collect the names that any line has, in the order in which they come.

    Raises:
        TooManyColumns: there is no end of them.
    """
    names: dict[str, None] = {}
    for _, found in _objects(path):
        for name in found if isinstance(found, dict) else ():
            names.setdefault(name)
        if len(names) > MOST_COLUMNS:
            raise TooManyColumns(Place(shown), columns=len(names), most=MOST_COLUMNS)
    return tuple(Heading(name) for name in names)


def read_objects(path: Path, names: Sequence[Heading]) -> Iterator[Row]:
    """Read every line; one that is no object is told, not lost."""
    for number, found in _objects(path):
        if isinstance(found, str):
            yield Row(number, (found,), whole_fault=_NOT_AN_OBJECT)
        elif found:
            yield Row(number, tuple(_text(found.get(name.lower)) for name in names))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, object] | str]]:
    """Count the lines and read them; a line that holds something else comes as its text, an empty one as nothing."""
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            found = _object(line) if line.strip() else {}
            yield number, line.strip()[:_SHOWN] if found is None else found


def _object(line: str) -> dict[str, object] | None:
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return dict(_named(found)) if isinstance(found, dict) else None


def _named(found: dict[str, object], before: str = "", depth: int = _DEEPEST) -> Iterator[tuple[str, object]]:
    """Yield every value with its name; objects deeper than anybody nests them stay whole."""
    for name, value in found.items():
        whole = before + _whole(name)
        if isinstance(value, dict) and depth:
            yield from _named(value, f"{whole}.", depth - 1)
        else:
            yield whole, value


def _whole(text: str) -> str:
    r"""Replace halves of characters (an escape such as `\ud800` alone) by the sign for what cannot be read."""
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
