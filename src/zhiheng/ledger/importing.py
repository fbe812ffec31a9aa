"""Import files: read them, decide about every row, and append what is new as one batch."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

import duckdb

from zhiheng.errors import FaultsFound, Place, ZhihengError, reason_of
from zhiheng.ledger.account import account
from zhiheng.ledger.append import Written, write_kind
from zhiheng.ledger.batch import Batch, BatchReport, Options
from zhiheng.ledger.batches import append_batch, hold, list_batches, remove_uncommitted
from zhiheng.ledger.classify import Ground, Verdicts, classify, find_gone
from zhiheng.ledger.database import open_database
from zhiheng.ledger.known import part_known, read_again
from zhiheng.ledger.offer import Entry, Moment
from zhiheng.ledger.order import (
    Import,
    check_days,
    check_source,
    look_at,
    made_between,
    midnight,
    utc,
)
from zhiheng.ledger.quarantine import refused_rows, spared_keys, write_quarantine
from zhiheng.ledger.reading import clear_way, read_file
from zhiheng.ledger.reading.statement import name, sql
from zhiheng.ledger.segments import TableError
from zhiheng.ledger.standing import read_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from zhiheng.errors import Fault
    from zhiheng.ledger.batch import Repeated
    from zhiheng.ledger.order import Incoming
    from zhiheng.ledger.reading import StagedTable
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind
_AHEAD = timedelta(days=1)  # where the day is not told: somewhere it is tomorrow already


class ExtractEmpty(ZhihengError):
    """A complete extract without a row of a kind: taken at its word it would withdraw all there is."""

    code: ClassVar[str] = "ledger.extract-empty"


class ImportBrokenOff(ZhihengError):
    """The machine could not carry the import out; the ledger is as it was."""

    code: ClassVar[str] = "ledger.import-broken-off"


def import_files(
    workspace: Workspace,
    files: Sequence[Path | str],
    *,
    source: str,
    kind: str | None = None,
    complete_extract: bool = False,
    extract_date: date | None = None,
    received_on: date | None = None,
    dry_run: bool = False,
    now: datetime,
    today: date | None = None,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Fault], None] | None = None,
) -> BatchReport:
    """
    Append what is new in some files as one batch, and account for every row.

    Either all of it is in the ledger or nothing. `today` is the day where the files are imported, that of `now` unless
    given: rows that name no day are of it, a complete extract of no declared day was made on it, and no file may come
    from a later one. `progress` is told how many rows have been read so far; `tell` is told at once when another
    process has to be waited for.

    Raises:
        SourceUnfit: the source's name is none.
        DayInFuture: a declared day is after today.
        ExtractEmpty: a complete extract has no row.
        FaultsFound: several files cannot be read; nothing was appended.
        ZhihengError: one file cannot be read; nothing was appended.

    """
    moment = utc(now)
    assumed = complete_extract and extract_date is None
    made = (today or moment.date()) if assumed else extract_date
    options = Options(kind, complete_extract, made, received_on, assumed)
    check_days(options, today or moment.date() + _AHEAD)
    order = Import(workspace, check_source(source), options, moment, today or moment.date(), workspace.pack.kinds)
    incoming = [look_at(Path(file)) for file in files]
    return take_in(order, incoming, dry_run=dry_run, progress=progress, tell=tell)


def take_in(
    order: Import,
    incoming: Sequence[Incoming],
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Fault], None] | None = None,
) -> BatchReport:
    """Carry an import out."""
    workspace = order.workspace
    with _told_apart(workspace), _staging() as connection:
        batches = list_batches(workspace, connection)
        new, repeated = part_known(order, incoming, batches)
        if not new:
            return _nothing_new(order, repeated, batches)
        entries = _read(order, connection, new, progress)
        _check_extract(order, entries)
        if dry_run:
            return _append(order, connection, entries, batches, repeated, dry_run=True)
        with hold(workspace, tell):
            batches = list_batches(workspace, connection)
            new, repeated = part_known(order, incoming, batches)  # again: another import may have brought the same file
            if not new:
                return _nothing_new(order, repeated, batches)
            remove_uncommitted(workspace, len(batches), order.now)
            kept = {one.sha256 for one in new}
            entries = [entry for entry in entries if entry.sha256 in kept]
            return _append(order, connection, entries, batches, repeated)


@contextmanager
def _told_apart(workspace: Workspace) -> Iterator[None]:
    """Say it plainly where the machine gives out: no space, no memory, no right to write."""
    try:
        yield
    except (OSError, TableError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise ImportBrokenOff(Place(str(workspace.path)), **reason_of(error)) from error


def _nothing_new(order: Import, repeated: tuple[Repeated, ...], batches: Sequence[Batch]) -> BatchReport:
    batch = max((one.batch for one in repeated), default=0)
    head = batches[-1].head if batches else ""
    return BatchReport(batch, head, order.now, order.source, (), repeated)


def _check_extract(order: Import, entries: Sequence[Entry]) -> None:
    """Hold a complete extract to what its withdrawals need: some row of each of its kinds."""
    if not order.options.complete_extract:
        return
    kinds = list(dict.fromkeys(entry.table.kind for entry in entries))
    for kind in kinds:
        tables = [entry for entry in entries if entry.table.kind == kind]
        if all(entry.table.rows_seen == entry.table.ignored_rows for entry in tables):
            raise ExtractEmpty(Place(tables[0].path_name, part=tables[0].table.sheet), kind=kind)


@contextmanager
def _staging() -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        TemporaryDirectory(prefix="zhiheng-") as folder,
        open_database(spill=folder) as connection,
    ):
        yield connection


def _read(
    order: Import,
    connection: duckdb.DuckDBPyConnection,
    incoming: Sequence[Incoming],
    progress: Callable[[int], None] | None,
) -> list[Entry]:
    """Read all files into staging, each into a schema of its own; report all that cannot be read at once."""
    entries: list[Entry] = []
    errors: list[ZhihengError] = []
    taken = 0

    def advance(rows: int) -> None:
        nonlocal taken
        taken += rows
        if progress:
            progress(taken)

    for number, one in enumerate(incoming, 1):
        schema = f"file {number}"
        connection.execute(sql("create schema {schema}", schema=name(schema)))
        connection.execute(sql("use {schema}", schema=name(schema)))
        try:
            tables = read_file(
                one.path,
                order.kinds,
                kind=order.options.kind,
                extract_date=order.options.extract_date or order.today,
                declared=order.options.told.extract_date is not None,
                mended=bool(order.mends),
                staging=connection,
                progress=advance,
            )
        except ZhihengError as error:
            errors.append(error)
            continue
        entries += [
            Entry(len(entries) + at, number, one.name, one.sha256, schema, _on_sheet(one.sheet, table), 0)
            for at, table in enumerate(tables, 1)
        ]
    connection.execute("use main")
    if errors:
        _raise_all(errors)
    return entries


def _on_sheet(sheet: str, table: StagedTable) -> StagedTable:
    return replace(table, sheet=sheet) if sheet else table


def _raise_all(errors: Sequence[ZhihengError]) -> None:
    if len(errors) == 1:
        raise errors[0]
    raise FaultsFound([fault for error in errors for fault in getattr(error, "faults", (error.fault,))])


def _append(
    order: Import,
    connection: duckdb.DuckDBPyConnection,
    entries: Sequence[Entry],
    batches: Sequence[Batch],
    repeated: tuple[Repeated, ...],
    *,
    dry_run: bool = False,
) -> BatchReport:
    recorded_at = order.now
    if batches:
        recorded_at = max(recorded_at, batches[-1].recorded_at + timedelta(microseconds=1))
    number = len(batches) + 1
    earliest, latest = made_between(order.options, order.today)
    batch = Batch(number, recorded_at, order.source, order.options, (), {}, earliest, latest)
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.table.kind, []).append(entry)
    whole = not any(entry.table.passed or entry.table.doubtful_rows for entry in entries)
    judged = {
        kind: _classify(order, connection, group, batch, batches, order.workspace.kinds[kind], whole=whole)
        for kind, group in by_kind.items()
    }
    batch = replace(
        batch,
        files=account(entries, judged, order.workspace.kinds),
        resolves=_mended(order, connection, judged),
        rereads=read_again(order, entries, batches),
    )
    if dry_run:
        refused = refused_rows(connection, batch, tuple(judged.values()))
        tried = BatchReport(0, "", recorded_at, order.source, batch.files, repeated, _assumed(order), refused)
        return replace(tried, dry_run=True)
    head = _write(order, connection, batch, judged, batches[-1].head if batches else "")
    return BatchReport(number, head, recorded_at, order.source, batch.files, repeated, _assumed(order))


def _assumed(order: Import) -> date | None:
    return order.options.extract_date if order.options.assumed else None


def _classify(
    order: Import,
    connection: duckdb.DuckDBPyConnection,
    group: Sequence[Entry],
    batch: Batch,
    batches: Sequence[Batch],
    kind: Kind,
    *,
    whole: bool,
) -> Verdicts:
    standing = read_standing(
        order.workspace, kind, batches, order.source, frozenset(number for number, _ in order.mends.values())
    )
    received = midnight(order.options.received_on) if order.options.received_on else None
    ground = Ground(
        connection=connection,
        standing=standing,
        source=order.source,
        batch=batch.number,
        moment=Moment(batch.recorded_at, received),
        earliest=batch.earliest,
        latest=batch.latest,
        behind=any(
            one.source == order.source and one.options.complete_extract and batch.latest <= one.earliest
            for one in batches
            if any(file.kind == kind.name for file in one.files)
        ),
    )
    verdicts = classify(ground, _number_rows(group, standing.last_row))
    for entry in verdicts.entries:
        if not verdicts.refused(entry) and not entry.table.resting:
            clear_way(connection, entry.table.way)  # its rows need not be shown
    if order.options.complete_extract and not standing.empty:
        keys, tellable = spared_keys(connection, kind, verdicts.entries)
        find_gone(verdicts, keys, whole=whole and tellable)
    return verdicts


def _number_rows(group: Sequence[Entry], last_row: int) -> list[Entry]:
    """Give every staged row a number that no row of the kind has had."""
    numbered, offset = [], last_row
    for entry in group:
        numbered.append(replace(entry, offset=offset))
        offset += entry.table.last_row
    return numbered


def _mended(
    order: Import, connection: duckdb.DuckDBPyConnection, judged: dict[str, Verdicts]
) -> tuple[tuple[int, int, int], ...]:
    """Tell which quarantined rows came back in a mended workbook, taken or not: (batch, first number, last)."""
    if not order.mends:
        return ()
    brought = {row for verdicts in judged.values() for row in verdicts.rows_brought(connection)}
    runs: list[tuple[int, int, int]] = []
    for batch, number in sorted({mended for row, mended in order.mends.items() if row in brought}):
        if runs and runs[-1][0] == batch and runs[-1][2] == number - 1:
            runs[-1] = (batch, runs[-1][1], number)
        else:
            runs.append((batch, number, number))
    return tuple(runs)


def _write(
    order: Import, connection: duckdb.DuckDBPyConnection, batch: Batch, judged: dict[str, Verdicts], head: str
) -> str:
    """Write everything, make it known to the tables, and last of all write the batch's row."""
    workspace = order.workspace
    quarantine = write_quarantine(workspace, connection, batch, tuple(judged.values()))
    written: list[Written] = []
    for verdicts in judged.values():
        written += write_kind(workspace, verdicts, verdicts.ground.standing.last_row + 1)
    for one in written:
        one.table.commit([(one.segment, one.rows)], now=batch.recorded_at)
    tables = {one.name: one.report for one in written if one.report}
    batch = replace(batch, tables=tables, quarantine=quarantine)
    return append_batch(workspace, connection, batch, head)
