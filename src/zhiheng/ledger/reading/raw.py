"""Hold the text of one table in staging, with what is known about it: its kind, its headings, its title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.headings import Layout, filled_by_extract, may_be_titled, needed_fields, shown_headings
from zhiheng.ledger.reading.ignored import BLANKS, count_filled, first_filled, why_ignored
from zhiheng.ledger.reading.settle import Column
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value, values
from zhiheng.vocabulary import (
    changes_bare,
    empty_marks,
    heading_unit,
    normalise_heading,
    title_code,
    title_units,
    title_year,
    unit_said,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from zhiheng.vocabulary import Field, Kind

SERIAL = frozenset({"序号", "编号", "no", "#", "顺序号", "行号"})
"""Headings of running numbers: where one stands again, another table begins."""

NO_CELL = Sql("cast(null as varchar)")


@dataclass(frozen=True, slots=True)
class RawTable:
    """
    The text of one table.

    The table in staging has `file_row`, `ignored` (why a row is no record), `first` (its first value, where it is
    ignored or faulty as a whole), `whole_fault`, `lone` (whether one cell is filled), and a column `cN` for each column
    of the file that feeds something.
    """

    number: int
    file: str
    sheet: str
    heading_row: int
    titles: tuple[str, ...]  # nearest first: rows above the heading, the sheet's name, the file's
    layout: Layout
    title: str = ""  # all that stands above the heading

    @property
    def from_title(self) -> Mapping[str, str]:
        """What only a title says: field -> text; of a field with a column, the unit of its numbers."""
        return said_by_title(self.layout, self.titles) | self.title_units

    @property
    def title_units(self) -> dict[str, str]:
        """The unit that a title names for the numbers of a field whose heading names none: field -> unit."""
        units = [one for title in self.titles for one in title_units(title)]
        bare = (self.kind.fields[one] for one in self.layout.columns if not self._has_unit(one))
        return {one.name: unit for one in bare if (unit := unit_said(one, units))}

    @property
    def unused_units(self) -> tuple[str, ...]:
        """Units that a title names, that are no field's, and that numbers without any unit may yet be in."""
        used = set(self.title_units.values())
        units = [one for title in self.titles for one in title_units(title) if one not in used]
        bare = [self.kind.fields[one] for one in self.layout.columns if not self._has_unit(one)]
        fit = any(
            unit_said(self.kind.fields[one], [unit]) for one in self.layout.columns for unit in units
        )  # where the heading says it, the title only repeats it
        return () if used or fit else tuple(one for one in units if any(changes_bare(field, one) for field in bare))

    def _has_unit(self, field_name: str) -> bool:
        """Tell whether the heading of a field names the unit of its numbers."""
        written = self.layout.headings[self.layout.columns[field_name][0]].written
        return bool(heading_unit(self.kind.fields[field_name], written))

    @property
    def table(self) -> str:
        """Its name in staging."""
        return self.on_the_way("text")

    def on_the_way(self, what: str) -> str:
        """Name a table that is dropped when the rows are typed, or, where they are a view of it, with the database."""
        return f"way {self.number} {what}"

    @property
    def kind(self) -> Kind:
        """The kind of its rows."""
        return self.layout.kind

    @property
    def mapping(self) -> dict[str, tuple[str, ...]]:
        """The headings that feed fields, and which."""
        fed: dict[str, tuple[str, ...]] = {}
        for field_name, at in self.layout.columns.items():
            for column in at:
                written = self.layout.headings[column].written
                if field_name not in fed.get(written, ()):
                    fed[written] = (*fed.get(written, ()), field_name)
        return fed

    @property
    def shown_headings(self) -> dict[int, str]:
        """How a row that is not taken names the columns that feed something."""
        return shown_headings(self.layout, self.title_units)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The headings that feed nothing."""
        fed = set(self.layout.mapped)
        written = (heading.written for at, heading in enumerate(self.layout.headings) if at not in fed)
        return tuple(text for text in written if text)

    @property
    def child_cells(self) -> dict[str, Sql]:
        """The cells that children read: by comparable heading, and by the name of a field of the kind."""
        cells = {spelled: cell(at) for spelled, at in self.layout.child_columns.items()}
        fields = self.kind.fields
        return cells | {name: first_said(fields[name], at) for name, at in self.layout.columns.items()}

    @property
    def child_written(self) -> dict[str, str]:
        """How rows name the headings that children read: by comparable heading, and by the name of a field."""
        shown = self.shown_headings
        written = {spelled: shown[at] for spelled, at in self.layout.child_columns.items()}
        return written | {name: shown[at[0]] for name, at in self.layout.columns.items()}

    def columns(self, declared_extract: date | None) -> list[Column]:
        """Say for each field of the kind where its text comes from: a column, the title, or the day of the extract."""
        needed = {*needed_fields(self.kind), *self.kind.key}
        said, units, shown = dict(self.from_title), self.title_units, self.shown_headings
        if declared_extract and (dated := filled_by_extract(self.kind)):
            said.setdefault(dated, str(declared_extract))
        listed = []
        for declared in self.kind.fields.values():
            missing = _rule(self.kind, declared.name) if declared.name in needed else ""
            if at := self.layout.columns.get(declared.name):
                unit = units.get(declared.name) or self.layout.unit(declared)
                listed.append(Column(declared, first_said(declared, at), shown[at[0]], unit, missing))
            else:
                text = said.get(declared.name)
                listed.append(Column(declared, value(text) if text else NO_CELL, declared.name, missing=missing))
        return listed


def cell(at: int) -> Sql:
    """Name a column of text, over the alias `r`."""
    return sql("r.{column}", column=name(f"c{at}"))


def first_said(declared: Field, columns: Sequence[int]) -> Sql:
    """Take the first column, over the alias `r`, that does not read as empty."""
    if len(columns) == 1:
        return cell(columns[0])
    said = [
        sql("case when {says} then {cell} end", says=says_something(declared, cell(at)), cell=cell(at))
        for at in columns
    ]
    return sql("coalesce({said}, {first})", said=comma(said), first=cell(columns[0]))


def says_something(declared: Field, text: Sql) -> Sql:
    """Tell whether a cell holds what its field does not read as empty; never null."""
    marks = values(sorted(empty_marks(declared)))
    return sql(
        "coalesce(lower(trim({text}, {blanks})) not in ({marks}), false)", text=text, blanks=value(BLANKS), marks=marks
    )


def kept_columns(layout: Layout) -> tuple[int, ...]:
    """List the columns worth keeping: those that feed something, their doubles, and running numbers that come first."""
    doubles = {at for pair in doubled(layout) for at in pair}
    serial = {0} if layout.headings and normalise_heading(layout.headings[0].written) in SERIAL else set()
    return tuple(sorted(set(layout.mapped) | doubles | serial))


def doubled(layout: Layout) -> list[tuple[int, int]]:
    """Pairs of columns under the same heading that would feed the same field."""
    pairs: set[tuple[int, int]] = set()
    for at in layout.columns.values():
        first = normalise_heading(layout.headings[at[0]].written)
        pairs.update((at[0], other) for other in at[1:] if normalise_heading(layout.headings[other].written) == first)
    return sorted(pairs)


def said_by_title(layout: Layout, titles: Iterable[str]) -> dict[str, str]:
    """
    Take what only a title says: the nearest above the heading first, then the name of the sheet, then of the file.

    Beside certain headings (合格率, of sums by firm) a title says nothing for a field.
    """
    said: dict[str, str] = {}
    headings = layout.known_headings
    wanted = [
        one
        for one in layout.kind.fields.values()
        if one.name not in layout.columns
        and may_be_titled(one)
        and headings.isdisjoint(map(normalise_heading, one.untitled_with))
    ]
    listed = list(titles)
    for declared in wanted:
        codes = (title_code(declared, title) for title in listed)
        found = title_year(*listed) if declared.title_year else next((code for code in codes if code is not None), None)
        if found is not None:
            said[declared.name] = str(found)
    return said


def count_rows(source: Sql, layout: Layout, fault: Sql = NO_CELL) -> Sql:
    """Query all columns c0, c1, ... of a source, and what `judged_rows` must know of each row."""
    cells = [name(f"c{at}") for at in range(len(layout.headings))]
    return sql(
        "(select *, {filled} as filled, {fed} as fed, {first} as first, false as spans,"
        " cast(null as varchar) as forced, {fault} as whole_fault from {source})",
        filled=count_filled(cells),
        fed=count_filled([cells[at] for at in layout.mapped]),
        first=first_filled(cells),
        fault=fault,
        source=source,
    )


def judged_rows(source: Sql, layout: Layout, *, numbered: bool) -> Sql:
    """
    Query the text of a table with the reason for which each row is ignored.

    `source` has the columns worth keeping, what `count_rows` adds to them and, where it is `numbered`, file_row.
    """
    return sql(
        "select {number} ignored, case when ignored is not null or whole_fault is not null then first end as first,"
        " whole_fault, filled = 1 as lone, {kept} from (select *, {why} as ignored from {source})",
        number=Sql("file_row,") if numbered else Sql(""),
        kept=comma(name(f"c{at}") for at in kept_columns(layout)),
        why=why_ignored(len(layout.headings), needed_cells(layout)),
        source=source,
    )


def needed_cells(layout: Layout) -> list[Sql]:
    """Give, of each field that a record needs and the table has, its cell: of several, the first that is filled."""
    columns = [layout.columns[one] for one in needed_fields(layout.kind) if one in layout.columns]
    cells = [[name(f"c{at}") for at in listed] for listed in columns]
    return [listed[0] if len(listed) == 1 else first_filled(listed) for listed in cells]


def _rule(kind: Kind, field_name: str) -> str:
    if field_name in kind.subject.fields:
        return "ledger.subject-missing"
    return "ledger.key-missing" if field_name in kind.key else "ledger.value-missing"
