"""The headings that name a field in files, and those that two fields claim by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.vocabulary.kind import FieldType
from zhiheng.vocabulary.spelling import normalise_heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary.declaration import Declaration
    from zhiheng.vocabulary.kind import Field


def headings_of(field: Field) -> tuple[str, ...]:
    """List the comparable headings of a field, best first: its name, its labels, its aliases."""
    spelled = (normalise_heading(text) for text in (field.name, field.label.zh, field.label.en, *field.aliases))
    return tuple(dict.fromkeys(heading for heading in spelled if heading))


def check_headings(declared: Declaration, fields: Mapping[str, Field]) -> None:
    """
    Note headings that would give two fields the same value.

    A heading may serve several fields that read different things from it (a date and its year, a verdict and its
    wording): fields of other types, units or codes. Two fields of one kind of value under one heading are a mistake.
    """
    claimed: dict[str, list[Field]] = {}
    for field in fields.values():
        for heading in headings_of(field):
            others = [other for other in claimed.get(heading, []) if _reads_alike(field, other)]
            if others:
                entry = declared.section("fields")
                place = entry.place(field.name) if entry else declared.place("fields")
                declared.faults.add("heading-claimed-twice", place, heading=heading, a=others[0].name, b=field.name)
            claimed.setdefault(heading, []).append(field)


def _reads_alike(one: Field, other: Field) -> bool:
    if one.type is not other.type or one.outcome is not other.outcome:
        return False
    if one.type in (FieldType.CODE, FieldType.LIST):
        return one.codes == other.codes
    return (one.unit, one.places, one.scheme) == (other.unit, other.places, other.scheme)
