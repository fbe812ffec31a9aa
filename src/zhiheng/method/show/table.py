"""The printed table of a method as data: sections of rows of text."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.errors import Lang

FORMAT = "zhiheng-method-table/1"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell for each column; a cell may hold several lines."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the page."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MethodTable:
    """A method in one version and one language, ready to be printed."""

    title: str
    about: str
    lang: Lang
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the table as plain data, with the name of its format."""
        return {"format": FORMAT, **asdict(self)}


@cache
def _texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(files("zhiheng.method.show").joinpath("texts.toml").read_text("utf-8"))


def words(group: str, key: str, lang: Lang, /, **facts: object) -> str:
    """Take a text of the table in a language, filled with facts."""
    text = _texts()[group][key][lang]
    return text.format(**facts) if facts else text


def has_words(group: str, key: str) -> bool:
    """Tell whether there is such a text."""
    return key in _texts()[group]
