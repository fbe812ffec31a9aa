"""Match the headings of a table to the fields of a kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiheng.vocabulary import heading_parts, heading_unit, headings_of, normalise_heading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.vocabulary import Field, Kind

_EXACT, _WITHOUT_UNIT = 0, 1000  # a heading that fits as it stands wins over one that fits without its brackets


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of one column: as written, and the row above it where the heading has two."""

    lower: str
    upper: str = ""

    @property
    def written(self) -> str:
        """The heading as a person reads it."""
        both = (self.upper, self.lower) if self.upper != self.lower else (self.lower,)
        return " ".join(" ".join(text.split()) for text in both if text.strip())

    @property
    def spellings(self) -> tuple[str, ...]:
        """What it may be found under, best first: both rows joined, then the lower alone, then the upper alone."""
        if not self.lower.strip():
            return (self.upper,)
        return (self.upper + self.lower, self.lower) if self.upper else (self.lower,)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a table feeds which field, and which columns feed nothing."""

    kind: Kind
    headings: tuple[Heading, ...]
    columns: Mapping[str, tuple[int, ...]]  # field -> columns, best first
    child_columns: Mapping[str, int]  # heading that a child reads, comparable -> column

    @property
    def mapped(self) -> tuple[int, ...]:
        """The columns that feed something, from left to right."""
        return tuple(sorted({at[0] for at in self.columns.values()} | set(self.child_columns.values())))

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without which no row could be taken, and that neither a column nor a title gives."""
        return tuple(
            field.name
            for field in self.kind.fields.values()
            if field.name in needed_fields(self.kind) and field.name not in self.columns and not may_be_titled(field)
        )

    def unit(self, field: Field) -> str:
        """Tell the unit that the field's heading names."""
        return heading_unit(field, self.headings[self.columns[field.name][0]].written)


@dataclass(frozen=True)
class HeadingIndex:
    """The headings that a kind knows."""

    kind: Kind
    fields: Mapping[str, tuple[tuple[str, int], ...]] = field(repr=False)  # comparable heading -> (field, rank)
    of_children: frozenset[str] = field(repr=False)

    def match(self, headings: Sequence[Heading]) -> Layout:
        """Match every column that can be."""
        found: dict[str, list[tuple[int, int]]] = {}
        of_children: dict[str, int] = {}
        for column, heading in enumerate(headings):
            for name, rank in self._fields_of(heading):
                found.setdefault(name, []).append((rank, column))
            for spelling in heading.spellings:
                if (spelled := normalise_heading(spelling)) in self.of_children:
                    of_children.setdefault(spelled, column)
        columns = {name: tuple(column for _, column in sorted(ranked)) for name, ranked in found.items()}
        return Layout(self.kind, tuple(headings), columns, of_children)

    def knows_joined(self, heading: Heading) -> bool:
        """Tell whether the two rows of a heading make a known one together, and only together."""
        joined = normalise_heading(heading.upper + heading.lower)
        return joined in self.fields and joined != normalise_heading(heading.upper or heading.lower)

    def _fields_of(self, heading: Heading) -> tuple[tuple[str, int], ...]:
        spellings = heading.spellings
        for spelling in spellings:
            if found := self.fields.get(normalise_heading(spelling)):
                return found
        for spelling in spellings:
            if found := self.fields.get(heading_parts(spelling)[0]):
                return tuple((name, rank + _WITHOUT_UNIT) for name, rank in found)
        return ()


def index_headings(kind: Kind) -> HeadingIndex:
    """Index the names, labels and aliases of a kind's fields, and the columns that its children read."""
    fields: dict[str, list[tuple[str, int]]] = {}
    for declared in kind.fields.values():
        for rank, spelled in enumerate(headings_of(declared)):
            fields.setdefault(spelled, []).append((declared.name, rank))
    of_children = set()
    for child in kind.children.values():
        if child.split and child.split.column not in kind.fields:
            of_children.add(normalise_heading(child.split.column))
        if child.unpivot:
            of_children.update(normalise_heading(name) for group in child.unpivot.columns.values() for name in group)
    return HeadingIndex(
        kind, {spelled: tuple(names) for spelled, names in fields.items()}, frozenset(of_children - {""})
    )


def needed_fields(kind: Kind) -> tuple[str, ...]:
    """List the fields without which a row is no record: required ones, those of the subject and of the key."""
    subject = kind.subject.fields[:1] if kind.subject.provisional else kind.subject.fields
    required = [field.name for field in kind.fields.values() if field.required]
    key = [name for name in kind.key if name != filled_by_extract(kind)]
    return tuple(dict.fromkeys((*required, *subject, *key)))


def filled_by_extract(kind: Kind) -> str:
    """Name the field that a declared day of the extract fills where no column does: the date in the key, or ''."""
    field = kind.fields.get(kind.true_on.field)
    if field is None or field.required or field.name not in kind.key or field.name in kind.subject.fields:
        return ""
    return field.name


def may_be_titled(field: Field) -> bool:
    """Tell whether the title may say what the field holds."""
    return field.title_year or bool(field.title_words)
