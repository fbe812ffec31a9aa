"""Read one file, whatever its shape, into typed rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_USAGE, Place, ZhihengError, nearest
from zhiheng.ledger.reading.delimited import read_delimited
from zhiheng.ledger.reading.desk import Desk
from zhiheng.ledger.reading.encodings import prepare_text, unpack
from zhiheng.ledger.reading.headings import index_headings
from zhiheng.ledger.reading.objects import names_of, read_objects
from zhiheng.ledger.reading.parquet import read_parquet
from zhiheng.ledger.reading.shapes import Shape, find_shape, shown_name
from zhiheng.ledger.reading.sheets import read_sheets
from zhiheng.ledger.reading.stage import stage_table
from zhiheng.ledger.reading.walk import write_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import duckdb

    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.staged import PassedSheet, StagedTable
    from zhiheng.vocabulary import Kind


class KindUnknown(ZhihengError):
    """A kind that the pack does not have."""

    code: ClassVar[str] = "ledger.kind-unknown"
    exit_code: ClassVar[int] = EXIT_USAGE


def read_file(
    path: Path,
    kinds: Mapping[str, Kind],
    *,
    kind: str | None,
    extract_date: date,
    declared: bool = True,
    mended: bool = False,
    staging: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] | None = None,
) -> tuple[StagedTable, ...]:
    """
    Read every table of a file into `staging`: typed rows (a table, or a view) and quarantined rows for each.

    Every row below a heading is in one of the two, or ignored for a stated reason; the counts reconcile. The tables
    of one call have other names than those of any other on the same database. `declared` says that somebody named the
    day of the extract: then it fills the key's date too. Rows that come back `mended` are known to be under the right
    headings, and the name of their file says nothing. `progress` is told how many more rows have been taken in.

    Raises:
        KindUnknown: no such kind.
        FileUnreadable: no file of a known shape, a damaged one, or one beyond the bounds.
        TooManyTables: more tables than any file has.
        HeadingNotFound, FieldsMissing, KindAmbiguous: no row names the columns of one kind.
        HeadingTwice: two columns of the same heading differ.
    """
    if kind is not None and kind not in kinds:
        raise KindUnknown(
            Place(shown_name(path)), kind=kind, known=", ".join(sorted(kinds)), near=nearest(kind, kinds) or "—"
        )
    indexes = [index_headings(one) for name, one in kinds.items() if kind is None or name == kind]
    with TemporaryDirectory(prefix="zhiheng-") as folder:
        desk = Desk(staging, indexes, shown_name(path), Path(folder), progress, mended)
        raw, passed = _read_text(path, desk)
        staged = [stage_table(desk, table, extract_date=extract_date, declared=declared) for table in raw]
    return (replace(staged[0], passed=passed), *staged[1:])


def _read_text(path: Path, desk: Desk) -> tuple[list[RawTable], tuple[PassedSheet, ...]]:
    shape = find_shape(path, desk.file)
    if shape is Shape.GZIP:
        path = unpack(path, desk.folder, desk.file)
        shape = find_shape(path, desk.file)
    match shape:
        case Shape.WORKBOOK:
            return read_sheets(path, desk)
        case Shape.PARQUET:
            return read_parquet(path, desk), ()
        case Shape.JSON_LINES:
            text = prepare_text(path, desk.folder, desk.file)
            names = names_of(text.path, desk.file)
            rows = read_objects(text.path, names, damaged=text.damaged)
            return [write_named(names, rows, desk)], ()
        case _:
            return read_delimited(path, desk), ()
