"""Import files: read them, decide about every row, and append what is new as one batch."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

import duckdb

from zhiheng.errors import EXIT_USAGE, Fault, FaultsFound, Place, ZhihengError
from zhiheng.ledger.account import account
from zhiheng.ledger.append import Written, write_kind
from zhiheng.ledger.batch import NOWHEN, Batch, BatchReport, Options, Repeated
from zhiheng.ledger.batches import append_batch, hold, list_batches, remove_uncommitted
from zhiheng.ledger.classify import Ground, Verdicts, classify, find_gone
from zhiheng.ledger.database import open_database
from zhiheng.ledger.offer import Entry, Moment
from zhiheng.ledger.quarantine import spared_keys, write_quarantine
from zhiheng.ledger.reading import FileUnreadable, read_file
from zhiheng.ledger.reading.statement import name, sql
from zhiheng.ledger.segments import TableError
from zhiheng.ledger.standing import read_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind

_LONGEST_SOURCE = 200
_CHUNK = 1 << 20
_DAY = timedelta(days=1)


class SourceUnfit(ZhihengError):
    """The name of a source is empty, too long, or holds what nobody sees."""

    code: ClassVar[str] = "ledger.source-unfit"
    exit_code: ClassVar[int] = EXIT_USAGE


class ImportBrokenOff(ZhihengError):
    """The machine could not carry the import out; the ledger is as it was."""

    code: ClassVar[str] = "ledger.import-broken-off"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on disk, known by its bytes."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Import:
    """All that an import is told."""

    workspace: Workspace
    source: str
    options: Options
    now: datetime
    kinds: Mapping[str, Kind]
    mends: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # row of the one file -> (batch, number)


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
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Fault], None] | None = None,
) -> BatchReport:
    """
    Append what is new in some files as one batch, and account for every row.

    Either all of it is in the ledger or nothing. `progress` is told how many rows have been read so far; `tell` is told
    at once when another process has to be waited for.

    Raises:
        SourceUnfit: the source's name is none.
        FaultsFound: several files cannot be read; nothing was appended.
        ZhihengError: one file cannot be read; nothing was appended.

    """
    options = Options(kind, complete_extract, extract_date, received_on)
    order = Import(workspace, check_source(source), options, utc(now), workspace.pack.kinds)
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
        new, repeated = _part(order, incoming, batches)
        if not new:
            return _nothing_new(order, repeated, batches)
        entries = _read(order, connection, new, progress)
        if dry_run:
            return _append(order, connection, entries, batches, repeated, dry_run=True)
        with hold(workspace, tell):
            batches = list_batches(workspace, connection)
            new, repeated = _part(order, incoming, batches)  # again: another import may have brought the same file
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
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ImportBrokenOff(Place(str(workspace.path)), reason=reason) from error


def check_source(source: str) -> str:
    """Hold the name of a source to what fits a heading and a key."""
    spelled = " ".join(source.split())
    if not spelled or len(spelled) > _LONGEST_SOURCE or not spelled.isprintable():
        raise SourceUnfit(Place(), longest=_LONGEST_SOURCE)
    return spelled


def utc(moment: datetime) -> datetime:
    """Write a moment in UTC without a zone; one without a zone is taken for UTC."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def look_at(path: Path) -> Incoming:
    """
    Take the measure of a file.

    Raises:
        FileUnreadable: there is none, or it may not be read.

    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise FileUnreadable(Place(str(path)), reason=error.strerror or str(error)) from error
    return Incoming(path, digest.hexdigest())


def _part(
    order: Import, incoming: Sequence[Incoming], batches: Sequence[Batch]
) -> tuple[list[Incoming], tuple[Repeated, ...]]:
    """Part the files that an earlier batch took in with the same source and options from the others."""
    held = {
        file.sha256: batch.number
        for batch in reversed(batches)
        if (batch.source, batch.options) == (order.source, order.options)
        for file in batch.files
    }
    if order.options.complete_extract and not all(one.sha256 in held for one in incoming):
        held = {}  # together they are the extract
    new: dict[str, Incoming] = {}
    repeated = []
    for one in incoming:
        if one.sha256 in held or one.sha256 in new:
            repeated.append(Repeated(one.path.name, one.sha256, held.get(one.sha256, len(batches) + 1)))
        else:
            new[one.sha256] = one
    return list(new.values()), tuple(repeated)


def _nothing_new(order: Import, repeated: tuple[Repeated, ...], batches: Sequence[Batch]) -> BatchReport:
    batch = max((one.batch for one in repeated), default=0)
    head = batches[-1].head if batches else ""
    return BatchReport(batch, head, order.now, order.source, (), repeated)


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
                extract_date=order.options.extract_date or order.now.date(),
                declared=order.options.extract_date is not None,
                staging=connection,
                progress=advance,
            )
        except ZhihengError as error:
            errors.append(error)
            continue
        entries += [
            Entry(len(entries) + at, number, one.path.name, one.sha256, schema, table, 0)
            for at, table in enumerate(tables, 1)
        ]
    connection.execute("use main")
    if errors:
        _raise_all(errors)
    return entries


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
    earliest, latest = _made_between(order.options, recorded_at)
    batch = Batch(number, recorded_at, order.source, order.options, (), {}, earliest, latest)
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.table.kind, []).append(entry)
    judged = {
        kind: _classify(order, connection, group, batch, batches, order.workspace.kinds[kind])
        for kind, group in by_kind.items()
    }
    batch = replace(batch, files=account(entries, judged), resolves=_resolved(order, connection, judged))
    if dry_run:
        return BatchReport(0, "", recorded_at, order.source, batch.files, repeated, dry_run=True)
    head = _write(order, connection, batch, judged, batches[-1].head if batches else "")
    return BatchReport(number, head, recorded_at, order.source, batch.files, repeated)


def _made_between(options: Options, recorded_at: datetime) -> tuple[datetime, datetime]:
    """
    Tell between which moments the files of a batch were made.

    A declared day is that day. A complete extract without one speaks of the moment at which it came. Anything else may
    be as old as you like, and is as young as the day on which it came at most.
    """
    if options.extract_date:
        start = _midnight(options.extract_date)
        return start, start + _DAY
    came = recorded_at
    if options.received_on:
        came = min(recorded_at, _midnight(options.received_on) + _DAY)
    return (came if options.complete_extract else NOWHEN), came


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - UTC without a zone, as all moments here


def _classify(
    order: Import,
    connection: duckdb.DuckDBPyConnection,
    group: Sequence[Entry],
    batch: Batch,
    batches: Sequence[Batch],
    kind: Kind,
) -> Verdicts:
    standing = read_standing(
        order.workspace, kind, batches, order.source, frozenset(number for number, _ in order.mends.values())
    )
    received = _midnight(order.options.received_on) if order.options.received_on else None
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
    verdicts = classify(ground, _number_rows(connection, group, standing.last_row))
    if order.options.complete_extract and not standing.empty:
        keys, tellable = spared_keys(connection, kind, verdicts.entries)
        find_gone(verdicts, keys, tellable=tellable)
    return verdicts


def _number_rows(connection: duckdb.DuckDBPyConnection, group: Sequence[Entry], last_row: int) -> list[Entry]:
    """Give every staged row a number that no row of the kind has had."""
    numbered, offset = [], last_row
    for entry in group:
        numbered.append(replace(entry, offset=offset))
        query = sql("select coalesce(max(file_row), 0) from {rows}", rows=entry.staged(entry.table.rows))
        offset += int(connection.execute(query).fetchall()[0][0])
    return numbered


def _resolved(
    order: Import, connection: duckdb.DuckDBPyConnection, judged: dict[str, Verdicts]
) -> tuple[tuple[int, int], ...]:
    """Tell which quarantined rows were mended: those whose mended row is in the ledger now."""
    if not order.mends:
        return ()
    taken = {row for verdicts in judged.values() for row in verdicts.rows_taken(connection)}
    return tuple(sorted({mended for row, mended in order.mends.items() if row in taken}))


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
