"""Read delimited text record by record, whatever state it is in: a record that cannot be read is told, not lost."""

from __future__ import annotations

import csv
from collections import Counter, deque
from itertools import islice
from typing import IO, TYPE_CHECKING

from zhiheng.ledger.reading.tables import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.ledger.reading.encodings import TextFile

_DELIMITERS = ",\t;|"
_LOOKED_AT = 100
_LONGEST_RECORD = 100  # lines; an open quotation mark would else swallow the rest of the file
_LONGEST_LINE = 4 * 1024**2  # characters
_DAMAGE = "\ufffd"
_SHOWN = 1000


def sniff_delimiter(text: TextFile) -> str:
    """Find the delimiter: the one that parts most rows into equally many cells."""
    best, choice = (0, 0), ","
    for delimiter in _DELIMITERS:
        widths = Counter(
            len(row.cells) for row in islice(read_records(text, delimiter), _LOOKED_AT) if len(row.cells) > 1
        )
        score = max(((rows, width) for width, rows in widths.items()), default=(0, 0))
        if score > best:
            best, choice = score, delimiter
    return choice


def read_records(text: TextFile, delimiter: str) -> Iterator[Row]:
    """Read every record; empty lines are none, but are counted in the numbers, as on a person's screen."""
    number = 0
    with text.path.open("r", encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = _Lines(file)
        while (line := lines.take()) is not None:
            number += 1
            if isinstance(line, _Cut):
                lines.taken = 0
                yield Row(number, (line[:_SHOWN],), whole_fault="ledger.line-too-long")
                continue
            cells, broken = _cells(line, lines, delimiter)
            taken, lines.taken = lines.taken, 0
            if not cells:
                continue
            rule = "ledger.record-broken" if broken else ""
            if text.damaged and any(_DAMAGE in cell for cell in cells):
                rule = "ledger.bytes-damaged"
            yield Row(number, cells, whole_fault=rule, lines=taken)


class _Cut(str):
    """The beginning of a line that is longer than any record."""

    __slots__ = ()


class _Lines:
    """The lines of a file, some of which may be put back."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self.taken = 0

    def take(self) -> str | None:
        """Take the next line; of one beyond bounds the beginning."""
        self.taken += 1
        if self._waiting:
            return self._waiting.popleft()
        line = self._file.readline(_LONGEST_LINE)
        if len(line) < _LONGEST_LINE or line.endswith(("\n", "\r")):
            return line or None
        while (rest := self._file.readline(_LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            pass
        return _Cut(line)

    def put_back(self, lines: list[str]) -> None:
        """Put lines back, in their order."""
        self.taken -= len(lines)
        self._waiting.extendleft(reversed(lines))


def _cells(line: str, lines: _Lines, delimiter: str) -> tuple[tuple[str, ...], bool]:
    bare = line.rstrip("\r\n")
    if '"' not in line:
        return (tuple(bare.split(delimiter)) if bare else ()), False
    further: list[str] = []

    def feed() -> Iterator[str]:
        yield line
        while len(further) < _LONGEST_RECORD and (following := lines.take()) is not None:
            further.append(following)
            yield following

    try:
        return tuple(next(csv.reader(feed(), delimiter=delimiter, strict=True))), False
    except (csv.Error, StopIteration):
        lines.put_back(further)
        return (bare,), True
