"""The list of batches: a batch exists when its row does, and only one process at a time may add one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

import duckdb
from filelock import FileLock, Timeout

from zhiheng.errors import EXIT_USAGE, Fault, Place, ZhihengError
from zhiheng.ledger.batch import Batch
from zhiheng.ledger.chain import NO_HEAD, next_head, scan
from zhiheng.ledger.columns import BATCH_COLUMNS, REPLACED_COLUMNS, table_columns, tables_of
from zhiheng.ledger.database import ask
from zhiheng.ledger.reading.statement import Sql, sql, value
from zhiheng.ledger.segments import LedgerDamaged, SegmentTable, cannot_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from zhiheng.ledger.workspace import Workspace

LONGEST_WAIT = 24 * 3600.0


class LedgerBusy(ZhihengError):
    """Another process has held the ledger for too long."""

    code: ClassVar[str] = "ledger.busy"


class BatchesMissing(LedgerDamaged):
    """There are files of batches that the list of batches does not lead to."""

    code: ClassVar[str] = "ledger.batches-missing"


class BatchUnknown(ZhihengError):
    """The ledger has no batch of this number."""

    code: ClassVar[str] = "ledger.batch-unknown"
    exit_code: ClassVar[int] = EXIT_USAGE


@contextmanager
def hold(workspace: Workspace, tell: Callable[[Fault], None] | None = None) -> Iterator[None]:
    """Hold the ledger for writing; wait, and say so once, while another process does."""
    lock = FileLock(workspace.ledger / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if tell:
            tell(Fault("ledger.waiting", Place(str(workspace.path)), warning=True))
        try:
            lock.acquire(timeout=LONGEST_WAIT)
        except Timeout as error:
            raise LedgerBusy(Place(str(workspace.path))) from error
    try:
        yield
    finally:
        lock.release()


def list_batches(workspace: Workspace, connection: duckdb.DuckDBPyConnection | None = None) -> tuple[Batch, ...]:
    """
    List the batches, first to last.

    Raises:
        LedgerDamaged: the list cannot be read.

    """
    try:
        return tuple(Batch.read(meta, head) for _, _, meta, head in read_rows(workspace, connection))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise cannot_read(Place(str(workspace.ledger / "batches")), error) from error


def read_rows(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection | None = None
) -> list[tuple[int, datetime, str, str]]:
    """Read the list of batches as it was written: (number, recorded_at, meta, head)."""
    table = batch_table(workspace)
    paths = [segment.path for segment in table.all_segments]
    if not paths:
        if not table.exists:
            check_files(workspace, -1)
        return []
    query = sql("select number, recorded_at, meta, head from {files} order by number", files=scan(paths))
    try:
        if connection is not None:
            return connection.execute(query).fetchall()
        with ask() as opened:
            return opened.execute(query).fetchall()
    except duckdb.Error as error:
        raise cannot_read(Place(str(table.folder)), error) from error


def append_batch(workspace: Workspace, connection: duckdb.DuckDBPyConnection, batch: Batch, head: str) -> str:
    """Write a batch's row: from now on the batch exists. Returns the new head."""
    meta = batch.meta()
    new_head = next_head(head or NO_HEAD, meta)
    row = sql(
        "select {number}::bigint as number, {recorded}::timestamp as recorded_at, {meta} as meta, {head} as head",
        number=value(batch.number),
        recorded=value(batch.recorded_at.isoformat()),
        meta=value(meta),
        head=value(new_head),
    )
    table = batch_table(workspace)
    table.commit([table.write(connection, row, batch.number, batch.number)], now=batch.recorded_at)
    return new_head


def batch_table(workspace: Workspace) -> SegmentTable:
    """Open the list of batches."""
    return SegmentTable(workspace.ledger / "batches", BATCH_COLUMNS)


def record_table(workspace: Workspace, table: str) -> SegmentTable:
    """Open the records of `kind` or `kind.child`."""
    return SegmentTable(workspace.records(table), table_columns(workspace.kinds, table))


def replaced_table(workspace: Workspace, kind: str) -> SegmentTable:
    """Open the list of replaced rows of a kind."""
    return SegmentTable(workspace.replaced(kind), REPLACED_COLUMNS)


def check_files(workspace: Workspace, committed: int) -> None:
    """
    Hold the files of the ledger to its list of batches: one import at most, the next one, can have left files.

    Raises:
        BatchesMissing: there are files of later batches; the list was cut, or is gone.

    """
    found = max(map(_first_batch, workspace.ledger.glob("*/**/*.parquet")), default=0)
    if found > committed + 1:
        raise BatchesMissing(Place(str(workspace.ledger)), last=max(committed, 0), found=found)


def _first_batch(path: Path) -> int:
    first = path.stem.partition("-")[0]
    return int(first) if first.isdigit() and path.parent.name not in ("batches", "identity") else 0


def remove_uncommitted(workspace: Workspace, committed: int, now: datetime) -> None:
    """
    Remove what an import left that died before its batch existed; to be called while holding the ledger.

    Raises:
        BatchesMissing: see `check_files`; nothing was removed.

    """
    check_files(workspace, committed)
    for kind in workspace.kinds.values():
        tables = [record_table(workspace, table) for table in tables_of(kind)]
        for table in (*tables, replaced_table(workspace, kind.name)):
            files = table.left_behind(committed)
            if not files:
                continue
            known = [segment for segment in table.all_segments if segment.first > committed]
            if known:
                table.commit([], known, now=now)
            for path in files:
                path.unlink()
    for path in (workspace.ledger / "quarantine").glob("*.parquet"):
        if path.stem.isdigit() and int(path.stem) > committed:
            path.unlink()


def paths_of(table: SegmentTable, batches: int) -> Sql | None:
    """Scan the files with rows of the first so many batches; None where there are none."""
    segments = table.segments(batches)
    return scan(segment.path for segment in segments) if segments else None
