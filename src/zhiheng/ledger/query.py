"""Run the queries of a snapshot for the ledger's own use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from zhiheng.ledger.chain import scan
from zhiheng.ledger.reading.statement import Sql, comma, name, sql

if TYPE_CHECKING:
    from sqlglot import exp

    from zhiheng.ledger.snapshot import Snapshot


def fetch(snapshot: Snapshot, query: exp.Query) -> list[dict[str, Any]]:
    """Run a query over a snapshot's tables; each row as a mapping."""
    with duckdb.connect() as connection:
        attach(connection, snapshot)
        found = connection.execute(query.sql("duckdb"))
        columns = [column[0] for column in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def attach(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Make a snapshot's tables readable."""
    for table in snapshot.tables:
        columns = comma(
            sql("null::{type} as {column}", type=Sql(type_), column=name(column))
            for column, type_ in table.columns.items()
        )
        rows = sql("select {columns} where false", columns=columns)
        if table.files:
            rows = sql("select * from {files}", files=scan(table.files))
        connection.execute(sql("create view {table} as {rows}", table=name(table.name), rows=rows))
