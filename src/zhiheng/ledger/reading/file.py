"""Read one file, whatever its shape, into typed rows."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError, nearest
from zhiheng.ledger.reading.delimited import read_delimited
from zhiheng.ledger.reading.headings import index_headings
from zhiheng.ledger.reading.stage import stage_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import duckdb

    from zhiheng.ledger.reading.headings import HeadingIndex
    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.staged import StagedTable
    from zhiheng.vocabulary import Kind


class FileUnreadable(ZhihengError):
    """A file that is not there, is empty, or is of no shape known here."""

    code: ClassVar[str] = "ledger.file-unreadable"


class KindUnknown(ZhihengError):
    """A kind that the pack does not have."""

    code: ClassVar[str] = "ledger.kind-unknown"


def read_file(
    path: Path,
    kinds: Mapping[str, Kind],
    *,
    kind: str | None,
    extract_date: date,
    staging: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] | None = None,
) -> tuple[StagedTable, ...]:
    """
    Read every table of a file into `staging`: a table of typed rows and one of quarantined rows for each.

    Every row below a heading is in one of the two, or ignored for a stated reason; the counts reconcile. `staging`
    must hold no tables of an earlier file. `progress` is told how many more rows have been taken in.

    Raises:
        KindUnknown: no such kind.
        FileUnreadable: no file of a known shape.
        TextUnreadable, FileTooLarge: the same, of text and of bounds.
        HeadingNotFound, FieldsMissing, KindAmbiguous: no row names the columns of one kind.
    """
    if kind is not None and kind not in kinds:
        raise KindUnknown(Place(path.name), kind=kind, known=", ".join(sorted(kinds)), near=nearest(kind, kinds) or "—")
    indexes = [index_headings(one) for name, one in kinds.items() if kind is None or name == kind]
    with TemporaryDirectory(prefix="zhiheng-") as folder:
        raw = _read_text(path, Path(folder), indexes, staging, progress)
        return tuple(
            stage_table(staging, table, table.columns(), number=number, extract_date=extract_date)
            for number, table in enumerate(raw, 1)
        )


def _read_text(
    path: Path,
    folder: Path,
    indexes: Sequence[HeadingIndex],
    staging: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] | None,
) -> list[RawTable]:
    return read_delimited(path, folder, indexes, staging, progress)
