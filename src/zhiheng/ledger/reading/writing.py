"""Write the rows of one table into staging as text, a few thousand at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.raw import judged_rows
from zhiheng.ledger.reading.statement import Sql, comma, name, sql

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from zhiheng.ledger.reading.headings import Layout
    from zhiheng.ledger.reading.tables import Row

_CELLS_AT_ONCE = 400_000
TOO_SHORT, TOO_LONG = "ledger.row-too-short", "ledger.row-too-long"


class RowWriter:
    """Takes rows and makes of them a table of judged text."""

    def __init__(
        self,
        staging: duckdb.DuckDBPyConnection,
        table: str,
        layout: Layout,
        *,
        ragged_faulty: bool,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._staging, self._table, self._layout = staging, table, layout
        self._ragged_faulty, self._progress = ragged_faulty, progress
        self._width = len(layout.headings)
        self._cells = name(f"cells of {table}")
        self._rows: list[Row] = []
        columns = comma(sql("{column} varchar", column=name(f"c{at}")) for at in range(self._width))
        staging.execute(
            sql(
                "create table {cells} (file_row bigint, spans boolean, forced varchar, whole_fault varchar, {columns})",
                cells=self._cells,
                columns=columns,
            )
        )

    def add(self, row: Row) -> None:
        """Take one row."""
        self._rows.append(row)
        if len(self._rows) * (self._width + 4) >= _CELLS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Judge all rows: leave the table of text with the reason for which each row is ignored."""
        self._flush()
        judged = judged_rows(self._cells, self._layout, numbered=True)
        self._staging.execute(sql("create table {table} as {judged}", table=name(self._table), judged=judged))
        self._staging.execute(sql("drop table {cells}", cells=self._cells))

    def _flush(self) -> None:
        if not self._rows:
            return
        rows = self._rows
        types = ["bigint[]", "boolean[]", "varchar[]", "varchar[]", *["varchar[]"] * self._width]
        texts = [[row.cells[at] if at < len(row.cells) else None for row in rows] for at in range(self._width)]
        faults = [self._fault(row) or None for row in rows]
        self._staging.execute(
            sql(
                "insert into {cells} select {lists}",
                cells=self._cells,
                lists=comma(Sql(f"unnest(?::{type_})") for type_ in types),
            ),
            [
                [row.number for row in rows],
                [row.spans for row in rows],
                [row.forced or None for row in rows],
                faults,
                *texts,
            ],
        )
        if self._progress:
            self._progress(len(rows))
        self._rows = []

    def _fault(self, row: Row) -> str:
        if row.whole_fault or not self._ragged_faulty or not row.cells:
            return row.whole_fault
        if len(row.cells) < self._width:
            return TOO_SHORT
        return TOO_LONG if any(cell.strip() for cell in row.cells[self._width :]) else ""
