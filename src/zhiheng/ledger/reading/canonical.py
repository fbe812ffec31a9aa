"""Write typed columns in canonical form in SQL: what keys, versions and content hashes are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.vocabulary import Field

PART_MARK = "\u001f"


def canonical_column(field: Field, column: Sql) -> Sql:
    """Write a typed column as `canonical_text` writes its values."""
    match field.type:
        case FieldType.DATETIME:
            return sql("strftime({column}, '%Y-%m-%dT%H:%M:%S.%f')", column=column)
        case FieldType.YES_NO:
            return sql("case when {column} then '1' when not {column} then '0' end", column=column)
        case FieldType.LIST:
            return sql("array_to_string({column}, {mark})", column=column, mark=value(PART_MARK))
        case FieldType.TEXT | FieldType.CODE | FieldType.IDENTIFIER:
            return column
        case _:
            return sql("cast({column} as varchar)", column=column)


def content_parts(fields: Mapping[str, Field]) -> Sql:
    """
    Write the fields of a row one after the other, so that different rows are different texts.

    A value is its length in bytes, a colon, and its canonical text; an empty one is a hyphen.
    """
    parts = []
    for field in fields.values():
        text = canonical_column(field, name(field.name))
        parts.append(sql("coalesce(strlen({text}) || ':', '-'), {text}", text=text))  # `concat` leaves out nulls
    return sql("concat({parts})", parts=comma(parts)) if parts else Sql("''")


def joined_key(fields: Sequence[Field]) -> Sql:
    """Join the canonical texts of fields; null where one of them is empty."""
    texts = [canonical_column(field, name(field.name)) for field in fields]
    between = sql(" || {mark} || ", mark=value(PART_MARK))
    return Sql(between.join(texts)) if texts else Sql("cast(null as varchar)")


def sortable_version(field: Field) -> Sql:
    """Write a version so that texts sort as the versions do."""
    column = name(field.name)
    if field.type not in (FieldType.WHOLE, FieldType.YEAR):
        return canonical_column(field, column)
    signed = sql(
        "case when {column} < 0 then '-' || lpad(cast({column} + 9223372036854775807 as varchar), 19, '0')"
        " else '0' || lpad(cast({column} as varchar), 19, '0') end",
        column=column,
    )
    return sql("({signed})", signed=signed)  # '-' sorts before '0'
