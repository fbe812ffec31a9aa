"""Match the headings of a table to the fields of a kind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhiheng.vocabulary import (
    FieldType,
    bracketed_parts,
    fallback_headings_of,
    heading_parts,
    heading_unit,
    heading_without_brackets,
    headings_of,
    normalise_heading,
    normalise_spelling,
    other_unit,
    resemblance,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from zhiheng.vocabulary import Field, Kind

# Ranks: as it stands, then without brackets, then by its words; last resorts last.
_WITHOUT_BRACKETS, _RESEMBLING, _FALLBACK = 100_000, 500_000, 1_000_000
_TELLING = 3  # characters of a heading that is known at the end of a longer one
_TOLD_APART = frozenset(
    {FieldType.CODE, FieldType.IDENTIFIER, FieldType.YES_NO, FieldType.WHOLE, FieldType.DECIMAL, FieldType.MONEY}
)


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
    def joined(self) -> tuple[str, ...]:
        """Both rows joined; where the upper ends as the lower begins, also with that part once."""
        if not (self.upper.strip() and self.lower.strip()) or self.upper == self.lower:
            return ()
        upper, lower = normalise_heading(self.upper), normalise_heading(self.lower)
        shared = next((size for size in range(len(lower), 0, -1) if upper.endswith(lower[:size])), 0)
        whole = self.upper + self.lower
        return (whole, upper + lower[shared:]) if shared else (whole,)

    @property
    def alone(self) -> str:
        """The lower row alone; the upper where there is no lower."""
        return self.lower if self.lower.strip() else self.upper


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a table feeds which field, and which columns feed nothing."""

    kind: Kind
    headings: tuple[Heading, ...]
    columns: Mapping[str, tuple[int, ...]]  # field -> columns, best first
    child_columns: Mapping[str, int]  # heading that a child reads, comparable -> column
    unfit: Mapping[str, tuple[int, str]] = field(default_factory=dict)  # field -> column of another unit, the unit

    @property
    def mapped(self) -> tuple[int, ...]:
        """The columns that feed something, from left to right."""
        fed = {at for columns in self.columns.values() for at in columns}
        return tuple(sorted(fed | set(self.child_columns.values())))

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without which no row could be taken, and that neither a column nor a title gives."""
        return tuple(
            field.name
            for field in self.kind.fields.values()
            if field.name in needed_fields(self.kind) and field.name not in self.columns and not may_be_titled(field)
        )

    @property
    def known_headings(self) -> frozenset[str]:
        """All headings, comparable, with and without what stands in brackets."""
        written = [text for heading in self.headings for text in (heading.written, heading.alone)]
        return frozenset({*map(normalise_heading, written), *map(heading_without_brackets, written)})

    def fed_by(self, column: int) -> tuple[str, ...]:
        """List what a column feeds: fields, and children by the comparable heading that they read."""
        fields = (name for name, columns in self.columns.items() if column in columns)
        return (*sorted(fields), *(spelled for spelled, at in self.child_columns.items() if at == column))

    def unit(self, field: Field) -> str:
        """Tell the unit that the field's heading names."""
        return heading_unit(field, self.headings[self.columns[field.name][0]].written)

    def without(self, column: int, fields: Collection[str]) -> Layout:
        """Copy the layout, the column feeding none of the fields."""
        left = {
            name: tuple(at for at in columns if at != column or name not in fields)
            for name, columns in self.columns.items()
        }
        return replace(self, columns={name: columns for name, columns in left.items() if columns})


@dataclass(frozen=True)
class HeadingIndex:
    """The headings that a kind knows."""

    kind: Kind
    fields: Mapping[str, tuple[tuple[str, int], ...]] = field(repr=False)  # comparable heading -> (field, rank)
    of_children: frozenset[str] = field(repr=False)

    def match(self, headings: Sequence[Heading]) -> Layout:
        """Match every column that can be."""
        ranked: dict[str, list[tuple[int, int]]] = {}
        of_children: dict[str, int] = {}
        for column, heading in enumerate(headings):
            for name, rank in self._fields_of(heading):
                ranked.setdefault(name, []).append((rank, column))
            for spelling in (*heading.joined, heading.alone):
                if (spelled := normalise_heading(spelling)) in self.of_children:
                    of_children.setdefault(spelled, column)
        for name, (rank, column) in self._groups(headings, ranked).items():
            ranked[name] = [(rank, column)]
        self._add_resembling(headings, ranked)
        self._leave_out_of_others(headings, ranked)
        columns = {
            name: self._best_columns(name, self._own_unit_first(name, found, headings), headings)
            for name, found in ranked.items()
        }
        layout = Layout(self.kind, tuple(headings), columns, of_children, self._unfit(headings, columns))
        return self._without_needless_fallbacks(layout, ranked)

    def knows_joined(self, heading: Heading) -> bool:
        """Tell whether the two rows of a heading make a known one together, and only together."""
        alone = normalise_heading(heading.alone)
        return any(spelled in self.fields and spelled != alone for spelled in map(normalise_heading, heading.joined))

    def is_fallback(self, name: str, heading: Heading) -> bool:
        """Tell whether a heading serves a field as a last resort only."""
        return any(found == name and rank >= _FALLBACK for found, rank in self._fields_of(heading))

    def _fields_of(self, heading: Heading) -> tuple[tuple[str, int], ...]:
        """
        Find the fields that a heading names: both rows joined, else the lower row alone.

        Under an upper heading that is a field's own, the lower word alone says nothing: 检验结果 under 不合格项目 is no
        verdict. Under any other it is no last resort, but for a code, whose values are looked at.
        """
        for spelling in heading.joined:
            if found := self._known(spelling):
                return found
        found = self._known(heading.alone)
        if not heading.joined:
            return found
        if self._known(heading.upper):
            return ()
        return tuple(one for one in found if one[1] < _FALLBACK or self.kind.fields[one[0]].type is FieldType.CODE)

    def _groups(
        self, headings: Sequence[Heading], ranked: Mapping[str, Sequence[tuple[int, int]]]
    ) -> dict[str, tuple[int, int]]:
        """Give a field that only the upper heading of a group names the first column of it, where that is idle."""
        fed = {column for found in ranked.values() for _, column in found}
        first: dict[str, tuple[int, int]] = {}
        for column, heading in enumerate(headings):
            begins = heading.joined and (column == 0 or headings[column - 1].upper != heading.upper)
            for name, rank in self._known(heading.upper) if begins and column not in fed else ():
                if name not in ranked and self.kind.fields[name].type is not FieldType.CODE:
                    first.setdefault(name, (rank + _WITHOUT_BRACKETS, column))
        return first

    def _add_resembling(self, headings: Sequence[Heading], ranked: dict[str, list[tuple[int, int]]]) -> None:
        """
        Add the columns whose headings name a field by their words, where none names it by a known heading.

        Only beside a heading that is known: alone, a sentence or the name of a firm holds such words as well.
        """
        known = {column for found in ranked.values() for rank, column in found if rank < _FALLBACK}
        for name, declared in self.kind.fields.items() if known else ():
            found = ranked.get(name, [])
            if declared.resembling is None or any(rank < _FALLBACK for rank, _ in found):
                continue
            near = [
                (_RESEMBLING + rank, column)
                for column, heading in enumerate(headings)
                if known - {column} and (rank := resemblance(declared, heading.written)) is not None
            ]
            if near:
                ranked[name] = [*near, *found]

    def _leave_out_of_others(self, headings: Sequence[Heading], ranked: dict[str, list[tuple[int, int]]]) -> None:
        """Leave out last resorts that tell of the last resort of the field they go with, where that has a better."""
        for name, found in list(ranked.items()):
            whose = ranked.get(self.kind.fields[name].fallback_with, [])
            own = {column for rank, column in whose if rank < _FALLBACK}
            if own and min(found)[0] >= _FALLBACK:
                two_named = any(column not in own for _, column in whose)
                kept = [] if two_named else [one for one in found if not self._is_of_another(name, headings[one[1]])]
                ranked[name] = kept
                if not kept:
                    del ranked[name]

    def _is_of_another(self, name: str, heading: Heading) -> bool:
        return any(other != name and rank < _FALLBACK for other, rank in self._fields_of(heading))

    def _known(self, spelling: str) -> tuple[tuple[str, int], ...]:
        """Find the fields of a heading; without its brackets, those for whose numbers they say no other unit."""
        if found := self.fields.get(normalise_heading(spelling)):
            return found
        found = self._without_brackets(spelling)
        return tuple(one for one in found if not other_unit(self.kind.fields[one[0]], spelling))

    def _without_brackets(self, spelling: str) -> tuple[tuple[str, int], ...]:
        for shorter in (heading_parts(spelling)[0], heading_without_brackets(spelling)):
            if found := self.fields.get(shorter):
                return tuple((name, rank + _WITHOUT_BRACKETS) for name, rank in found)
        return ()

    def _unfit(self, headings: Sequence[Heading], columns: Mapping[str, object]) -> dict[str, tuple[int, str]]:
        """List the columns that would be a field's but for the unit in their brackets, where no other is the field."""
        unfit: dict[str, tuple[int, str]] = {}
        for column, heading in enumerate(headings):
            for spelling in (*heading.joined, heading.alone):
                for name, _ in self._without_brackets(spelling):
                    unit = other_unit(self.kind.fields[name], spelling)
                    if unit and name not in columns:
                        unfit.setdefault(name, (column, unit))
        return unfit

    def _own_unit_first(
        self, name: str, found: Sequence[tuple[int, int]], headings: Sequence[Heading]
    ) -> list[tuple[int, int]]:
        """Sort the columns of a field, best first; of equally good ones, that in the field's own unit."""
        own = normalise_spelling(self.kind.fields[name].unit)

        def badness(one: tuple[int, int]) -> tuple[int, bool, int]:
            rank, at = one
            return rank, bool(own) and own not in bracketed_parts(headings[at].written), at

        return sorted(found, key=badness)

    def _best_columns(
        self, name: str, found: Sequence[tuple[int, int]], headings: Sequence[Heading]
    ) -> tuple[int, ...]:
        """List the columns of a field, best first; what is no known heading of it stands alone; so do other units."""
        best = found[0][1]
        if found[0][0] >= _RESEMBLING:
            same = normalise_heading(headings[best].written)
            columns = (at for _, at in found if normalise_heading(headings[at].written) == same)
            return tuple(dict.fromkeys(columns))
        unit = heading_unit(self.kind.fields[name], headings[best].written)
        return tuple(
            at
            for rank, at in found
            if rank < _FALLBACK and heading_unit(self.kind.fields[name], headings[at].written) == unit
        )

    def _without_needless_fallbacks(self, layout: Layout, ranked: Mapping[str, Sequence[tuple[int, int]]]) -> Layout:
        """Take a column that feeds nothing for a field, before a last resort, where its heading ends as the field's."""
        columns = dict(layout.columns)
        idle = [at for at in range(len(layout.headings)) if at not in layout.mapped]
        for name in [name for name, found in ranked.items() if min(found)[0] >= _FALLBACK]:
            endings = tuple(one for one in headings_of(self.kind.fields[name]) if len(one) >= _TELLING)
            meant = [at for at in idle if normalise_heading(layout.headings[at].written).endswith(endings)]
            if meant:
                columns[name] = tuple(meant[:1])
        return replace(layout, columns=columns)


def index_headings(kind: Kind) -> HeadingIndex:
    """Index the names, labels and aliases of a kind's fields, and the columns that its children read."""
    fields: dict[str, list[tuple[str, int]]] = {}
    for declared in kind.fields.values():
        for rank, spelled in enumerate(headings_of(declared)):
            fields.setdefault(spelled, []).append((declared.name, rank))
        for rank, spelled in enumerate(fallback_headings_of(declared), _FALLBACK):
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


def tells_apart(kind: Kind, field: Field) -> bool:
    """Tell whether two columns of a field must agree; of texts and days, the better heading's simply counts."""
    identifying = () if kind.subject.provisional else kind.subject.fields
    return field.type in _TOLD_APART or field.name in (*identifying, *kind.key)


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


def heading_with_unit(heading: str, titled: str) -> str:
    """Write the unit that a title names into a heading, so that a quarantined row keeps it; '' changes nothing."""
    return f"{heading}（{titled}）" if titled else heading


def may_be_titled(field: Field) -> bool:
    """Tell whether the title may say what the field holds."""
    return field.title_year or bool(field.title_words)


def shown_headings(layout: Layout, units: Mapping[str, str]) -> dict[int, str]:
    """
    Write the heading of each column that feeds something so that it says alone what it says in its file.

    That is the heading as it stands, with the unit that only a title names; where what surrounds it told what it feeds
    (an upper heading, a column beside it), what that is called.
    """
    index, shown = index_headings(layout.kind), {}
    titled = {at: next((units[one] for one in layout.fed_by(at) if one in units), "") for at in layout.mapped}
    for at, unit in titled.items():
        shown[at] = heading_with_unit(layout.headings[at].written, unit)
    alone = index.match([Heading(text) for text in shown.values()])
    for position, at in enumerate(layout.mapped):
        if alone.fed_by(position) != layout.fed_by(at):
            taken = {normalise_heading(text) for text in shown.values()}
            shown[at] = _called(index, layout, at, titled[at], taken)
    return shown


def _called(index: HeadingIndex, layout: Layout, at: int, titled: str, taken: Collection[str]) -> str:
    """Call a column by what names all that it feeds and nothing else, else by the name of the first."""
    heading, fed = layout.headings[at], layout.fed_by(at)
    fields = [layout.kind.fields[one] for one in fed if one in layout.kind.fields]
    unit = titled or next((unit for one in fields if (unit := heading_unit(one, heading.written))), "")
    labels = [text for one in fields for text in (one.label.zh, one.label.en, one.name)]
    for text in (heading.alone, *labels, *fed):
        bare = any(heading_unit(one, text) != unit for one in fields)
        whole = heading_with_unit(text, unit) if bare else text
        if normalise_heading(whole) not in taken and index.match([Heading(whole)]).fed_by(0) == fed:
            return whole
    return heading_with_unit(fed[0], unit)
