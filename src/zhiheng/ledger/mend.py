"""Hand quarantined rows out in a workbook with the reasons beside them; how a cell of it is written, and read back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from zhiheng.errors import EXIT_USAGE, Place, ZhihengError, reason_of
from zhiheng.ledger.quarantine import quarantined
from zhiheng.ledger.reading.headings import Heading, index_headings
from zhiheng.vocabulary import ENTRY_MARK, FieldType, Kind, normalise_heading, written_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from zhiheng.errors import Lang
    from zhiheng.ledger.quarantine import QuarantinedRow
    from zhiheng.ledger.workspace import Workspace

ID_HEADING = "隔离行 quarantined row"
WHERE_HEADING = "位置 where"
WHY_ZH, WHY_EN = "隔离原因", "reasons for quarantine"
_LANGS: tuple[Lang, ...] = ("zh", "en")
OWN_HEADINGS = (ID_HEADING, WHERE_HEADING, WHY_ZH, WHY_EN)
TOO_LONG = "〔原文过长，未列出；不改则保留 too long to show, kept unless written over〕"
_WIDEST_CELL, _LIST_MARK = 32_000, "；"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class NoWorkbookName(ZhihengError):
    """The workbook was to be named as if it were a file of another shape."""

    code: ClassVar[str] = "ledger.no-workbook-name"
    exit_code: ClassVar[int] = EXIT_USAGE


class CannotWrite(ZhihengError):
    """The workbook cannot be written where it was asked for."""

    code: ClassVar[str] = "ledger.cannot-write"


def export_quarantine(workspace: Workspace, path: Path | str, batch: int | None = None) -> int:
    """
    Write the quarantined rows to an XLSX workbook, a sheet for each kind, and return their number; none, no workbook.

    Each row has its place and the reasons, in Chinese and English, before the cells as they were; those with a fault
    are coloured. A text too long for a cell is not in the workbook: it stays as it is unless another is written there.

    Raises:
        NoWorkbookName: the name does not end as that of an XLSX workbook does.
        CannotWrite: there is no such folder, or nothing may be written there.

    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise NoWorkbookName(Place(str(target)), suffix=target.suffix or "—")
    if not target.parent.is_dir():
        raise CannotWrite(Place(str(target)), **reason_of("not-there"))
    rows = quarantined(workspace, batch)
    if not rows:
        return 0
    book = Workbook(write_only=True)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    for kind in kinds:
        sheet = book.create_sheet(kind[:31])
        sheet.freeze_panes = "E2"
        of_kind = [row for row in rows if row.kind == kind]
        headings = different(heading for row in of_kind for heading in row.raw)
        titles = []
        for heading in (*OWN_HEADINGS, *headings):
            cell = WriteOnlyCell(sheet, _fit(heading))
            cell.font = Font(bold=True)
            titles.append(cell)
        sheet.append(titles)
        marks = list_marks(workspace.kinds.get(kind), headings)
        for row in of_kind:
            sheet.append(_cells(sheet, row, marks))
    _save(book, target)
    return len(rows)


def different(headings: Iterable[str]) -> list[str]:
    """Keep one spelling of each heading: those that read alike would be one column that says two things."""
    kept: dict[str, str] = {}
    for heading in headings:
        kept.setdefault(normalise_heading(heading), heading)
    return list(kept.values())


def _save(book: Workbook, target: Path) -> None:
    try:
        with written_whole(target) as beside:
            book.save(beside)
    except OSError as error:
        raise CannotWrite(Place(str(target)), **reason_of(error)) from error


def list_marks(kind: Kind | None, headings: Sequence[str]) -> dict[str, str]:
    """Tell for each heading which mark parts the entries of a list in its cells."""
    columns = index_headings(kind).match([Heading(one) for one in headings]).columns if kind else {}
    marks = dict.fromkeys(headings, _LIST_MARK)
    for field, at in columns.items():
        if kind and kind.fields[field].type is FieldType.LIST:
            marks |= {headings[one]: kind.fields[field].separators[:1] or _LIST_MARK for one in at}
    return marks


def _cells(sheet: WriteOnlyWorksheet, row: QuarantinedRow, marks: Mapping[str, str]) -> list[Cell]:
    where = str(replace(row.faults[0].place, column=None))
    reasons = ("\n".join(f"{fault.place.column or ''} {fault.said(lang)}".strip() for fault in row.faults)
               for lang in _LANGS)  # fmt: skip
    texts = (f"{row.batch}-{row.number}", where, *reasons)
    blamed = {normalise_heading(str(fault.place.column)) for fault in row.faults}
    raw = {normalise_heading(heading): text for heading, text in row.raw.items()}
    cells = []
    for heading, text in (
        *zip(OWN_HEADINGS, texts, strict=True),
        *((heading, shown(raw.get(normalise_heading(heading), ""), mark)) for heading, mark in marks.items()),
    ):
        cell = WriteOnlyCell(sheet, _fit(text))
        cell.data_type = "s"  # a text that begins with = is a text
        if normalise_heading(heading) in blamed:
            cell.fill = PatternFill("solid", fgColor="FFE699")
        cells.append(cell)
    return cells


def shown(text: str, mark: str) -> str:
    """Write a cell of the row as it can be read and mended."""
    return TOO_LONG if len(text) > _WIDEST_CELL else _fit(text.replace(ENTRY_MARK, mark))


def _fit(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)[:_WIDEST_CELL]
