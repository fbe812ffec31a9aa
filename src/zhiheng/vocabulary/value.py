"""Read the text of a cell as its field declares: the one definition of what a value means."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.errors import nearest
from zhiheng.vocabulary.code_list import as_code_list
from zhiheng.vocabulary.days import read_date, read_datetime
from zhiheng.vocabulary.kind import Field, FieldType
from zhiheng.vocabulary.numbers import read_decimal, read_whole
from zhiheng.vocabulary.periods import read_month, read_year
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import equal_letters, equal_width, normalise_spelling, shorten
from zhiheng.vocabulary.uscc import check_uscc
from zhiheng.vocabulary.words import codes_said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = str | date | datetime | Decimal | int | bool | tuple[str, ...]

EMPTY_MARKS = frozenset(
    {"", "/", "//", "-", "--", "---", "—", "——", "———", "–", "―", "n/a", "#n/a", "<na>", "null", "nan"}
    | {"not available", "not applicable"},
)
"""What every type reads as empty, in lower case and plain width."""

NOTHING = frozenset({"无", "空"})
"""Empty as well, except in texts, and in `yes_no`, where 无 is a no."""

NO_OBJECT = frozenset({"none"})
"""Empty as well, except in texts."""

MISSING = frozenset({"na", "nat", "."})
"""Empty as well, except in texts and identifiers, which may mean them: a place called Nat, an element, a country."""

UNENDING = frozenset({"长期", "长期有效", "永久", "永久有效"})
"""Empty in dates: no such day is set."""

ENTRY_MARK = "\u001f"
LONGEST_TEXT = 100_000

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f\ud800-\udfff]")
_FORMULA_ERRORS = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_POINT_NOTHING = re.compile(r"(?<=\d)\.0+$")  # 5.0: the code 5 of a column that a program took for numbers
_DAMAGED = re.compile(r"\d+\.0+|\d(?:\.\d+)?E\+?\d+")
_YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "n", "no", "false", "0", "×", "✗", "✘"})
_DAYS = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.MONTH, FieldType.YEAR})


def empty_marks(field: Field) -> frozenset[str]:
    """List what a field reads as empty, in lower case and plain width; a spelling of its own codes never is."""
    marks = EMPTY_MARKS
    if field.type not in (FieldType.TEXT, FieldType.YES_NO):
        marks |= NOTHING
    if not _holds_texts(field):
        marks |= NO_OBJECT
        if field.type is not FieldType.IDENTIFIER:
            marks |= MISSING
    if field.type in _DAYS:
        marks |= UNENDING
    marks |= {equal_width(word).casefold() for word in field.empty_words}
    if not field.codes:
        return marks
    spellings = as_code_list(field.codes).spellings
    return frozenset(mark for mark in marks if mark not in spellings and normalise_spelling(mark) not in spellings)


def _holds_texts(field: Field) -> bool:
    return field.type is FieldType.TEXT or (field.type is FieldType.LIST and field.of is FieldType.TEXT)


def read_value(
    field: Field, text: str, *, day_first: bool | None = None, heading_unit: str = "", suggest: bool = True
) -> Value | None:
    """
    Read a cell as its field declares; None where it is empty.

    A month is its first day, a moment is UTC without a zone, a list is a tuple. A refused code comes with the nearest
    known one, unless `suggest` is false: the search for it takes far longer than the reading.

    Raises:
        ValueRefused: the text is no value of the field; the error's `rule` says why.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueRefused("too-long", longest=LONGEST_TEXT)
    if _CONTROLS.search(text) or (ENTRY_MARK in text and field.type is not FieldType.LIST):
        raise ValueRefused("control-characters", value=shorten(text))
    written = equal_width(text)
    if written.casefold() in empty_marks(field):
        return None
    if written in _FORMULA_ERRORS:
        raise ValueRefused("formula-error", value=written)
    if field.type is FieldType.CODE:
        return _read_code(field, written, suggest=suggest)
    value = _read(field, text, written, day_first=day_first, heading_unit=heading_unit)
    _check_bounds(field, value, written)
    return value


def _read(field: Field, text: str, written: str, *, day_first: bool | None, heading_unit: str) -> Value:
    match field.type:
        case FieldType.DATE | FieldType.DATETIME | FieldType.MONTH | FieldType.YEAR:
            return _DAY_READERS[field.type](written, day_first=day_first)
        case FieldType.DECIMAL | FieldType.MONEY:
            return read_decimal(field, written, heading_unit)
        case FieldType.WHOLE:
            return read_whole(field, written, heading_unit)
        case FieldType.LIST:
            return _read_list(field, text)
        case FieldType.TEXT:
            return equal_letters(text)
        case _:
            return _WORD_READERS[field.type](field, written)


def _read_yes_no(_field: Field, written: str) -> bool:
    answer = written.casefold()
    if answer not in _YES | _NO:
        raise ValueRefused("not-yes-no", value=shorten(written))
    return answer in _YES


def _read_code(field: Field, written: str, *, suggest: bool = True) -> str:
    codes = as_code_list(field.codes)
    found = codes.find(written) or codes.find(_POINT_NOTHING.sub("", written))
    if not found:
        found = tuple(sorted(codes_said(written, field.words, field.idle_words)))
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueRefused("ambiguous-code", value=shorten(written), codes=", ".join(found[:5]))
    named = {"field": field.name, "label_zh": field.label.zh, "label_en": field.label.en}
    searched = suggest and len(codes) <= _NEAR_IN and len(written) <= _NEAR_OF
    if searched and (near := nearest(written.casefold(), codes.spellings)):
        raise ValueRefused("unknown-code-near", value=shorten(written), near=near, **named)
    raise ValueRefused("unknown-code", value=shorten(written), **named)


_NEAR_IN, _NEAR_OF = 200, 60  # a long list makes the search for near names slow, and its answers poor


def _read_identifier(field: Field, written: str) -> str:
    identifier = "".join(written.split()).upper()
    if _DAMAGED.fullmatch(identifier):
        raise ValueRefused("damaged-identifier", value=shorten(written))
    if field.scheme == "uscc":
        return check_uscc(identifier).code
    return identifier


def _read_list(field: Field, text: str) -> tuple[str, ...]:
    marks = equal_width(field.separators) + field.separators + ENTRY_MARK
    entries = re.split(f"[{re.escape(marks)}]", text)
    written = [equal_letters(entry) for entry in entries]
    kept = [entry for entry in written if equal_width(entry).casefold() not in EMPTY_MARKS]
    return tuple(_read_code(field, equal_width(entry)) for entry in kept) if field.of is FieldType.CODE else tuple(kept)


_DAY_READERS: Mapping[FieldType, Callable[..., date | int]] = {
    FieldType.DATE: read_date,
    FieldType.DATETIME: read_datetime,
    FieldType.MONTH: read_month,
    FieldType.YEAR: read_year,
}
_WORD_READERS: Mapping[FieldType, Callable[[Field, str], str | bool]] = {
    FieldType.YES_NO: _read_yes_no,
    FieldType.IDENTIFIER: _read_identifier,
}


def _check_bounds(field: Field, value: Value, written: str) -> None:
    compared = value.date() if isinstance(value, datetime) else value
    if isinstance(compared, int):
        compared = Decimal(compared)
    if not isinstance(compared, date | Decimal):
        return
    for bound, rule in ((field.at_least, "below"), (field.at_most, "above")):
        if bound is None or isinstance(bound, Decimal) is not isinstance(compared, Decimal):
            continue
        if (compared < bound) if rule == "below" else (compared > bound):  # type: ignore[operator] # same types
            raise ValueRefused(rule, value=shorten(written), bound=bound)
    if field.values and compared not in field.values:
        listed = ", ".join(str(number) for number in field.values)
        raise ValueRefused("not-among-values", value=shorten(written), values=listed)


def canonical_text(field: Field, value: Value) -> str:
    """
    Write a value in the one form that hashes and keys are made of.

    Days as `2020-01-31` (a month: its first), moments as `2020-01-31T12:30:00.000000`, decimals with all of the
    field's places, truths as 1 and 0, lists joined by U+001F.
    """
    match value:
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.{field.places}f}"
        case tuple():
            return ENTRY_MARK.join(value)
        case _:
            return str(value)


def canonical_values(fields: Mapping[str, Field], values: Mapping[str, Value | None]) -> dict[str, str | None]:
    """Write the values of a row in canonical form, None where there is none, in the order of the fields."""
    written: dict[str, str | None] = {}
    for name, field in fields.items():
        value = values.get(name)
        written[name] = None if value is None else canonical_text(field, value)
    return written
