"""Rewrite the ledger's files, so that reading is fast again: few files, sorted by subject, replaced rows marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from zhiheng.ledger.batches import (
    batch_table,
    hold,
    list_batches,
    record_table,
    remove_uncommitted,
    replaced_table,
)
from zhiheng.ledger.chain import scan
from zhiheng.ledger.columns import tables_of
from zhiheng.ledger.database import open_database
from zhiheng.ledger.reading.statement import Sql, sql

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from zhiheng.errors import Fault
    from zhiheng.ledger.segments import SegmentTable
    from zhiheng.ledger.workspace import Workspace

KEPT_HOURS = 24


@dataclass(frozen=True, slots=True)
class Compaction:
    """How many files there were before and after."""

    before: int
    after: int


def compact(
    workspace: Workspace,
    *,
    now: datetime,
    keep_hours: int = KEPT_HOURS,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Fault], None] | None = None,
) -> Compaction:
    """
    Rewrite what lies in several files or has replaced rows listed beside it.

    No snapshot and no hash changes. Files that were replaced stay for some hours, for whoever is reading them.
    """
    before = after = 0
    with (
        hold(workspace, tell),
        TemporaryDirectory(prefix="zhiheng-") as folder,
        open_database(spill=folder) as connection,
    ):
        committed = len(list_batches(workspace))
        remove_uncommitted(workspace, committed, now)
        tables = [batch_table(workspace)]
        for done, kind in enumerate(workspace.kinds.values(), 1):
            beside = replaced_table(workspace, kind.name)
            records = [record_table(workspace, table) for table in tables_of(kind)]
            tables += [*records, beside]
            before += sum(len(table.all_segments) for table in (*records, beside))
            _compact_kind(connection, records, beside, now)
            after += sum(len(table.all_segments) for table in (*records, beside))
            if progress:
                progress(done)
        before += len(tables[0].all_segments)
        _rewrite(connection, tables[0], Sql("number"), None, now)
        after += len(tables[0].all_segments)
        for table in tables:
            table.vacuum(now - timedelta(hours=keep_hours))
    return Compaction(before, after)


def _compact_kind(
    connection: duckdb.DuckDBPyConnection, records: list[SegmentTable], beside: SegmentTable, now: datetime
) -> None:
    firsts = None
    if beside.all_segments:
        firsts = sql(
            "select row_id, min(replaced_batch) as first_batch, arg_min(replaced_at, replaced_batch) as first_at"
            " from {files} group by row_id",
            files=scan(segment.path for segment in beside.all_segments),
        )
    for table in records:
        _rewrite(connection, table, Sql("subject, row_id"), firsts, now)
    if firsts:
        _trim(connection, records[0], beside, now)


def _rewrite(
    connection: duckdb.DuckDBPyConnection, table: SegmentTable, order: Sql, firsts: Sql | None, now: datetime
) -> None:
    """Write a table's rows into one sorted file; mark those that the table beside lists as replaced."""
    old = table.all_segments
    if not old or (len(old) == 1 and firsts is None):
        return
    rows = sql("select * from {files}", files=scan(segment.path for segment in old))
    if firsts is not None:
        rows = sql(
            "select r.* replace (coalesce(r.replaced_at, f.first_at) as replaced_at,"
            " coalesce(r.replaced_batch, f.first_batch) as replaced_batch)"
            " from ({rows}) r left join ({firsts}) f on f.row_id = r.row_id",
            rows=rows,
            firsts=firsts,
        )
    rows = sql("select * from ({rows}) order by {order}", rows=rows, order=order)
    first, last = min(segment.first for segment in old), max(segment.last for segment in old)
    table.commit([table.write(connection, rows, first, last)], old, now=now)


def _trim(connection: duckdb.DuckDBPyConnection, records: SegmentTable, beside: SegmentTable, now: datetime) -> None:
    """Leave beside only the replacements that the rows do not say themselves: second ones, known earlier."""
    old = beside.all_segments
    left = sql(
        "select s.* from {beside} s join {records} r on r.row_id = s.row_id"
        " where s.replaced_batch <> r.replaced_batch order by s.row_id, s.replaced_batch",
        beside=scan(segment.path for segment in old),
        records=scan(segment.path for segment in records.all_segments),
    )
    first, last = min(segment.first for segment in old), max(segment.last for segment in old)
    segment, rows = beside.write(connection, left, first, last)
    beside.commit([(segment, rows)] if rows else [], old, now=now)
    if not rows:
        beside.discard(segment)
