"""Lay out text for a terminal: folded to a width at which Chinese characters count as two."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 100
GAP = "  "
OPENING = frozenset("（［「『《〈【“‘(<[{")
CLOSING = frozenset("，。；：、！？）］」』”’,.;:)]%")


@dataclass
class Page:
    """Lines of text, none wider than the page."""

    width: int = WIDTH
    lines: list[str] = field(default_factory=list)

    def write(self, text: str, indent: int = 0, hang: int = 2) -> None:
        """Add a paragraph; its further lines stand `hang` deeper."""
        for number, line in enumerate(folded(text, self.width - indent, hang)):
            self.lines.append((" " * (indent + (hang if number else 0)) + line).rstrip())

    def head(self, text: str) -> None:
        """Add a heading."""
        self.lines += ["", text]

    def table(self, rows: Sequence[Sequence[str]], indent: int = 0, numbers: Sequence[int] = ()) -> None:
        """Add columns; those in `numbers` stand to the right; the last is folded where it is too wide."""
        count = max((len(row) for row in rows), default=0)
        widths = [max(width_of(row[at]) for row in rows if at < len(row)) for at in range(count)]
        before = indent + sum(width + len(GAP) for width in widths[:-1])
        room = max(self.width - before, 20)
        for row in rows:
            cells = [_padded(cell, widths[at], right=at in numbers) for at, cell in enumerate(row[:-1])]
            last = row[-1] if len(row) < count or widths[-1] <= room else ""
            if len(row) == count and count - 1 in numbers:
                last = _padded(row[-1], widths[-1], right=True)
            start = " " * indent + "".join(cell + GAP for cell in cells)
            if last or not row[-1]:
                self.lines.append((start + last).rstrip())
                continue
            for number, piece in enumerate(folded(row[-1], room, 0)):
                self.lines.append(((start if number == 0 else " " * before) + piece).rstrip())

    def __str__(self) -> str:
        return "\n".join(self.lines)


def width_of(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def folded(text: str, width: int, hang: int = 0) -> list[str]:
    """Fold a text at spaces and between Chinese characters; lines after the first are `hang` narrower."""
    lines: list[str] = []
    line, used, room = "", 0, max(width, 10)
    for piece in _pieces(text):
        wide = width_of(piece.rstrip())
        if line and used + wide > room:
            lines.append(line.rstrip())
            line, used, room = "", 0, max(width - hang, 10)
            piece = piece.lstrip()  # noqa: PLW2901 - a line begins without a space
        for letter in piece:
            if used + _width(letter) > room and not letter.isspace():
                lines.append(line.rstrip())
                line, used, room = "", 0, max(width - hang, 10)
            line += letter
            used += _width(letter)
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """Cut a text behind spaces and wide characters, but never before a mark that closes or behind one that opens."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    piece = ""
    for letter, following in zip(plain, plain[1:] + " ", strict=False):
        piece += letter
        if (letter == " " or _width(letter) > 1) and following not in CLOSING and letter not in OPENING:
            yield piece
            piece = ""
    if piece:
        yield piece


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - width_of(text))
    return space + text if right else text + space
