"""Write a copy of a workbook in which every cell at fault says what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from zhiheng.errors import Place, reason_of
from zhiheng.method.workbook.book import UNREADABLE, WorkbookUnreadable, open_book
from zhiheng.vocabulary import written_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zhiheng.errors import Fault, Lang

_CELL = re.compile(r"(?P<sheet>.+)!(?P<cell>[A-Z]{1,3}\d{1,7})")
_FAULT = PatternFill("solid", fgColor="F8CBAD")
_WARNING = PatternFill("solid", fgColor="FFF2CC")
LONGEST = 2000


def annotate_workbook(workbook: Path, faults: Sequence[Fault], copy: Path, lang: Lang) -> None:
    """
    Write a copy of a workbook whose cells at fault are coloured and carry the messages as comments.

    Raises:
        WorkbookUnreadable: no workbook, or one that is too large.
    """
    open_book(workbook).close()
    try:
        book = load_workbook(workbook, keep_links=False)
    except UNREADABLE as error:
        raise WorkbookUnreadable(Place(str(workbook)), **reason_of(error)) from error
    said: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        spot = _CELL.fullmatch(str(fault.place.column or ""))
        if spot and spot["sheet"] in book.sheetnames:
            said.setdefault((spot["sheet"], spot["cell"]), []).append(fault)
    for (sheet, name), found in said.items():
        cell = book[sheet][name]
        cell.fill = _WARNING if all(fault.warning for fault in found) else _FAULT
        text = "\n".join(fault.said(lang) for fault in found)
        cell.comment = Comment(text[:LONGEST], "zhiheng", width=360, height=160)
    with written_whole(copy) as beside:
        book.save(beside)
