"""What reading a file gives: typed rows and quarantined rows in staging, and a full account of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Ignored = Literal["blank", "note", "section", "total", "heading", "title", "nothing_known", "other_table"]
"""Why a row below a heading is no data row."""


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row that is no record: an empty line, a note at the foot, a sum, a heading within the table."""

    sheet: str
    file_row: int
    why: Ignored
    text: str  # the first value of the row, shortened


@dataclass(frozen=True, slots=True)
class PassedSheet:
    """A sheet that was not read: it is hidden, or no row of it names the columns of a kind."""

    sheet: str
    why: Literal["hidden", "unknown"]
    rows: int  # rows that hold anything
    said: str  # what was missing, as the error of a file of this sheet alone would say; '' where it is hidden


@dataclass(frozen=True, slots=True)
class StagedTable:
    """
    One table of a file, read as one kind of record.

    `rows_seen` counts the rows below the heading, and the titles of a further table: `valid` + `quarantined_rows` +
    `ignored_rows`.
    """

    kind: str
    sheet: str  # '' where the file has no sheets
    heading_row: int  # as a person counts it, from 1
    title: str
    mapping: Mapping[str, tuple[str, ...]]  # heading as written -> fields of the kind
    from_title: Mapping[str, str]  # field -> what the title said; of a field with a column, the unit of its numbers
    unmapped: tuple[str, ...]
    rows_seen: int
    valid: int
    quarantined_rows: int
    ignored_rows: int
    ignored: tuple[IgnoredRow, ...]  # all but the empty lines, the first of them at most
    reasons: Mapping[str, int]  # why -> rows, empty lines left out
    doubtful_rows: int  # ignored, though they have all that a record needs
    rows: str  # table of typed rows, or view
    last_row: int  # highest file_row among them; 0 where there are none
    resting: bool  # `rows` is a view of the text, which must not be dropped under it
    quarantined: str  # table of (file_row, column, rule, value, raw, facts), one row a fault
    said: str  # view of (file_row, raw, named): what every row said, as `show_rows` makes it
    way: str  # begins the names of `said` and of the text under it, which may be dropped once nobody asks
    headings: Mapping[str, tuple[str, ...]]  # field -> its headings in `raw`, best first
    children: Mapping[str, str] = field(default_factory=dict)  # child -> table of (file_row, position, fields)
    unfit: tuple[Mapping[str, str], ...] = ()  # columns of another unit than their field's, as a message tells them
    undated: int = 0  # rows that name no day of their own, where nobody declared the day of the extract
    passed: tuple[PassedSheet, ...] = ()  # of the whole file; told by its first table
