"""Write the rows of one table into staging as text, a few thousand at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.ignored import BLANKS, TOO_LONG, TOO_SHORT, set_sums_aside
from zhiheng.ledger.reading.raw import judged_rows, kept_columns, needed_cells
from zhiheng.ledger.reading.statement import Sql, comma, name, sql
from zhiheng.ledger.reading.unvalued import UNVALUED, Unvalued
from zhiheng.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.tables import Row

_CELLS_AT_ONCE = 400_000
_TEXT_AT_ONCE = 8_000_000  # characters
_SERIAL = re.compile(r"(\d{5})((?:\.\d+)?)")
_CELLS = (
    "create table {cells} (file_row bigint, spans boolean, forced varchar, whole_fault varchar, filled bigint,"
    " fed bigint, first varchar, {columns})"
)
_TYPES = ("bigint[]", "boolean[]", "varchar[]", "varchar[]", "bigint[]", "bigint[]", "varchar[]")


class RowWriter:
    """Takes rows and makes of them a table of judged text."""

    def __init__(self, desk: Desk, table: RawTable, *, ragged_faulty: bool, serial_shift: int = 0) -> None:
        self._desk, self._table, self._layout = desk, table.table, table.layout
        self._ragged_faulty, self._serial_shift = ragged_faulty, serial_shift
        self._kept, self._fed = kept_columns(table.layout), table.layout.mapped
        self._shifted = _day_columns(table) if serial_shift else frozenset()
        self._cells = name(table.on_the_way("cells"))
        self._rows: list[Row] = []
        self._text = 0  # characters in them
        columns = comma(sql("{column} varchar", column=name(f"c{at}")) for at in self._kept)
        desk.staging.execute(sql(_CELLS, cells=self._cells, columns=columns))

    def add(self, row: Row) -> None:
        """Take one row."""
        self._rows.append(row)
        self._text += sum(map(len, row.cells))
        if len(self._rows) * (len(self._kept) + len(_TYPES)) >= _CELLS_AT_ONCE or self._text >= _TEXT_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Judge all rows: leave the table of text with the reason for which each row is ignored."""
        self._flush()
        judged = judged_rows(self._cells, self._layout, numbered=True)
        self._desk.staging.execute(sql("create table {table} as {judged}", table=name(self._table), judged=judged))
        self._desk.staging.execute(set_sums_aside(name(self._table), needed_cells(self._layout)))
        self._desk.staging.execute(sql("drop table {cells}", cells=self._cells))

    def _flush(self) -> None:
        if not self._rows:
            return
        rows = self._rows
        types = [*_TYPES, *["varchar[]"] * len(self._kept)]
        facts = zip(*(self._facts(row) for row in rows), strict=True)
        self._desk.staging.execute(
            sql(
                "insert into {cells} select {lists}",
                cells=self._cells,
                lists=comma(Sql(f"unnest(?::{type_})") for type_ in types),
            ),
            [*(list(fact) for fact in facts), *(self._texts(rows, at) for at in self._kept)],
        )
        self._desk.advance(len(rows))
        self._rows, self._text = [], 0

    def _facts(self, row: Row) -> tuple[object, ...]:
        held = [at for at, cell in enumerate(row.cells) if cell.strip(BLANKS)]
        fed = sum(1 for at in self._fed if at < len(row.cells) and row.cells[at].strip(BLANKS))
        first = row.cells[held[0]] if held else None
        return row.number, row.spans, row.forced or None, self._fault(row) or None, len(held), fed, first

    def _texts(self, rows: Sequence[Row], at: int) -> list[str | None]:
        texts = [row.cells[at] if at < len(row.cells) else None for row in rows]
        return [_shift(text, self._serial_shift) for text in texts] if at in self._shifted else texts

    def _fault(self, row: Row) -> str:
        if not row.whole_fault and any(isinstance(row.cells[at], Unvalued) for at in self._fed if at < len(row.cells)):
            return UNVALUED
        if row.whole_fault or not self._ragged_faulty or not row.cells:
            return row.whole_fault
        width = len(self._layout.headings)
        if len(row.cells) < width:
            return TOO_SHORT
        return TOO_LONG if any(cell.strip() for cell in row.cells[width:]) else ""


def _day_columns(table: RawTable) -> frozenset[int]:
    days = (FieldType.DATE, FieldType.DATETIME)
    fields = table.kind.fields
    return frozenset(at[0] for field, at in table.layout.columns.items() if fields[field].type in days)


def _shift(text: str | None, days: int) -> str | None:
    """Count a serial number from the beginning of the other system."""
    found = _SERIAL.fullmatch(text) if text else None
    return f"{int(found[1]) + days}{found[2]}" if found else text
