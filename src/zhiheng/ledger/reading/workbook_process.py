"""
Read a workbook in a process of its own, and write its sheets to standard output, one JSON value a line.

Run as a script, with nothing of this package imported: a hostile workbook can make its reader ask for all the memory
there is, or abort; then only this process ends. Arguments: the workbook, the folder that has `python_calamine`, the
bytes of memory allowed, the most columns, and the characters after which a cell is cut.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

_WHOLE_UP_TO = 1e15  # a spreadsheet keeps 15 digits; more are not what somebody typed


def text_of(cell: object) -> str:
    """Write the value of a cell: whole numbers without `.0`, days and times as ISO, 15 digits at most."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE_UP_TO else f"{cell:.15g}"
        case dt.datetime():
            at_midnight = cell.time() == dt.time()
            return cell.date().isoformat() if at_midnight else cell.isoformat(" ")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def main(path: str, library: str, memory: str, widest: str, longest: str) -> None:
    """Write every sheet: its name and merged cells, then its rows after their numbers, empty ones left out."""
    _limit_memory(int(memory))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    sys.path.append(library)
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only now can it be found

    workbook: Any = CalamineWorkbook.from_filelike(BytesIO(Path(path).read_bytes()))  # by content, not by name
    for described in workbook.sheets_metadata:
        if str(described.typ).endswith("WorkSheet"):
            hidden = not str(described.visible).endswith(".Visible")
            _write_sheet(workbook.get_sheet_by_name(described.name), int(widest), int(longest), hidden=hidden)
    _write({"end": True})
    sys.stdout.flush()


def _write_sheet(sheet: Any, widest: int, longest: int, *, hidden: bool) -> None:  # noqa: ANN401 - a sealed type
    left = (sheet.start or (0, 0))[1]  # rows are given from the first, columns from the first that holds anything
    merged = [
        [top, first - left, bottom, last - left] for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
    ]
    _write({"sheet": sheet.name, "hidden": hidden, "width": sheet.width, "merged": merged})
    if sheet.width <= widest:
        for number, row in enumerate(sheet.iter_rows(), 1):
            if any(cell != "" for cell in row):
                _write([number, *(text_of(cell)[:longest] for cell in row)])


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _limit_memory(most: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(*sys.argv[1:])
