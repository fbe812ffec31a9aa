"""The records that are measured: made once from a seed, and kept in `bench/data`."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.synthetic import SHARES, draw, select_rows
from bench.timing import Task, run_apart
from zhiheng.ledger import create_workspace
from zhiheng.ledger.batch import NOWHEN, Batch, Counts, FileReport, Options, TableReport
from zhiheng.ledger.batches import append_batch, record_table
from zhiheng.ledger.database import open_database
from zhiheng.ledger.offer import record_id
from zhiheng.ledger.reading import content_texts, hashed
from zhiheng.ledger.reading.canonical import joined_key
from zhiheng.ledger.reading.statement import Sql
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import duckdb

    from bench.synthetic import Size
    from zhiheng.ledger import Workspace
    from zhiheng.vocabulary import Kind

HERE = Path(__file__).parent
DATA = HERE / "data"
PACK = HERE / "pack"
SOURCE = "synthetic"
RECORDED_AT = datetime(2026, 7, 1)  # noqa: DTZ001 - UTC without a zone, as the ledger's moments are
EDITION = "3"  # to be raised when what is made changes: older fixtures are then made anew
CSV_COLUMNS = 20


def ledger(size: Size) -> Path:
    """Make a workspace whose ledger holds all records as one batch, in segments sorted by subject."""
    return kept(f"ledger-{size.subjects}-{size.records}", _write_ledger, size)


def by_date(size: Size) -> Path:
    """Make a folder with the same records as Parquet files ordered by date: the columns that a method may read."""
    return kept(f"by-date-{size.subjects}-{size.records}", _write_by_date, size)


def clean_csv(subjects: int, rows: int) -> Path:
    """Make a CSV file of twenty columns without a fault."""
    return kept(f"csv-{rows}", _write_csv, subjects, rows) / "listing.csv"


def linked(workspace: Path, folder: Path) -> None:
    """Make a workspace that has the same files as another: what is written to it does not touch the other."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(workspace, folder, copy_function=_link)


def write_csv(
    folder: Path, size: Size, numbers: Callable[[int], str], instead: Mapping[str, str] | None = None
) -> dict[str, Path]:
    """Write some records of each kind as CSV files: those of the numbers, which depend on how many the ledger has."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    kinds = find_pack(PACK).kinds
    for name in SHARES:
        columns = ", ".join(f'"{field}"' for field in kinds[name].fields)
        replaced = f" replace ({instead[name]})" if instead else ""
        with open_database() as connection:
            connection.execute(draw(name))
            rows = select_rows(name, size.subjects, f"{numbers(size.rows(name))} t(i)")
            connection.execute(
                f"copy (select {columns} from (select *{replaced} from ({rows}))) to '{folder / name}.csv' (header)"
            )
    return {name: folder / f"{name}.csv" for name in SHARES}


def _link(source: str, target: str) -> None:
    if source.endswith(".parquet"):  # written once, never changed
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


def kept(name: str, make: Callable[..., None], *given: object) -> Path:
    """Make a folder unless it is there from an earlier run; in a process of its own, so that its memory goes."""
    folder = DATA / f"{name}-{EDITION}"
    if not folder.exists():
        begun = folder.with_name(f"{folder.name}.begun")
        shutil.rmtree(begun, ignore_errors=True)
        begun.parent.mkdir(exist_ok=True)
        run_apart(Task(_making, (make, begun, *given)))
        begun.rename(folder)
    return folder


def _making(make: Callable[..., None], folder: Path, *given: object) -> Callable[[], object]:
    return lambda: make(folder, *given)


def _write_ledger(folder: Path, size: Size) -> None:
    """Write the records through the ledger's own tables, without the way through files."""
    workspace = create_workspace(folder, find_pack(PACK))
    for number, name in enumerate(SHARES, 1):
        with _drawing(name, size.rows(name), folder) as connection:
            rows = Sql(f"select * from ({_ledger_rows(workspace.kinds[name], size, number)}) order by subject, row_id")
            table = record_table(workspace, name)
            table.commit([table.write(connection, rows, 1, 1)], now=RECORDED_AT)
    append_batches(workspace, size)


def append_batches(workspace: Workspace, size: Size) -> None:
    """Write the row that makes the records a batch, without the digests of the chain: nobody verifies this ledger."""
    rows = {name: size.rows(name) for name in SHARES}
    tables = {name: TableReport(count, 1, count, 0, "") for name, count in rows.items()}
    files = [
        FileReport(number, f"{name}.csv", "", name, "", 1, "", {}, (), Counts(rows_seen=count, accepted=count))
        for number, (name, count) in enumerate(rows.items(), 1)
    ]
    batch = Batch(1, RECORDED_AT, SOURCE, Options(), tuple(files), tables, NOWHEN, RECORDED_AT)
    with open_database() as connection:
        append_batch(workspace, connection, batch, "")


def _ledger_rows(kind: Kind, size: Size, number: int) -> str:
    """Write the rows of a kind with all the columns of the ledger, as an import would."""
    until = kind.true_until or "null::date"
    fields = ", ".join(f'"{field}"' for field in kind.fields)
    return f"""
        select uscc as subject, {record_id(kind.name, SOURCE)} as record, i + 1 as row_id, content, 'assert' as act,
               '{SOURCE}' as source, 1::bigint as batch, {number}::bigint as file, i + 2 as file_row,
               {kind.true_on.field} as true_on, {until} as true_until, timestamp '{RECORDED_AT}' as known_at,
               false as known_asserted, timestamp '{RECORDED_AT}' as recorded_at, null::varchar as fact,
               null::timestamp as replaced_at, null::bigint as replaced_batch, {fields}
        from (select *, {hashed(content_texts(kind.fields))} as content,
                     {joined_key([kind.fields[field] for field in kind.key])} as key
              from ({select_rows(kind.name, size.subjects, "numbers")}))
    """


def _write_by_date(folder: Path, size: Size) -> None:
    folder.mkdir()
    kinds = find_pack(PACK).kinds
    for name in SHARES:
        kind = kinds[name]
        until = kind.true_until or "null::date"
        query = f"""
            select uscc as subject, md5('{name}' || i) as record, {kind.true_on.field} as true_on,
                   {until} as true_until, * exclude (i)
            from ({select_rows(name, size.subjects, "numbers")}) order by true_on
        """
        with _drawing(name, size.rows(name), folder) as connection:
            connection.execute(
                f"copy ({query}) to '{folder / name}.parquet' (format parquet, compression zstd, row_group_size 122880)"
            )


def _write_csv(folder: Path, subjects: int, rows: int) -> None:
    folder.mkdir()
    kind = find_pack(PACK).kinds["listing"]
    columns = ", ".join(f'"{name}" as "{field.label.zh}"' for name, field in kind.fields.items())
    with _drawing("listing", rows, folder) as connection:
        connection.execute(
            f"copy (select {columns} from ({select_rows('listing', subjects, 'numbers')}) order by i)"
            f" to '{folder / 'listing.csv'}' (format csv, header)"
        )


@contextmanager
def _drawing(kind: str, rows: int, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database with the numbers of a kind's rows as a table, which unlike `range` is read in parallel."""
    with open_database(spill=f"{folder}.spilled") as connection:
        connection.execute(draw(kind))
        connection.execute(f"create temp table numbers as select i from range({rows}) t(i)")
        yield connection
    shutil.rmtree(f"{folder}.spilled", ignore_errors=True)
