"""Check unified social credit codes in full, as GB 32100-2015 asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from zhiheng.vocabulary.kind import Label
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.regions import Region, RegionUnknown, region
from zhiheng.vocabulary.shipped import shipped_rows
from zhiheng.vocabulary.spelling import equal_width, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = 18
_MARKS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table 2: no I, O, S, V, Z
_WEIGHTS = tuple(pow(3, place, 31) for place in range(_LENGTH - 1))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
_BODY_CHECKS = "0123456789X"


class UsccRefused(ValueRefused):
    """A code that is no unified social credit code; the rule names the part that is wrong."""


@dataclass(frozen=True, slots=True)
class OrganisationType:
    """What the first two characters say: the department that registered, and the type of organisation."""

    code: str
    department: Label
    type: Label
    source: str


@dataclass(frozen=True, slots=True)
class Uscc:
    """A unified social credit code and what it says."""

    code: str
    department: Label
    organisation_type: Label
    region: Region
    organisation_code: str  # the nine characters of GB 11714, the last their check digit


def check_uscc(text: str) -> Uscc:
    """
    Check a unified social credit code part by part, from left to right.

    Raises:
        UsccRefused: its length, a character, department and type, region, or one of the two check digits is wrong.
    """
    code = "".join(equal_width(text).split()).upper()
    shown = shorten(code)
    if len(code) != _LENGTH:
        raise UsccRefused("uscc-length", value=shown, length=len(code))
    for place, mark in enumerate(code, 1):
        if mark not in _MARKS:
            raise UsccRefused("uscc-character", value=shown, character=mark, position=place)
    named = organisation_types().get(code[:2])
    if named is None:
        raise UsccRefused("uscc-organisation-type", value=shown, part=code[:2])
    try:
        where = region(code[2:8])
    except RegionUnknown:
        raise UsccRefused("uscc-region", value=shown, part=code[2:8]) from None
    body = code[8:17]
    if body[8] != (expected := organisation_check_digit(body[:8])):
        raise UsccRefused("uscc-organisation-code", value=shown, part=body, found=body[8], expected=expected)
    if code[17] != (expected := check_digit(code[:17])):
        raise UsccRefused("uscc-check-digit", value=shown, found=code[17], expected=expected)
    return Uscc(code, named.department, named.type, where, body)


def check_digit(first: str) -> str:
    """Compute the eighteenth character from the seventeen before it (GB 32100-2015, annex A)."""
    total = sum(_MARKS.index(mark) * weight for mark, weight in zip(first, _WEIGHTS, strict=True))
    return _MARKS[-total % 31]


def organisation_check_digit(first: str) -> str:
    """Compute the ninth character of an organisation code from the eight before it (GB 11714-1997)."""
    total = sum(int(mark, 36) * weight for mark, weight in zip(first, _BODY_WEIGHTS, strict=True))
    return _BODY_CHECKS[-total % 11]


@cache
def organisation_types() -> Mapping[str, OrganisationType]:
    """List what the first two characters can be, each with its source."""
    return {
        row["code"]: OrganisationType(
            row["code"],
            Label(row["department_zh"], row["department_en"]),
            Label(row["type_zh"], row["type_en"]),
            row["source"],
        )
        for row in shipped_rows("uscc_organisation_types")
    }
