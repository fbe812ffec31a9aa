"""Unpack a text file, find out how it is encoded, and hold it ready as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from zhiheng.errors import Place
from zhiheng.ledger.reading.refusals import FileDamaged, FileTooLarge, NotText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_TEXT = 16 * 1024**3
_LARGEST_RATIO = 200  # of a compressed file; plain text shrinks to a tenth
_HARMLESS = 64 * 1024**2  # so much may come out of a compressed file whatever the ratio
_CHUNK = 4 * 1024**2
_SAMPLE = 1024**2
_ASCII, _GB2312 = 0x7F, 0xA1  # the last byte of ASCII, the first byte of a character of GB 2312
_TOLERATED = 0.03  # of the bytes may be zero before a file is no text
_MOSTLY = 0.9
_FEW = 16
_REPLACEMENT = "\ufffd"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as UTF-8: the file itself where it was, else a copy."""

    path: Path
    damaged: bool  # holds U+FFFD where bytes made no character
    records: int  # lines that end outside quotation marks, the last one counted though nothing ends it
    regular: bool  # no stray carriage returns, no NULs
    presumed: bool = False  # only its beginning was found to be UTF-8


def prepare_text(path: Path, folder: Path, shown: str, *, presume: bool = False) -> TextFile:
    """
    Decode a file as needed; of one that begins as UTF-8 the rest may be presumed to be, if its reader will find out.

    Raises:
        FileTooLarge: too many bytes.
        NotText: no encoding fits.
    """
    if path.stat().st_size > LARGEST_TEXT:
        raise FileTooLarge(Place(shown), most=f"{LARGEST_TEXT // 1024**3} GiB")
    if presume and path.stat().st_size > _SAMPLE and _begins_as_utf8(path):
        records, regular = _count_records(path)
        return TextFile(path, damaged=False, records=records, regular=regular, presumed=True)
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
        FileDamaged: the compression is broken.
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
        raise FileDamaged(Place(shown), shape="GZIP") from error
    return target


def _detect(plain: Path, shown: str) -> tuple[str, bool]:
    """Name the encoding, and whether some bytes make no sense in it."""
    with plain.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, not _decodes(plain, encoding)
    zeros = sample.count(b"\0")
    if zeros > len(sample) * _TOLERATED or (zeros and not _decodes(plain, "utf-8")):
        if utf16 := next((one for one in ("utf-16-le", "utf-16-be") if _reads_as(sample, one)), ""):
            return utf16, not _decodes(plain, utf16)
        if zeros > len(sample) * _TOLERATED:
            raise NotText(Place(shown))
    if _decodes(plain, "utf-8"):
        return "utf-8", False
    beyond = _beyond_ascii(plain)
    if _nearly_utf8(beyond):
        return "utf-8", True
    if _looks_chinese(beyond):
        return "gb18030", not _decodes(plain, "gb18030")
    return "cp1252", not _decodes(plain, "cp1252")


def _begins_as_utf8(plain: Path) -> bool:
    with plain.open("rb") as file:
        sample = file.read(_SAMPLE)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a character may be cut at the end
    except UnicodeError:
        return False
    return b"\0" not in sample


def _beyond_ascii(plain: Path) -> bytes:
    """Sample the lines that hold more than ASCII, wherever they stand."""
    found = bytearray()
    for chunk in _chunks(plain):
        if not chunk.isascii():
            found += b"".join(line for line in chunk.splitlines(keepends=True) if not line.isascii())
        if len(found) >= _SAMPLE:
            break
    return bytes(found[:_SAMPLE])


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


def _nearly_utf8(sample: bytes) -> bool:
    """Tell a damaged, cut or mixed file that begins as UTF-8: most of what is beyond ASCII makes characters."""
    text = sample.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    whole = sum(1 for mark in text if mark > "\x7f") - broken
    begins = text[: text.find(_REPLACEMENT)]
    return whole > 2 * broken or sum(1 for mark in begins if mark > "\x7f") > _FEW


def _reads_as(sample: bytes, encoding: str) -> bool:
    """Tell UTF-16 without a mark: nearly all of it makes letters, ideographs, signs and line breaks."""
    text = sample[: len(sample) & ~1].decode(encoding, "replace")
    plain = sum(1 for mark in text if " " <= mark <= "~" or mark in "\r\n\t" or "\u3000" <= mark <= "\u9fff")
    return plain > len(text) * _MOSTLY and any(mark in text for mark in ",;\t|\n")


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
        raise NotText(Place(shown)) from error
    return target


def _writer(target: Path) -> IO[str]:
    return target.open("w", encoding="utf-8", newline="")


def _count_records(plain: Path) -> tuple[int, bool]:
    """Count the lines that end outside quotation marks."""
    lines, inside, regular, last, trailing = 0, False, True, b"", 0
    for chunk in _chunks(plain):
        marks = chunk.translate(None, _ALL_BUT_MARKS)
        regular = regular and b"\0" not in chunk and not _returns_alone(chunk)
        for number, part in enumerate(marks.replace(b'""', b"").split(b'"')):
            if number:
                inside = not inside
            if not inside:
                lines += len(part)
        last = chunk or last
    trailing = len(last) - len(last.rstrip(b"\r\n"))
    blank = last[len(last) - trailing :].count(b"\n")
    return lines - max(0, blank - 1) + (1 if last and not blank else 0), regular


def _returns_alone(chunk: bytes) -> bool:
    return b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n")


_ALL_BUT_MARKS = bytes(mark for mark in range(256) if mark not in b'"\n')


def _chunks(plain: Path) -> Iterator[bytes]:
    """Read in pieces that end with a line, so that no pair of marks is cut."""
    with plain.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk + (file.readline(_CHUNK) if not chunk.endswith(b"\n") else b"")
