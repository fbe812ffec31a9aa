"""Read numbers as people write them: separators, currencies, multiples, percentages, Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from zhiheng.vocabulary.chinese_numbers import NUMERALS, read_chinese_number
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import normalise_spelling, shorten
from zhiheng.vocabulary.units import Unit, convert, parse_unit

if TYPE_CHECKING:
    from zhiheng.vocabulary.kind import Field

_LONGEST = 64
_PLAIN = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,9})?")
_WRITTEN = re.compile(
    r"(?P<sign>[-+])?\s*(?P<currency>¥|人民币|rmb|cny|us\$|\$|€|£)?\s*(?P<inner_sign>[-+])?\s*"
    r"(?:(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:e[-+]?\d{1,3})?|\.\d+)"
    rf"|(?P<numerals>(?:百(?![分帕])|千(?![克瓦米卡帕焦伏])|(?![百千])[{NUMERALS}])+))"
    r"\s*(?P<unit>[^\d\s.,()+-][^\d()+,]*)?",
    re.IGNORECASE,
)
_DIGITS_OF_DECIMAL = 18
_MYRIAD, _MYRIADS = Decimal(10**4), frozenset("万亿萬億")
_LARGEST_WHOLE = 2**63 - 1


def read_decimal(field: Field, written: str, heading_unit: str) -> Decimal:
    """
    Read a decimal or an amount of money in the field's unit, exactly, at the field's places.

    Raises:
        ValueRefused: no number, another unit, more digits than the field keeps.
    """
    number = _read_number(field, written, heading_unit)
    with localcontext() as exact:
        exact.prec = 80
        kept = number.quantize(Decimal(1).scaleb(-field.places))
    if kept != number:
        raise ValueRefused("too-many-places", value=shorten(written), places=field.places)
    if abs(kept).adjusted() >= _DIGITS_OF_DECIMAL - field.places:
        raise ValueRefused("too-large", value=shorten(written))
    return kept.copy_abs() if kept == 0 else kept


def read_whole(field: Field, written: str, heading_unit: str) -> int:
    """
    Read a whole number; `12.0` is one.

    Raises:
        ValueRefused: no number, not whole, another unit, beyond 64 bits.
    """
    number = _read_number(field, written, heading_unit)
    if number != number.to_integral_value():
        raise ValueRefused("not-whole", value=shorten(written))
    if abs(number) > _LARGEST_WHOLE:
        raise ValueRefused("too-large", value=shorten(written))
    return int(number)


def _read_number(field: Field, written: str, heading_unit: str) -> Decimal:
    spelled = normalise_spelling(written)
    for number, words in field.words.items():
        if any(spelled == normalise_spelling(word) for word in words):
            return Decimal(number)
    if field.below and (bound := written.removeprefix("<")) != written:
        read = _read_plain(field, bound.strip(), heading_unit)
        return read if field.below == "bound" else Decimal(0)
    return _read_plain(field, written, heading_unit)


def _read_plain(field: Field, written: str, heading_unit: str) -> Decimal:
    if _PLAIN.fullmatch(written):
        number, unit = Decimal(written), Unit(Decimal(1), "")
    else:
        number, unit = _parse(written)
    if unit == Unit(Decimal(1), "") and heading_unit:
        unit = parse_unit(heading_unit)
    if abs(number).adjusted() > _DIGITS_OF_DECIMAL + 2:
        raise ValueRefused("too-large", value=shorten(written))
    with localcontext() as exact:
        exact.prec = 80
        return convert(number, unit, field, value=shorten(written))


def _parse(written: str) -> tuple[Decimal, Unit]:
    bracketed = written.startswith("(") and written.endswith(")")
    inside = written[1:-1].strip() if bracketed else written
    found = _WRITTEN.fullmatch(inside) if len(written) <= _LONGEST else None
    signs = [sign for sign in (found["sign"], found["inner_sign"], "-" if bracketed else None) if sign] if found else []
    if not found or len(signs) > 1:
        raise ValueRefused("not-a-number", value=shorten(written))
    number = _digits(found)
    if number is None:
        raise ValueRefused("not-a-number", value=shorten(written))
    unit = parse_unit(found["unit"] or "")
    if found["numerals"] and not found["unit"] and not _MYRIADS.isdisjoint(found["numerals"]):
        number, unit = _as_multiple(number)
    if found["currency"]:
        currency = parse_unit(found["currency"]).base
        if unit.base not in ("", currency):
            raise ValueRefused("not-a-number", value=shorten(written))
        unit = Unit(unit.factor, currency)
    return (-number if signs == ["-"] else number), unit


def _as_multiple(number: Decimal) -> tuple[Decimal, Unit]:
    """
    Part numerals as their writer would with digits: 三万 is 3万, 三万五千 is 3.5万.

    Numerals without 万 or 亿 are plain numbers: 三百 is 300 as 三百五十 is 350, whatever the unit.
    """
    return number / _MYRIAD, Unit(_MYRIAD, "")


def _digits(found: re.Match[str]) -> Decimal | None:
    if found["numerals"]:
        whole = read_chinese_number(found["numerals"])
        return None if whole is None else Decimal(whole)
    return Decimal(found["number"].replace(",", ""))
