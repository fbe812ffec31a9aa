"""Read citations, values and attributes: what the rules rest on."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from zhiheng.method.expression import sets_numbers
from zhiheng.method.model import Attribute, Citation, Confidence, Value
from zhiheng.method.reading.page import DESIGN, NOTHING
from zhiheng.vocabulary import NAME, Entries, Scalar, as_number, as_written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Declaration, Yaml

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
CITATION_KEYS = ("title", "url", "dated", "confidence")
ATTRIBUTE_KEYS = ("label", "cite", "from", "where", "take")


def read_citations(page: Page, top: Declaration) -> dict[str, Citation]:
    """Read the sources by name."""
    found: dict[str, Citation] = {}
    section = top.section("citations", "citations")
    for name, value in section.entries.items() if section else ():
        entry = section.within(str(name), value, f"citation {name}") if section else None
        if entry is None:
            continue
        if name == DESIGN or not _SOURCE_NAME.fullmatch(name):
            page.faults.note("bad-citation-name", entry.place_of(name), name=str(name))
        entry.allow(CITATION_KEYS)
        confidence = entry.choice("confidence", [each.value for each in Confidence], default="unverified")
        if entry.get("confidence") is None:
            entry.faults.add("missing-key", entry.place(), key="confidence")
        title = entry.label("title") or NOTHING
        url = entry.text("url")
        if url and not re.fullmatch(r"https?://\S+", url):
            page.faults.note("bad-url", entry.place_of(entry.get("url") or entry.entries))
        found[str(name)] = Citation(str(name), title, url, entry.day("dated"), Confidence(confidence))
    return found


def read_values(page: Page, top: Declaration) -> dict[str, Value]:
    """Read what the text may change, by the day it changes."""
    found: dict[str, Value] = {}
    section = top.section("values", "values")
    for name, entry in page.named(section, "value") if section else ():
        dated: dict[date, Decimal | str | Mapping[str, Decimal]] = {}
        for key, given in entry.entries.items():
            if key in ("cite", "label"):
                continue
            day = _day(key)
            read = _dated(page, entry, key, given)
            if day is None:
                page.faults.note("not-a-day", entry.place_of(key), found=str(key))
            elif read is not None:
                dated[day] = read
        cite, label = page.cite(entry, section), entry.label(required=False)
        if not dated:
            page.faults.note("value-empty", entry.place(), name=str(name))
            page.give_up(str(name), entry.entries)
            continue
        ordered = dict(sorted(dated.items()))
        _check_sorts(page, entry, ordered)
        found[str(name)] = Value(str(name), ordered, cite, label, page.place(entry, name))
    return found


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(key) if _DAY.fullmatch(key) else None
    except ValueError:
        return None


def _dated(page: Page, entry: Declaration, key: Scalar, given: Yaml) -> Decimal | str | Mapping[str, Decimal] | None:
    if isinstance(given, Scalar) and not given.null:
        written = as_written(given)
        return str(given) if isinstance(written, bool) else written
    if not isinstance(given, Entries):
        entry.wrong(str(key), given, "1234.5, text, {code: 1234.5}")
        return None
    table: dict[str, Decimal] = {}
    for code, points in given.items():
        number = as_number(points)
        if number is None:
            entry.wrong(str(code), points, "1234.5")
        else:
            table[str(code)] = number
    if not table:
        page.faults.note("value-empty", entry.place_of(given), name=str(key))
    return table or None


def _check_sorts(page: Page, entry: Declaration, dated: Mapping[date, object]) -> None:
    """Check that a value stays what it is, a number, a text or a table, and that each day changes it."""
    shapes = {_shape(value) for value in dated.values()}
    if len(shapes) > 1:
        page.faults.note("value-changes-sort", entry.place(), sorts=", ".join(sorted(shapes)))
    days = list(dated)
    for earlier, later in pairwise(days):
        if dated[earlier] == dated[later]:
            page.faults.note("no-op-change", entry.place(later.isoformat()), what=later.isoformat())


def _shape(value: object) -> str:
    return "text" if isinstance(value, str) else "table" if isinstance(value, dict) else "number"


def read_attributes(page: Page, top: Declaration) -> dict[str, Attribute]:
    """Read what a subject is."""
    found: dict[str, Attribute] = {}
    section = top.section("attributes", "attributes")
    for name, entry in page.named(section, "attribute") if section else ():
        entry.allow(ATTRIBUTE_KEYS)
        label = entry.label() or NOTHING
        kind = page.kind(entry, "from")
        where, take = page.expression(entry, "where"), page.expression(entry, "take", required=True)
        if take is None or not kind:
            page.give_up(str(name), entry.entries)
            continue
        cite = page.cite(entry, section, required=sets_numbers(take, where))
        found[str(name)] = Attribute(str(name), label, kind, take, where, cite, page.place(entry, name))
    return found


def is_name(text: str) -> bool:
    """Tell whether a text is a name of the language."""
    return NAME.fullmatch(text) is not None
