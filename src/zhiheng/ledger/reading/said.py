"""What the rows of a table said, as their file said it: how a row that is not taken is shown, and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.raw import NO_CELL, cell
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.vocabulary import normalise_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.settle import Column


def show_rows(raw: RawTable, columns: Sequence[Column], view: str) -> Sql:
    """
    Make a view of all rows: (file_row, raw, named).

    `raw` is a JSON object of each column that feeds something, and of what the title or the extract's day said instead;
    `named` is what the fields of the key said.
    """
    cells = cells_by_heading(raw) | {
        one.heading: one.cell for one in columns if one.field.name not in raw.layout.columns and one.cell != NO_CELL
    }
    pairs = comma(
        part for heading, text in cells.items() for part in (value(heading), sql("nullif({text}, '')", text=text))
    )
    key = [one.cell for one in columns if one.field.name in raw.kind.key] or [value("")]
    return sql(
        "create view {view} as select r.file_row, cast(json_object({pairs}) as varchar) as raw,"
        " concat_ws(' / ', {key}) as named from {table} r",
        view=name(view),
        pairs=pairs,
        key=comma(key),
        table=name(raw.table),
    )


def cells_by_heading(raw: RawTable) -> dict[str, Sql]:
    """Give each column that feeds something by its heading; of columns under the same heading, which agree, one."""
    cells: dict[str, Sql] = {}
    seen: set[str] = set()
    for at, heading in raw.shown_headings.items():
        if (spelled := normalise_heading(heading)) not in seen:
            seen.add(spelled)
            cells[heading] = cell(at)
    return cells
