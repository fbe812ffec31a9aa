"""Take a workbook of quarantined rows back: import what was mended, as its file was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import FaultsFound, Place, ZhihengError
from zhiheng.ledger.batch import BatchReport
from zhiheng.ledger.batches import list_batches
from zhiheng.ledger.handed_back import UNREAD, MendedRow, read_returned
from zhiheng.ledger.importing import take_in
from zhiheng.ledger.mend import ID_HEADING
from zhiheng.ledger.order import Import, Incoming, look_at, utc
from zhiheng.ledger.quarantine import quarantined
from zhiheng.ledger.reading import FieldsMissing, HeadingNotFound, shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from zhiheng.ledger.workspace import Workspace


class NothingMended(ZhihengError):
    """The workbook has no row that is in quarantine."""

    code: ClassVar[str] = "ledger.nothing-mended"


class NotExported(ZhihengError):
    """The workbook is not one that `export_quarantine` wrote."""

    code: ClassVar[str] = "ledger.not-exported"


def return_mended(workspace: Workspace, path: Path | str, *, now: datetime) -> BatchReport:
    """
    Import the rows of a workbook that `export_quarantine` wrote, as mended since.

    Each is imported as its file was: from the same source, of the same kind and day. Rows that are taken, or known,
    are no longer in quarantine; those that still have faults are quarantined anew. The batches made are told as one
    report; `batch` is the last of them, and `remarks` name all that stands in the workbook and was not imported.

    Raises:
        NotExported: the workbook is not from an export.
        NothingMended: the workbook names no row that is in quarantine.
        FaultsFound: none of its rows can be read.
        FileUnreadable, WorkbookUnreadable: it is no workbook.

    """
    path = Path(path)
    held = {(row.batch, row.number): row for row in quarantined(workspace, resolved=True)}
    try:
        returned = read_returned(workspace, path, held, now)
    except (HeadingNotFound, FieldsMissing) as error:
        raise NotExported(Place(path.name), heading=ID_HEADING) from error
    if not returned.rows:
        nothing = NothingMended(Place(path.name), heading=ID_HEADING)
        if any(fault.code == UNREAD for fault in returned.told):
            raise FaultsFound(returned.told) from nothing
        raise nothing
    batches = list_batches(workspace)
    groups: dict[tuple[int, str], list[MendedRow]] = {}
    for row in returned.rows:
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
        remarks=tuple(returned.told),
    )


def _import_group(
    workspace: Workspace, path: Path, source: str, kind: str, rows: Sequence[MendedRow], now: datetime
) -> BatchReport:
    """
    Import the mended rows of one batch and kind from files of JSON lines, each row on the line of its row in the sheet.

    Rows of other headings are another file: a column of 元 beside one of 万元 would be taken for the only one.
    """
    original = list_batches(workspace)[rows[0].batch - 1]
    options = replace(original.options, kind=kind, complete_extract=False)
    came = (original.latest - timedelta(days=1)).date()  # what its rows of no day were taken to be of
    alike: dict[tuple[str, ...], list[MendedRow]] = {}
    for row in rows:
        alike.setdefault((row.sheet, *row.cells), []).append(row)
    with TemporaryDirectory(prefix="zhiheng-") as folder:
        incoming: list[Incoming] = []
        mends: dict[tuple[str, int], tuple[int, int]] = {}
        for number, together in enumerate(alike.values()):
            lines = Path(folder) / f"rows-{number}.jsonl"
            _write_lines(lines, number, together)
            # The workbook's own name is no title of them.
            one = replace(look_at(lines), name=shown_name(path), sheet=together[0].sheet)
            incoming.append(one)
            mends |= {(one.sha256, row.file_row): (row.batch, row.number) for row in together}
        return take_in(Import(workspace, source, options, utc(now), came, workspace.pack.kinds, mends), incoming)


def _write_lines(path: Path, number: int, rows: Sequence[MendedRow]) -> None:
    """Write the rows; the first line, in the place of the headings, makes files of equal rows differ."""
    said = {row.file_row: json.dumps(row.cells, ensure_ascii=False) for row in rows}
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        lines.write(f"{said.get(1, '{}')}{' ' * number}\n")
        lines.writelines(f"{said.get(at, '')}\n" for at in range(2, max(said) + 1))
