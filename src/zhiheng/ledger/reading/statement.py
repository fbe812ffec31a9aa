"""Put SQL together from fixed text, quoted names and quoted values, so that no data can become a statement."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable


class Sql(str):
    """Text that may stand in a statement: made by the functions of this module only."""

    __slots__ = ()


@lru_cache(maxsize=4096)
def name(identifier: str) -> Sql:
    """Quote the name of a table or column."""
    return Sql(exp.to_identifier(identifier, quoted=True).sql("duckdb"))


@lru_cache(maxsize=4096, typed=True)
def value(constant: str | int | None) -> Sql:
    """Quote a constant."""
    return Sql(exp.convert(constant).sql("duckdb"))


def values(constants: Iterable[str]) -> Sql:
    """Quote constants for an `in (...)`; none at all makes a list that nothing is in."""
    return comma([value(constant) for constant in constants] or [Sql("null")])


def sql(template: str, **parts: Sql) -> Sql:
    """Fill a fixed statement with parts that are SQL already."""
    for part in parts.values():
        if not isinstance(part, Sql):
            raise TypeError(part)
    return Sql(template.format(**parts))


def comma(parts: Iterable[Sql]) -> Sql:
    """List parts."""
    return Sql(", ".join(parts))


def joined(word: str, parts: Iterable[Sql], *, none: str) -> Sql:
    """Join conditions or sums by an operator; `none` stands for no parts."""
    return Sql(f" {word} ".join(f"({part})" for part in parts) or none)
