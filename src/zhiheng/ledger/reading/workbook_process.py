"""
Read a workbook in a process of its own, and write its sheets to standard output, one JSON value a line.

Run as a script, with nothing of this package imported: a hostile workbook can make its reader ask for all the memory
there is, or abort; then only this process ends. Arguments: the workbook, the folder that has `python_calamine`, the
bytes of memory allowed, the most columns, and the characters after which a cell is cut.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from decimal import Decimal
from html import unescape
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE, _OVERLAP, _SHOWN = 4 * 1024**2, 64 * 1024, 200
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_RELATION, _SHEET = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>"), re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?v>))?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_STYLES, _STYLE = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL), re.compile(rb"<xf\b([^>]*)>")
_FORMAT, _QUOTED = re.compile(rb"<numFmt\b([^>]*)>"), re.compile(rb"&quot;.*?&quot;|\\\\.")
_PERCENTS = frozenset({b"9", b"10"})  # the formats 0% and 0.00%, which every workbook has
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of the stream
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
    from python_calamine import CalamineWorkbook, PasswordError  # noqa: PLC0415 - only now can it be found

    content = Path(path).read_bytes()
    if not content.startswith(b"PK") and _ENCRYPTED in content:  # an XLSX workbook in its sealed envelope
        raise PasswordError(path)
    workbook: Any = CalamineWorkbook.from_filelike(BytesIO(content))  # by content, not by name
    unvalued, percents = find_unvalued(content), find_percents(content)
    for described in workbook.sheets_metadata:
        if str(described.typ).endswith("WorkSheet"):
            hidden = not str(described.visible).endswith(".Visible")
            sheet, formulas = workbook.get_sheet_by_name(described.name), unvalued.get(described.name, {})
            shown = percents.get(described.name, frozenset())
            _write_sheet(sheet, formulas, shown, int(widest), int(longest), hidden=hidden)
    _write({"end": True})
    sys.stdout.flush()


def _write_sheet(
    sheet: Any,  # noqa: ANN401 - a sealed type
    formulas: dict[int, dict[int, str]],
    percents: frozenset[tuple[int, int]],
    widest: int,
    longest: int,
    *,
    hidden: bool,
) -> None:
    left = (sheet.start or (0, 0))[1]  # rows are given from the first, columns from the first that holds anything
    merged = [
        [top, first - left, bottom, last - left] for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
    ]
    _write({"sheet": sheet.name, "hidden": hidden, "width": sheet.width, "merged": merged})
    if sheet.width > widest:
        return
    number = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells: list[Any] = row
        if percents:
            cells = [percent_of(cell) if (number, at + left) in percents else cell for at, cell in enumerate(row)]
        if number in formulas:
            cells = _with_formulas(cells, formulas[number], left)
        if any(cell != "" for cell in cells):
            _write([number, *(cell if isinstance(cell, dict) else text_of(cell)[:longest] for cell in cells)])
    for later in sorted(one for one in formulas if one > number):
        _write([later, *_with_formulas([""] * sheet.width, formulas[later], left)])


def _with_formulas(row: list[Any], formulas: dict[int, str], left: int) -> list[Any]:
    """Put a formula that has no value where the row has nothing."""
    return [{"formula": formulas[at + left]} if cell == "" and at + left in formulas else cell
            for at, cell in enumerate(row)]  # fmt: skip


def find_unvalued(content: bytes) -> dict[str, dict[int, dict[int, str]]]:
    """
    Find the formulas of an XLSX workbook that no program has worked out: sheet -> row -> column -> formula.

    Such a cell reads as empty, and is not. A formula that came to an empty text has a value.
    """
    if not content.startswith(b"PK"):
        return {}
    found: dict[str, dict[int, dict[int, str]]] = {}
    with ZipFile(BytesIO(content)) as packed:
        for name, part in _parts_of(packed).items():
            of_sheet = found.setdefault(name, {})
            with packed.open(part) as opened:
                for row, column, formula in _formulas(opened):
                    of_sheet.setdefault(row, {})[column] = formula
    return found


def _parts_of(packed: ZipFile) -> dict[str, str]:
    """Tell in which part each sheet is; a workbook that does not say so in the usual way has none here."""
    held = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= held:
        return {}
    targets = {}
    for tag in _RELATION.findall(packed.read("xl/_rels/workbook.xml.rels")):
        said = dict(_ATTRIBUTE.findall(tag))
        target = said.get(b"Target", b"").decode("utf-8", "replace")
        targets[said.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts = {}
    for tag in _SHEET.findall(packed.read("xl/workbook.xml")):
        said = {name.rpartition(b":")[2]: text for name, text in _ATTRIBUTE.findall(tag)}
        part = targets.get(said.get(b"id", b""), "")
        if part in held:
            parts[unescape(said.get(b"name", b"").decode("utf-8", "replace"))] = part
    return parts


def _formulas(part: IO[bytes]) -> Iterator[tuple[int, int, str]]:
    """Read a sheet's XML piece by piece; pieces overlap, so that no cell is cut."""
    before = b""
    while piece := part.read(_PIECE):
        text = before + piece
        if b"<f" in text or b":f" in text:
            for attributes, formula, valued in _FORMULA.findall(text):
                said = dict(_ATTRIBUTE.findall(attributes))
                place = _PLACE.fullmatch(said.get(b"r", b""))
                if place and not (valued.strip() or said.get(b"t") == b"str"):
                    yield int(place[2]), _column(place[1]), "=" + unescape(formula.decode("utf-8", "replace"))[:_SHOWN]
        before = text[-_OVERLAP:]


def find_percents(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Find the cells of an XLSX workbook that are shown as percentages: sheet -> (row, column)."""
    if not content.startswith(b"PK"):
        return {}
    with ZipFile(BytesIO(content)) as packed:
        styles = _percent_styles(packed.read("xl/styles.xml")) if "xl/styles.xml" in packed.namelist() else frozenset()
        return (
            {name: _in_styles(packed.read(part), styles) for name, part in _parts_of(packed).items()} if styles else {}
        )


def _percent_styles(text: bytes) -> frozenset[bytes]:
    own = [dict(_ATTRIBUTE.findall(tag)) for tag in _FORMAT.findall(text)]
    shown = {said.get(b"numFmtId") for said in own if b"%" in _QUOTED.sub(b"", said.get(b"formatCode", b""))}
    listed = _STYLES.search(text)
    formats = [dict(_ATTRIBUTE.findall(tag)).get(b"numFmtId") for tag in _STYLE.findall(listed[1])] if listed else []
    return frozenset(str(at).encode() for at, one in enumerate(formats) if one in _PERCENTS | shown)


def _in_styles(text: bytes, styles: frozenset[bytes]) -> frozenset[tuple[int, int]]:
    cells = (dict(_ATTRIBUTE.findall(found[1])) for found in _CELL.finditer(text))
    places = (_PLACE.fullmatch(said.get(b"r", b"")) for said in cells if said.get(b"s") in styles)
    return frozenset((int(place[2]), _column(place[1])) for place in places if place)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def percent_of(cell: object) -> object:
    """Write a number as the percentage that a person sees; leave anything else as it is."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    return f"{(Decimal(f'{cell:.15g}') * 100).normalize():f}%"


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
