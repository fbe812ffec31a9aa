"""The ledger's databases, all in memory: one a process for short questions to Parquet files, one for each long work."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_QUIET = "set enable_progress_bar = false"  # a setting of the session; progress is the command line's to show
_UTC = "set TimeZone = 'UTC'"  # of the session too; else days would depend on where the machine stands


def open_database(*, spill: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database of one's own, which draws no bar on the terminal; `spill` is where it puts what memory lacks."""
    connection = duckdb.connect(config={} if spill is None else {"temp_directory": str(spill)})
    connection.execute(_QUIET)
    connection.execute(_UTC)
    return connection


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return open_database()


os.register_at_fork(after_in_child=_database.cache_clear)


@contextmanager
def ask() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection; what it keeps must be temporary, for others ask the same database."""
    with _database().cursor() as connection:
        connection.execute(_QUIET)
        connection.execute(_UTC)
        yield connection
