"""Lay the versions of a method over what they share: replace, add, remove, and refuse what changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from zhiheng.vocabulary import Declaration, Entries, Scalar

if TYPE_CHECKING:
    from datetime import date

    from zhiheng.errors import Place
    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Yaml

NAMED = ("values", "attributes", "facts", "criteria", "benchmarks", "dimensions")
WHOLE = ("one_deduction", "feeds", "states", "score", "sufficient", "grades", "requires", "floors", "caps", "gates")
SECTIONS = (*NAMED, *WHOLE, "buffer", "vetoes")
REPLACED = ("subjects", "places", "total", *(name for name in SECTIONS if name not in NAMED))
VERSION_KEYS = ("version", "in_force")


@dataclass(frozen=True, slots=True)
class Edition:
    """One version before its sections are read: its name, its days, and the whole file as it stands then."""

    name: str
    since: date
    until: date | None
    top: Declaration
    place: Place


def read_editions(page: Page, top: Declaration) -> list[Edition]:
    """Read the versions, earliest first, each laid over the top level; overlapping days are a fault."""
    listed = top.get("versions") is not None
    if listed and (top.get("version") is not None or top.get("in_force") is not None):
        page.faults.note("version-or-versions", top.place("version" if top.get("version") is not None else "in_force"))
    if not listed:
        edition = _edition(page, top, top)
        return [edition] if edition else []
    found: list[Edition] = []
    for _, entry in page.entries(top, "versions", "version"):
        entry.allow((*VERSION_KEYS, *REPLACED, *NAMED))
        edition = _edition(page, entry, Declaration(_laid_over(page, top.entries, entry), page.faults))
        if edition:
            found.append(edition)
    found.sort(key=lambda edition: edition.since)
    for earlier, later in pairwise(found):
        _check_days(page, earlier, later)
    return found


def _edition(page: Page, entry: Declaration, top: Declaration) -> Edition | None:
    name = entry.text("version", required=True)
    days = entry.section("in_force", f"version {name}")
    if days is None:
        if entry.get("in_force") is None:
            entry.faults.add("missing-key", entry.place(), key="in_force")
        return None
    days.allow(("from", "until"))
    since, until = days.day("from"), days.day("until")
    if since is None:
        if days.get("from") is None:
            days.faults.add("missing-key", days.place(), key="from")
        return None
    if until is not None and until < since:
        page.faults.note("until-before-from", days.place("until"), since=since, until=until)
    return Edition(name, since, until, top, entry.place("version"))


def _check_days(page: Page, earlier: Edition, later: Edition) -> None:
    if earlier.name == later.name:
        page.faults.note("version-twice", later.place, name=later.name)
    if earlier.until is None or earlier.until >= later.since:
        page.faults.note(
            "versions-overlap",
            later.place,
            name=later.name,
            other=earlier.name,
            last=later.since - timedelta(days=1),
        )
    elif earlier.until + timedelta(days=1) < later.since:
        page.faults.warn("versions-apart", later.place, name=later.name, other=earlier.name)


def _laid_over(page: Page, base: Entries, version: Declaration) -> Entries:
    merged = Entries(base.place)
    merged.update({key: value for key, value in base.items() if key != "versions"})
    for key, value in version.entries.items():
        if key in VERSION_KEYS:
            continue
        if key in NAMED and isinstance(value, Entries):
            merged[key] = _merged_section(page, merged.get(key), value, version)
        else:
            _replace(page, merged, key, value, version, str(key))
    return merged


def _merged_section(page: Page, base: Yaml | None, changes: Entries, version: Declaration) -> Entries:
    merged = Entries(changes.place)
    if isinstance(base, Entries):
        merged.update(base)
    for key, value in changes.items():
        _replace(page, merged, key, value, version, str(key))
    return merged


def _replace(page: Page, merged: Entries, key: Scalar, value: Yaml, version: Declaration, what: str) -> None:
    place = version.place_of(key)
    if isinstance(value, Scalar) and value.null:
        if merged.pop(key, None) is None:
            page.faults.note("removes-nothing", place, what=what)
        return
    if key in merged:
        if merged[key] == value:
            page.faults.note("no-op-change", place, what=what)
        del merged[key]  # so that the key, with its place, is the version's own
    merged[key] = value
