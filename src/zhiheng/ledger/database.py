"""The ledger's own database: in memory, one a process, for short questions to Parquet files."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


os.register_at_fork(after_in_child=_database.cache_clear)


@contextmanager
def ask() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection; what it keeps must be temporary, for others ask the same database."""
    with _database().cursor() as connection:
        yield connection
