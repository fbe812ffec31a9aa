"""Read units: a multiple (万, 亿) of a base (元), so that `3.2万`, `金额（万元）` and `12%` become the field's own."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from zhiheng.vocabulary.kind import FieldType
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import heading_parts, normalise_spelling

if TYPE_CHECKING:
    from zhiheng.vocabulary.kind import Field

_MULTIPLES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000, "百": 100,
}  # fmt: skip
_MULTIPLE = re.compile(rf"^({'|'.join(_MULTIPLES)})?(.*)$")
_WHOLE_WORDS = ("千克", "千瓦", "千米", "千卡", "千帕", "千焦", "千伏", "百分点", "百帕")
_SHARES = {"%": Decimal("0.01"), "‰": Decimal("0.001")}
_SAME_BASE = {
    spelling: base
    for base, spellings in {
        "元": ("人民币", "人民币元", "元人民币", "rmb", "cny", "¥", "yuan", "圆"),
        "美元": ("usd", "$", "us$"),
        "英镑": ("gbp", "£"),
        "欧元": ("eur", "€"),
        "千克": ("kg", "公斤"),
        "克": ("g",),
        "吨": ("t",),
        "米": ("m",),
        "平方米": ("m2", "㎡"),
    }.items()
    for spelling in spellings
}
_BASES_OF_HEADINGS = frozenset(_SAME_BASE.values()) | {"港元", "日元", "公里", "亩", "公顷", "毫克", "毫升", "升"}


class Unit(NamedTuple):
    """So many of a base: 万元 is 10,000 of 元; a bare number has the base ''; a percentage has the base '%'."""

    factor: Decimal
    base: str


def parse_unit(text: str) -> Unit:
    """Read a unit as it is written after a value or in a heading."""
    spelled = normalise_spelling(text)
    if spelled in _SHARES:
        return Unit(_SHARES[spelled], "%")
    if spelled.startswith(_WHOLE_WORDS):
        return Unit(Decimal(1), _SAME_BASE.get(spelled, spelled))
    found = _MULTIPLE.match(spelled)
    multiple, base = found.groups() if found else (None, spelled)
    return Unit(Decimal(_MULTIPLES.get(multiple or "", 1)), _SAME_BASE.get(base, base))


def convert(number: Decimal, written: Unit, field: Field, *, value: str) -> Decimal:
    """
    Express a number in the field's unit.

    Raises:
        ValueRefused: the units measure different things.
    """
    own = parse_unit(field.unit)
    if not _agree(written, own, field):
        raise ValueRefused("other-unit", value=value, unit=written.base or "万", own=field.unit or "1")
    if written.base == "" and written.factor == 1:
        return number
    return number * written.factor / own.factor


def _agree(written: Unit, own: Unit, field: Field) -> bool:
    if written.base == own.base:
        return True
    if written.base == "":
        return written.factor == 1 or own.base != "%"
    if own.base == "":
        return written.base == "元" or (written.base == "%" and field.type is not FieldType.MONEY)
    return False


def heading_unit(field: Field, heading: str) -> str:
    """Tell the unit that a heading names for a field of numbers: `万元` in `金额（万元）`; '' if none."""
    if field.type not in (FieldType.DECIMAL, FieldType.MONEY, FieldType.WHOLE):
        return ""
    inside = heading_parts(heading)[1]
    unit = parse_unit(inside)
    if not inside or not (unit.base in ("%", "", parse_unit(field.unit).base) or unit.base in _BASES_OF_HEADINGS):
        return ""
    return inside
