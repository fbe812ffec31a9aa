"""Read the children of a kind: rows within a row, split from a cell or turned from columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.vocabulary.declaration import NAME
from zhiheng.vocabulary.field_file import read_fields
from zhiheng.vocabulary.heading import check_headings
from zhiheng.vocabulary.kind import Child, Label, Split, Unpivot
from zhiheng.vocabulary.yaml_text import Items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary.declaration import Declaration
    from zhiheng.vocabulary.kind import Code, Field

CHILD_KEYS = ("label", "fields", "split", "unpivot")


def read_children(
    top: Declaration, parent: Mapping[str, Field], lists: Mapping[str, Mapping[str, Code]]
) -> dict[str, Child]:
    """Read all children of a kind, noting every fault."""
    section = top.section("children")
    if section is None:
        return {}
    children: dict[str, Child] = {}
    for name, value in section.entries.items():
        if not NAME.fullmatch(name):
            top.faults.add("bad-name", top.place_of(name), name=str(name))
        entry = section.within(str(name), value, f"child {name}")
        if entry is not None:
            children[str(name)] = _read_child(str(name), entry, parent, lists)
    return children


def _read_child(
    name: str, entry: Declaration, parent: Mapping[str, Field], lists: Mapping[str, Mapping[str, Code]]
) -> Child:
    entry.allow(CHILD_KEYS)
    fields = read_fields(entry, lists)
    split, unpivot = _split(entry), _unpivot(entry, fields)
    if entry.get("split") is not None and entry.get("unpivot") is not None:
        entry.faults.add("split-or-unpivot", entry.place("unpivot"))
    if unpivot is None:
        check_headings(entry, fields)
    for column in set(fields) & set(parent):
        if split is None and unpivot is None:
            entry.faults.add("field-of-parent", entry.place("fields"), field=column)
    return Child(name, entry.label() or Label(name, name), fields, split, unpivot)


def _split(entry: Declaration) -> Split | None:
    section = entry.section("split")
    if section is None:
        return None
    section.allow(("column", "rows", "parts"))
    split = Split(section.text("column", required=True), _marks(section, "rows"), _marks(section, "parts"))
    if not split.rows and not split.parts:
        section.faults.add("missing-key", section.place(), key="rows")
    for mark in split.rows:
        if mark in split.parts:
            section.faults.add("same-mark", section.place("parts"), mark=mark)
    return split


def _marks(section: Declaration, key: str) -> tuple[str, ...]:
    """Read one mark, or several of which each parts."""
    value = section.get(key)
    marks = section.texts(key) if isinstance(value, Items) else (section.text(key),)
    return tuple(str(mark) for mark in marks if mark)


def _unpivot(entry: Declaration, fields: Mapping[str, Field]) -> Unpivot | None:
    section = entry.section("unpivot")
    if section is None:
        return None
    section.allow(("name_as", "columns", "into"))
    name_as, into = section.text("name_as", required=True), section.texts("into")
    named = ([(section.get("name_as"), name_as)] if name_as else []) + [(name, str(name)) for name in into]
    for place, name in named:
        if name not in fields:
            at = section.place_of(place) if place is not None else section.place()
            section.faults.add_near("unknown-field", at, name, fields, key="unpivot")
    if not into:
        section.faults.add("missing-key", section.place(), key="into")
    groups = section.section("columns")
    columns: dict[str, tuple[str, ...]] = {}
    for name in groups.entries if groups else ():
        listed = groups.texts(str(name)) if groups else ()
        if len(listed) != len(into):
            section.faults.add("columns-do-not-fit", section.place_of(name), name=str(name), count=len(into))
        columns[str(name)] = tuple(str(column) for column in listed)
    if not columns:
        section.faults.add("missing-key", section.place(), key="columns")
    return Unpivot(name_as, columns, tuple(str(name) for name in into))
