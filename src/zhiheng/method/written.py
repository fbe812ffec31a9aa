"""Find where a character of a YAML text stands in its file, whatever quotes or folds it was written with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.errors import Place

if TYPE_CHECKING:
    from zhiheng.vocabulary import Scalar

_QUOTES = {"'": "''", '"': '\\"'}


class Written:
    """The text of a file; without one (a workbook's cell) every character stands where its text stands."""

    def __init__(self, text: str = "") -> None:
        self.lines = text.removeprefix("\ufeff").splitlines()

    def place(self, scalar: Scalar, offset: int, part: str = "") -> Place:
        """Tell where a character of a scalar stands; where the scalar begins, if that cannot be told."""
        start = scalar.place
        spot = self._spot(scalar, offset) if isinstance(start.column, int) and start.line else None
        line, column = spot or (start.line, start.column)
        return Place(start.file, line, column, part or start.part)

    def _spot(self, scalar: Scalar, offset: int) -> tuple[int, int] | None:
        start = scalar.place
        row, column = int(start.line or 1) - 1, int(start.column or 1) - 1
        if row >= len(self.lines):
            return None
        mark = self.lines[row][column : column + 1]
        escaped = _QUOTES.get(mark, "") if scalar.quoted else ""
        if scalar.quoted and mark in "|>":
            row, column = row + 1, 0
        elif escaped:
            column += 1
        return self._walk(str(scalar), offset, row, column, escaped)

    def _walk(self, text: str, offset: int, row: int, column: int, escaped: str) -> tuple[int, int] | None:
        """Follow the text through the file, taking any run of white space for any other."""
        for index, letter in enumerate(text):
            if letter.isspace():
                continue
            while row < len(self.lines) and (column >= len(self.lines[row]) or self.lines[row][column].isspace()):
                row, column = (row + 1, 0) if column >= len(self.lines[row]) else (row, column + 1)
            if row >= len(self.lines):
                return None
            line = self.lines[row]
            width = 2 if escaped and line.startswith(escaped, column) and escaped[-1] == letter else 1
            if width == 1 and line[column] != letter:
                return None
            if index >= offset:
                return row + 1, column + 1
            column += width
        return None
