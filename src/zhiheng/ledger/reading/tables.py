"""Find the tables on a sheet: the row of headings under titles and merged cells, and the kind that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger.reading.headings import Heading, needed_fields
from zhiheng.ledger.reading.ignored import BLANKS
from zhiheng.vocabulary import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhiheng.errors import Lang
    from zhiheng.ledger.reading.headings import HeadingIndex, Layout

LOOK_THROUGH = 60  # rows that are looked through for the first heading
_SHOWN = 24
_NARROW = 2  # columns
_LANGS: tuple[Lang, ...] = ("zh", "en")
_CLEARLY_MORE = 1.5


class HeadingNotFound(ZhihengError):
    """No row of the file names the columns of a kind of record."""

    code: ClassVar[str] = "ledger.heading-not-found"


class FieldsMissing(ZhihengError):
    """The headings fit a kind, but columns that it cannot do without are missing."""

    code: ClassVar[str] = "ledger.fields-missing"


class UnitUnfit(FieldsMissing):
    """A column that a kind cannot do without is in a unit that is not converted to the field's."""

    code: ClassVar[str] = "ledger.unit-unfit"


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
        """Copy the row, known not to be a record."""
        return replace(self, forced=why)

    @property
    def filled(self) -> int:
        """How many cells hold anything."""
        return sum(1 for cell in self.cells if cell.strip(BLANKS))


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
    Find the first row that names the columns, and the kind; None where nothing resembles one.

    The first that lacks nothing begins the first table, however much fuller a later one is: that begins another.

    Raises:
        KindAmbiguous: several kinds fit equally well.
        FieldsMissing: the best row lacks columns that its kind needs.
    """
    found = [match for at in range(len(rows)) for match in _matches(rows, at, indexes)]
    found = [match for match in found if _is_heading(match, sole=len(indexes) == 1)]
    if not found:
        return None
    whole = [match for match in found if match.matched > 1 and not match.layout.missing]
    if whole:
        first = min(whole, key=lambda match: (match.at, -match.height))
        found = [match for match in found if match.at < first.at + first.height]
        found = [match for match in found if match.at >= first.at or match.layout.missing]
        found = [match for match in found if match.height > 1 or match.at <= first.at]  # its lower row is no heading
    return _best(found, lambda match: Place(file, rows[match.at].number, part=sheet))


def choose_kind(headings: Sequence[Heading], indexes: Sequence[HeadingIndex], place: Place) -> Layout:
    """
    Choose the kind that the names of columns speak of.

    Raises:
        HeadingNotFound: none.
        KindAmbiguous: several kinds fit equally well.
        FieldsMissing: columns that the kind needs are missing.
    """
    found = [Found(0, 1, index.match(headings)) for index in indexes]
    found = [match for match in found if match.matched]
    if not found:
        raise not_found(show_headings(headings), place, indexes)
    return _best(found, lambda _: place).layout


def not_found(seen: str, place: Place, indexes: Sequence[HeadingIndex]) -> HeadingNotFound:
    """Say what was looked for, and what stood there instead."""
    known_zh, known_en = ("; ".join(_needs(index, lang) for index in indexes[:_SHOWN]) for lang in _LANGS)
    return HeadingNotFound(place, seen=seen or "—", kinds_zh=known_zh, kinds_en=known_en, looked=LOOK_THROUGH)


def _needs(index: HeadingIndex, lang: Lang) -> str:
    kind = index.kind
    labels = [kind.fields[name].label[lang] for name in needed_fields(kind)]
    return f"{kind.name} ({', '.join(labels)})"


def _best(found: Sequence[Found], place: Callable[[Found], Place]) -> Found:
    """Choose the fullest match of those that lack nothing, the first of them."""
    whole = [match for match in found if not match.layout.missing]
    fullest = max(found, key=lambda match: (match.matched, -match.at))
    most = max((match.matched for match in whole), default=0)
    if fullest.matched > most * _CLEARLY_MORE:  # a better match that lacks a column is no reason to take a worse one
        raise fields_missing(fullest.layout, fullest.layout.missing, place(fullest))
    best = min((match for match in whole if match.matched == most), key=lambda match: (match.at, match.height))
    rivals = {match.layout.kind.name for match in whole if match.matched == most and match.at == best.at}
    if len(rivals) > 1:
        seen = show_headings(best.layout.headings)
        raise KindAmbiguous(place(best), kinds=", ".join(sorted(rivals)), seen=seen)
    return best


def _is_heading(match: Found, *, sole: bool) -> bool:
    """One known word among many others is no heading, unless the kind is given or there are few others."""
    named = sum(1 for heading in match.layout.headings if heading.written)
    return match.matched > 1 or named <= _NARROW or (sole and not match.layout.missing)


def heading_at(row: Row, following: Row | None, indexes: Sequence[HeadingIndex]) -> Found | None:
    """Tell whether a row further down names columns again."""
    rows = [row] if following is None else [row, following]
    whole = [match for match in _matches(rows, 0, indexes) if not match.layout.missing and match.matched > 1]
    return max(whole, key=lambda match: match.matched) if whole else None


def show_headings(headings: Sequence[Heading]) -> str:
    """List headings for a message, as written and cut to a bearable length."""
    written = [shorten(heading.written, 24) for heading in headings if heading.written]
    return ", ".join(written[:_SHOWN]) + (" …" if len(written) > _SHOWN else "")


def _matches(rows: Sequence[Row], at: int, indexes: Sequence[HeadingIndex]) -> list[Found]:
    """Match one row, and this row with the next where the two may be one heading."""
    row = rows[at]
    following = rows[at + 1] if at + 1 < len(rows) else None
    one = [Heading(cell) for cell in row.cells]
    found = []
    for index in indexes:
        single = Found(at, 1, index.match(one))
        double = None if following is None else _double(at, row, following, index)
        if double and _better(double, single, row, index):
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


def _better(double: Found, single: Found, row: Row, index: HeadingIndex) -> bool:
    """Prefer two rows where they say more, or as much by words that only both together make."""
    if double.matched != single.matched:
        return double.matched > single.matched
    headings = [double.layout.headings[at] for at in double.layout.mapped]
    return bool(headings) and (row.joins_next or any(index.knows_joined(heading) for heading in headings))


def _may_be_upper(row: Row, following: Row) -> bool:
    """Tell an upper row of headings: it leaves gaps that the lower row fills, or its cells are merged."""
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


def fields_missing(layout: Layout, missing: Sequence[str], place: Place) -> FieldsMissing:
    """Say which columns a table lacks, or which has another unit than the field."""
    for name in missing:
        if name in layout.unfit:
            return UnitUnfit(place, **unfit_facts(layout, name))
    labels = [layout.kind.fields[name].label for name in missing]
    return FieldsMissing(
        place,
        kind=layout.kind.name,
        missing=", ".join(missing),
        labels_zh="、".join(label.zh for label in labels),
        labels_en=", ".join(label.en for label in labels),
        seen=show_headings(layout.headings),
    )


def unfit_facts(layout: Layout, name: str) -> dict[str, str]:
    """Tell of a column whose unit is not converted to that of its field."""
    column, unit = layout.unfit[name]
    declared = layout.kind.fields[name]
    return {
        "heading": layout.headings[column].written,
        "unit": unit,
        "field": name,
        "label_zh": declared.label.zh,
        "label_en": declared.label.en,
        "own": declared.unit or "1",
    }
