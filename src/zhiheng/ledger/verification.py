"""Prove that no batch was altered, removed or reordered, and name the first that was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import hexdigits
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb

from zhiheng.errors import EXIT_USAGE, Fault, Place, ZhihengError, reason_of
from zhiheng.ledger.batch import Batch
from zhiheng.ledger.batches import check_files, read_rows, record_table, replaced_table
from zhiheng.ledger.chain import NO_HEAD, RowRange, digest_batches, mismatched_contents, next_head, scan
from zhiheng.ledger.columns import tables_of
from zhiheng.ledger.database import open_database
from zhiheng.ledger.reading.statement import Sql, sql
from zhiheng.ledger.segments import LedgerDamaged
from zhiheng.vocabulary import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhiheng.errors import Lang
    from zhiheng.ledger.segments import Segment
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind

_FEWEST_DIGITS = 12  # of a head: two heads of one ledger that share as many do not occur
_MANY = 50  # faults; the first names the batch, the rest only say how far it goes


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a ledger is what its chain says; `first` is the first batch that is not."""

    batches: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def first(self) -> int | None:
        """The first batch that is not as it was."""
        numbers = [number for fault in self.faults if isinstance(number := fault.facts.get("batch"), int)]
        return min(numbers, default=None)

    def text(self, lang: Lang) -> str:
        """Say what was proven, or what is wrong."""
        if self.whole:
            return Fault("ledger.verified", Place(), {"batches": self.batches, "head": self.head}).what(lang)
        return "\n".join(fault.render(lang) for fault in self.faults[:_MANY])

    def as_json(self) -> dict[str, Any]:
        """Write the answer for programs."""
        faults = [{"code": fault.code, **fault.facts} for fault in self.faults]
        return {"whole": self.whole, "batches": self.batches, "head": self.head, "first": self.first, "faults": faults}


def verify(
    workspace: Workspace, head: str | None = None, *, progress: Callable[[int], None] | None = None
) -> Verification:
    """
    Check the chain of batches, then every row of every batch against it, then which rows count as replaced.

    `head` is one kept elsewhere (a manifest, a printed report), or its first digits, 12 at least: the ledger must have
    had it once, which a ledger whose end was cut off cannot.

    Raises:
        HeadUnfit: `head` is none, nor the beginning of one.
    """
    kept = None if head is None else _read_head(head)
    try:
        rows = read_rows(workspace)
        check_files(workspace, len(rows))
    except LedgerDamaged as damaged:
        return Verification(0, "", (damaged.fault,))
    batches, heads, faults = _follow_chain(rows)
    if kept is not None:
        faults += _compare_head(kept, heads)
    done = 0
    faults += _undeclared(workspace, batches)
    with open_database() as connection:
        for kind in workspace.kinds.values():
            for table in tables_of(kind):
                faults += _check_table(workspace, connection, table, batches)
                done += 1
                if progress:
                    progress(done)
            if not faults:
                faults += _check_replaced(workspace, connection, kind, len(batches))
    ordered = sorted(faults, key=lambda fault: int(str(fault.facts.get("batch", 0))))
    return Verification(len(rows), heads[-1], tuple(ordered))


def _follow_chain(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Batch], list[str], list[Fault]]:
    """Recompute every head; after the first that differs nothing can be said of the later ones."""
    batches: list[Batch] = []
    heads = [NO_HEAD]
    for expected, (number, recorded_at, meta, head) in enumerate(rows, 1):
        if number != expected:
            return batches, heads, [Fault("ledger.batch-missing", Place(), {"batch": expected})]
        try:
            batch = Batch.read(meta, head)
        except (ValueError, KeyError, TypeError, AttributeError):
            batch = None
        if (
            batch is None
            or (batch.number, batch.recorded_at) != (number, recorded_at)
            or next_head(heads[-1], meta) != head
        ):
            return batches, heads, [Fault("ledger.batch-altered", Place(), {"batch": number, "table": "batches"})]
        batches.append(batch)
        heads.append(head)
    return batches, heads, []


class HeadUnfit(ZhihengError):
    """A text is no head, nor the first digits of one."""

    code: ClassVar[str] = "ledger.head-unfit"
    exit_code: ClassVar[int] = EXIT_USAGE


def _read_head(written: str) -> str:
    """Read a head or its first digits; too few, too many, or other characters than those of a hash are none."""
    head = written.strip().lower()
    if not _FEWEST_DIGITS <= len(head) <= len(NO_HEAD) or set(head) - set(hexdigits):
        raise HeadUnfit(head=shorten(written), fewest=_FEWEST_DIGITS, digits=len(NO_HEAD))
    return head


def _compare_head(head: str, heads: Sequence[str]) -> list[Fault]:
    if any(one.startswith(head) for one in heads):
        return []
    return [Fault("ledger.head-unknown", Place(), {"head": head, "batches": len(heads) - 1, "last": heads[-1]})]


def _check_table(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, table: str, batches: Sequence[Batch]
) -> list[Fault]:
    expected = {batch.number: batch.tables[table] for batch in batches if table in batch.tables}
    try:
        segments = record_table(workspace, table).segments(len(batches))
    except LedgerDamaged as damaged:
        return [replace(damaged.fault, facts={**damaged.facts, "batch": min(expected, default=1), "table": table})]
    if faults := _unreadable(connection, table, segments):
        return faults
    paths = [segment.path for segment in segments]
    found: dict[int, int] = {}
    if paths:
        query = sql("select batch, count(*) from {files} group by batch", files=scan(paths))
        found = dict(connection.execute(query).fetchall())
    wrong = {
        number for number in {*expected, *found} if number not in expected or expected[number].rows != found.get(number)
    }
    sound = {number: RowRange(one.first_row, one.last_row) for number, one in expected.items() if number not in wrong}
    try:
        digests = digest_batches(connection, workspace.kinds, table, paths, sound) if sound else {}
        wrong |= set(mismatched_contents(connection, workspace.kinds, table, paths)) if paths else set()
    except duckdb.Error as error:
        first = min(sound or expected, default=1)
        facts = {"table": table, "file": _broken(connection, paths), **reason_of(error), "batch": first}
        return [Fault("ledger.segment-unreadable", Place(), facts)]
    wrong |= {number for number in sound if digests.get(number) != expected[number].digest}
    return [
        Fault("ledger.batch-altered", Place(), {"batch": number, "table": table}) for number in sorted(wrong, key=str)
    ]


def _unreadable(connection: duckdb.DuckDBPyConnection, table: str, segments: Sequence[Segment]) -> list[Fault]:
    faults = []
    for segment in segments:
        try:
            connection.execute(sql("select count(batch) from {files}", files=scan([segment.path]))).fetchall()
        except duckdb.Error as error:
            name = segment.path.rpartition("/")[2]
            facts = {"table": table, "file": name, **reason_of(error), "batch": segment.first}
            faults.append(Fault("ledger.segment-unreadable", Place(), facts))
    return faults


def _broken(connection: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> str:
    """Name the files whose values cannot all be read; all of them, where each alone can be."""
    found = []
    for path in paths:
        try:
            connection.execute(sql("select max(hash(columns(*))) from {files}", files=scan([path]))).fetchall()
        except duckdb.Error:
            found.append(path)
    return ", ".join(path.rpartition("/")[2] for path in found or paths)


def _undeclared(workspace: Workspace, batches: Sequence[Batch]) -> list[Fault]:
    """Name the tables that batches wrote and no kind of the pack declares: nothing can be said of their rows."""
    declared = {table for kind in workspace.kinds.values() for table in tables_of(kind)}
    first: dict[str, int] = {}
    for batch in batches:
        for table in batch.tables:
            first.setdefault(table, batch.number)
    return [
        Fault("ledger.table-undeclared", Place(), {"batch": number, "table": table})
        for table, number in first.items()
        if table not in declared
    ]


def _check_replaced(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, kind: Kind, committed: int
) -> list[Fault]:
    """Work out from the records which rows are replaced from when, and compare with what each table says."""
    paths = [segment.path for segment in record_table(workspace, kind.name).segments(committed)]
    if not paths:
        return []
    beside = [segment.path for segment in replaced_table(workspace, kind.name).segments(committed)]
    aside = Sql("select null::bigint as row_id, null::bigint as replaced_batch, null::timestamp as replaced_at limit 0")
    if beside:
        aside = sql("select row_id, replaced_batch, replaced_at from {files}", files=scan(beside))
    connection.execute(sql("create or replace temp table aside as {aside}", aside=aside))
    connection.execute(sql("create or replace temp table due as {due}", due=_due(paths)))
    faults = []
    for table in tables_of(kind):
        files = [segment.path for segment in record_table(workspace, table).segments(committed)]
        first = _first_difference(connection, scan(files), whole=table == kind.name) if files else None
        if first is not None:
            named = f"replaced/{kind.name}" if table == kind.name else table
            faults.append(Fault("ledger.batch-altered", Place(), {"batch": first, "table": named}))
    return faults


def _due(paths: Sequence[str]) -> Sql:
    """Select (row_id, replaced_batch, replaced_at) as the records have it."""
    several = sql(
        "select record, row_id, batch, known_at from {files} where record in"
        " (select record from {files} group by record having count(*) > 1)",
        files=scan(paths),
    )
    return sql(
        "with several as ({several}), pairs as"
        " (select r.row_id, l.batch as replaced_batch, min(l.known_at) as replaced_at"
        " from several r join several l on l.record = r.record and l.row_id > r.row_id group by all)"
        " select * from pairs qualify replaced_at < coalesce(min(replaced_at) over (partition by row_id"
        " order by replaced_batch rows between unbounded preceding and 1 preceding), timestamp '9999-12-31')",
        several=several,
    )


def _first_difference(connection: duckdb.DuckDBPyConnection, files: Sql, *, whole: bool) -> int | None:
    """Compare what is due with the marks of a table's rows and what stands beside; a child has some rows only."""
    some = Sql("true") if whole else sql("row_id in (select row_id from {files})", files=files)
    query = sql(
        "with due as (select row_id, replaced_batch, replaced_at from due where {some}), written as ("
        "select row_id, replaced_batch, replaced_at from {files} where replaced_batch is not null"
        " union select row_id, replaced_batch, replaced_at from aside where {some})"
        " select min(replaced_batch) from"
        " ((from due except from written) union all (from written except from due))",
        some=some,
        files=files,
    )
    ((first,),) = connection.execute(query).fetchall()
    return None if first is None else int(first)
