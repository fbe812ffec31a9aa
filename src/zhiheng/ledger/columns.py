"""The columns of the ledger's tables, as DuckDB spells their types and as Delta does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deltalake import Field, Schema
from deltalake.schema import ArrayType, PrimitiveType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary import Kind

RECORD_COLUMNS: Mapping[str, str] = {
    "subject": "VARCHAR",
    "record": "VARCHAR",
    "row_id": "BIGINT",
    "content": "VARCHAR",
    "act": "VARCHAR",
    "source": "VARCHAR",
    "batch": "BIGINT",
    "file": "BIGINT",
    "file_row": "BIGINT",
    "true_on": "DATE",
    "true_until": "DATE",
    "known_at": "TIMESTAMP",
    "known_asserted": "BOOLEAN",
    "recorded_at": "TIMESTAMP",
    "fact": "VARCHAR",
    "replaced_at": "TIMESTAMP",
    "replaced_batch": "BIGINT",
}
CHILD_COLUMNS: Mapping[str, str] = {"parent": "VARCHAR", "position": "BIGINT"}
BATCH_COLUMNS: Mapping[str, str] = {
    "number": "BIGINT",
    "recorded_at": "TIMESTAMP",
    "meta": "VARCHAR",
    "head": "VARCHAR",
}
REPLACED_COLUMNS: Mapping[str, str] = {"row_id": "BIGINT", "replaced_at": "TIMESTAMP", "replaced_batch": "BIGINT"}
HIDDEN = frozenset({"act", "replaced_at", "replaced_batch"})
"""What the reader of a snapshot need not see: he gets the rows that stand."""

_DELTA = {
    "VARCHAR": "string",
    "BIGINT": "long",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "BOOLEAN": "boolean",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def table_columns(kinds: Mapping[str, Kind], table: str) -> dict[str, str]:
    """List the columns of `kind` or `kind.child` with their types."""
    kind, _, child = table.partition(".")
    declared = kinds[kind]
    if not child:
        return {**RECORD_COLUMNS, **{name: field.sql_type for name, field in declared.fields.items()}}
    fields = declared.children[child].fields
    return {**RECORD_COLUMNS, **CHILD_COLUMNS, **{name: field.sql_type for name, field in fields.items()}}


def field_names(kinds: Mapping[str, Kind], table: str) -> tuple[str, ...]:
    """List the fields of `kind` or `kind.child`."""
    kind, _, child = table.partition(".")
    return tuple(kinds[kind].children[child].fields if child else kinds[kind].fields)


def tables_of(kind: Kind) -> tuple[str, ...]:
    """List a kind's tables: its own, then those of its children."""
    return (kind.name, *(f"{kind.name}.{child}" for child in kind.children))


def delta_schema(columns: Mapping[str, str]) -> Schema:
    """Write columns as Delta declares them."""
    return Schema([Field(name, _delta_type(type_), nullable=True) for name, type_ in columns.items()])


def _delta_type(type_: str) -> PrimitiveType | ArrayType:
    if type_.endswith("[]"):
        return ArrayType(_delta_type(type_.removesuffix("[]")), contains_null=True)
    if found := _DECIMAL.fullmatch(type_):
        return PrimitiveType(f"decimal({found[1]},{found[2]})")
    return PrimitiveType(_DELTA[type_])
