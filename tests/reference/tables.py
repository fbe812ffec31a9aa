"""The invented kinds, and their records as the ledger's Parquet tables."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from zhiheng.vocabulary import FieldType, load_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.vocabulary import Field, Kind

PACK = Path(__file__).parent / "pack"
KNOWN_AT = datetime(2026, 1, 1)
ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
    "VARCHAR[]": pa.list_(pa.string()),
}
LEDGER_COLUMNS = {
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


@cache
def kinds() -> Mapping[str, Kind]:
    """Read the invented kinds."""
    return load_kinds(PACK)


def columns_of(name: str) -> dict[str, str]:
    """Give the columns of a kind's table (or of a child's), with their types."""
    kind, _, child = name.partition(".")
    declared = kinds()[kind]
    if child:
        return {**LEDGER_COLUMNS, "parent": "VARCHAR", "position": "BIGINT", **_types(declared.children[child].fields)}
    return {**LEDGER_COLUMNS, **_types(declared.fields)}


def write_parquet(folder: Path, records: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, Path]:
    """Write each kind's rows as the ledger stores them."""
    written = {}
    for name, rows in records.items():
        columns = columns_of(name)
        kind = kinds()[name.partition(".")[0]]
        full = [_ledger_row(kind, row, number) for number, row in enumerate(rows)]
        arrays = [pa.array([row.get(column) for row in full], _arrow(type_)) for column, type_ in columns.items()]
        written[name] = folder / f"{name}.parquet"
        pq.write_table(pa.table(arrays, list(columns)), written[name])
    return written


def all_tables() -> list[str]:
    """List the tables of the invented kinds and their children."""
    return [table for kind in kinds().values() for table in (kind.name, *(f"{kind.name}.{c}" for c in kind.children))]


def _types(fields: Mapping[str, Field]) -> dict[str, str]:
    return {field.name: field.sql_type for field in fields.values()}


def _arrow(type_: str) -> pa.DataType:
    if type_.startswith("DECIMAL"):
        precision, scale = type_[8:-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return ARROW[type_]


def _ledger_row(kind: Kind, row: Mapping[str, object], number: int) -> dict[str, object]:
    """Fill in what the import would: row numbers, clocks, and the fields behind the dates and the subject."""
    full = {
        "row_id": number,
        "content": "",
        "act": "assert",
        "source": "test",
        "batch": 1,
        "file": 1,
        "file_row": number + 2,
        "known_at": KNOWN_AT,
        "known_asserted": False,
        "recorded_at": KNOWN_AT,
        kind.true_on.field: row.get("moment") if _is_timed(kind) else row["true_on"],
        **dict.fromkeys(kind.subject.fields, row["subject"]),
        **dict.fromkeys(kind.same_fact, row.get("fact")),
        **{name: row["record"] for name in kind.key if kind.fields[name].type is FieldType.IDENTIFIER},
        **row,
    }
    return full | ({kind.true_until: row.get("true_until")} if kind.true_until else {})


def _is_timed(kind: Kind) -> bool:
    return kind.fields[kind.true_on.field].type is FieldType.DATETIME
