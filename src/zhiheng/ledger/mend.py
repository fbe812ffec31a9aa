"""Hand quarantined rows out in a workbook with the reasons beside them, and take the mended workbook back."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from errno import ENOENT
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger.batch import BatchReport
from zhiheng.ledger.batches import list_batches
from zhiheng.ledger.database import open_database
from zhiheng.ledger.importing import take_in
from zhiheng.ledger.order import Import, Incoming, look_at, utc
from zhiheng.ledger.quarantine import quarantined
from zhiheng.ledger.reading import FieldsMissing, HeadingNotFound, read_file, shown_name
from zhiheng.ledger.reading.headings import Heading, index_headings
from zhiheng.ledger.reading.statement import comma, name, sql
from zhiheng.vocabulary import (
    ENTRY_MARK,
    Field,
    FieldType,
    Kind,
    Label,
    SubjectKey,
    TrueOn,
    ValueRefused,
    normalise_heading,
    read_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from zhiheng.errors import Lang
    from zhiheng.ledger.quarantine import QuarantinedRow
    from zhiheng.ledger.workspace import Workspace

ID_HEADING = "隔离行 quarantined row"
WHERE_HEADING = "位置 where"
WHY_ZH, WHY_EN = "隔离原因", "reasons for quarantine"
_LANGS: tuple[Lang, ...] = ("zh", "en")
_OWN = (ID_HEADING, WHERE_HEADING, WHY_ZH, WHY_EN)
_ID = re.compile(r"(\d{1,9})-(\d{1,12})")
TOO_LONG = "〔原文过长，未列出；不改则保留 too long to show, kept unless written over〕"
_WIDEST_CELL, _LIST_MARK = 32_000, "；"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class NothingMended(ZhihengError):
    """The workbook has no row that is in quarantine."""

    code: ClassVar[str] = "ledger.nothing-mended"


class CannotWrite(ZhihengError):
    """The workbook cannot be written where it was asked for."""

    code: ClassVar[str] = "ledger.cannot-write"


class NotExported(ZhihengError):
    """The workbook is not one that `export_quarantine` wrote."""

    code: ClassVar[str] = "ledger.not-exported"


class MendedRow(NamedTuple):
    """A row of a returned workbook: whose place it takes, and what its cells say now."""

    batch: int
    number: int
    cells: dict[str, str]


def export_quarantine(workspace: Workspace, path: Path | str, batch: int | None = None) -> int:
    """
    Write the quarantined rows to an XLSX workbook, a sheet for each kind, and return their number.

    Each row has its place and the reasons, in Chinese and English, before the cells as they were; those with a fault
    are coloured. A text too long for a cell is not in the workbook: it stays as it is unless another is written there.

    Raises:
        CannotWrite: there is no such folder, or nothing may be written there.

    """
    target = Path(path)
    if not target.parent.is_dir():
        raise CannotWrite(Place(str(target)), reason=os.strerror(ENOENT))
    rows = quarantined(workspace, batch)
    book = Workbook(write_only=True)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    for kind in kinds or ["-"]:
        sheet = book.create_sheet(kind[:31])
        sheet.freeze_panes = "E2"
        of_kind = [row for row in rows if row.kind == kind]
        headings = _different(heading for row in of_kind for heading in row.raw)
        titles = []
        for heading in (*_OWN, *headings):
            cell = WriteOnlyCell(sheet, _fit(heading))
            cell.font = Font(bold=True)
            titles.append(cell)
        sheet.append(titles)
        marks = _list_marks(workspace.kinds.get(kind), headings)
        for row in of_kind:
            sheet.append(_cells(sheet, row, marks))
    _save(book, target)
    return len(rows)


def _different(headings: Iterable[str]) -> list[str]:
    """Keep one spelling of each heading: those that read alike would be one column that says two things."""
    kept: dict[str, str] = {}
    for heading in headings:
        kept.setdefault(normalise_heading(heading), heading)
    return list(kept.values())


def _save(book: Workbook, target: Path) -> None:
    beside = target.with_name(f".{target.name}.part")
    try:
        book.save(beside)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise CannotWrite(Place(str(target)), reason=error.strerror or str(error)) from error


def _list_marks(kind: Kind | None, headings: Sequence[str]) -> dict[str, str]:
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
        *zip(_OWN, texts, strict=True),
        *((heading, _shown(raw.get(normalise_heading(heading), ""), mark)) for heading, mark in marks.items()),
    ):
        cell = WriteOnlyCell(sheet, _fit(text))
        cell.data_type = "s"  # a text that begins with = is a text
        if normalise_heading(heading) in blamed:
            cell.fill = PatternFill("solid", fgColor="FFE699")
        cells.append(cell)
    return cells


def _shown(text: str, mark: str) -> str:
    """Write a cell of the row as it can be read and mended."""
    return TOO_LONG if len(text) > _WIDEST_CELL else _fit(text.replace(ENTRY_MARK, mark))


def _fit(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)[:_WIDEST_CELL]


def return_mended(workspace: Workspace, path: Path | str, *, now: datetime) -> BatchReport:
    """
    Import the rows of a workbook that `export_quarantine` wrote, as mended since.

    Each is imported as its file was: from the same source, of the same kind and day. Rows that are taken, or known,
    are no longer in quarantine; those that still have faults are quarantined anew. The batches made are told as one
    report; `batch` is the last of them.

    Raises:
        NotExported: the workbook is not from an export.
        NothingMended: the workbook names no row that is in quarantine.
        FileUnreadable, WorkbookUnreadable: it is no workbook.

    """
    path = Path(path)
    held = {(row.batch, row.number): row for row in quarantined(workspace)}
    try:
        mended = _read_workbook(workspace, path, held, now)
    except (HeadingNotFound, FieldsMissing) as error:
        raise NotExported(Place(path.name), heading=ID_HEADING) from error
    if not mended:
        raise NothingMended(Place(path.name), heading=ID_HEADING)
    batches = list_batches(workspace)
    groups: dict[tuple[int, str], list[MendedRow]] = {}
    for row in mended:
        groups.setdefault((row.batch, held[row.batch, row.number].kind), []).append(row)
    reports = [
        _import_group(workspace, path, batches[batch - 1].source, kind, rows, now)
        for (batch, kind), rows in groups.items()
    ]
    return BatchReport(
        batch=reports[-1].batch,
        head=reports[-1].head,
        recorded_at=reports[-1].recorded_at,
        source=", ".join(dict.fromkeys(report.source for report in reports)),
        files=tuple(file for report in reports for file in report.files),
        repeated=tuple(one for report in reports for one in report.repeated),
    )


def _import_group(
    workspace: Workspace, path: Path, source: str, kind: str, rows: Sequence[MendedRow], now: datetime
) -> BatchReport:
    """
    Import the mended rows of one batch and kind from files of JSON lines, named like the workbook.

    Rows of other headings are another file: a column of 元 beside one of 万元 would be taken for the only one.
    """
    original = list_batches(workspace)[rows[0].batch - 1]
    options = replace(original.options, kind=kind, complete_extract=False)
    came = (original.latest - timedelta(days=1)).date()  # what its rows of no day were taken to be of
    alike: dict[tuple[str, ...], list[MendedRow]] = {}
    for row in rows:
        alike.setdefault(tuple(row.cells), []).append(row)
    with TemporaryDirectory(prefix="zhiheng-") as folder:
        incoming: list[Incoming] = []
        mends: dict[tuple[str, int], tuple[int, int]] = {}
        for number, together in enumerate(alike.values()):
            lines = Path(folder) / f"rows-{number}.jsonl"  # the workbook's own name is no title of theirs
            lines.write_text("".join(json.dumps(row.cells, ensure_ascii=False) + "\n" for row in together), "utf-8")
            one = replace(look_at(lines), name=f"{shown_name(path)[:100]}.jsonl")
            incoming.append(one)
            mends |= {(one.sha256, at): (row.batch, row.number) for at, row in enumerate(together, 1)}
        return take_in(Import(workspace, source, options, utc(now), came, workspace.pack.kinds, mends), incoming)


def _read_workbook(
    workspace: Workspace, path: Path, held: Mapping[tuple[int, int], QuarantinedRow], now: datetime
) -> list[MendedRow]:
    """Read the workbook as text, with the reader that reads all files: one kind whose fields are its headings."""
    known = [heading for row in held.values() for heading in row.raw]
    known += [text for kind in workspace.pack.kinds.values() for field in kind.fields.values()
              for text in (field.name, field.label.zh, field.label.en)]  # fmt: skip
    headings = _different(known)
    fields = {f"cell_{at}": _text_field(f"cell_{at}", heading) for at, heading in enumerate(headings)}
    fields["mended"] = _text_field("mended", ID_HEADING, required=True)
    kind = Kind("mended", Label("mended", "mended"), fields, SubjectKey("mended", ("mended",)), true_on=TrueOn())
    rows: list[MendedRow] = []
    with open_database() as connection:
        for table in read_file(path, {"mended": kind}, kind=None, extract_date=now.date(), staging=connection):
            used = {names[0]: heading for heading, names in table.mapping.items() if names}
            query = sql("select {columns} from {rows} order by file_row",
                        columns=comma(name(column) for column in used), rows=name(table.rows))  # fmt: skip
            said = (dict(zip(used.values(), cells, strict=True)) for cells in connection.execute(query).fetchall())
            rows += _returned(workspace, tuple(used.values()), said, held)
    return rows


def _returned(
    workspace: Workspace,
    headings: Sequence[str],
    said: Iterable[Mapping[str, str | None]],
    held: Mapping[tuple[int, int], QuarantinedRow],
) -> list[MendedRow]:
    """Read the rows of one sheet that say which quarantined row they are."""
    own = [heading for heading in headings if heading not in _OWN]
    kinds = {row.kind for row in held.values()}
    marks = {kind: _list_marks(workspace.kinds.get(kind), own) for kind in kinds}
    rows = []
    for cells in said:
        found = _ID.fullmatch(cells.get(ID_HEADING) or "")
        row = held.get((int(found[1]), int(found[2]))) if found else None
        if row:
            rows.append(
                MendedRow(row.batch, row.number, _mended(row, {one: cells[one] for one in own}, marks[row.kind]))
            )
    return rows


def _mended(row: QuarantinedRow, said: Mapping[str, str | None], marks: Mapping[str, str]) -> dict[str, str]:
    """
    Write the row under its own headings, and what was added under others.

    What nobody has written over is taken from the quarantine: a cell cannot hold every text as it was.
    """
    columns = {normalise_heading(column): column for column in said}
    cells = {}
    for heading, raw in row.raw.items():
        column = columns.pop(normalise_heading(heading), None)
        text = said[column] if column else None
        left = column is None or TOO_LONG in (text or "") or _read_back(_shown(raw, marks[column])) == text
        cells[heading] = raw if left else text or ""
    return cells | {column: text for column in columns.values() if (text := said[column])}


def _read_back(shown: str) -> object:
    try:
        return read_value(_text_field("cell", "cell"), shown)
    except ValueRefused:
        return None


def _text_field(own: str, heading: str, *, required: bool = False) -> Field:
    return Field(own, FieldType.TEXT, Label(heading, heading), aliases=(heading,), required=required)
