"""Read JSON lines: one object a line, its names the headings; of an object within it, both names with a point."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from zhiheng.errors import Place
from zhiheng.ledger.reading.headings import Heading
from zhiheng.ledger.reading.refusals import MOST_COLUMNS, TooManyColumns
from zhiheng.ledger.reading.tables import Row
from zhiheng.vocabulary import ENTRY_MARK, LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_LONGEST_LINE = 4 * 1024**2
_HALVES = re.compile("[\ud800-\udfff]")
_SHOWN = 1000
_DEEPEST = 8
_DAMAGE = "\ufffd"
_NOT_AN_OBJECT, _NAME_TWICE = "ledger.line-not-object", "ledger.name-twice"
_TOO_LONG, _DAMAGED = "ledger.line-too-long", "ledger.bytes-damaged"


class _Line(NamedTuple):
    number: int
    found: dict[str, object]
    fault: str = ""
    text: str = ""  # of a line with a fault


def names_of(path: Path, shown: str) -> tuple[Heading, ...]:
    """
    Collect the names that any line has, in the order in which they come.

    Raises:
        TooManyColumns: there is no end of them.
    """
    names: dict[str, None] = {}
    for line in _lines(path):
        names.update(dict.fromkeys(line.found))
        if len(names) > MOST_COLUMNS:
            raise TooManyColumns(Place(shown), columns=len(names), most=MOST_COLUMNS)
    return tuple(Heading(name) for name in names)


def read_objects(path: Path, names: Sequence[Heading], *, damaged: bool = False) -> Iterator[Row]:
    """
    Read every line; one that is no object is told, not lost.

    In a `damaged` file the sign for what cannot be read stands where bytes made no character.
    """
    for line in _lines(path, damaged=damaged):
        if line.fault:
            yield Row(line.number, (line.text,), whole_fault=line.fault)
        elif line.found:
            yield Row(line.number, tuple(_text(line.found.get(name.lower)) for name in names))


def _lines(path: Path, *, damaged: bool = False) -> Iterator[_Line]:
    """Count the lines and read them; one without an object comes as its text, an empty one as nothing."""
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            fault = _DAMAGED if damaged and _DAMAGE in line else ""
            found: dict[str, object] = {}
            if len(line) == _LONGEST_LINE and not line.endswith("\n"):
                fault = _TOO_LONG
                while (rest := file.readline(_LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
            elif line.strip() and not fault:
                found, fault = _object(line)
            yield _Line(number, found, fault, line.strip()[:_SHOWN] if fault else "")


def _object(line: str) -> tuple[dict[str, object], str]:
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
        named = _once(_named(found)) if isinstance(found, dict) else None
    except _Twice:
        return {}, _NAME_TWICE
    except (ValueError, RecursionError):
        return {}, _NOT_AN_OBJECT
    return ({}, _NOT_AN_OBJECT) if named is None else (named, "")


class _Twice(Exception):
    """An object gives one name twice: nobody can tell which value is meant."""


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice
        found[name] = value
    return found


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
