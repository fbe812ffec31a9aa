"""Say in SQL when a record was so, from the fields that its kind names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.statement import Sql, name, sql, value
from zhiheng.vocabulary import FieldType

if TYPE_CHECKING:
    from datetime import date

    from zhiheng.vocabulary import Kind

_LAST_OF_YEAR = "12-31"
_WITH_OFFSET = r"^\s*(\d{4}[-/]\d{1,2}[-/]\d{1,2})[T\s]+\d{1,2}:.*[+-]\d{2}:?(?:\d{2})?\s*$"
WRITTEN_DAY = "_written_day"  # no field begins with an underscore


def true_on(kind: Kind, extract_date: date) -> Sql:
    """Place the day of a record; a row that names none takes the day of the extract."""
    extract = sql("cast({day} as date)", day=value(extract_date.isoformat()))
    if not kind.true_on.field:
        return extract
    field = kind.fields[kind.true_on.field]
    column = name(field.name)
    match field.type:
        case FieldType.YEAR:
            day = _in_year(column, kind.true_on.day or _LAST_OF_YEAR)
        case FieldType.MONTH:
            day = _in_month(column, kind.true_on.day or "1")
        case FieldType.DATETIME:
            day = sql("coalesce({written}, cast({column} as date))", written=name(WRITTEN_DAY), column=column)
        case _:
            day = sql("cast({column} as date)", column=column)
    return sql("coalesce({day}, {extract})", day=day, extract=extract)


def written_day(cell: Sql) -> Sql:
    """
    Take the day of a moment with an offset as it is written; null where there is none.

    The moment is kept in UTC, where the day that its writer meant may be another.
    """
    return sql(
        "try_cast(replace(nullif(regexp_extract({cell}, {pattern}, 1), ''), '/', '-') as date)",
        cell=cell,
        pattern=value(_WITH_OFFSET),
    )


def date_of(field: str) -> Sql:
    """Take a date from a field that a kind may name; null where it names none."""
    return sql("cast({column} as date)", column=name(field)) if field else Sql("cast(null as date)")


def _in_year(column: Sql, day: str) -> Sql:
    month, _, of_month = day.partition("-")
    first = sql("make_date({year}, {month}, 1)", year=column, month=value(int(month)))
    return _in_month(first, of_month)


def _in_month(first: Sql, day: str) -> Sql:
    """Take the day of a month, or its last where the month is shorter (29 February)."""
    if day == "last":
        return sql("last_day({first})", first=first)
    return sql("least({first} + {after}, last_day({first}))", first=first, after=value(int(day) - 1))
