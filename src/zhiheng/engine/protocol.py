"""The seam: what an engine must do to run a compiled method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Table:
    """Parquet files that are read under one name."""

    name: str
    files: tuple[str, ...]
    columns: Mapping[str, str]  # column -> type as DuckDB spells it


class Engine(Protocol):
    """Where SQL runs. Queries are sqlglot trees; each engine prints its own dialect."""

    @property
    def name(self) -> str:
        """`duckdb` or `spark`."""

    @property
    def version(self) -> str:
        """The version of the engine underneath."""

    def attach(self, table: Table) -> None:
        """Make Parquet files readable under the table's name; no files make an empty table."""

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a small table from rows of Python values."""

    def keep(self, name: str, query: exp.Query) -> None:
        """Run a query once and keep its rows under a name."""

    def fetch(self, query: exp.Query) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""

    def write(self, query: exp.Query, path: Path) -> int:
        """Run a query into one Parquet file (zstd), beside first and then renamed; return the number of rows."""

    def close(self) -> None:
        """Let go of everything."""

    def __enter__(self) -> Self:
        """Use the engine in a `with`; it lets go at the end."""

    def __exit__(self, *_: object) -> None:
        """Let go of everything."""
