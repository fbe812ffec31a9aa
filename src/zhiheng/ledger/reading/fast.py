"""Read the plain values of a column in SQL: a proven part of what `read_value` reads, and the same result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.statement import Sql, joined, sql, value, values
from zhiheng.vocabulary import FieldType, empty_marks

if TYPE_CHECKING:
    from zhiheng.vocabulary import Field

_LONGEST = 1000
_WHOLE_DIGITS = 17
_DECIMAL_DIGITS = 18

# Texts of letters, ideographs and marks whose width nobody changes, with no space at either end.
_TEXT = (
    r"[0-9A-Za-z\x{4E00}-\x{9FFF}(\x{FF08}]"
    r"(?:[ -~\x{A1}-\x{2006}\x{2010}-\x{2027}\x{2030}-\x{205F}\x{2070}-\x{2FFF}\x{3001}-\x{9FFF}\x{FF01}-\x{FF0E}"
    r"\x{FF1A}-\x{FF20}\x{FF3B}-\x{FF40}\x{FF5B}-\x{FF5E}]*[!-~\x{4E00}-\x{9FFF}\x{FF09}\x{3002}])?"
)
_IDENTIFIER = r"[0-9A-Z][0-9A-Z_-]*"
_DAMAGED = r"[0-9]E[0-9]+"
_DATE = r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"
_MONTH = r"[12][0-9]{3}-[01][0-9]"
_TIME = r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_YEAR = r"[12][0-9]{3}"
_WORDS = (FieldType.TEXT, FieldType.IDENTIFIER)
_DAYS = (FieldType.DATE, FieldType.DATETIME, FieldType.MONTH)


@dataclass(frozen=True, slots=True)
class FastPath:
    """How one column is read without leaving the database."""

    empty: Sql  # true where the cell is empty, never null
    settles: Sql  # true where `typed` is the value of a cell that is not empty, never null
    typed: Sql
    never_both: bool  # what is settled is known not to be empty


def plan_fast(field: Field, cell: Sql, heading_unit: str) -> FastPath:
    """Plan the reading of a column; where nothing can be promised, nothing is settled."""
    empty = _empty(cell, empty_marks(field))
    pattern, typed = _reading(field, cell)
    if pattern is None or heading_unit:
        return FastPath(empty, Sql("false"), sql("cast(null as {type})", type=Sql(field.sql_type)), never_both=True)
    tests = [
        sql("strlen({cell}) <= {longest}", cell=cell, longest=value(_LONGEST)),
        sql("regexp_full_match({cell}, {pattern})", cell=cell, pattern=value(pattern)),
        *_exclusions(field, cell, typed),
    ]
    settles = sql("coalesce({tests}, false)", tests=joined("and", tests, none="true"))
    return FastPath(empty, settles, typed, never_both=field.type not in _WORDS)


def _empty(cell: Sql, marks: frozenset[str]) -> Sql:
    """Test for the marks, most cells by their length alone: few are as short as marks, or as long as their phrases."""
    words = [sorted(mark for mark in marks if " " not in mark), sorted(mark for mark in marks if " " in mark)]
    tests = [
        sql(
            "(strlen({cell}) between {shortest} and {longest} and lower({cell}) in ({marks}))",
            cell=cell,
            shortest=value(min(len(mark.encode()) for mark in listed)),
            longest=value(max(len(mark.encode()) for mark in listed)),
            marks=values(listed),
        )
        for listed in words
        if listed
    ]
    return sql("({cell} is null or {marked})", cell=cell, marked=Sql(" or ".join(tests)))


def _reading(field: Field, cell: Sql) -> tuple[str | None, Sql]:
    match field.type:
        case FieldType.TEXT:
            return _TEXT, cell
        case FieldType.IDENTIFIER if not field.scheme:
            return _IDENTIFIER, cell
        case FieldType.DATE:
            return _DATE, sql("try_cast({cell} as date)", cell=cell)
        case FieldType.MONTH:
            return _MONTH, sql("try_cast({cell} || '-01' as date)", cell=cell)
        case FieldType.DATETIME:
            return _DATE + _TIME, sql("try_cast({cell} as timestamp)", cell=cell)
        case FieldType.YEAR:
            return _YEAR, sql("try_cast({cell} as bigint)", cell=cell)
        case FieldType.WHOLE:
            return rf"-?(?:0|[1-9][0-9]{{0,{_WHOLE_DIGITS - 1}}})", sql("try_cast({cell} as bigint)", cell=cell)
        case FieldType.DECIMAL | FieldType.MONEY:
            return _decimal(field.places), sql("try_cast({cell} as {type})", cell=cell, type=Sql(field.sql_type))
        case _:
            return None, cell


def _decimal(places: int) -> str:
    after = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    return rf"-?[0-9]{{1,{_DECIMAL_DIGITS - places}}}{after}"


def _exclusions(field: Field, cell: Sql, typed: Sql) -> list[Sql]:
    """List what the pattern lets through and `read_value` may yet refuse."""
    tests = []
    if field.type is FieldType.IDENTIFIER:
        tests.append(sql("not regexp_full_match({cell}, {damaged})", cell=cell, damaged=value(_DAMAGED)))
    if field.type not in _WORDS:
        tests.append(sql("{typed} is not null", typed=typed))
    for sign, bound in ((Sql(">="), field.at_least), (Sql("<="), field.at_most)):
        if bound is not None and isinstance(bound, date) is (field.type in _DAYS):
            tests.append(sql("{typed} {sign} {bound}", typed=_compared(field, typed), sign=sign, bound=_bound(bound)))
    if field.values and field.type not in _DAYS:
        listed = joined(
            "or", [sql("{typed} = {one}", typed=typed, one=_bound(one)) for one in field.values], none="true"
        )
        tests.append(sql("({listed})", listed=listed))
    return tests


def _compared(field: Field, typed: Sql) -> Sql:
    return sql("cast({typed} as date)", typed=typed) if field.type is FieldType.DATETIME else typed


def _bound(bound: object) -> Sql:
    if isinstance(bound, date):
        return sql("cast({day} as date)", day=value(bound.isoformat()))
    return sql("cast({number} as decimal(38, 9))", number=value(f"{bound:.9f}"))
