"""Walk down a sheet: its titles, its headings, its rows; and, where headings stand again, the next table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger.reading.headings import HeadingIndex, needed_fields
from zhiheng.ledger.reading.raw import RawTable, said_by_title
from zhiheng.ledger.reading.tables import (
    LOOK_THROUGH,
    HeadingNotFound,
    find_heading,
    heading_at,
    show_headings_of_cells,
)
from zhiheng.ledger.reading.writing import RowWriter
from zhiheng.vocabulary import headings_of, normalise_heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import duckdb

    from zhiheng.ledger.reading.headings import Layout
    from zhiheng.ledger.reading.tables import Found, Row

_MOST_TABLES = 200
_MOST_TITLES = 6  # rows above a further heading that may be its title
_LONGEST_TITLE = 600


class TooManyTables(ZhihengError):
    """One file names its columns again and again, differently."""

    code: ClassVar[str] = "ledger.too-many-tables"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, or of a file that has no sheets."""

    file: str
    name: str
    rows: Iterator[Row]
    ragged_faulty: bool = False  # a row with fewer or more cells than headings is faulty


def walk_tables(
    sheet: Sheet,
    indexes: Sequence[HeadingIndex],
    staging: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] | None,
    *,
    first_number: int,
) -> list[RawTable]:
    """
    Write every table of a sheet into staging.

    Raises:
        HeadingNotFound: no row names the columns of a kind.
        FieldsMissing: the headings fit a kind, but not all that it needs.
        KindAmbiguous: they fit several.
        TooManyTables: more tables than any list has.
    """
    head = list(islice(sheet.rows, LOOK_THROUGH))
    found = find_heading(head, indexes, file=sheet.file, sheet=sheet.name)
    if found is None:
        raise heading_not_found(head, Place(sheet.file, part=sheet.name), indexes)
    walk = _Walk(sheet, staging, progress, first_number)
    walk.open(found, head[: found.at], head[found.at + found.height - 1].number)
    walk.through(_chained(head[found.at + found.height :], sheet.rows), indexes)
    return walk.tables


def titles_of(above: Iterable[Row], sheet: str, file: str) -> tuple[str, ...]:
    """List where a title may stand, nearest first: above the heading, the sheet's name, the file's name."""
    written = [text for row in above for text in dict.fromkeys(" ".join(cell.split()) for cell in row.cells) if text]
    return " ".join(written)[:_LONGEST_TITLE], sheet, file.rsplit(".", 1)[0]


def heading_not_found(head: Sequence[Row], place: Place, indexes: Sequence[HeadingIndex]) -> HeadingNotFound:
    """Say what was looked for, and what stood there instead."""
    widest = max(head, key=lambda row: row.filled, default=None)
    seen = show_headings_of_cells(widest.cells) if widest else ""
    known = "; ".join(_needs(index) for index in indexes[:12])
    return HeadingNotFound(place, seen=seen or "—", kinds=known, looked=LOOK_THROUGH)


def _needs(index: HeadingIndex) -> str:
    kind = index.kind
    labels = [kind.fields[name].label.zh for name in needed_fields(kind)]
    return f"{kind.name} ({', '.join(labels)})"


class _Walk:
    """The table that is open, and the rows that may yet be the title of the next one."""

    def __init__(
        self, sheet: Sheet, staging: duckdb.DuckDBPyConnection, progress: Callable[[int], None] | None, number: int
    ) -> None:
        self._sheet, self._staging, self._progress, self._number = sheet, staging, progress, number
        self.tables: list[RawTable] = []
        self._writer: RowWriter
        self._held: list[Row] = []

    def open(self, found: Found, above: Sequence[Row], heading_row: int) -> None:
        """Begin a table."""
        if len(self.tables) >= _MOST_TABLES:
            raise TooManyTables(Place(self._sheet.file, heading_row, part=self._sheet.name), most=_MOST_TABLES)
        titles = self._titles(above)
        self.tables.append(
            RawTable(
                f"text {self._number + len(self.tables)}",
                self._sheet.file,
                self._sheet.name,
                heading_row,
                titles[0],
                found.layout,
                said_by_title(found.layout, titles),
            )
        )
        self._writer = RowWriter(
            self._staging,
            self.tables[-1].table,
            found.layout,
            ragged_faulty=self._sheet.ragged_faulty,
            progress=self._progress,
        )

    def through(self, rows: Iterator[Row], indexes: Sequence[HeadingIndex]) -> None:
        """Take the rows below the first heading, to the end of the sheet."""
        words = _heading_words(indexes)
        row = next(rows, None)
        while row is not None:
            following = next(rows, None)
            found = heading_at(row, following, indexes) if _hits(row, words) else None
            if found is None:
                self._take(row)
                row = following
                continue
            heading = [row] if found.height == 1 or following is None else [row, following]
            self._name_again(found, heading)
            row = following if len(heading) == 1 else next(rows, None)
        self._release()
        self._writer.close()

    def _name_again(self, found: Found, heading: Sequence[Row]) -> None:
        """Go on with the same table where a heading is merely repeated; else begin the next."""
        table = self.tables[-1]
        said = said_by_title(found.layout, self._titles(self._held))
        if _same(found.layout, table.layout) and {**table.from_title, **said} == table.from_title:
            self._release()
            for row in heading:
                self._writer.add(row.forced_to_be("heading"))
            return
        above, self._held = self._held, []
        self._writer.close()
        self.open(found, above, heading[-1].number)

    def _titles(self, above: Sequence[Row]) -> tuple[str, ...]:
        """A further table without a title of its own stands under the first one's."""
        own = titles_of(above, self._sheet.name, self._sheet.file)
        return (own[0], self.tables[0].title, *own[1:]) if self.tables else own

    def _take(self, row: Row) -> None:
        if not self._may_be_title(row):
            self._release()
            self._writer.add(row)
            return
        self._held.append(row)
        if len(self._held) > _MOST_TITLES:
            self._writer.add(self._held.pop(0))

    def _may_be_title(self, row: Row) -> bool:
        layout = self.tables[-1].layout
        if row.filled == 0:
            return bool(self._held)
        needed = [layout.columns[name][0] for name in needed_fields(layout.kind) if name in layout.columns]
        lacking = any(at >= len(row.cells) or not row.cells[at].strip() for at in needed)
        return row.filled == 1 and lacking and not row.whole_fault

    def _release(self) -> None:
        for row in self._held:
            self._writer.add(row)
        self._held = []


def _chained(head: Sequence[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from head
    yield from rows


def _heading_words(indexes: Sequence[HeadingIndex]) -> frozenset[str]:
    """Spellings that betray a heading at a glance."""
    words: set[str] = set()
    for index in indexes:
        for field in index.kind.fields.values():
            spelled = (field.name, field.label.zh, field.label.en, *field.aliases)
            words.update(text.strip() for text in spelled)
            words.update(headings_of(field))
    return frozenset(words)


def _hits(row: Row, words: frozenset[str]) -> bool:
    found = 0
    for cell in row.cells:
        if cell in words:
            found += 1
            if found > 1:
                return True
    return False


def _same(one: Layout, other: Layout) -> bool:
    return one.kind.name == other.kind.name and [normalise_heading(heading.written) for heading in one.headings] == [
        normalise_heading(heading.written) for heading in other.headings
    ]
