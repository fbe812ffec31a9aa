"""
The hash chain: a digest of the logical rows of a batch, wherever they lie, and a head over all batches so far.

A row is written as its columns in a fixed order, each as text with its length before it, and hashed. The hashes of a
table are sorted within 256 buckets (by their first two digits); the digest is the hash of the buckets' hashes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zhiheng.ledger.columns import field_names, table_columns
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from zhiheng.vocabulary import Kind

NO_HEAD = hashlib.sha256(b"zhiheng ledger 1").hexdigest()
_UNCHAINED = frozenset({"replaced_at", "replaced_batch", "batch"})
_AT_ONCE = 4_000_000  # rows whose hashes are sorted at one time
_LIST_MARK = "\u001f"


def next_head(head: str, meta: str) -> str:
    """Chain a batch's canonical JSON to the head before it."""
    return hashlib.sha256(f"{head}\n{meta}".encode()).hexdigest()


def scan(paths: Iterable[str]) -> Sql:
    """Read Parquet files."""
    return sql("read_parquet([{paths}])", paths=comma(value(path) for path in paths))


def digest_batches(
    connection: duckdb.DuckDBPyConnection,
    kinds: Mapping[str, Kind],
    table: str,
    paths: Iterable[str],
    batches: Mapping[int, int],
) -> dict[int, str]:
    """Compute the digests of the rows that each of some batches (number -> rows) has in a table."""
    paths = tuple(paths)
    digests: dict[int, str] = {}
    group: list[int] = []
    waiting = 0
    for number, rows in sorted(batches.items()):
        if group and waiting + rows > _AT_ONCE:
            digests |= _digest(connection, kinds, table, paths, group, waiting)
            group, waiting = [], 0
        group.append(number)
        waiting += rows
    if group:
        digests |= _digest(connection, kinds, table, paths, group, waiting)
    return digests


def _digest(
    connection: duckdb.DuckDBPyConnection,
    kinds: Mapping[str, Kind],
    table: str,
    paths: tuple[str, ...],
    batches: list[int],
    rows: int,
) -> dict[int, str]:
    """Hash the buckets of some batches; in several passes where the hashes would not fit in memory."""
    passes = min(256, 1 << (max(0, rows - 1) // _AT_ONCE).bit_length())
    step = 256 // passes
    buckets: dict[int, list[str]] = {number: [] for number in batches}
    for at in range(0, 256, step):
        low, high = f"{at:02x}", f"{at + step:02x}" if at + step < 256 else "g"  # noqa: PLR2004 - buckets
        query = sql(
            "select batch, left(row_hash, 2) as bucket, sha256(string_agg(row_hash, '' order by row_hash)) from ("
            " select batch, sha256({row}) as row_hash from {files} where batch between {first} and {last})"
            " where row_hash >= {low} and row_hash < {high} group by all order by all",
            row=_row_text(kinds, table),
            files=scan(paths),
            first=value(batches[0]),
            last=value(batches[-1]),
            low=value(low),
            high=value(high),
        )
        for number, bucket, hashed in connection.execute(query).fetchall():
            if number in buckets:
                buckets[number].append(f"{bucket}{hashed}")
    return {number: hashlib.sha256("".join(parts).encode()).hexdigest() for number, parts in buckets.items()}


def _row_text(kinds: Mapping[str, Kind], table: str) -> Sql:
    """Write a row as one text: a value is its length, a colon and its text; an empty one a hyphen."""
    columns = {column: type_ for column, type_ in table_columns(kinds, table).items() if column not in _UNCHAINED}
    order = [column for column in columns if column not in field_names(kinds, table)]
    order += field_names(kinds, table)
    parts = [
        sql("coalesce(strlen({text}) || ':' || {text}, '-')", text=_text(column, columns[column])) for column in order
    ]
    return sql("concat({parts})", parts=comma(parts))


def _text(column: str, type_: str) -> Sql:
    if type_ == "VARCHAR":
        return name(column)
    if type_.endswith("[]"):
        return sql("array_to_string({column}, {mark})", column=name(column), mark=value(_LIST_MARK))
    if type_ == "TIMESTAMP":
        return sql("epoch_us({column})::varchar", column=name(column))
    return sql("cast({column} as varchar)", column=name(column))
