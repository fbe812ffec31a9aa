"""Take typed entries from a mapping of a YAML file, gathering every fault on the way."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from zhiheng.errors import Fault, Place, nearest
from zhiheng.vocabulary.kind import Label
from zhiheng.vocabulary.yaml_text import Entries, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhiheng.vocabulary.yaml_text import Yaml

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,9})?")


class Faults:
    """What is wrong with one file, gathered while it is read."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, rule: str, place: Place, /, **facts: object) -> None:
        """Note a fault by the name of its message."""
        self.found.append(Fault(f"vocabulary.{rule}", place, facts))

    def add_near(self, rule: str, place: Place, word: str, known: Iterable[str], /, **facts: object) -> None:
        """Note an unknown word, with the known one that it is near to, or else all of them."""
        words = list(known)
        near = nearest(word, words)
        if near:
            self.add(f"{rule}-near", place, word=word, near=near, **facts)
        else:
            self.add(rule, place, word=word, known=", ".join(words[:20]) or "-", **facts)


class Declaration:
    """A mapping of a file, read entry by entry; `part` names it in messages."""

    def __init__(self, entries: Entries, faults: Faults, part: str = "") -> None:
        self.entries = entries
        self.faults = faults
        self.part = part

    def place(self, key: str = "") -> Place:
        """Tell where an entry (or the mapping) stands."""
        at = self.entries.key_at(key) if key else self.entries.place
        return Place(at.file, at.line, at.column, self.part)

    def place_of(self, value: Yaml) -> Place:
        """Tell where a value stands."""
        return Place(value.place.file, value.place.line, value.place.column, self.part)

    def allow(self, known: Sequence[str]) -> None:
        """Refuse keys that are not known."""
        for key in self.entries:
            if key not in known:
                at = Place(key.place.file, key.place.line, key.place.column, self.part)
                self.faults.add_near("unknown-key", at, str(key), known)

    def get(self, key: str) -> Yaml | None:
        """Get an entry; None where there is none or it says nothing."""
        value = self.entries.get(Scalar(key))
        return None if isinstance(value, Scalar) and value.null else value

    def wrong(self, key: str, value: Yaml, expected: str) -> None:
        """Note that an entry is not what its key asks for."""
        self.faults.add("wrong-shape", self.place_of(value), key=key, expected=expected)

    def text(self, key: str, *, required: bool = False) -> str:
        """Read a text; '' where there is none."""
        value = self.get(key)
        if isinstance(value, Scalar) and value.strip():
            return str(value)
        if value is not None:
            self.wrong(key, value, "text")
        elif required:
            self.faults.add("missing-key", self.place(), key=key)
        return ""

    def name(self, key: str, *, required: bool = False) -> str:
        """Read a name: lower case, digits, underscores."""
        name = self.text(key, required=required)
        if name and not NAME.fullmatch(name):
            self.faults.add("bad-name", self.place(key), name=name)
        return name

    def choice(self, key: str, known: Sequence[str], *, default: str = "") -> str:
        """Read one of the words that a key allows."""
        word = self.text(key)
        if word and word not in known:
            value = self.get(key)
            self.faults.add_near("unknown-word", self.place_of(value or self.entries), word, known, key=key)
            return default
        return word or default

    def truth(self, key: str) -> bool | None:
        """Read `true` or `false`; None where there is neither."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, Scalar) and value in ("true", "false"):
            return value == "true"
        self.wrong(key, value, "true / false")
        return None

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        """Read a whole number within bounds."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, Scalar) and re.fullmatch(r"\d{1,9}", value) and lowest <= int(value) <= highest:
            return int(value)
        self.wrong(key, value, f"{lowest}..{highest}")
        return None

    def number(self, key: str) -> Decimal | None:
        """Read a number as decimal text."""
        value = self.get(key)
        if value is None:
            return None
        number = as_number(value)
        if number is None:
            self.wrong(key, value, "1234.5")
        return number

    def day(self, key: str) -> date | None:
        """Read a day as YYYY-MM-DD."""
        value = self.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, Scalar) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.wrong(key, value, "YYYY-MM-DD")
        return None

    def texts(self, key: str) -> tuple[Scalar, ...]:
        """Read a list of texts; each knows its place."""
        value = self.get(key)
        if value is None:
            return ()
        if isinstance(value, Items) and all(isinstance(item, Scalar) and item.strip() for item in value):
            return tuple(item for item in value if isinstance(item, Scalar))
        self.wrong(key, value, "[text, ...]")
        return ()

    def items(self, key: str) -> Items:
        """Read a list of anything; empty where there is none."""
        value = self.get(key)
        if value is None or isinstance(value, Items):
            return value if value is not None else Items(self.place())
        self.wrong(key, value, "[...]")
        return Items(self.place())

    def section(self, key: str, part: str = "") -> Declaration | None:
        """Read a mapping under a key."""
        value = self.get(key)
        if value is None:
            return None
        return self.within(key, value, part)

    def within(self, key: str, value: Yaml, part: str = "") -> Declaration | None:
        """Read a value as a mapping of this file."""
        if isinstance(value, Entries):
            return Declaration(value, self.faults, part or self.part)
        self.wrong(key, value, "{...}")
        return None

    def label(self, key: str = "label", *, required: bool = True) -> Label | None:
        """Read a label in both languages; a missing one is a fault."""
        value = self.get(key)
        if value is None:
            if required:
                self.faults.add("missing-label", self.place(), key=key)
            return None
        section = self.within(key, value)
        if section is None:
            return None
        section.allow(("zh", "en"))
        zh, en = section.text("zh"), section.text("en")
        if not zh or not en:
            self.faults.add("missing-language", self.place_of(value), key=key, lang="zh" if not zh else "en")
        return Label(zh, en)


def as_written(value: Scalar) -> Decimal | str | bool:
    """Read a scalar as what it is written as: a number or a truth; else, or where it stands in quotes, a text."""
    if value.quoted:
        return str(value)
    if value in ("true", "false"):
        return value == "true"
    number = as_number(value)
    return str(value) if number is None else number


def as_number(value: Yaml) -> Decimal | None:
    """Read a scalar as a decimal number; None if it is none."""
    if not isinstance(value, Scalar) or not _NUMBER.fullmatch(value):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
