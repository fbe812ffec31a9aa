"""
The Delta tables of the ledger: Parquet files that are added and removed as one, each named for the batches it holds.

A file named for a batch that has no row in `batches` belongs to an import that is under way or died: nobody reads it,
and the next import removes it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from zhiheng.errors import MACHINE, Place, ZhihengError, find_reason, reason_of
from zhiheng.ledger.columns import delta_schema
from zhiheng.ledger.reading.statement import Sql, sql, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import duckdb

ROW_GROUP = 122_880
_NAME = re.compile(r"(\d{8})-(\d{8})-\d+(?:-\d+)?\.parquet")


TableError = DeltaError
"""A table that could not be opened or committed to."""


class LedgerDamaged(ZhihengError):
    """A table of the ledger cannot be read."""

    code: ClassVar[str] = "ledger.damaged"


class LedgerRefused(ZhihengError):
    """The machine does not let the ledger be read: its files may well be whole."""

    code: ClassVar[str] = "ledger.refused"


def cannot_read(place: Place, error: Exception) -> LedgerDamaged | LedgerRefused:
    """Build the error for a table that cannot be read: a damaged one, or one that this machine does not give."""
    refused = find_reason(error) in MACHINE
    return (LedgerRefused if refused else LedgerDamaged)(place, **reason_of(error))


class KindChanged(LedgerDamaged):
    """A table has other columns than the workspace's pack declares: its fields were changed since."""

    code: ClassVar[str] = "ledger.kind-changed"


@dataclass(frozen=True, slots=True)
class Segment:
    """One Parquet file: the batches whose rows it holds, first and last."""

    path: str
    first: int
    last: int


@dataclass(frozen=True)
class SegmentTable:
    """One Delta table, opened once: another object sees later commits."""

    folder: Path
    columns: Mapping[str, str]

    @cached_property
    def _delta(self) -> DeltaTable | None:
        if not (self.folder / "_delta_log").is_dir():
            return None
        try:
            delta = DeltaTable(str(self.folder))
            written = _columns_of(delta.schema())
        except (DeltaError, OSError, ValueError) as error:
            raise cannot_read(Place(str(self.folder)), error) from error
        declared = _columns_of(delta_schema(self.columns))
        if written != declared:
            raise KindChanged(
                Place(str(self.folder)),
                table=self.folder.name,
                written=_told_apart(written, declared),
                declared=_told_apart(declared, written),
            )
        return delta

    @property
    def exists(self) -> bool:
        """Whether there is such a table, with rows or without."""
        return self._delta is not None

    def create(self) -> None:
        """Make the table, without a row."""
        DeltaTable.create(str(self.folder), delta_schema(self.columns), mode="ignore")

    @cached_property
    def all_segments(self) -> tuple[Segment, ...]:
        """All files, those of uncommitted batches too."""
        if self._delta is None:
            return ()
        names = sorted(os.path.basename(uri) for uri in self._delta.file_uris())  # noqa: PTH119 - a URI, not a path
        return tuple(segment for name in names if (segment := self._segment(name)))

    def segments(self, batches: int) -> tuple[Segment, ...]:
        """List the files that hold rows of the first so many batches; they may hold rows of later ones too."""
        return tuple(segment for segment in self.all_segments if segment.first <= batches)

    def _segment(self, name: str) -> Segment | None:
        found = _NAME.fullmatch(name)
        return Segment(str(self.folder / name), int(found[1]), int(found[2])) if found else None

    def left_behind(self, committed: int) -> tuple[Path, ...]:
        """List the files in the folder of batches that have no row, whether the table knows them or not."""
        found = ((path, _NAME.fullmatch(path.name)) for path in self.folder.glob("*.parquet"))
        return tuple(path for path, match in found if match and int(match[1]) > committed)

    def write(
        self, connection: duckdb.DuckDBPyConnection, rows: Sql, first: int, last: int, part: int = 1
    ) -> tuple[Segment, int]:
        """
        Write the rows of a query into a new file, on disk before this returns, but not yet part of the table.

        Returns the file and its number of rows.
        """
        version = -1 if self._delta is None else self._delta.version()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{first:08d}-{last:08d}-{version + 1}-{part}.parquet"
        (count,) = connection.execute(
            sql(
                "copy ({rows}) to {path}"
                " (format parquet, compression zstd, compression_level 1, row_group_size {group})",
                rows=rows,
                path=value(str(path)),
                group=value(ROW_GROUP),
            )
        ).fetchall()[0]
        with path.open("rb+") as written:
            os.fsync(written.fileno())
        return Segment(str(path), first, last), count

    def commit(self, added: Iterable[tuple[Segment, int]], removed: Iterable[Segment] = (), *, now: datetime) -> None:
        """Add files (each with its number of rows) and remove others, all or none."""
        schema = delta_schema(self.columns)
        delta = self._delta
        if delta is None:
            delta = DeltaTable.create(str(self.folder), schema, mode="ignore")
        actions: list[AddAction | RemoveAction] = []
        for segment, rows in added:
            stat = os.stat(segment.path)  # noqa: PTH116 - one call for both numbers
            stats = json.dumps({"numRecords": rows})
            moment = int(stat.st_mtime * 1000)
            name = os.path.basename(segment.path)  # noqa: PTH119 - text in, text out
            actions.append(AddAction(name, stat.st_size, {}, moment, True, stats))  # noqa: FBT003 - Delta's signature
        for segment in removed:
            stat = os.stat(segment.path)  # noqa: PTH116
            name = os.path.basename(segment.path)  # noqa: PTH119
            gone = int(_seconds(now) * 1000)
            os.utime(segment.path, (_seconds(now), _seconds(now)))  # from then on it is kept for a while
            actions.append(RemoveAction(name, True, gone, stat.st_size, {}))  # noqa: FBT003
        delta.create_write_transaction(actions, "append", schema)
        for cached in ("_delta", "all_segments"):
            self.__dict__.pop(cached, None)

    def discard(self, segment: Segment) -> None:
        """Delete a file that no table knows."""
        os.unlink(segment.path)  # noqa: PTH108 - text in

    def vacuum(self, before: datetime) -> None:
        """Delete the files that left the table, or were written and never became part of it, before a moment."""
        held = {segment.path for segment in self.all_segments}
        for path in self.folder.glob("*.parquet"):
            if str(path) not in held and _NAME.fullmatch(path.name) and path.stat().st_mtime <= _seconds(before):
                path.unlink()


def _columns_of(schema: Schema) -> list[tuple[str, str]]:
    return [(field.name, str(field.type)) for field in schema.fields]


def _told_apart(some: list[tuple[str, str]], others: list[tuple[str, str]]) -> str:
    """List the columns that the others lack; all where only their order differs."""
    own = [column for column in some if column not in others]
    shown = own or ([] if len(some) < len(others) else some)
    return ", ".join(name for name, _ in shown) or "—"


def _seconds(moment: datetime) -> float:
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).timestamp()
