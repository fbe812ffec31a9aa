"""Where the tables of one file are put together: the staging database, the kinds looked for, the progress told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.engine import literal_path
from zhiheng.ledger.reading.ignored import set_sums_aside
from zhiheng.ledger.reading.raw import NO_CELL, count_rows, judged_rows, kept_columns, needed_cells
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import duckdb

    from zhiheng.ledger.reading.headings import HeadingIndex
    from zhiheng.ledger.reading.raw import RawTable

_NUMBERS = name("tables read")


@dataclass(frozen=True, slots=True)
class Desk:
    """All that reading one file shares."""

    staging: duckdb.DuckDBPyConnection
    indexes: Sequence[HeadingIndex]
    file: str  # its name, as messages show it
    folder: Path  # for files made on the way
    progress: Callable[[int], None] | None
    mended: bool = False  # rows that come back: their headings are right, and the name of the file says nothing

    def next_table(self) -> int:
        """Give the next table its number; no two in one database have the same, whatever schemas they are in."""
        self.staging.execute(sql("create sequence if not exists main.{numbers}", numbers=_NUMBERS))
        return int(self.staging.execute("select nextval(?)", [f"main.{_NUMBERS}"]).fetchall()[0][0])

    def advance(self, rows: int) -> None:
        """Tell that more rows have been taken in."""
        if self.progress:
            self.progress(rows)


def load_at_once(desk: Desk, table: RawTable, source: Sql, fault: Sql = NO_CELL) -> int:
    """
    Let DuckDB read all rows of a table from columns c0, c1, ...; return how many there were.

    `fault` names what is wrong with a row as a whole.
    """
    loaded = name(table.on_the_way("loaded"))
    desk.staging.execute("set preserve_insertion_order = true")  # a row's place tells its number
    judged = judged_rows(count_rows(source, table.layout, fault), table.layout, numbered=False)
    desk.staging.execute(sql("create table {loaded} as {judged}", loaded=loaded, judged=judged))
    desk.staging.execute(set_sums_aside(loaded, needed_cells(table.layout)))
    desk.staging.execute(
        sql(
            "create view {table} as select rowid + {before} as file_row, ignored, first, whole_fault, lone, {kept}"
            " from {loaded}",
            table=name(table.table),
            before=value(table.heading_row + 1),
            kept=comma(name(f"c{at}") for at in kept_columns(table.layout)),
            loaded=loaded,
        )
    )
    rows = desk.staging.execute(sql("select count(*) from {loaded}", loaded=loaded)).fetchall()[0][0]
    return int(rows)


def unload(desk: Desk, table: RawTable) -> None:
    """Forget what was loaded."""
    desk.staging.execute(sql("drop view {table}", table=name(table.table)))
    desk.staging.execute(sql("drop table {loaded}", loaded=name(table.on_the_way("loaded"))))


def clear_way(staging: duckdb.DuckDBPyConnection, way: str, kept: Collection[str] = ()) -> None:
    """Drop what was made on the way to the rows of a table: all whose names begin so, but for those `kept`."""
    for kind in (Sql("view"), Sql("table")):
        made = staging.execute(
            sql("select schema_name, {kind}_name from duckdb_{kind}s() where starts_with({kind}_name, ?)", kind=kind),
            [way],
        ).fetchall()
        for schema, one in made:
            if one not in kept:
                staging.execute(sql("drop {kind} {schema}.{one}", kind=kind, schema=name(schema), one=name(one)))


def plain_path(path: Path, folder: Path) -> Sql:
    """Write a path for DuckDB, which takes it for no pattern; a name that is no text is reached through a link."""
    resolved = path.resolve()
    try:
        str(resolved).encode()
    except UnicodeEncodeError:
        link = folder / "linked"
        link.unlink(missing_ok=True)
        link.symlink_to(resolved)
        resolved = link
    return value(literal_path(str(resolved)))
