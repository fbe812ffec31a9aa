"""Read a workbook of quarantined rows that comes back: which rows were mended, and what else stands in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zhiheng.errors import Fault, Place
from zhiheng.ledger.database import open_database
from zhiheng.ledger.mend import ID_HEADING, OWN_HEADINGS, TOO_LONG, different, list_marks, shown
from zhiheng.ledger.reading import read_file, shown_name
from zhiheng.ledger.reading.statement import comma, name, sql
from zhiheng.vocabulary import (
    Field,
    FieldType,
    Kind,
    Label,
    SubjectKey,
    TrueOn,
    ValueRefused,
    normalise_heading,
    read_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from zhiheng.ledger.quarantine import QuarantinedRow
    from zhiheng.ledger.reading import StagedTable
    from zhiheng.ledger.workspace import Workspace

    Held = Mapping[tuple[int, int], QuarantinedRow]

UNREAD = "ledger.returned-unread"
_ID = re.compile(r"(\d{1,9})-(\d{1,12})")
_OWN = frozenset(map(normalise_heading, OWN_HEADINGS))
_MENDED = "mended"
_SHOWN, _LONGEST = 20, 24


class MendedRow(NamedTuple):
    """A row of a returned workbook: where it stands there, whose place it takes, and what its cells say now."""

    sheet: str
    file_row: int
    batch: int
    number: int
    cells: dict[str, str]


@dataclass
class Returned:
    """What a returned workbook holds: the rows that take the place of quarantined ones, and all the rest, told."""

    rows: list[MendedRow] = field(default_factory=list)
    told: list[Fault] = field(default_factory=list)


@dataclass
class _Others:
    """The rows of one sheet that are not imported: row of the sheet -> what it says that it is."""

    unplaced: dict[int, str] = field(default_factory=dict)
    taken: dict[int, str] = field(default_factory=dict)
    unread: dict[int, Fault] = field(default_factory=dict)
    unlisted: int = 0  # unplaced, though the reader does not say which


def read_returned(workspace: Workspace, path: Path, held: Held, now: datetime) -> Returned:
    """
    Read the workbook as text, with the reader that reads all files: one kind whose fields are its headings.

    `held` are the rows that were ever quarantined. Every row of the workbook is one that is, or is told.
    """
    standing = [row for row in held.values() if row.resolved_by is None]
    known = [heading for row in standing for heading in row.raw]
    known += [text for kind in workspace.pack.kinds.values() for field in kind.fields.values()
              for text in (field.name, field.label.zh, field.label.en)]  # fmt: skip
    headings = different(known)
    fields = {f"cell_{at}": _text_field(f"cell_{at}", heading) for at, heading in enumerate(headings)}
    fields[_MENDED] = _text_field(_MENDED, ID_HEADING, required=True)
    kind = Kind(_MENDED, Label(_MENDED, _MENDED), fields, SubjectKey(_MENDED, (_MENDED,)), true_on=TrueOn())
    found = Returned()
    with open_database() as connection:
        tables = read_file(path, {_MENDED: kind}, kind=None, extract_date=now.date(), staging=connection)
        for table in tables:
            others = _Others()
            found.rows += _placed(workspace, table, connection, held, others)
            _add_unread(table, connection, others)
            found.told += _told(shown_name(path), table, others)
    return found


def _placed(
    workspace: Workspace, table: StagedTable, connection: duckdb.DuckDBPyConnection, held: Held, others: _Others
) -> Iterator[MendedRow]:
    """Find the rows of one sheet that say which quarantined row they are; sort the others."""
    used = {names[0]: heading for heading, names in table.mapping.items() if names}
    own = [heading for heading in used.values() if normalise_heading(heading) not in _OWN]
    marks = {kind: list_marks(workspace.kinds.get(kind), own) for kind in {row.kind for row in held.values()}}
    query = sql("select file_row, {columns} from {rows} order by file_row",
                columns=comma(name(column) for column in used), rows=name(table.rows))  # fmt: skip
    for at, *cells in connection.execute(query).fetchall():
        said = dict(zip(used.values(), cells, strict=True))
        named = said[used[_MENDED]] or ""
        match = _ID.fullmatch(named)
        row = held.get((int(match[1]), int(match[2]))) if match else None
        if row is None:
            others.unplaced[at] = named
        elif row.resolved_by is not None:
            others.taken[at] = named
        else:
            mended = _mended(row, {one: said[one] for one in own}, marks[row.kind])
            yield MendedRow(table.sheet, at, row.batch, row.number, mended)


def _add_unread(table: StagedTable, connection: duckdb.DuckDBPyConnection, others: _Others) -> None:
    """Sort the rows that the reader did not take: those that do not say which they are, and those with a fault."""
    query = sql("select file_row, rule, value, raw, facts from {rows} order by file_row, {column}",
                rows=name(table.quarantined), column=name("column"))  # fmt: skip
    for at, rule, given, raw, facts in connection.execute(query).fetchall():
        cells = {normalise_heading(heading): text for heading, text in json.loads(raw).items()}
        if cells.get(normalise_heading(ID_HEADING)):
            others.unread.setdefault(at, Fault(rule, facts={"value": given or "", **json.loads(facts or "{}")}))
        else:
            others.unplaced[at] = ""
    idle = [row for row in table.ignored if row.why not in ("blank", "heading")]
    others.unplaced |= {row.file_row: row.text for row in idle}
    others.unlisted = sum(rows for why, rows in table.reasons.items() if why != "heading") - len(idle)


def _told(file: str, table: StagedTable, others: _Others) -> Iterator[Fault]:
    """Say which rows, columns and sheets of the workbook were not imported, and why."""
    place = Place(file, part=table.sheet)
    blank = table.ignored_rows - sum(table.reasons.values())
    rows = table.rows_seen - blank - table.reasons.get("heading", 0)
    for code, found, more in (
        ("ledger.returned-unplaced", others.unplaced, others.unlisted),
        ("ledger.returned-taken", others.taken, 0),
        (UNREAD, others.unread, 0),
    ):
        if not found:
            continue
        facts = {"count": len(found) + more, "of": rows, "rows": _list(found, more), "heading": ID_HEADING}
        first = next(iter(found.values()))
        if isinstance(first, Fault):
            facts |= {"reason_zh": first.what("zh"), "reason_en": first.what("en")}
        yield Fault(code, place, facts, warning=True)
    idle = [heading for heading in table.unmapped if normalise_heading(heading) not in _OWN]
    if idle:
        facts = {"headings": ", ".join(idle[:_SHOWN])}
        yield Fault("ledger.returned-columns", place, facts, warning=True)
    for sheet in table.passed:
        yield Fault("ledger.sheet-" + sheet.why, Place(file, part=sheet.sheet), {"rows": sheet.rows}, warning=True)


def _list(found: Mapping[int, object], more: int) -> str:
    """Name rows of a sheet, the first at most, each with what it says that it is."""
    named = sorted(found.items())[:_SHOWN]
    texts = [f"{at} ({said[:_LONGEST]})" if isinstance(said, str) and said else str(at) for at, said in named]
    return ", ".join([*texts, *(["…"] if more or len(found) > _SHOWN else [])])


def _mended(row: QuarantinedRow, said: Mapping[str, str | None], marks: Mapping[str, str]) -> dict[str, str]:
    """
    Write the row under its own headings, and what was added under others.

    What nobody has written over is taken from the quarantine: a cell cannot hold every text as it was.
    """
    columns = {normalise_heading(column): column for column in said}
    cells = {}
    for heading, raw in row.raw.items():
        column = columns.pop(normalise_heading(heading), None)
        text = said[column] if column else None
        left = column is None or TOO_LONG in (text or "") or _read_back(shown(raw, marks[column])) == text
        cells[heading] = raw if left else text or ""
    return cells | {column: text for column in columns.values() if (text := said[column])}


def _read_back(text: str) -> object:
    try:
        return read_value(_text_field("cell", "cell"), text)
    except ValueRefused:
        return None


def _text_field(own: str, heading: str, *, required: bool = False) -> Field:
    return Field(own, FieldType.TEXT, Label(heading, heading), aliases=(heading,), required=required)
