"""The headings that name a field in files, and those that two fields claim by mistake."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from zhiheng.vocabulary.kind import FieldType
from zhiheng.vocabulary.spelling import normalise_heading, normalise_spelling
from zhiheng.vocabulary.words import codes_said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhiheng.vocabulary.declaration import Declaration
    from zhiheng.vocabulary.kind import Field, Resembling

_LONGEST = 80  # characters of a heading that is known by its words; what is longer is a sentence


def headings_of(field: Field) -> tuple[str, ...]:
    """List the comparable headings of a field, best first: its name, its labels, its aliases."""
    return _comparable(field.name, field.label.zh, field.label.en, *field.aliases)


def fallback_headings_of(field: Field) -> tuple[str, ...]:
    """List the comparable headings that serve a field only where no other does."""
    known = frozenset(headings_of(field))
    return tuple(heading for heading in _comparable(*field.fallback) if heading not in known)


def resemblance(field: Field, heading: str) -> int | None:
    """
    Tell how near a heading comes to a field by its words: the place of the first that stands in it, the best first.

    None where it is not the field's. A longer word hides the shorter within it, whichever list it stands in.
    """
    if field.resembling is None or not 0 < len(heading) <= _LONGEST:
        return None
    return _resemblance(field.resembling, normalise_spelling(heading))


@lru_cache(maxsize=8192)
def _resemblance(words: Resembling, spelled: str) -> int | None:
    if not any(normalise_spelling(word) in spelled for word in words.words):
        return None
    listed = {str(rank): (word,) for rank, word in enumerate(words.words)}
    found = codes_said(spelled, {**listed, "and": words.also, "without": words.without})
    if "without" in found or (words.also and "and" not in found):
        return None
    return min((int(rank) for rank in found if rank != "and"), default=None)


@lru_cache(maxsize=8192)
def _comparable(*spelled: str) -> tuple[str, ...]:
    headings = dict.fromkeys(normalise_heading(text) for text in spelled)
    return tuple(heading for heading in headings if heading)


def check_headings(declared: Declaration, fields: Mapping[str, Field]) -> None:
    """
    Note headings that would give two fields the same value.

    A heading may serve several fields that read different things from it (a date and its year, a verdict and its
    wording): fields of other types, units or codes. Two fields of one kind of value under one heading are a mistake.
    What is a heading of one field may be the last resort of another.
    """
    _check_claims(declared, fields, headings_of)
    _check_claims(declared, fields, fallback_headings_of)


def _check_claims(
    declared: Declaration, fields: Mapping[str, Field], headings: Callable[[Field], tuple[str, ...]]
) -> None:
    claimed: dict[str, list[Field]] = {}
    for field in fields.values():
        for heading in headings(field):
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
