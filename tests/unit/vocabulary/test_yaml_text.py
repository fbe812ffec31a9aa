"""YAML is read as text with places; what could surprise is refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.errors import FaultsFound, Place, ZhihengError
from zhiheng.vocabulary import Entries, Items, Scalar, YamlUnreadable, parse_yaml, read_yaml
from zhiheng.vocabulary.yaml_text import LARGEST_FILE

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
# a comment
answer: no
day: 2020-01-31
number: 1.10
nothing:
word: "null"
list: [a, {b: ~}]
"""


def test_scalars_stay_as_they_were_written():
    read = parse_yaml(TEXT, "f.yaml")

    assert {key: str(value) for key, value in read.items() if isinstance(value, Scalar)} == {
        "answer": "no",
        "day": "2020-01-31",
        "number": "1.10",
        "nothing": "",
        "word": "null",
    }


def test_everything_knows_its_place():
    read = parse_yaml(TEXT, "f.yaml")
    listed = read[Scalar("list")]

    assert read.place == Place("f.yaml", 2, 1)
    assert read.key_at("day") == Place("f.yaml", 3, 1)
    assert read[Scalar("day")].place == Place("f.yaml", 3, 6)
    assert isinstance(listed, Items)
    assert isinstance(listed[1], Entries)
    assert listed[1].place == Place("f.yaml", 7, 11)


def test_only_unquoted_nothing_is_nothing():
    read = parse_yaml(TEXT, "f.yaml")

    nothing, word = read[Scalar("nothing")], read[Scalar("word")]
    assert isinstance(nothing, Scalar)
    assert isinstance(word, Scalar)
    assert nothing.null
    assert not word.null


def test_all_keys_that_stand_twice_are_named():
    with pytest.raises(FaultsFound) as found:
        parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}", "f.yaml")

    assert [str(fault.place) for fault in found.value.faults] == ["f.yaml:2:1", "f.yaml:3:11"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x 1\nb: *x", "f.yaml:1:4"),
        ("a: 1\nb: !!python/name:os.system x", "f.yaml:2:4"),
        ("a: !!str 5", "f.yaml:1:4"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1"),
        ("- 1", "f.yaml:1:1"),
        ("", "f.yaml:1:1"),
        ("? [a]\n: b", "f.yaml:1:3"),
        ("a: [1", "f.yaml:1:6"),
        ("a: " + "[" * 100_000, "f.yaml:1:44"),
    ],
)
def test_what_could_surprise_is_refused_at_its_place(text: str, place: str):
    with pytest.raises(YamlUnreadable) as refused:
        parse_yaml(text, "f.yaml")

    assert str(refused.value.fault.place) == place
    assert len(refused.value.render("zh")) < 500


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"a: \x00", b"a" * (LARGEST_FILE + 1)])
def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "f.yaml"
    path.write_bytes(content)

    with pytest.raises(YamlUnreadable):
        read_yaml(path)


@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%@?, \n\t", max_size=60))
def test_any_text_is_read_or_refused(text: str):
    with suppress(ZhihengError):
        assert isinstance(parse_yaml(text, "f.yaml"), Entries)


def test_text_folded_over_several_lines_is_one_line_with_spaces():
    read = parse_yaml("a: >-\n  one\n  two\n\n  three\n", "f.yaml")
    assert read["a"] == "one two\nthree"
