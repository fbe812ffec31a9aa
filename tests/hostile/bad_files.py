"""Make bad files by number: every way in which a file that reaches an office was broken, or made to break things."""

from __future__ import annotations

import io
import json
import random
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADINGS = ["统一社会信用代码", "批次号", "抽样日期", "产品名称", "检验结论", "罚款金额（万元）"]
NASTY = [
    "'; DROP TABLE raw_sampling; --",
    '"quoted"" name',
    '=HYPERLINK("http://example.invalid")',
    "=cmd|' /C calc'!A0",
    "\x00\x01\x02",
    "a" * 40_000,
    "２０２６年１３月４５日",
    "1e999",
    "-0",
    "NaN",
    "∞",
    "9" * 60,
    "0.1234567890123456789",
    "十万亿亿",
    "🏭" * 50,
    "\u202eright to left",
    "../../etc/passwd",
    "${jndi:ldap://example.invalid}",
    "{0.__class__}",
    "%s%n%d",
    "\ufeff",
    "row\nwith\nlines",
    "tab\tinside",
    "NULL",
    "——",
]


def good_rows(chance: random.Random, count: int) -> list[list[str]]:
    """Make rows that an import accepts."""
    return [
        [
            f"示例{chance.randrange(10**6):06d}",
            f"B{chance.randrange(10**9)}",
            f"20{chance.randrange(20, 26)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
            chance.choice(["电缆", "复混肥料", "童装"]),
            chance.choice(["合格", "不合格"]),
            f"{chance.randrange(100)}.{chance.randrange(10)}",
        ]
        for _ in range(count)
    ]


def spoil(chance: random.Random, rows: list[list[str]]) -> list[list[str]]:
    """Put nasty values in some cells."""
    for _ in range(chance.randrange(1, 8)):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(NASTY)
    return rows


def as_csv(rows: list[list[str]], headings: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    """Write comma-separated text, quoting where it must."""
    lines = [headings or HEADINGS, *rows]
    quoted = [
        [f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(',"\n') else cell for cell in row]
        for row in lines
    ]
    return "\r\n".join(",".join(row) for row in quoted).encode(encoding, errors="replace")


def as_xlsx(rows: list[list[str]], headings: list[str] | None = None) -> bytes:
    """Write a workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [headings or HEADINGS, *rows]:
        sheet.append([openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell)[:32_000] for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_xls(rows: list[list[str]]) -> bytes:
    """Write an old workbook of one sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate([HEADINGS, *rows]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell[:32_000])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_parquet(rows: list[list[str]]) -> bytes:
    """Write a Parquet file of text columns."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(HEADINGS)}), buffer)
    return buffer.getvalue()


def as_json_lines(rows: list[list[str]]) -> bytes:
    """Write one JSON object a line."""
    return "\n".join(json.dumps(dict(zip(HEADINGS, row, strict=True)), ensure_ascii=False) for row in rows).encode()


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _replace_member(workbook: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    return _zip({**members, name: content})


def truncated(chance: random.Random) -> tuple[str, bytes]:
    suffix, write = chance.choice(WRITERS)
    content = write(good_rows(chance, chance.randrange(1, 60)))
    return suffix, content[: chance.randrange(len(content))]


def flipped(chance: random.Random) -> tuple[str, bytes]:
    suffix, write = chance.choice(WRITERS)
    content = bytearray(write(good_rows(chance, chance.randrange(1, 60))))
    for _ in range(chance.randrange(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return suffix, bytes(content)


def nasty_values(chance: random.Random) -> tuple[str, bytes]:
    suffix, write = chance.choice(WRITERS)
    return suffix, write(spoil(chance, good_rows(chance, chance.randrange(1, 60))))


def wrong_encoding(chance: random.Random) -> tuple[str, bytes]:
    encoding = chance.choice(["gb18030", "utf-16", "utf-16-le", "big5", "latin-1", "utf-7", "cp037", "shift_jis"])
    return ".csv", as_csv(good_rows(chance, 20), encoding=encoding)


def mixed_encoding(chance: random.Random) -> tuple[str, bytes]:
    return ".csv", as_csv(good_rows(chance, 10)) + b"\r\n" + as_csv(good_rows(chance, 10), encoding="gb18030")


def wrong_suffix(chance: random.Random) -> tuple[str, bytes]:
    _, write = chance.choice(WRITERS)
    return chance.choice([".csv", ".xlsx", ".xls", ".parquet", ".jsonl", ".txt", "", ".exe"]), write(
        good_rows(chance, 5)
    )


def random_bytes(chance: random.Random) -> tuple[str, bytes]:
    return chance.choice(WRITERS)[0], chance.randbytes(chance.randrange(0, 5_000))


def duplicated_headings(chance: random.Random) -> tuple[str, bytes]:
    headings = [chance.choice(HEADINGS) for _ in HEADINGS]
    rows = good_rows(chance, 10)
    return chance.choice([(".csv", as_csv(rows, headings)), (".xlsx", as_xlsx(rows, headings))])


def hostile_headings(chance: random.Random) -> tuple[str, bytes]:
    headings = [*HEADINGS[:4], chance.choice(NASTY)[:200], chance.choice(NASTY)[:200]]
    rows = good_rows(chance, 10)
    return chance.choice([(".csv", as_csv(rows, headings)), (".xlsx", as_xlsx(rows, headings))])


def ragged(chance: random.Random) -> tuple[str, bytes]:
    rows = good_rows(chance, 30)
    for row in chance.sample(rows, 6):
        del row[chance.randrange(1, 6) :]
    rows[chance.randrange(30)] += ["more"] * chance.randrange(1, 50)
    return ".csv", as_csv(rows)


def open_quote(chance: random.Random) -> tuple[str, bytes]:
    content = as_csv(good_rows(chance, 30))
    at = chance.randrange(len(content))
    return ".csv", content[:at] + b'"' + content[at:]


def thousands_of_columns(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice([1_500, 3_000, 9_000])
    headings = [*HEADINGS, *(f"column {at}" for at in range(count))]
    return ".csv", as_csv([row + ["x"] * count for row in good_rows(chance, 3)], headings)


def formulas(chance: random.Random) -> tuple[str, bytes]:
    rows = good_rows(chance, 10)
    for row in rows:
        row[chance.randrange(6)] = chance.choice(["=1+1", "=A1", "=SUM(B2:B9)", "=1/0", "#REF!"])
    return ".xlsx", as_xlsx(rows)


def nested_zip(chance: random.Random) -> tuple[str, bytes]:
    inner = _zip({"a.csv": as_csv(good_rows(chance, 3))})
    for depth in range(chance.randrange(1, 6)):
        inner = _zip({f"{depth}.zip": inner})
    return chance.choice([".xlsx", ".zip", ".csv"]), inner


def zip_bomb(chance: random.Random) -> tuple[str, bytes]:
    workbook = as_xlsx(good_rows(chance, 3))
    filler = b"<!--" + b" " * (chance.choice([8, 64]) * 1024 * 1024) + b"-->"
    return ".xlsx", _replace_member(
        workbook, chance.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]), filler
    )


def xml_bomb(chance: random.Random) -> tuple[str, bytes]:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&a9;&f;</t></is></c></row></sheetData></worksheet>'
    )
    return ".xlsx", _replace_member(as_xlsx(good_rows(chance, 3)), "xl/worksheets/sheet1.xml", sheet.encode())


def far_cell(chance: random.Random) -> tuple[str, bytes]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADINGS, *good_rows(chance, 3)]:
        sheet.append(row)
    sheet.cell(row=chance.choice([100_000, 1_048_576]), column=chance.choice([1, 16_384]), value="far")
    buffer = io.BytesIO()
    book.save(buffer)
    return ".xlsx", buffer.getvalue()


def bad_json(chance: random.Random) -> tuple[str, bytes]:
    lines = as_json_lines(good_rows(chance, 10)).split(b"\n")
    lines[chance.randrange(10)] = chance.choice(
        [
            b"{",
            b"[1,2",
            b'{"a": NaN}',
            b'{"a": {"b": ' * 500,
            b"[" * 5_000,
            b'{"\\ud800": 1}',
            b"null",
            b"7",
            b'"text"',
            b"\xff",
        ]
    )
    return ".jsonl", b"\n".join(lines)


def odd_layout(chance: random.Random) -> tuple[str, bytes]:
    lines: list[list[str]] = [
        ["某市监督抽查结果"],
        [],
        HEADINGS,
        *good_rows(chance, 5),
        ["注：示例"],
        HEADINGS,
        *good_rows(chance, 2),
    ]
    chance.shuffle(lines)
    return chance.choice([(".csv", as_csv(lines[1:], lines[0])), (".xlsx", as_xlsx(lines[1:], lines[0] or ["x"]))])


def nothing(chance: random.Random) -> tuple[str, bytes]:
    return chance.choice(WRITERS)[0], chance.choice(
        [b"", b"\n", b"\xef\xbb\xbf", b" " * 100, as_csv([]), as_csv([], [""])]
    )


WRITERS: list[tuple[str, Callable[[list[list[str]]], bytes]]] = [
    (".csv", as_csv),
    (".xlsx", as_xlsx),
    (".xls", as_xls),
    (".parquet", as_parquet),
    (".jsonl", as_json_lines),
]

WAYS: list[Callable[[random.Random], tuple[str, bytes]]] = [
    truncated,
    flipped,
    nasty_values,
    wrong_encoding,
    mixed_encoding,
    wrong_suffix,
    random_bytes,
    duplicated_headings,
    hostile_headings,
    ragged,
    open_quote,
    thousands_of_columns,
    formulas,
    nested_zip,
    zip_bomb,
    xml_bomb,
    far_cell,
    bad_json,
    odd_layout,
    nothing,
]


def make_bad_file(number: int, folder: Path) -> tuple[str, Path]:
    """Make the bad file of a number: the way in which it is bad, and where it lies."""
    chance = random.Random(number)
    way = WAYS[number % len(WAYS)]
    suffix, content = way(chance)
    name = chance.choice([f"bad {number}", f"坏文件{number}", f'o\'brien "{number}"', f"{number}; drop table x"])
    path = folder / f"{name}{suffix}"
    path.write_bytes(content)
    return way.__name__, path
