"""Read the cells of a workbook as rows of text with their places, within bounds."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from zhiheng.errors import Place, ZhihengError, reason_of
from zhiheng.method.workbook.layout import LANGUAGES, SHEETS, TEXT
from zhiheng.vocabulary import Scalar, as_number, normalise_heading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.workbook.layout import Sheet

LABELS = tuple(f".{language}" for language in LANGUAGES)
LARGEST_FILE = 8 * 1024 * 1024
LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 60
UNREADABLE = (
    OSError,
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    AssertionError,
)
"""What openpyxl raises for files that are no workbooks; it documents none of it."""


class WorkbookUnreadable(ZhihengError):
    """The file is no workbook, or too large."""

    code: ClassVar[str] = "method.workbook-unreadable"


class WorkbookAbsent(WorkbookUnreadable):
    """No such file, or none that may be opened."""

    code: ClassVar[str] = "method.workbook-absent"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: its cells by column, and its own place."""

    sheet: Sheet
    cells: dict[str, Scalar]
    place: Place

    def text(self, column: str) -> str:
        """Take a cell as text; '' where it is empty."""
        return str(self.cells.get(column, ""))

    def place_of(self, column: str) -> Place:
        """Tell where a cell stands; the row's own place where the cell is empty."""
        return self.cells[column].place if column in self.cells else self.place


def open_book(path: Path) -> Workbook:
    """
    Open a workbook for reading.

    Raises:
        WorkbookAbsent: there is no such file, or it may not be opened.
        WorkbookUnreadable: no workbook, or one that is too large.
    """
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise WorkbookAbsent(Place(str(path)), **reason_of(error)) from error
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise WorkbookUnreadable(Place(str(path)), **reason_of("too-large"))
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise WorkbookUnreadable(Place(str(path)), **reason_of("too-large"))
        return load_workbook(path, read_only=True, keep_links=False)
    except UNREADABLE as error:
        raise WorkbookUnreadable(Place(str(path)), **reason_of(error)) from error


def read_lines(path: Path, faults: MethodFaults) -> dict[str, list[Line]]:
    """
    Read all sheets of a method's workbook.

    Raises:
        WorkbookUnreadable: no workbook, or one that is too large.
    """
    book = open_book(path)
    found: dict[str, list[Line]] = {name: [] for name in SHEETS}
    try:
        for worksheet in book.worksheets:
            title = worksheet.title
            place = Place(str(path), None, f"{title}!A1")
            if title not in SHEETS:
                faults.note_unknown("unknown-sheet", place, title, SHEETS)
            else:
                found[title] = list(_lines(path, SHEETS[title], worksheet, faults))
    except UNREADABLE as error:
        raise WorkbookUnreadable(Place(str(path)), **reason_of(error)) from error
    finally:
        book.close()
    return found


def _lines(path: Path, sheet: Sheet, worksheet: Worksheet, faults: MethodFaults) -> Iterator[Line]:
    columns: list[str] = []
    rows = worksheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            faults.note("too-many-rows", Place(str(path), None, f"{sheet.name}!A{number}"), most=MOST_ROWS)
            return
        if number == 1:
            columns = _headings(path, sheet, row, faults)
            continue
        cells: dict[str, Scalar] = {}
        for column, cell, at in zip(columns, row, range(1, MOST_COLUMNS + 1), strict=False):
            place = Place(str(path), None, f"{sheet.name}!{get_column_letter(at)}{number}")
            scalar = _scalar(cell, column, place, faults)
            if scalar is None:
                continue
            if column:
                cells[column] = scalar
            else:
                faults.note("cell-without-heading", place)
        if cells:
            yield Line(sheet, cells, next(iter(cells.values())).place)


def _headings(path: Path, sheet: Sheet, row: tuple[object, ...], faults: MethodFaults) -> list[str]:
    known = {normalise_heading(column): column for column in sheet.columns}
    found: list[str] = []
    for at, cell in enumerate(row, 1):
        written = getattr(cell, "value", None)
        place = Place(str(path), None, f"{sheet.name}!{get_column_letter(at)}1")
        text = str(written).strip() if written is not None else ""
        column = known.get(normalise_heading(text), "") if text else ""
        if text and not column:
            faults.note_unknown("unknown-column", place, text[:60], sheet.columns)
        if column and column in found:
            faults.add("duplicate-key", place, key=column)
            column = ""
        found.append(column)
    return found


def _scalar(cell: object, column: str, place: Place, faults: MethodFaults) -> Scalar | None:
    """Take a cell as a file would write it; None where it is empty. Labels keep the blanks around them."""
    value = getattr(cell, "value", None)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if getattr(cell, "data_type", "") == "f":
        faults.note("formula-in-cell", place)
        return None
    text, quoted = _text(value)
    if isinstance(value, str) and column.endswith(LABELS):
        text = value
    if isinstance(value, str) and getattr(cell, "number_format", "") == TEXT:
        quoted = quoted or as_number(Scalar.at(text, place)) is not None
    return Scalar.at(text, place, quoted=quoted)


def _text(value: object) -> tuple[str, bool]:
    match value:
        case bool():
            return str(value).lower(), False
        case int():
            return str(value), False
        case float():
            return f"{Decimal(repr(value)).normalize():f}", False
        case datetime() if value.time() == time():
            return value.date().isoformat(), False
        case date():
            return value.isoformat(), False
    text = str(value).strip()
    return text, text in ("true", "false", "null", "~")
