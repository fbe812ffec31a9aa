"""Every key that a file of the project's may have stands in the reference."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import zhiheng.method
from zhiheng.method.functions import FUNCTIONS
from zhiheng.method.model import Absent, Confidence
from zhiheng.vocabulary import FieldType, kind_schema, pack_schema

from .pages import coded_in, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def names_in_schema(schema: object) -> Iterator[str]:
    """Yield every key and every fixed word that a JSON Schema knows."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        yield from (word for word in schema.get("enum", ()) if isinstance(word, str))
        for part in schema.values():
            yield from names_in_schema(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from names_in_schema(part)


def constants_of(room: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield every constant of a room's modules."""
    for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        yield from ((name, value) for name, value in vars(import_module(found.name)).items() if name.isupper())


def test_every_key_and_word_of_a_kind_or_pack_file_stands_in_the_reference() -> None:
    told = coded_in(read_page("docs/reference/record-kinds.md"))
    known = {*names_in_schema(kind_schema()), *names_in_schema(pack_schema()), *FieldType}
    assert known - told == set()


def test_every_key_of_a_method_file_stands_in_the_reference() -> None:
    told = coded_in(read_page("docs/reference/method-language.md"))
    lists = [keys for name, keys in constants_of(zhiheng.method) if name.endswith("_KEYS") and isinstance(keys, tuple)]
    known = {str(key) for keys in lists for key in keys}
    assert known
    assert known - told == set()


def test_every_function_stands_in_the_reference() -> None:
    told = coded_in(read_page("docs/reference/method-language.md"))
    assert set(FUNCTIONS) - told == set()


@pytest.mark.parametrize("page", ["docs/glossary.md", "docs/reference/method-language.md"])
def test_every_word_for_how_sure_a_citation_is_stands_in_glossary_and_reference(page: str) -> None:
    assert {*Confidence} - coded_in(read_page(page)) == set()


@pytest.mark.parametrize("word", [*Absent])
def test_everything_that_absence_can_mean_stands_in_the_reference(word: Absent) -> None:
    assert word in coded_in(read_page("docs/reference/method-language.md"))
