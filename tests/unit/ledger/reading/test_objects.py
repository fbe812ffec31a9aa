"""Which headings and cells the lines of JSON lines give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zhiheng.ledger.reading.objects import names_of, read_objects
from zhiheng.vocabulary import ENTRY_MARK

if TYPE_CHECKING:
    from pathlib import Path


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
