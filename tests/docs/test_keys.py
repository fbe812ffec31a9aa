"""Every key that a file of the project's may have stands in the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.vocabulary import FieldType, kind_schema, pack_schema

from .pages import coded_in, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def test_every_key_and_word_of_a_kind_or_pack_file_stands_in_the_reference() -> None:
    told = coded_in(read_page("docs/reference/record-kinds.md"))
    known = {*names_in_schema(kind_schema()), *names_in_schema(pack_schema()), *FieldType}
    assert known - told == set()
