"""Walk down a sheet: its titles, its headings, its rows; and, where headings stand again, the next table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger.reading.headings import Heading
from zhiheng.ledger.reading.raw import SERIAL, RawTable, said_by_title
from zhiheng.ledger.reading.tables import (
    LOOK_THROUGH,
    Row,
    choose_kind,
    find_heading,
    heading_at,
    not_found,
    show_headings,
)
from zhiheng.ledger.reading.titles import is_plain_title, is_title, nearest_first, text_of, title_of, titles_of
from zhiheng.ledger.reading.writing import RowWriter
from zhiheng.vocabulary import fallback_headings_of, headings_of, normalise_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.headings import HeadingIndex, Layout
    from zhiheng.ledger.reading.tables import Found

_MOST_TABLES = 200
_MOST_TITLES = 6  # rows above a further heading that may be its title
_FEW = 2  # values of a row above a heading that may yet be part of a title
_LONGEST_HEADING = 60
_SPACED = re.compile(r"\S\s+\S|[*:：（(]")  # 检 验 结 论, 检验结论*
_LONGEST_SECTION = 60
_NUMBERING = re.compile(r"[(（]?([0-9]{1,2})[)）]?")
_FEWEST_NUMBERED = 3  # cells of a row of column numbers


class TooManyTables(ZhihengError):
    """One file names its columns again and again, differently."""

    code: ClassVar[str] = "ledger.too-many-tables"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, or of a file that has no sheets."""

    name: str
    rows: Iterator[Row]
    ragged_faulty: bool = False  # a row with fewer or more cells than headings is faulty
    serial_shift: int = 0  # days to add to a serial number that stands for a day


def walk_tables(sheet: Sheet, desk: Desk) -> list[RawTable]:
    """
    Write every table of a sheet into staging.

    Raises:
        HeadingNotFound: no row names the columns of a kind.
        FieldsMissing: the headings fit a kind, but not all that it needs.
        KindAmbiguous: they fit several.
        TooManyTables: more tables than any list has.
    """
    head = list(islice(sheet.rows, LOOK_THROUGH))
    found = find_heading(head, desk.indexes, file=desk.file, sheet=sheet.name)
    if found is None:
        widest = max(head, key=lambda row: row.filled, default=Row(1, ()))
        seen = show_headings([Heading(cell) for cell in widest.cells])
        raise not_found(seen, Place(desk.file, part=sheet.name), desk.indexes)
    walk = _Walk(sheet, desk)
    above = head[: found.at]
    walk.open(found, above, head[found.at + found.height - 1].number)
    walk.account_above(above)
    walk.through(_chained(head[found.at + found.height :], sheet.rows))
    return walk.tables


def write_named(headings: Sequence[Heading], rows: Iterable[Row], desk: Desk) -> RawTable:
    """
    Write rows into staging whose columns have names from the start.

    Raises:
        HeadingNotFound, FieldsMissing, KindAmbiguous: the names are not those of one kind.
    """
    layout = choose_kind(headings, desk.indexes, Place(desk.file))
    titles = titles_of((), "", desk.file) if not desk.mended else ()
    table = RawTable(desk.next_table(), desk.file, "", 0, titles, layout)
    writer = RowWriter(desk, table, ragged_faulty=False)
    for row in rows:
        writer.add(row)
    writer.close()
    return table


class _Walk:
    """The table that is open, and the rows that may yet be the title of the next one."""

    def __init__(self, sheet: Sheet, desk: Desk) -> None:
        self._sheet, self._desk = sheet, desk
        self.tables: list[RawTable] = []
        self._writer: RowWriter
        self._held: list[Row] = []
        self._main_titles: tuple[str, ...] = ()
        self._elsewhere = False  # below a heading that is none of a known kind

    def open(self, found: Found, above: Sequence[Row], heading_row: int) -> None:
        """Begin a table."""
        if len(self.tables) >= _MOST_TABLES:
            raise TooManyTables(Place(self._desk.file, heading_row, part=self._sheet.name), most=_MOST_TABLES)
        table = RawTable(
            self._desk.next_table(),
            self._desk.file,
            self._sheet.name,
            heading_row,
            self._titles(above),
            found.layout,
            title_of(above),
        )
        if not self.tables:
            self._main_titles = nearest_first(above)
        self.tables.append(table)
        self._writer = self._new_writer()

    def _new_writer(self) -> RowWriter:
        ragged, shift = self._sheet.ragged_faulty, self._sheet.serial_shift
        return RowWriter(self._desk, self.tables[-1], ragged_faulty=ragged, serial_shift=shift)

    def account_above(self, above: Iterable[Row]) -> None:
        """Count the rows above the first heading that are more than its title: none is passed over in silence."""
        for row in above:
            if not is_plain_title(row):
                self._writer.add(row.forced_to_be("title" if row.filled <= _FEW else "nothing_known"))

    def through(self, rows: Iterator[Row]) -> None:
        """Take the rows below the first heading, to the end of the sheet."""
        indexes = self._desk.indexes
        words = heading_words(indexes)
        row = next(rows, None)
        while row is not None:
            following = next(rows, None)
            hits = count_headings(row, words)
            found = heading_at(row, following, indexes) if hits > 1 else None
            if found is None:
                self._elsewhere = self._elsewhere or self._leaves(row, words)
                self._take(row.forced_to_be("heading") if self._numbers_columns(row) else row)
                row = following
                continue
            heading = [row] if found.height == 1 or following is None else [row, following]
            self._name_again(found, heading)
            row = following if len(heading) == 1 else next(rows, None)
        self._release(elsewhere=self._elsewhere)
        self._writer.close()

    def _numbers_columns(self, row: Row) -> bool:
        """Tell a row below the heading that only numbers the columns: (1), (2), (3)."""
        found = [_NUMBERING.fullmatch(cell.strip()) for cell in row.cells if cell.strip()]
        numbers = [int(one[1]) for one in found if one]
        if row.number != self.tables[-1].heading_row + 1 or len(numbers) < max(len(found), _FEWEST_NUMBERED):
            return False
        return numbers == list(range(1, len(numbers) + 1))

    def _leaves(self, row: Row, words: frozenset[str]) -> bool:
        """
        Tell a row of headings that fits no kind: what follows stands under it, and under the table's own no more.

        Half of its cells are headings of the table or of a kind, or the first repeats the heading of running numbers.
        """
        table = self.tables[-1]
        if row.number <= table.heading_row + 1 or row.filled <= 1:  # the row below may belong to the heading
            return False
        own = [normalise_heading(heading.written) for heading in table.layout.headings]
        first = row.cells[0] if row.cells else ""
        if own and own[0] in SERIAL and first and normalise_heading(first) == own[0]:
            return True
        hits = count_headings(row, (words | frozenset(own)) - {""})  # a column may have no heading
        return hits > 1 and hits * 2 >= row.filled

    def _name_again(self, found: Found, heading: Sequence[Row]) -> None:
        """Go on with the same table where a heading is merely repeated; else begin the next."""
        self._elsewhere, elsewhere = False, self._elsewhere
        table = self.tables[-1]
        said = {} if elsewhere else said_by_title(found.layout, self._titles(self._held))
        if _same(found.layout, table.layout) and {**table.from_title, **said} == table.from_title:
            self._release(elsewhere=elsewhere)
            for row in heading:
                self._writer.add(row.forced_to_be("heading"))
            return
        above, self._held = self._held, []
        self._writer.close()
        self.open(found, above, heading[-1].number)
        for row in above:
            self._writer.add(row.forced_to_be("title") if row.filled else row)

    def _titles(self, above: Sequence[Row]) -> tuple[str, ...]:
        """List the titles; a further table without a title of its own stands under the first one's."""
        return (*nearest_first(above), *self._main_titles, *titles_of((), self._sheet.name, self._desk.file))

    def _take(self, row: Row) -> None:
        if not self._may_be_title(row):
            self._release(elsewhere=self._elsewhere)
            self._write(row, elsewhere=self._elsewhere)
            return
        self._held.append(row)
        if len(self._held) > _MOST_TITLES:
            self._write(self._held.pop(0), elsewhere=self._elsewhere)

    def _may_be_title(self, row: Row) -> bool:
        """Tell a row of one value: if a heading follows, it was a title, and is counted as one."""
        if row.filled == 0:
            return bool(self._held)
        return row.filled == 1 and len(self.tables[-1].layout.headings) > 1

    def _release(self, *, elsewhere: bool) -> None:
        held, self._held = self._held, []
        for row in held:
            if not elsewhere and (said := self._section_said(row)):
                self._go_on_under(said)
                self._writer.add(row.forced_to_be("section"))
            else:
                self._write(row, elsewhere=elsewhere)

    def _section_said(self, row: Row) -> str:
        """Give the text of a row within the table that says otherwise what only the title said: 二、不合格产品."""
        table, text = self.tables[-1], text_of(row)
        if row.forced or not text or len(text) > _LONGEST_SECTION or not is_title(text):
            return ""
        said = said_by_title(table.layout, (text,))
        return text if {**table.from_title, **said} != table.from_title else ""

    def _go_on_under(self, title: str) -> None:
        """Begin a table under the same heading and another title."""
        table = self.tables[-1]
        if len(self.tables) >= _MOST_TABLES:
            raise TooManyTables(Place(self._desk.file, table.heading_row, part=table.sheet), most=_MOST_TABLES)
        self._writer.close()
        self.tables.append(replace(table, number=self._desk.next_table(), titles=(title, *table.titles), title=title))
        self._writer = self._new_writer()

    def _write(self, row: Row, *, elsewhere: bool) -> None:
        self._writer.add(row.forced_to_be("other_table") if elsewhere and row.filled else row)


def _chained(head: Sequence[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from head
    yield from rows


def heading_words(indexes: Sequence[HeadingIndex]) -> frozenset[str]:
    """Spellings that betray a heading at a glance."""
    words: set[str] = set()
    for index in indexes:
        for field in index.kind.fields.values():
            spelled = (field.name, field.label.zh, field.label.en, *field.aliases, *field.fallback)
            words.update(text.strip() for text in spelled)
            words.update((*headings_of(field), *fallback_headings_of(field)))
            words.update(map(normalise_heading, field.untitled_with))  # of sums, which no kind has
    return frozenset(words)


def count_headings(row: Row, words: frozenset[str]) -> int:
    """Count the cells that are headings, as they stand or however they are spaced and marked."""
    if not any(cell in words or _SPACED.search(cell) for cell in row.cells):
        return 0
    return sum(
        cell in words or (0 < len(cell) <= _LONGEST_HEADING and normalise_heading(cell) in words) for cell in row.cells
    )


def _same(one: Layout, other: Layout) -> bool:
    return one.kind.name == other.kind.name and [normalise_heading(heading.written) for heading in one.headings] == [
        normalise_heading(heading.written) for heading in other.headings
    ]
