"""
The hash chain: a digest of the logical rows of a batch, wherever they lie, and a head over all batches so far.

A row is written as its columns in a fixed order, parted by U+001E, U+001D where there is nothing (neither is let into
a value), and hashed; the first 128 bits count. Of a kind without children the fields enter by `content`, which is
their hash. The hashes of 65,536 row numbers at a time are joined in the order of the numbers and hashed; the digest is
the hash of those.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.engine import literal_path
from zhiheng.ledger.columns import field_names, table_columns
from zhiheng.ledger.reading import NOTHING, content_texts, hashed
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.vocabulary import ENTRY_MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from zhiheng.vocabulary import Kind

NO_HEAD = hashlib.sha256(b"zhiheng ledger 1").hexdigest()
_UNCHAINED = frozenset({"replaced_at", "replaced_batch", "batch"})
_CHUNK = 65_536
_AT_ONCE = 64 * _CHUNK  # rows whose hashes are in memory at one time


@dataclass(frozen=True, slots=True)
class RowRange:
    """The row numbers of a batch in a table, first and last."""

    first: int
    last: int


def next_head(head: str, meta: str) -> str:
    """Chain a batch's canonical JSON to the head before it."""
    return hashlib.sha256(f"{head}\n{meta}".encode()).hexdigest()


def scan(paths: Iterable[str]) -> Sql:
    """Read these Parquet files, and nothing into the names of the folders they lie in."""
    listed = comma(value(literal_path(path)) for path in paths)
    return sql("read_parquet([{paths}], hive_partitioning = false)", paths=listed)


def digest_batches(
    connection: duckdb.DuckDBPyConnection,
    kinds: Mapping[str, Kind],
    table: str,
    paths: Iterable[str],
    batches: Mapping[int, RowRange],
) -> dict[int, str]:
    """Compute the digests of the rows that each of some batches has in a table."""
    paths = tuple(paths)
    chunks: dict[int, list[str]] = {number: [] for number in batches}
    for group in _groups(batches):
        first, last = min(one.first for one in group.values()), max(one.last for one in group.values())
        for start in range(first - first % _CHUNK, last + 1, _AT_ONCE):
            query = sql(
                "select batch, row_id // {chunk} as chunk, sha256(string_agg(row_hash, '' order by {order})) from"
                " (select batch, row_id{position}, {row} as row_hash from {files}"
                " where batch between {low} and {high} and row_id >= {start} and row_id < {end})"
                " group by all order by all",
                chunk=value(_CHUNK),
                order=Sql("row_id, position" if "." in table else "row_id"),
                position=Sql(", position" if "." in table else ""),
                row=hashed(_row_texts(kinds, table)),
                files=scan(paths),
                low=value(min(group)),
                high=value(max(group)),
                start=value(start),
                end=value(start + _AT_ONCE),
            )
            for number, chunk, joined in connection.execute(query).fetchall():
                if number in group:
                    chunks[number].append(f"{chunk}:{joined}")
    return {number: hashlib.sha256("\n".join(parts).encode()).hexdigest() for number, parts in chunks.items()}


def _groups(batches: Mapping[int, RowRange]) -> Iterable[dict[int, RowRange]]:
    """Take small batches together, so that files are not read once for each."""
    group: dict[int, RowRange] = {}
    for number, rows in sorted(batches.items()):
        first = min((one.first for one in group.values()), default=rows.first)
        if group and rows.last - first >= _AT_ONCE:
            yield group
            group = {}
        group[number] = rows
    if group:
        yield group


def mismatched_contents(
    connection: duckdb.DuckDBPyConnection, kinds: Mapping[str, Kind], table: str, paths: Iterable[str]
) -> tuple[int, ...]:
    """List the batches of which some row's fields are not those that its content was hashed from."""
    if not _enters_by_content(kinds, table):
        return ()
    query = sql(
        "select distinct batch from {files} where act = 'assert' and content is distinct from {content} order by batch",
        files=scan(paths),
        content=hashed(content_texts(kinds[table].fields)),
    )
    return tuple(number for (number,) in connection.execute(query).fetchall())


def _enters_by_content(kinds: Mapping[str, Kind], table: str) -> bool:
    return "." not in table and not kinds[table].children


def _row_texts(kinds: Mapping[str, Kind], table: str) -> list[Sql]:
    columns = table_columns(kinds, table)
    fields = field_names(kinds, table)
    left_out = _UNCHAINED | (frozenset(fields) if _enters_by_content(kinds, table) else frozenset())
    order = [*(column for column in columns if column not in fields), *fields]
    return [
        sql("coalesce({text}, {nothing})", text=_text(column, columns[column]), nothing=value(NOTHING))
        for column in order
        if column not in left_out
    ]


def _text(column: str, type_: str) -> Sql:
    if type_ == "VARCHAR":
        return name(column)
    if type_.endswith("[]"):
        return sql("array_to_string({column}, {mark})", column=name(column), mark=value(ENTRY_MARK))
    if type_ == "TIMESTAMP":
        return sql("epoch_us({column})::varchar", column=name(column))
    return sql("cast({column} as varchar)", column=name(column))
