"""The schemas agree with the reader: what one takes the other takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from zhiheng.errors import FaultsFound
from zhiheng.vocabulary import find_pack, kind_schema, load_kinds, pack_schema, packaged_packs

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = [path for name in packaged_packs() for path in sorted((find_pack(name).path / "kinds").glob("*.yaml"))]
REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "record-kinds.md"


def plain(text: str) -> Any:  # noqa: ANN401 - whatever YAML holds
    return YAML(typ="safe", pure=True).load(text)


def faults(schema: dict[str, Any], text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(plain(text))]


def examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", REFERENCE.read_text("utf-8"), re.DOTALL)


def test_the_schemas_are_schemas():
    Draft202012Validator.check_schema(kind_schema())
    Draft202012Validator.check_schema(pack_schema())


@pytest.mark.parametrize("path", KINDS, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_every_packaged_kind_fits(path: Path):
    assert faults(kind_schema(), path.read_text("utf-8")) == []


@pytest.mark.parametrize("name", packaged_packs())
def test_every_packaged_pack_fits(name: str):
    assert faults(pack_schema(), (find_pack(name).path / "pack.yaml").read_text("utf-8")) == []


def test_the_examples_of_the_reference_fit_and_load(write: Callable[[str, str], Path]):
    kind, *children, pack = examples()
    whole = kind.replace("disclosure:", children[0] + "disclosure:")

    write("codes/ratings.csv", "code,zh,en,aliases\na,甲,A,\n")
    write("kinds/sampling.yaml", whole)
    folder = write("pack.yaml", pack).parent

    assert faults(kind_schema(), whole) == []
    assert faults(pack_schema(), pack) == []
    assert find_pack(folder).kinds["sampling"].children["items"].fields


FAULTY = [
    ("version:", "versoin:"),
    ("label: {zh: 监督抽查, en: Spot check}", "label: {zh: 监督抽查}"),
    ("type: year,", "type: years,"),
    ("required: true", "required: 1"),
    ("from_title: year", "places: 2"),
    ("  year: {", "  source: {"),
    ("day_first: true", "day_first: sometimes"),
    ("level: public", "level: secret"),
    ("provisional: [producer, region]", "provisional: [producer], key: [region]"),
    ("codes: ratings, ", ""),
    ("key: [batch_no]", "key: batch_no"),
]


@pytest.mark.parametrize(("old", "new"), FAULTY)
def test_schema_and_reader_refuse_the_same(write: Callable[[str, str], Path], old: str, new: str):
    text = examples()[0]
    assert old in text
    write("codes/ratings.csv", "code,zh,en,aliases\na,甲,A,\n")
    folder = write("kinds/sampling.yaml", text.replace(old, new)).parent.parent

    assert faults(kind_schema(), text.replace(old, new))
    with pytest.raises(FaultsFound):
        load_kinds(folder)
