"""Find the tables on a sheet: the row of headings under titles and merged cells, and the kind that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger.reading.headings import Heading, HeadingIndex, Layout
from zhiheng.vocabulary import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK_THROUGH = 60  # rows that are looked through for the first heading
_SHOWN = 24


class HeadingNotFound(ZhihengError):
    """No row of the file names the columns of a kind of record."""

    code: ClassVar[str] = "ledger.heading-not-found"


class FieldsMissing(ZhihengError):
    """The headings fit a kind, but columns that it cannot do without are missing."""

    code: ClassVar[str] = "ledger.fields-missing"


class KindAmbiguous(ZhihengError):
    """The headings fit several kinds equally well."""

    code: ClassVar[str] = "ledger.kind-ambiguous"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number as a person counts it, its cells as text, and how its cells are merged."""

    number: int
    cells: tuple[str, ...]
    spans: bool = False  # one merged cell covers most of the row
    upper: tuple[str, ...] = ()  # the cells with those merged over several columns repeated in each
    joins_next: bool = False  # a merged cell of this row reaches into the next
    whole_fault: str = ""  # what is wrong with the row as a whole: the name of a rule
    forced: str = ""  # why it is no record, where that is known before its cells are judged
    lines: int = 1  # of a text file

    def forced_to_be(self, why: str) -> Row:
        """The same row, known not to be a record."""
        return replace(self, forced=why)

    @property
    def filled(self) -> int:
        """How many cells hold anything."""
        return sum(1 for cell in self.cells if cell.strip())


@dataclass(frozen=True, slots=True)
class Found:
    """A row, or two, of headings, and the columns as they match one kind."""

    at: int  # index of the first row of headings among the rows looked through
    height: int
    layout: Layout

    @property
    def matched(self) -> int:
        """How many fields have a column."""
        return len(self.layout.columns) + len(self.layout.child_columns)


def find_heading(rows: Sequence[Row], indexes: Sequence[HeadingIndex], *, file: str, sheet: str) -> Found | None:
    """
    Find the row that names the columns, and the kind; None where nothing resembles one.

    Raises:
        KindAmbiguous: several kinds fit equally well.
        FieldsMissing: the best row lacks columns that its kind needs.
    """
    found = [match for at in range(len(rows)) for match in _matches(rows, at, indexes)]
    whole = [match for match in found if not match.layout.missing]
    if not whole:
        if near := [match for match in found if match.matched > 1]:
            best = max(near, key=lambda match: (match.matched, -match.at))
            raise _fields_missing(best, Place(file, rows[best.at].number, part=sheet))
        return None
    most = max(match.matched for match in whole)
    best = min((match for match in whole if match.matched == most), key=lambda match: (match.at, match.height))
    rivals = {match.layout.kind.name for match in whole if match.matched == most and match.at == best.at}
    if len(rivals) > 1:
        seen = show_headings(best.layout.headings)
        raise KindAmbiguous(Place(file, rows[best.at].number, part=sheet), kinds=", ".join(sorted(rivals)), seen=seen)
    return best


def heading_at(row: Row, following: Row | None, indexes: Sequence[HeadingIndex]) -> Found | None:
    """Tell whether a row further down names columns again."""
    rows = [row] if following is None else [row, following]
    whole = [match for match in _matches(rows, 0, indexes) if not match.layout.missing and match.matched > 1]
    return max(whole, key=lambda match: match.matched) if whole else None


def show_headings(headings: Sequence[Heading]) -> str:
    """List headings for a message, as written and cut to a bearable length."""
    written = [shorten(heading.written, 24) for heading in headings if heading.written]
    return ", ".join(written[:_SHOWN]) + (" …" if len(written) > _SHOWN else "")


def show_headings_of_cells(cells: Sequence[str]) -> str:
    """List cells for a message as if they were headings."""
    return show_headings([Heading(cell) for cell in cells])


def _matches(rows: Sequence[Row], at: int, indexes: Sequence[HeadingIndex]) -> list[Found]:
    """Match one row, and this row with the next where the two may be one heading."""
    row = rows[at]
    following = rows[at + 1] if at + 1 < len(rows) else None
    one = [Heading(cell) for cell in row.cells]
    found = []
    for index in indexes:
        single = Found(at, 1, index.match(one))
        if following is not None and (double := _double(at, row, following, index)) and _better(double, single, row):
            found.append(double)
        elif single.matched:
            found.append(single)
    return found


def _double(at: int, row: Row, following: Row, index: HeadingIndex) -> Found | None:
    if following.number != row.number + 1 or not _may_be_upper(row, following):
        return None
    uppers = row.upper or _spread(row.cells, following.cells)
    lowers = following.cells
    width = max(len(uppers), len(lowers))
    padded = (_pad(uppers, width), _pad(lowers, width))
    headings = [Heading(lower, upper) for upper, lower in zip(*padded, strict=True)]
    return Found(at, 2, index.match(headings))


def _better(double: Found, single: Found, row: Row) -> bool:
    return double.matched > single.matched or (
        row.joins_next and double.matched == single.matched and double.matched > 0
    )


def _may_be_upper(row: Row, following: Row) -> bool:
    """An upper row of headings leaves gaps that the lower row fills; merged cells say so outright."""
    if row.joins_next:
        return True
    pairs = list(zip(row.cells, following.cells, strict=False))
    gaps = [lower.strip() for upper, lower in pairs if not upper.strip()]
    return row.filled > 1 and any(gaps) and any(not lower.strip() for upper, lower in pairs if upper.strip())


def _spread(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Repeat an upper heading over the empty cells to its right that have a lower one."""
    spread: list[str] = []
    for column, text in enumerate(upper):
        under = column < len(lower) and bool(lower[column].strip())
        spread.append(spread[-1] if not text.strip() and under and spread else text)
    return tuple(spread)


def _pad(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _fields_missing(best: Found, place: Place) -> FieldsMissing:
    kind = best.layout.kind
    labels = [kind.fields[name].label for name in best.layout.missing]
    return FieldsMissing(
        place,
        kind=kind.name,
        missing=", ".join(best.layout.missing),
        labels_zh="、".join(label.zh for label in labels),
        labels_en=", ".join(label.en for label in labels),
        seen=show_headings(best.layout.headings),
    )
