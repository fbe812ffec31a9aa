"""Print a method's table for a terminal, counting wide characters as two."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhiheng.method.show.table import MethodTable, Section

NARROWEST = 6
MOST_COLUMNS = 6
GAP = 2
CLOSING = (*"，。；：、！？）］」』”’,.;:)]",)


def as_text(table: MethodTable, width: int = 120) -> str:
    """Print the table in columns that fit into so many characters; long cells are folded."""
    parts = [table.title, "=" * _width(table.title)]
    if table.about:
        parts += ["", *_folded(table.about, width)]
    for section in table.sections:
        parts += ["", section.title, "-" * _width(section.title), *_lines(section, width)]
    return "\n".join(line.rstrip() for line in parts) + "\n"


def _lines(section: Section, width: int) -> Iterable[str]:
    return _cards(section, width) if len(section.columns) > MOST_COLUMNS else _columns(section, width)


def _cards(section: Section, width: int) -> Iterable[str]:
    """Print each row as a list of its cells, where a table would leave no column wide enough to read."""
    room = max(_width(column) for column in section.columns)
    for row in section.rows:
        for number, (column, cell) in enumerate(zip(section.columns, row.cells, strict=True)):
            if number == 0:
                yield cell
                continue
            for line, piece in enumerate(_folded(cell, max(NARROWEST, width - room - 2 * GAP)) if cell else ()):
                yield f"{' ' * GAP}{_padded(column if line == 0 else '', room)}{' ' * GAP}{piece}"
        yield ""


def _columns(section: Section, width: int) -> Iterable[str]:
    rows = [section.columns, *(row.cells for row in section.rows)]
    widths = _widths(rows, width)
    for number, cells in enumerate(rows):
        folded = [_folded(cell, room) for cell, room in zip(cells, widths, strict=True)]
        for line in range(max(len(cell) for cell in folded)):
            pieces = [cell[line] if line < len(cell) else "" for cell in folded]
            yield (" " * GAP).join(_padded(piece, room) for piece, room in zip(pieces, widths, strict=True))
        if number == 0:
            yield (" " * GAP).join("-" * room for room in widths)


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Give every column what it needs, and take from the widest until all fit."""
    columns = range(len(rows[0]))
    needed = [max(_width(line) for row in rows for line in (row[at].splitlines() or [""])) for at in columns]
    widths = [max(NARROWEST, room) for room in needed]
    room_for_all = max(width - GAP * (len(widths) - 1), NARROWEST * len(widths))
    while sum(widths) > room_for_all:
        widest = widths.index(max(widths))
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _folded(text: str, width: int) -> list[str]:
    """Fold a text at spaces, or anywhere where a piece is too wide."""
    lines: list[str] = []
    for given in text.splitlines() or [""]:
        line = ""
        for piece in _pieces(given):
            if line and _width(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
            while _width(line.rstrip()) > width:
                head = _head(line, width)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> Iterable[str]:
    """Cut a text behind every space and every wide character, but never before a mark that closes."""
    piece = ""
    for letter, following in zip(text, [*text[1:], ""], strict=False):
        piece += letter if letter.isprintable() else " "
        if (letter.isspace() or _width(letter) > 1) and following not in CLOSING:
            yield piece
            piece = ""
    yield piece


def _head(text: str, width: int) -> str:
    head = ""
    for letter in text:
        if _width(head + letter) > width and head:
            break
        head += letter
    return head


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
