"""Unpack a text file, find out how it is encoded, and hold it ready as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_TEXT = 16 * 1024**3
_LARGEST_RATIO = 200  # of a compressed file; plain text shrinks to a tenth
_HARMLESS = 64 * 1024**2  # so much may come out of a compressed file whatever the ratio
_CHUNK = 4 * 1024**2
_SAMPLE = 1024**2
_ASCII, _GB2312 = 0x7F, 0xA1  # the last byte of ASCII, the first byte of a character of GB 2312
_TOLERATED = 0.01  # of the characters beyond ASCII may be damaged before UTF-8 is given up
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class TextUnreadable(ZhihengError):
    """A file that is no text in any encoding known here, or more of it than is borne."""

    code: ClassVar[str] = "ledger.text-unreadable"


class FileTooLarge(ZhihengError):
    """A file, or what a compressed file becomes, beyond the bounds."""

    code: ClassVar[str] = "ledger.file-too-large"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as UTF-8: the file itself where it was, else a copy."""

    path: Path
    damaged: bool  # holds U+FFFD where bytes made no character
    records: int  # lines that end outside quotation marks, the last one counted though nothing ends it
    regular: bool  # no stray carriage returns, no NULs


def prepare_text(path: Path, folder: Path, shown: str) -> TextFile:
    """
    Decode a file as needed.

    Raises:
        FileTooLarge: too many bytes.
        TextUnreadable: no encoding fits.
    """
    if path.stat().st_size > LARGEST_TEXT:
        raise FileTooLarge(Place(shown), most=f"{LARGEST_TEXT // 1024**3} GiB")
    encoding, damaged = _detect(path, shown)
    if encoding not in ("utf-8", "utf-8-sig") or damaged:
        path = _transcode(path, folder / "text.csv", encoding, shown)
    records, regular = _count_records(path)
    return TextFile(path, damaged, records, regular)


def unpack(path: Path, folder: Path, shown: str) -> Path:
    """
    Unpack a file compressed by gzip.

    Raises:
        FileTooLarge: what comes out is beyond measure.
        TextUnreadable: the compression is broken.
    """
    target = folder / "plain"
    allowed = max(_HARMLESS, path.stat().st_size * _LARGEST_RATIO)
    written = 0
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as plain:
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                if written > min(allowed, LARGEST_TEXT):
                    raise FileTooLarge(Place(shown), most=f"{min(allowed, LARGEST_TEXT) // 1024**2} MiB")
                plain.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise TextUnreadable(Place(shown), reason=str(error)) from error
    return target


def _detect(plain: Path, shown: str) -> tuple[str, bool]:
    """Name the encoding, and whether some bytes make no sense in it."""
    with plain.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, not _decodes(plain, encoding)
    if utf16 := _utf16_without_mark(sample):
        return utf16, not _decodes(plain, utf16)
    if b"\0" in sample:
        raise TextUnreadable(Place(shown), reason="NUL")
    if _decodes(plain, "utf-8"):
        return "utf-8", False
    if _nearly_utf8(plain):
        return "utf-8", True
    if _looks_chinese(sample):
        return "gb18030", not _decodes(plain, "gb18030")
    return "cp1252", not _decodes(plain, "cp1252")


def _decodes(plain: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with plain.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _nearly_utf8(plain: Path) -> bool:
    """Tell whether all but a few of the characters beyond ASCII are UTF-8 (a cut or damaged file)."""
    beyond = broken = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with plain.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            beyond += sum(1 for _ in filter(lambda mark: mark > "\x7f", text))
            broken += text.count("\ufffd")
    return beyond > 0 and broken <= max(1, _TOLERATED * beyond) < beyond


def _utf16_without_mark(sample: bytes) -> str:
    """Recognise UTF-16 by the zero bytes of its line breaks and delimiters."""
    if b"\0" not in sample:
        return ""
    little = sum(sample.count(mark) for mark in (b"\n\0", b",\0", b"\t\0"))
    big = sum(sample.count(mark) for mark in (b"\0\n", b"\0,", b"\0\t"))
    if not little and not big:
        return ""
    return "utf-16-le" if little >= big else "utf-16-be"


def _looks_chinese(sample: bytes) -> bool:
    """
    Tell GB 18030 from a Western encoding.

    In Chinese text bytes beyond ASCII come in pairs, mostly of the plane of GB 2312; in Western text they stand alone.
    """
    pairs = alone = at = 0
    while at < len(sample):
        if sample[at] <= _ASCII:
            at += 1
        elif at + 1 < len(sample) and sample[at + 1] >= _GB2312:
            pairs += 1
            at += 2
        else:
            alone += 1
            at += 1
    return pairs > alone


def _transcode(plain: Path, target: Path, encoding: str, shown: str) -> Path:
    try:
        with plain.open("r", encoding=encoding, errors="replace", newline="") as source, _writer(target) as copy:
            while text := source.read(_CHUNK):
                copy.write(text)
    except UnicodeError as error:
        raise TextUnreadable(Place(shown), reason=str(error)) from error
    return target


def _writer(target: Path) -> IO[str]:
    return target.open("w", encoding="utf-8", newline="")


def _count_records(plain: Path) -> tuple[int, bool]:
    """Count the lines that end outside quotation marks."""
    lines, inside, regular, last, trailing = 0, False, True, b"", 0
    for chunk in _chunks(plain):
        marks = chunk.translate(None, _ALL_BUT_MARKS)
        regular = regular and b"\0" not in chunk and chunk.count(b"\r") in (0, chunk.count(b"\r\n"))
        for number, part in enumerate(marks.replace(b'""', b"").split(b'"')):
            if number:
                inside = not inside
            if not inside:
                lines += len(part)
        last = chunk or last
    trailing = len(last) - len(last.rstrip(b"\r\n"))
    blank = last[len(last) - trailing :].count(b"\n")
    return lines - max(0, blank - 1) + (1 if last and not blank else 0), regular


_ALL_BUT_MARKS = bytes(mark for mark in range(256) if mark not in b'"\n')


def _chunks(plain: Path) -> Iterator[bytes]:
    """Read in pieces that end with a line, so that no pair of marks is cut."""
    with plain.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk + (file.readline(_CHUNK) if not chunk.endswith(b"\n") else b"")
