"""Read the sheets of a workbook, old or new, through a process of its own."""

from __future__ import annotations

import json
import lzma
import re
import subprocess
import sys
import threading
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from zhiheng.errors import Place
from zhiheng.ledger.reading.merged import Merged
from zhiheng.ledger.reading.refusals import (
    MOST_COLUMNS,
    FileDamaged,
    FileTooLarge,
    FileUnreadable,
    TooDemanding,
    TooManyColumns,
    WorkbookLocked,
)
from zhiheng.ledger.reading.unvalued import Unvalued
from zhiheng.vocabulary import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.ledger.reading.tables import Row

LARGEST_WORKBOOK = 512 * 1024**2
_UNPACKED = 3 * 1024**3
_HARMLESS = 64 * 1024**2
_LARGEST_RATIO = 250
_MOST_PARTS = 20_000
_MEMORY = 4 * 1024**3
_SECONDS = 900
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, LookupError, RuntimeError, ValueError)
_SERIAL_SHIFT = 1462  # days between the systems of 1900 and of 1904
_SYSTEM_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_PROCESS = Path(__file__).with_name("workbook_process.py")


@dataclass(frozen=True, slots=True)
class BookSheet:
    """One sheet of a workbook; its rows must be taken before the next sheet is."""

    name: str
    hidden: bool
    rows: Iterator[Row]
    serial_shift: int  # days to add to a serial number that stands for a day


@contextmanager
def open_workbook(path: Path, shown: str) -> Iterator[Iterator[BookSheet]]:
    """
    Read a workbook sheet by sheet.

    Raises:
        FileDamaged, WorkbookLocked: it cannot be read.
        TooDemanding: its reader had to be stopped.
        FileTooLarge: it is too large, or swells beyond measure.
        TooManyColumns: a sheet is too wide.
    """
    shift = _check_parts(path, shown)
    process = subprocess.Popen(  # noqa: S603 - this interpreter, our own script
        [sys.executable, "-I", "-S", str(_PROCESS), str(path.resolve()), _library(), *_bounds()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
    )
    said: list[str] = []
    listener = threading.Thread(
        target=lambda: said.append(process.stderr.read() if process.stderr else ""), daemon=True
    )
    stopper = threading.Timer(_SECONDS, process.kill)
    listener.start()
    stopper.start()
    try:
        yield _sheets(process, said, listener, shown, shift, max(_HARMLESS, path.stat().st_size * _LARGEST_RATIO))
    finally:
        stopper.cancel()
        process.kill()
        process.wait()
        listener.join()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def _bounds() -> tuple[str, str, str]:
    return str(_MEMORY), str(MOST_COLUMNS), str(LONGEST_TEXT + 1)


def _library() -> str:
    spec = find_spec("python_calamine")
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else ""


def _check_parts(path: Path, shown: str) -> int:
    """Look at the parts of a packed workbook before anything unpacks them; tell the shift of its day numbers."""
    if path.stat().st_size > LARGEST_WORKBOOK:
        raise FileTooLarge(Place(shown), most=f"{LARGEST_WORKBOOK // 1024**2} MiB")
    if not zipfile.is_zipfile(path):
        return 0
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            unpacked = sum(part.file_size for part in parts)
            allowed = max(_HARMLESS, path.stat().st_size * _LARGEST_RATIO)
            if len(parts) > _MOST_PARTS or unpacked > min(_UNPACKED, allowed):
                raise FileTooLarge(Place(shown), most=f"{min(_UNPACKED, allowed) // 1024**2} MiB")
            with packed.open("xl/workbook.xml") as described:
                return _SERIAL_SHIFT if _SYSTEM_1904.search(described.read(1024**2)) else 0
    except _BROKEN as error:
        raise FileDamaged(Place(shown), shape="XLSX") from error


def _sheets(
    process: subprocess.Popen[str], said: list[str], listener: threading.Thread, shown: str, shift: int, most: int
) -> Iterator[BookSheet]:
    lines = _Lines(process, most, Place(shown))
    while True:
        described = lines.take()
        if described is None:
            listener.join()
            raise _refusal("".join(said), process.wait(), Place(shown))
        if not isinstance(described, dict) or "sheet" not in described:
            return
        if described["width"] > MOST_COLUMNS:
            raise TooManyColumns(Place(shown, part=described["sheet"]), columns=described["width"], most=MOST_COLUMNS)
        rows = _rows(lines, Merged.of(described["merged"], described["width"]))
        yield BookSheet(described["sheet"], described["hidden"], rows, shift)
        for _ in rows:
            pass


def _rows(lines: _Lines, merged: Merged) -> Iterator[Row]:
    while isinstance(cells := lines.take(), list):
        number, *texts = cells
        yield merged.fill(number, tuple(Unvalued(one["formula"]) if isinstance(one, dict) else one for one in texts))
    lines.put_back(cells)


class _Lines:
    """What the process writes, value by value, up to so many characters; None where it ended before its time."""

    def __init__(self, process: subprocess.Popen[str], most: int, place: Place) -> None:
        self._out = process.stdout
        self._left, self._most, self._place = most, most, place
        self._waiting: list[dict[str, object] | None] = []

    def take(self) -> object:
        """Take the next value."""
        if self._waiting:
            return self._waiting.pop()
        line = self._out.readline() if self._out else ""
        self._left -= len(line)
        if self._left < 0:  # one text in a thousand cells is small in the file, and nowhere else
            raise FileTooLarge(self._place, most=f"{self._most // 1024**2} MiB")
        if not line.endswith("\n"):
            return None
        return json.loads(line)

    def put_back(self, value: object) -> None:
        """Put the value after the last row of a sheet back."""
        self._waiting.append(value if isinstance(value, dict) else None)


def _refusal(said: str, code: int, place: Place) -> FileUnreadable:
    """Tell from the last words of the process why it ended."""
    if "PasswordError" in said:
        return WorkbookLocked(place)
    if code < 0 or "MemoryError" in said or "memory allocation" in said:
        return TooDemanding(place)
    return FileDamaged(place, shape="XLS/XLSX")
