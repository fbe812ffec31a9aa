"""Run the queries of a snapshot for the ledger's own use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from zhiheng.errors import Place
from zhiheng.ledger.chain import scan
from zhiheng.ledger.database import ask
from zhiheng.ledger.reading.statement import Sql, comma, name, sql
from zhiheng.ledger.segments import cannot_read

if TYPE_CHECKING:
    from zhiheng.ledger.snapshot import Snapshot


def fetch(snapshot: Snapshot, query: exp.Query) -> list[dict[str, Any]]:
    """Run a query over a snapshot's tables; each row as a mapping."""
    with ask() as connection:
        try:
            attach(connection, snapshot, query)
            found = connection.execute(query.sql("duckdb"))
            columns = [column[0] for column in found.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        except duckdb.IOException as error:  # a file is gone or damaged
            raise cannot_read(Place("ledger"), error) from error


def attach(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, query: exp.Query) -> None:
    """Make the tables readable that a query names."""
    wanted = {table.name for table in query.find_all(exp.Table)}
    for table in snapshot.tables:
        if table.name not in wanted:
            continue
        columns = comma(
            sql("null::{type} as {column}", type=Sql(type_), column=name(column))
            for column, type_ in table.columns.items()
        )
        rows = sql("select {columns} where false", columns=columns)
        if table.files:
            rows = sql("select * from {files}", files=scan(table.files))
        connection.execute(sql("create temp view {table} as {rows}", table=name(table.name), rows=rows))
