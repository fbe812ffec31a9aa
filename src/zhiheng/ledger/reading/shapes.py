"""Tell what a file is from what it begins with, whatever its name says."""

from __future__ import annotations

import os
import re
import zipfile
from enum import Enum
from stat import S_ISREG
from typing import TYPE_CHECKING

from zhiheng.errors import Place, reason_of
from zhiheng.ledger.reading.refusals import FileAbsent, FileDamaged, FileEmpty, LockFile, NoFile, ShapeUnknown

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 4096
_BLANKS = b"\xef\xbb\xbf \t\r\n"


class Shape(Enum):
    """The shapes of file that are read."""

    DELIMITED = "csv"
    WORKBOOK = "workbook"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"
    GZIP = "gzip"


_OTHERS = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_MARKUP = ((b"<!doctype html", "HTML"), (b"<html", "HTML"), (b"<table", "HTML"), (b"<?xml", "XML"))

_WRAPPED = re.compile(rb'\{\s*"[^"]*"\s*:\s*\[\s*\{(?!.*\n\{)', re.DOTALL)  # one object around a list of them


def shown_name(path: Path) -> str:
    """Tell the name of a file as a text; bytes that are not UTF-8 are read as GB 18030, or replaced."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(path.name)
        try:
            return name.decode("gb18030")
        except UnicodeDecodeError:
            return name.decode("utf-8", "replace")
    return path.name


def check_regular(path: Path, shown: str) -> None:
    """
    Refuse what is no file: reading a pipe or a device may never end.

    Raises:
        NoFile: a folder, a pipe, a device.
        OSError: there is nothing, or it may not be looked at.
    """
    if not S_ISREG(path.stat().st_mode):
        raise NoFile(Place(shown))


def find_shape(path: Path, shown: str) -> Shape:
    """
    Look at the first bytes of a file.

    Raises:
        FileAbsent, NoFile: there is no file of the name.
        LockFile: a spreadsheet program made it, for as long as a workbook is open.
        FileEmpty, ShapeUnknown, FileDamaged: an empty one, another shape, a broken archive.
    """
    try:
        check_regular(path, shown)
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise FileAbsent(Place(shown), **reason_of(error)) from error
    if path.name.startswith("~$") and not head.startswith(b"PK"):
        raise LockFile(Place(shown))
    if not head.strip(_BLANKS + b"\0"):
        raise FileEmpty(Place(shown))
    if head.startswith(b"\x1f\x8b"):
        return Shape.GZIP
    if head.startswith(b"PAR1"):
        return Shape.PARQUET
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Shape.WORKBOOK
    if head.startswith(b"PK\x03\x04"):
        return _packed(path, shown)
    return _text(head, shown)


def _packed(path: Path, shown: str) -> Shape:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise FileDamaged(Place(shown), shape="ZIP") from error
    if "xl/workbook.xml" in names:
        return Shape.WORKBOOK
    other = "XLSB" if "xl/workbook.bin" in names else "ODS" if "mimetype" in names else "ZIP"
    raise ShapeUnknown(Place(shown), shape=other)


def _text(head: bytes, shown: str) -> Shape:
    for mark, other in _OTHERS:
        if head.startswith(mark):
            raise ShapeUnknown(Place(shown), shape=other)
    text = head.strip(_BLANKS).lower()
    for mark, other in _MARKUP:
        if text.startswith(mark):
            raise ShapeUnknown(Place(shown), shape=other)
    if text.startswith(b"[") and text[1:].strip(_BLANKS).startswith(b"{"):
        raise ShapeUnknown(Place(shown), shape="JSON [...]")
    if text.startswith(b"{") and (text.split(b"\n")[0].strip() == b"{" or _WRAPPED.match(text)):
        raise ShapeUnknown(Place(shown), shape="JSON {...}")
    return Shape.JSON_LINES if text.startswith(b"{") else Shape.DELIMITED
