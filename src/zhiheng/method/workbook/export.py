"""Write a method file as a workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from zhiheng.errors import FaultsFound
from zhiheng.method.faults import MethodFaults
from zhiheng.method.key_texts import meaning
from zhiheng.method.workbook.layout import CHOICES, DAYS, LONG_NUMBER, SHEETS, TEXT
from zhiheng.method.workbook.rows import Rows
from zhiheng.vocabulary import as_number, read_yaml, written_whole

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from zhiheng.method.workbook.layout import Sheet
    from zhiheng.vocabulary import Scalar

LONGEST_CELL = 32_000
MOST_DIGITS = 15
NARROW, WIDE = 14, 42
SPARE_ROWS = 500
_HEAD = PatternFill("solid", fgColor="DDE6F0")


def export_workbook(method_file: Path, workbook: Path) -> None:
    """
    Write a method file as a workbook: a sheet for each section, a row for each entry.

    Comments of the YAML file are not carried over.

    Raises:
        YamlUnreadable: no such file, no YAML, or constructs that are refused.
        FaultsFound: keys that the language does not know, or texts that no cell can hold.
    """
    faults = MethodFaults()
    rows = Rows(faults)
    rows.lay_out(read_yaml(method_file))
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for name, sheet in SHEETS.items():
        _write_sheet(book.create_sheet(name), sheet, rows.found[name], faults)
    if faults.errors:
        raise FaultsFound(faults.in_order())
    with written_whole(workbook) as beside:
        book.save(beside)


def _write_sheet(worksheet: Worksheet, sheet: Sheet, rows: list[dict[str, Scalar]], faults: MethodFaults) -> None:
    for at, column in enumerate(sheet.columns, 1):
        _write_heading(worksheet, sheet, column, at)
    for number, cells in enumerate(rows, 2):
        for column, scalar in cells.items():
            cell = worksheet.cell(number, sheet.columns.index(column) + 1)
            if isinstance(cell, Cell):
                _write_cell(cell, sheet, column, scalar, faults)
    worksheet.freeze_panes = "C2" if "name" in sheet.columns else "A2"


def _write_heading(worksheet: Worksheet, sheet: Sheet, column: str, at: int) -> None:
    cell = worksheet.cell(1, at, column)
    cell.font, cell.fill = Font(bold=True), _HEAD
    section, _, part = column.partition(".")
    if part in ("zh", "en"):
        said = meaning(section, sheet.name)
    else:
        said = meaning(part, section) if part else meaning(column, sheet.name)
    cell.comment = Comment(f"{said['zh']}\n{said['en']}", "zhiheng", width=320, height=120)
    letter = get_column_letter(at)
    long = column in ("where", "measure", "formula", "take", "when", "needs", "points", "url") or part in ("zh", "en")
    worksheet.column_dimensions[letter].width = WIDE if long else NARROW
    if column in CHOICES:
        listed = DataValidation(type="list", formula1=f'"{",".join(CHOICES[column])}"', allow_blank=True)
        listed.add(f"{letter}2:{letter}{SPARE_ROWS}")
        worksheet.add_data_validation(listed)


def _write_cell(cell: Cell, sheet: Sheet, column: str, scalar: Scalar, faults: MethodFaults) -> None:
    text = str(scalar)
    if len(text) > LONGEST_CELL or ILLEGAL_CHARACTERS_RE.search(text):
        faults.note("not-for-workbook", scalar.place, what=column)
        return
    value = _value(sheet, column, scalar)
    is_long = not scalar.quoted and sheet.is_number(column) and as_number(scalar) is not None
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with `=` is no formula
        cell.number_format = LONG_NUMBER if is_long else TEXT
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.alignment = Alignment(vertical="top")
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"


def _value(sheet: Sheet, column: str, scalar: Scalar) -> str | float | int | bool | date:
    """Take a text as the spreadsheet's own kind of value where nothing is lost by it."""
    text = str(scalar)
    if not scalar.quoted and text in ("true", "false"):
        return text == "true"
    if column in DAYS:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    number = as_number(scalar) if sheet.is_number(column) and not scalar.quoted else None
    if number is None or len(number.as_tuple().digits) > MOST_DIGITS:
        return text
    if number == number.to_integral_value():
        return int(number)
    return float(number) if Decimal(repr(float(number))) == number else text
