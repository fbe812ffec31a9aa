"""Read facts and criteria: where their values come from, and how criteria turn them into points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhiheng.method.model import Absent, Criterion, Expression, Fact, Measure, Shrink, Window
from zhiheng.method.reading.points import read_scale
from zhiheng.vocabulary import Scalar, as_written

if TYPE_CHECKING:
    from decimal import Decimal

    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Declaration

_MONTHS = re.compile(r"(\d{1,4}) months?", re.ASCII)

MEASURE_KEYS = ("from", "where", "within", "weight", "measure", "shrink")
SHARED_KEYS = ("label", "cite", *MEASURE_KEYS, "formula", "unit", "applies", "places", "catalogue")
FACT_KEYS = (*SHARED_KEYS, "default")
CRITERION_KEYS = (*SHARED_KEYS, "absent", "points", "bins", "codes", "max", "min")


def read_facts(page: Page, top: Declaration) -> dict[str, Fact]:
    """Read the facts by name."""
    found: dict[str, Fact] = {}
    section = top.section("facts", "facts")
    for name, entry in page.named(section, "fact") if section else ():
        entry.allow(FACT_KEYS)
        rule = page.rule(name, entry, section)
        source, applies = _source(page, entry), page.expression(entry, "applies")
        places = page.digits(entry, ("value",), page.places)
        default, unit, catalogue = _default(entry), entry.text("unit"), entry.text("catalogue")
        if source is None:
            page.give_up(str(name), entry.entries)
            continue
        found[str(name)] = Fact(rule, source, applies, default, unit, places.value, catalogue)
    return found


def _default(entry: Declaration) -> Decimal | str | bool | None:
    value = entry.get("default")
    if value is None:
        return None
    if not isinstance(value, Scalar):
        entry.wrong("default", value, "1234.5, text, true / false")
        return None
    return as_written(value)


def read_criteria(page: Page, top: Declaration) -> dict[str, Criterion]:
    """Read the criteria by name."""
    found: dict[str, Criterion] = {}
    section = top.section("criteria", "criteria")
    for name, entry in page.named(section, "criterion") if section else ():
        entry.allow(CRITERION_KEYS)
        criterion = _criterion(page, name, entry, section)
        if criterion is None:
            page.give_up(str(name), entry.entries)
        else:
            found[str(name)] = criterion
    return found


def _criterion(page: Page, name: Scalar, entry: Declaration, section: Declaration | None) -> Criterion | None:
    rule = page.rule(name, entry, section)
    source, applies = _source(page, entry), page.expression(entry, "applies")
    absent = _absent(entry)
    places = page.digits(entry, ("value", "points"), page.places)
    scale, limits = read_scale(page, entry, places.points)
    unit, catalogue = entry.text("unit"), entry.text("catalogue")
    if source is None or scale is None or limits is None or absent is None:
        return None
    return Criterion(
        rule=rule,
        source=source,
        applies=applies,
        absent=absent,
        scale=scale,
        max=limits.max,
        min=limits.min,
        value_places=places.value,
        points_places=places.points,
        unit=unit,
        catalogue=catalogue,
    )


def _absent(entry: Declaration) -> Absent | None:
    if entry.get("absent") is None:
        entry.faults.add("missing-key", entry.place(), key="absent")
        return None
    word = entry.choice("absent", [each.value for each in Absent])
    return Absent(word) if word else None


def _source(page: Page, entry: Declaration) -> Measure | Expression | None:
    """Read where a value comes from: a formula, or a measure over records."""
    has_formula, has_kind = entry.get("formula") is not None, entry.get("from") is not None
    if has_formula is has_kind:
        page.faults.note("from-or-formula", entry.place("formula" if has_formula else ""))
        return None
    if has_formula:
        for key in MEASURE_KEYS:
            if entry.get(key) is not None:
                page.faults.note("key-beside-formula", entry.place(key), key=key)
        return page.expression(entry, "formula")
    kind = page.kind(entry, "from")
    where, weight = page.expression(entry, "where"), page.expression(entry, "weight")
    window, shrink = _window(page, entry), _shrink(page, entry)
    measure = page.expression(entry, "measure", required=True)
    unread = (entry.get("where") is not None and where is None) or (entry.get("weight") is not None and weight is None)
    if not kind or measure is None or unread:
        return None
    return Measure(kind, where, window, weight, measure, shrink)


def _window(page: Page, entry: Declaration) -> Window:
    written = entry.text("within")
    if not written:
        return Window()
    if written == "current":
        return Window(current=True)
    if written == "latest":
        return Window(latest=True)
    months = _MONTHS.fullmatch(written)
    if months is None or int(months[1]) == 0:
        page.faults.note("bad-window", entry.place_of(entry.get("within") or entry.entries), found=written[:40])
        return Window()
    return Window(months=int(months[1]))


def _shrink(page: Page, entry: Declaration) -> Shrink | None:
    section = entry.section("shrink")
    if section is None:
        return None
    section.allow(("towards", "strength"))
    towards, strength = (page.number_or_name(section, key) for key in ("towards", "strength"))
    for key, read in (("towards", towards), ("strength", strength)):
        if read is None:
            section.faults.add("missing-key", section.place(), key=key)
    return None if towards is None or strength is None else Shrink(towards, strength)
