"""Which headings and cells the lines of JSON lines give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zhiheng.ledger.reading.objects import names_of, read_objects
from zhiheng.vocabulary import ENTRY_MARK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ledger.reading.conftest import Reader


def rows_of(folder: Path, *lines: object) -> list[dict[str, str]]:
    file = folder / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    names = names_of(file, file.name)
    written = [name.lower for name in names]
    return [dict(zip(written, row.cells, strict=True)) for row in read_objects(file, names)]


def test_names_come_in_the_order_in_which_lines_first_have_them(tmp_path: Path):
    assert rows_of(tmp_path, {"b": 1}, {"a": "x", "b": 2}) == [{"b": "1", "a": ""}, {"b": "2", "a": "x"}]


def test_an_object_within_gives_a_column_for_each_of_its_names(tmp_path: Path):
    line = {"id": 7, "scores": {"hygiene": 5, "more": {"deep": None}}, "geo": {}}
    assert rows_of(tmp_path, line) == [{"id": "7", "scores.hygiene": "5", "scores.more.deep": ""}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (1.50, "1.5"),
        (None, ""),
        (["a", 2], f"a{ENTRY_MARK}2"),
        ([{"a": "b"}], '[{"a": "b"}]'),
    ],
)
def test_a_value_is_the_text_that_its_field_will_read(tmp_path: Path, value: object, text: str):
    assert rows_of(tmp_path, {"value": value}) == [{"value": text}]


def test_objects_nested_beyond_reason_stay_one_text(tmp_path: Path):
    line: object = 1
    for _ in range(40):
        line = {"x": line}
    ((name, cell),) = rows_of(tmp_path, line)[0].items()
    assert name == ".".join("x" * 9)
    assert cell.count("{") == 31


def faults_of(reader: Reader, content: bytes) -> list[tuple[int, str]]:
    table = reader.read_text(content, name="lines.jsonl")
    return [(row, rule) for row, _, rule, *_ in reader.faults(table)]


NAMED = '{"生产企业": "甲厂", "产品名称": "电线"}\n'


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_lines_are_read_in_the_encoding_that_they_have(reader: Reader, encoding: str):
    table = reader.read_text(NAMED.encode(encoding), name="lines.jsonl")
    assert reader.rows(table, "subject", "product") == [(1, "甲厂", "电线")]


def test_western_letters_in_lines_are_no_signs_of_damage(reader: Reader):
    table = reader.read_text('{"producer": "Café Müller", "product": "x"}\n'.encode("latin-1"), name="lines.jsonl")
    assert reader.rows(table, "subject") == [(1, "Café Müller")]


def test_a_line_with_bytes_that_are_no_characters_is_quarantined(reader: Reader):
    broken = NAMED.encode()[:-6] + b"\xff\xfe" + NAMED.encode()[-6:]
    assert faults_of(reader, NAMED.encode() * 9 + broken + NAMED.encode()) == [(10, "ledger.bytes-damaged")]


@pytest.mark.parametrize(
    "line",
    ['{"产品名称": "x", "生产企业": "a", "产品名称": "y"}', '{"a": {"b": 1, "b": 2}}', '{"a.b": 1, "a": {"b": 2}}'],
)
def test_a_line_that_gives_one_name_twice_is_quarantined(reader: Reader, line: str):
    assert faults_of(reader, (NAMED + line + "\n" + NAMED).encode()) == [(2, "ledger.name-twice")]


def test_a_line_beyond_bounds_is_one_row(reader: Reader):
    long = '{"生产企业": "' + "x" * (9 * 1024**2) + '"}\n'
    table = reader.read_text((NAMED + long + NAMED).encode(), name="lines.jsonl")
    assert table.rows_seen == 3
    assert [row[:1] + row[2:3] for row in reader.faults(table)] == [(2, "ledger.line-too-long")]
    assert [row for row, *_ in reader.rows(table, "subject")] == [1, 3]
