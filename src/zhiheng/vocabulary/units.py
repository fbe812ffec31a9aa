"""Read units: a multiple (万, 亿) of a base (元), so that `3.2万`, `金额（万元）` and `12%` become the field's own."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, localcontext
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from zhiheng.vocabulary.kind import FieldType
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import bracketed_parts, equal_width, normalise_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhiheng.vocabulary.kind import Field

_MULTIPLES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000, "百": 100,
}  # fmt: skip
_MULTIPLE = re.compile(rf"^({'|'.join(_MULTIPLES)})(.*)$")
_RATE = re.compile(r"^(?P<what>[^/]+?)(?:/|per|每)(?P<number>\d{0,6})(?P<each>[^/\d].*)$")
_TITLE = re.compile(r"(?:(?<![\w])|计量|金额)(?:单位|units?)\s*[:：]\s*(?P<units>[^\s,;)\]】。]+)", re.IGNORECASE)
_SEVERAL = re.compile("[、，,;和]")
_SHARE = "%"
_BEFORE = ("人民币", "in")  # 人民币万元, in thousands
_CURRENCIES = frozenset({"元", "美元", "英镑", "欧元", "港元", "日元"})
_NUMBERS = frozenset({FieldType.DECIMAL, FieldType.MONEY, FieldType.WHOLE})


class Unit(NamedTuple):
    """So many of a base: 万元 is 10,000 of 元; a bare number has the base ''; a percentage has the base '%'."""

    factor: Decimal
    base: str
    multiple: Decimal = Decimal(1)  # the part of the factor that a word of its own says: 万 of 万吨, nothing of 千克


class _Words(NamedTuple):
    """The units that are known by name."""

    units: Mapping[str, Unit]
    counted: frozenset[str]
    scales: Mapping[str, Decimal]


def _load() -> _Words:
    said = tomllib.loads((files("zhiheng.vocabulary") / "units.toml").read_text("utf-8"))
    units = {word: Unit(Decimal(1), word) for part in ("apart", "counted") for word in said[part]["words"]}
    for base, multiples in said["measured"].items():
        units |= {word: Unit(Decimal(factor), base) for factor, words in multiples.items() for word in words}
    scales = {word: Decimal(factor) for factor, words in said["scales"].items() for word in words}
    return _Words(units, frozenset(said["counted"]["words"]), scales)


_KNOWN = _load()


def parse_unit(text: str) -> Unit:
    """Read a unit as it is written after a value or in a heading; an unknown one is a base of its own."""
    spelled = normalise_spelling(text)
    if known := _known(spelled):
        return known
    found = _MULTIPLE.match(spelled)
    return _times(_MULTIPLES[found[1]], Unit(Decimal(1), found[2])) if found else Unit(Decimal(1), spelled)


def known_unit(text: str) -> Unit | None:
    """Read a text that may be a unit; None where it is none that is known."""
    return _known(normalise_spelling(text))


def _known(spelled: str) -> Unit | None:
    if not spelled:
        return None
    if found := _KNOWN.units.get(spelled):
        return found
    for before in _BEFORE:
        if spelled.startswith(before) and (found := _known(spelled.removeprefix(before))):
            return found
    if found := _scaled(spelled):
        return found
    if (multiple := _MULTIPLE.match(spelled)) and (not multiple[2] or _known(multiple[2])):
        return _times(_MULTIPLES[multiple[1]], _known(multiple[2]) or Unit(Decimal(1), ""))
    return _rate(spelled)


def _times(multiple: Decimal | int, of: Unit) -> Unit:
    return Unit(multiple * of.factor, of.base, multiple * of.multiple)


def _scaled(spelled: str) -> Unit | None:
    """Read `£m`, `USD thousand`, `million`: the letters k and m alone are no multiples."""
    for word, factor in _KNOWN.scales.items():
        for rest in (spelled.removesuffix(word), spelled.removeprefix(word)):
            base = _KNOWN.units.get(rest)
            if rest != spelled and ((base and base.base in _CURRENCIES) or (not rest and len(word) > 1)):
                return _times(factor, base or Unit(Decimal(1), ""))
    return None


def _rate(spelled: str) -> Unit | None:
    found = _RATE.match(spelled)
    what, each = (_known(found["what"]), _known(found["each"])) if found else (None, None)
    if not found or what is None or each is None:
        return None
    with localcontext() as exact:
        exact.prec = 80
        factor = what.factor / (Decimal(found["number"] or 1) * each.factor)
        return Unit(factor, f"{what.base}/{each.base}", what.multiple)


def convert(number: Decimal, written: Unit, field: Field, *, value: str) -> Decimal:
    """
    Express a number in the field's unit; a multiple alone is one of that unit: 3万 of 吨 is 30,000, of 万吨 is 3.

    Raises:
        ValueRefused: the units measure different things.
    """
    own = parse_unit(field.unit)
    if not _agree(written, own, field):
        raise ValueRefused("other-unit", value=value, unit=written.base or "万", own=field.unit or "1")
    if written.base == "" and written.factor == 1:
        return number
    return number * written.factor / (own.factor if written.base else own.multiple)


def _agree(written: Unit, own: Unit, field: Field) -> bool:
    if written.base == own.base:
        return True
    if written.base == "":
        return written.factor == 1 or own.base != _SHARE
    if own.base == "":
        counts = written.base == _SHARE or written.base in _KNOWN.counted
        return written.base == "元" or (counts and field.type is not FieldType.MONEY)
    return False


def heading_unit(field: Field, heading: str) -> str:
    """Tell the unit that a heading names for a field of numbers: `万元` in `金额（万元）`; '' if none that fits."""
    written = _unit_within(field, heading)
    return written if written and _agree(parse_unit(written), parse_unit(field.unit), field) else ""


def other_unit(field: Field, heading: str) -> str:
    """
    Tell the unit that a heading names and that cannot be converted to the field's: `lb` where it is 千克; '' if none.

    What is told for each of something else (`kJ/100 g`) fits a field in exactly that (`kJ`).
    """
    written = _unit_within(field, heading)
    if not written or heading_unit(field, heading):
        return ""
    found = _RATE.match(normalise_spelling(written))
    return "" if found and field.unit and _known(found["what"]) == parse_unit(field.unit) else written


def _unit_within(field: Field, heading: str) -> str:
    if field.type not in _NUMBERS:
        return ""
    own = normalise_spelling(field.unit)
    return next((part for part in bracketed_parts(heading) if part and (part == own or known_unit(part))), "")


def title_units(title: str) -> tuple[str, ...]:
    """List the units that a title names: `单位：万元`, `Unit: kg`; 单位 is also a word for a firm, which is no unit."""
    named = (part for found in _TITLE.finditer(equal_width(title)) for part in _SEVERAL.split(found["units"]))
    return tuple(dict.fromkeys(part for part in named if known_unit(part)))


def unit_said(field: Field, units: Iterable[str]) -> str:
    """Find among the units of a title the one in which a field's numbers are; '' where none is of its base."""
    if field.type not in _NUMBERS:
        return ""
    own = parse_unit(field.unit)
    base = "元" if field.type is FieldType.MONEY and not own.base else own.base
    return next((one for one in units if base and parse_unit(one).base == base), "")


def changes_bare(field: Field, unit: str) -> bool:
    """Tell whether a unit would make something else of the bare numbers of a field that has no unit."""
    if field.type not in _NUMBERS or field.unit:
        return False
    read = parse_unit(unit)
    return read.factor != 1 or not _agree(read, parse_unit(""), field)
