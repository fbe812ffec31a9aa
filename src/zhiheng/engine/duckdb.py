"""DuckDB: the engine that runs in this process."""

from __future__ import annotations

import contextlib
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb
from sqlglot import exp

from zhiheng.engine.faults import FilesUnreadable, MemoryExhausted, NumberTooLarge, QueryRefused
from zhiheng.engine.portable import deep_enough, function, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhiheng.engine.portable import Meaning
    from zhiheng.engine.protocol import Table

BATCH = 10_000  # rows loaded at a time
_PATTERN = re.compile(r"[*?\[]")


def literal_path(path: str) -> str:
    """Write a path so that DuckDB reads this one file, whatever signs of a pattern its folders are named with."""
    return _PATTERN.sub(r"[\g<0>]", path)


class DuckDB:
    """A DuckDB in memory that reads the files it is given and writes where it is told."""

    name = "duckdb"
    version = str(duckdb.__version__)

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory: str | None = None,
        scratch: Path | None = None,
        folders: Sequence[Path] | None = None,
    ) -> None:
        """
        Open an empty database.

        `memory` as in "2GB"; `scratch` holds what does not fit. With `folders`, nothing outside of them is ever read
        or written.
        """
        self._scratch = tempfile.TemporaryDirectory(prefix="zhiheng-", dir=scratch)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": self._scratch.name,
        }
        if threads is not None:
            settings["threads"] = threads
        if memory is not None:
            settings["memory_limit"] = memory
        self._connection = duckdb.connect(":memory:", config=settings)
        self._connection.execute("set enable_progress_bar = false")
        # The order of rows within a file is no promise, and keeping it costs memory and time.
        self._connection.execute("set preserve_insertion_order = false")
        self._connection.execute("set parquet_metadata_cache = true")
        if folders is not None:
            resolved = [str(folder.resolve()) for folder in (*folders, Path(self._scratch.name))]
            allowed = sorted({*resolved, *map(literal_path, resolved)})
            self._connection.execute("set allowed_directories = ?", [allowed])
            self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def attach(self, table: Table) -> None:
        """Make Parquet files readable under the table's name; no files make an empty table."""
        name = exp.Table(this=exp.to_identifier(table.name, quoted=True)).sql("duckdb")
        if not table.files:
            nothing = [
                exp.Alias(
                    this=exp.Cast(this=exp.Null(), to=exp.DataType.build(of, dialect="duckdb")), alias=_quoted(column)
                )
                for column, of in table.columns.items()
            ]
            empty = exp.Select().select(*nothing).where(exp.Boolean(this=False))
            self._connection.execute(f"create or replace temp view {name} as {empty.sql('duckdb')}")
            return
        files = exp.Array(expressions=[exp.Literal.string(literal_path(file)) for file in table.files])
        plain = exp.EQ(this=exp.to_identifier("hive_partitioning"), expression=exp.false())
        read = (
            exp.Select()
            .from_(function("read_parquet", files, plain))
            .select(*(_column(column) for column in table.columns))
        )
        with self._faults(table.name):
            self._connection.execute(f"create or replace temp view {name} as {read.sql('duckdb')}")

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a small table from rows of Python values."""
        quoted = _quoted(name).sql("duckdb")
        typed = ", ".join(f"{_quoted(column).sql('duckdb')} {of}" for column, of in columns.items())
        spread = ", ".join(f"unnest(?::{of}[])" for of in columns.values())
        with self._faults(name):
            self._connection.execute(f"create or replace temp table {quoted} ({typed})")
            for batch in _batches(rows):
                lists = [[row[at] for row in batch] for at in range(len(columns))]
                self._connection.execute(f"insert into {quoted} select {spread}", lists)

    def keep(self, name: str, query: exp.Query) -> None:
        """Run a query once and keep its rows under a name."""
        target = _quoted(name).sql("duckdb")
        with self._faults(name):
            self._connection.execute(f"create or replace temp table {target} as {self.sql(query)}")

    def fetch(self, query: exp.Query) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        with self._faults("fetch"):
            return self._connection.execute(self.sql(query)).fetchall()

    def write(self, query: exp.Query, path: Path) -> int:
        """Run a query into one Parquet file (zstd), beside first and then renamed; return the number of rows."""
        beside = path.with_name(f".{path.name}.part")
        target = exp.Literal.string(str(beside)).sql("duckdb")
        with self._faults(path.name):
            done = self._connection.execute(
                f"copy ({self.sql(query)}) to {target} (format parquet, compression zstd, compression_level 1)"
            )
            (count,) = done.fetchone() or (0,)
        beside.replace(path)
        return int(count)

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()
        self._scratch.cleanup()

    def sql(self, query: exp.Query) -> str:
        """Say a query in DuckDB's dialect."""
        with deep_enough():
            return spoken(query, MEANINGS).sql("duckdb", copy=False)

    @contextlib.contextmanager
    def _faults(self, table: str) -> Iterator[None]:
        try:
            yield
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise NumberTooLarge(detail=_first_line(error)) from error
        except (duckdb.IOException, duckdb.PermissionException) as error:
            raise FilesUnreadable(table=table, detail=_first_line(error)) from error
        except duckdb.OutOfMemoryException as error:
            raise MemoryExhausted(engine="DuckDB", detail=_first_line(error)) from error
        except duckdb.Error as error:
            raise QueryRefused(engine="DuckDB", detail=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0].strip().rstrip(".")


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _column(name: str) -> exp.Column:
    return exp.column(_quoted(name))


def _batches(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    batch: list[Sequence[object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _quotient(arguments: list[exp.Expression]) -> exp.Expression:
    return exp.IntDiv(this=exp.Paren(this=arguments[0]), expression=exp.Paren(this=arguments[1]))


def _by_order(name: str) -> Meaning:
    def meaning(arguments: list[exp.Expression]) -> exp.Expression:
        return function(name, arguments[0], function("row", *arguments[1:]))

    return meaning


def _later(arguments: list[exp.Expression]) -> exp.Expression:
    moved = exp.Add(this=exp.Paren(this=arguments[0]), expression=function("to_months", arguments[1]))
    return exp.Cast(this=exp.Paren(this=moved), to=exp.DataType.build("DATE"))


def _in_order(arguments: list[exp.Expression]) -> exp.Expression:
    return exp.DPipe(this=exp.Cast(this=arguments[0], to=exp.DataType.build("VARCHAR")), expression=arguments[1])


def _joined(arguments: list[exp.Expression]) -> exp.Expression:
    sorted_texts = function("list_sort", function("list", *arguments))
    return function("array_to_string", sorted_texts, exp.Literal.string(""))


def _parted(arguments: list[exp.Expression]) -> exp.Expression:
    (text,) = arguments
    none = exp.Cast(this=exp.Array(expressions=[]), to=exp.DataType.build("VARCHAR[]", dialect="duckdb"))
    parts = function("string_split", text.copy(), exp.Literal.string(","))
    return exp.Case(
        ifs=[exp.If(this=exp.EQ(this=text.copy(), expression=exp.Literal.string("")), true=none)], default=parts
    )


def _one_of(arguments: list[exp.Expression]) -> exp.Expression:
    """Store few texts as an enumeration: in a file they are texts again, and were never compared one by one."""
    text, *known = arguments
    return _stored_as(text, exp.DataType(this=exp.DataType.Type.ENUM, expressions=known))


def _stored_as(text: exp.Expression, of: exp.DataType) -> exp.Expression:
    """Cast a text, but the branches of a choice each: those are written out, and cast once instead of row by row."""
    if isinstance(text, exp.Paren):
        return _stored_as(text.this, of)
    if not isinstance(text, exp.Case):
        return exp.Cast(this=text, to=of.copy())
    branches = [exp.If(this=branch.this, true=_stored_as(branch.args["true"], of)) for branch in text.args["ifs"]]
    otherwise = text.args.get("default")
    return exp.Case(ifs=branches, default=None if otherwise is None else _stored_as(otherwise, of))


MEANINGS: Mapping[str, Meaning] = {
    "quotient": _quotient,
    "quotient_wide": _quotient,
    "one_of": _one_of,
    "sum_wide": lambda arguments: exp.Sum(this=arguments[0]),
    "latest_by": _by_order("arg_max_null"),
    "earliest_by": _by_order("arg_min_null"),
    "in_order": _in_order,
    "clock": lambda arguments: function("strftime", *arguments, exp.Literal.string("%Y-%m-%d %H:%M:%S.%f")),
    "months_later": _later,
    "days_apart": lambda arguments: function("date_diff", exp.Literal.string("day"), *arguments),
    "begins_with": lambda arguments: function("starts_with", *arguments),
    "list_holds": lambda arguments: function("list_contains", *arguments),
    "sha256_hex": lambda arguments: function("sha256", *arguments),
    "joined_in_order": _joined,
    "parted": _parted,
}
