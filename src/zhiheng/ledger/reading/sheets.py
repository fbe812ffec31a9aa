"""Read all sheets of a workbook; those that are no tables are passed over, and told."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from zhiheng.errors import Place
from zhiheng.ledger.reading.refusals import FileEmpty
from zhiheng.ledger.reading.staged import PassedSheet
from zhiheng.ledger.reading.tables import FieldsMissing, HeadingNotFound
from zhiheng.ledger.reading.walk import Sheet, walk_tables
from zhiheng.ledger.reading.workbook import open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.tables import Row


def read_sheets(path: Path, desk: Desk) -> tuple[list[RawTable], tuple[PassedSheet, ...]]:
    """
    Bring the text of every table of a workbook into staging.

    Raises:
        FieldsMissing, HeadingNotFound: no sheet is a table of a known kind; what the fullest sheet lacks.
        KindAmbiguous: the headings of a sheet fit several kinds.
        FileEmpty: all sheets are.
        FileUnreadable: see `open_workbook`.
    """
    tables: list[RawTable] = []
    passed: list[PassedSheet] = []
    refused: list[tuple[int, FieldsMissing | HeadingNotFound]] = []
    with open_workbook(path, desk.file) as sheets:
        for sheet in sheets:
            rows = _Counted(sheet.rows)
            if sheet.hidden:
                passed.append(PassedSheet(sheet.name, "hidden", rows.drain(), ""))
                continue
            try:
                tables += walk_tables(Sheet(sheet.name, rows, serial_shift=sheet.serial_shift), desk)
            except (FieldsMissing, HeadingNotFound) as error:
                refused.append((rows.drain(), error))
                passed.append(PassedSheet(sheet.name, "unknown", rows.held, error.fault.what()))
    if not tables:
        raise _fullest(refused, desk)
    return tables, tuple(sheet for sheet in passed if sheet.rows)


def _fullest(refused: list[tuple[int, FieldsMissing | HeadingNotFound]], desk: Desk) -> Exception:
    telling = [(isinstance(error, FieldsMissing), rows, error) for rows, error in refused if rows]
    if not telling:
        return FileEmpty(Place(desk.file))
    return max(telling, key=lambda one: one[:2])[2]


class _Counted:
    """Rows on their way, and how many of them held anything."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.held = 0

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        row = next(self._rows)
        self.held += any(cell.strip() for cell in row.cells)
        return row

    def drain(self) -> int:
        """Count the rest."""
        deque(self, maxlen=0)
        return self.held
