"""What the readers of all sections share: the file, the kinds, the citations, and the faults so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from zhiheng.errors import Place
from zhiheng.method.expression import parse_into
from zhiheng.method.model import Citation, Expression, Rule
from zhiheng.method.scope import fields_of
from zhiheng.method.tokens import WORDS
from zhiheng.vocabulary import NAME, Declaration, Entries, Items, Label, Scalar, as_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from decimal import Decimal

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.written import Written
    from zhiheng.vocabulary import Kind, Yaml

DESIGN = "design"
_WORD = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = ("score", "coverage", "as_of", "grade", "value", "cite", "otherwise", "subject")  # the last: whose row it is
NOTHING = Label("", "")
FEWEST_PLACES, MOST_PLACES = 0, 9
MOST_ENTRIES = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Places:
    """Digits kept after the point."""

    value: int = 6
    points: int = 1
    score: int = 0


@dataclass
class Page:
    """One method file while it is read."""

    faults: MethodFaults
    written: Written
    kinds: Mapping[str, Kind]
    subject: str = ""
    citations: Mapping[str, Citation] = field(default_factory=dict)
    cited: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)  # names of entries that could not be read
    words: set[str] = field(default_factory=set)  # what those entries mention
    places: Places = field(default_factory=Places)

    def expression(self, entry: Declaration, key: str, *, required: bool = False) -> Expression | None:
        """Read an expression; None, with a fault where it is required or unreadable, if there is none."""
        value = entry.get(key)
        if isinstance(value, Scalar):
            return self.parse(value, entry.part)
        if value is not None:
            entry.wrong(key, value, "text")
        elif required:
            entry.faults.add("missing-key", entry.place(), key=key)
        return None

    def parse(self, text: Scalar, part: str) -> Expression | None:
        """Parse an expression that stands in the file."""
        place = self.written.place(text, 0, part)
        read = parse_into(str(text), place, lambda offset: self.written.place(text, offset, part), self.faults)
        if read is None:
            self.mention(text)
        return read

    def give_up(self, name: str, entry: Yaml) -> None:
        """Note that an entry could not be read, so that what rests on it and what it mentions is no further fault."""
        self.broken.add(name)
        self.mention(entry)

    def mention(self, unread: Yaml) -> None:
        """Gather the words of what could not be read: they count as used."""
        match unread:
            case Scalar():
                self.words.update(_WORD.findall(unread))
            case Items():
                for item in unread:
                    self.mention(item)
            case Entries():
                for value in unread.values():
                    self.mention(value)

    def named(self, section: Declaration, part: str) -> Iterator[tuple[Scalar, Declaration]]:
        """Go through the entries of a section that maps names to entries; its `cite` is no entry."""
        for name, value in self._bounded(section.entries.items(), section.place()):
            if name == "cite":
                continue
            at = Place(name.place.file, name.place.line, name.place.column, f"{part} {name}")
            if not NAME.fullmatch(name):
                self.faults.note("bad-name", at, name=str(name))
            elif name in RESERVED or name in WORDS:
                self.faults.note("reserved-name", at, name=str(name))
            entry = section.within(str(name), value, f"{part} {name}")
            if entry is None:
                self.give_up(str(name), value)
            else:
                yield name, entry

    def _bounded(self, entries: Collection[T], place: Place) -> Iterator[T]:
        if len(entries) > MOST_ENTRIES:
            self.faults.note("too-many-entries", place, most=MOST_ENTRIES)
        return islice(iter(entries), MOST_ENTRIES)

    def cite(self, entry: Declaration, section: Declaration | None = None, *, required: bool = True) -> tuple[str, ...]:
        """Read the sources of an entry, or those at the head of its section."""
        found = entry.get("cite")
        holder = entry
        if found is None and section is not None:
            found, holder = section.get("cite"), section
        if found is None:
            if required:
                self.faults.note("no-citation", entry.place())
            return ()
        names = [found] if isinstance(found, Scalar) else [name for name in found if isinstance(name, Scalar)]
        if isinstance(found, Entries) or not names or (isinstance(found, Items) and len(names) < len(found)):
            holder.wrong("cite", found, "name, [name, ...]")
            return ()
        for name in names:
            if name != DESIGN and name not in self.citations:
                place = holder.place_of(name)
                self.faults.note_unknown("unknown-citation", place, str(name), [*self.citations, DESIGN])
        self.cited.update(str(name) for name in names)
        return tuple(str(name) for name in names)

    def rule(self, name: str, entry: Declaration, section: Declaration | None = None) -> Rule:
        """Read what every entry has: its label and its sources; a name that the file writes is its place."""
        return Rule(str(name), entry.label() or NOTHING, self.cite(entry, section), self.place(entry, name))

    def place(self, entry: Declaration, name: str = "") -> Place:
        """Take the place that the method keeps of an entry: that of its name, where the file writes one."""
        place = entry.place_of(name) if isinstance(name, Scalar) else entry.place()
        self.faults.remember(place, entry.entries)
        return place

    def kind(self, entry: Declaration, key: str) -> str:
        """Read the name of a kind (or of its child); '' with a fault where there is none."""
        name = entry.text(key, required=True)
        if name and fields_of(self.kinds, name) is None:
            children = (f"{kind}.{child}" for kind, each in self.kinds.items() for child in each.children)
            place = place_within(entry, entry.get(key))
            self.faults.note_unknown("unknown-kind", place, name, [*self.kinds, *children])
            return ""
        return name

    def numbered(self, entry: Declaration, number: int) -> str:
        """Name an entry of a list: as it says itself, or by its number."""
        return entry.name("name") or str(number)

    def entries(self, top: Declaration, key: str, part: str) -> Iterator[tuple[int, Declaration]]:
        """Go through a list of mappings; each knows its number from 1."""
        for number, item in enumerate(self._bounded(top.items(key), top.place(key)), 1):
            entry = top.within(key, item, f"{part} {number}")
            if entry is not None:
                yield number, entry

    def digits(self, entry: Declaration, keys: Sequence[str], default: Places) -> Places:
        """Read `places`."""
        section = entry.section("places")
        if section is None:
            return default
        section.allow(keys)
        read = {key: section.whole(key, FEWEST_PLACES, MOST_PLACES) for key in keys}

        def digits(key: str, otherwise: int) -> int:
            given = read.get(key)
            return otherwise if given is None else given

        return Places(digits("value", default.value), digits("points", default.points), digits("score", default.score))

    def number_or_name(self, entry: Declaration, key: str) -> Decimal | str | None:
        """Read a number, or the name of what gives one."""
        value = entry.get(key)
        if value is None:
            return None
        if not isinstance(value, Scalar):
            entry.wrong(key, value, "1234.5, name")
            return None
        number = as_number(value)
        return str(value) if number is None else number


def place_within(entry: Declaration, value: Yaml | None) -> Place:
    """Tell where a value of an entry stands; the entry's own place where there is none."""
    return entry.place() if value is None else entry.place_of(value)
