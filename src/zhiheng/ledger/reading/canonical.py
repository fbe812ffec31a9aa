"""Write typed columns in canonical form in SQL: what keys, versions and content hashes are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.vocabulary import Field

PART_MARK = "\u001f"
BETWEEN, NOTHING = "\u001e", "\u001d"
"""What parts values that are hashed together, and what stands where there is none: neither is let into a value."""


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


def content_texts(fields: Mapping[str, Field]) -> list[Sql]:
    """Write the fields of a row, in their order, each as the text that enters its hash; never null."""
    return [
        sql("coalesce({text}, {nothing})", text=canonical_column(field, name(field.name)), nothing=value(NOTHING))
        for field in fields.values()
    ]


def hashed(texts: Sequence[Sql]) -> Sql:
    """Hash some texts as one, as `short_hash` does."""
    return short_hash(put_together(texts))


def short_hash(text: Sql) -> Sql:
    """Hash a text: the first 128 bits of its SHA-256, in hex."""
    return sql("left(sha256({text}), 32)", text=text)


def put_together(texts: Sequence[Sql]) -> Sql:
    """Write some texts one after the other, so that others would be another text."""
    return sql("concat_ws({between}, {texts})", between=value(BETWEEN), texts=comma(texts)) if texts else Sql("''")


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
