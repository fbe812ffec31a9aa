"""Spark: the engine for a nation; local, or a standalone master that sees the same files."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import tempfile
import threading
import warnings
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyspark
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.storagelevel import StorageLevel
from sqlglot import exp

from zhiheng.engine.faults import EngineNotStarted, FilesUnreadable, MemoryExhausted, NumberTooLarge, QueryRefused
from zhiheng.engine.gateway import abandon_java, check_java, java_running
from zhiheng.engine.portable import deep_enough, function, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame

    from zhiheng.engine.portable import Meaning
    from zhiheng.engine.protocol import Table

OVERFLOWS = ("ARITHMETIC_OVERFLOW", "CAST_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "NUMERIC_OUT_OF_SUPPORTED_RANGE")
UNREADABLE = ("PATH_NOT_FOUND", "FAILED_READ_FILE", "FileNotFoundException", "CANNOT_READ_FILE")
GLOB = re.compile(r"([{}\[\]*?\\])")
MOST_SHUFFLES = 64


class Spark:
    """A Spark session that reads the files it is given and writes where it is told."""

    name = "spark"
    version = str(pyspark.__version__)

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory: str | None = None,
        scratch: Path | None = None,
        master: str | None = None,
    ) -> None:
        """
        Start a session on this machine, or on a standalone `master` (`spark://HOST:7077`).

        Raises:
            EngineMissing: there is no Java on this machine, or none where JAVA_HOME says.
            JavaTooOld, EngineNotStarted: there is one, and Spark does not start with it.
        """
        check_java()
        cores = threads or os.cpu_count() or 1
        self._scratch = tempfile.TemporaryDirectory(prefix="zhiheng-", dir=scratch)
        self._held: dict[str, DataFrame] = {}
        settings = _settings(Path(self._scratch.name), cores)
        if master is None:
            settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        if memory is not None:
            settings["spark.driver.memory"] = memory.upper().removesuffix("B")
        try:
            self._session = _start(master or f"local[{cores}]", settings)
        except BaseException:
            self._scratch.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and not issubclass(kind, Exception):
            # Whoever interrupts does not wait for an answer, and the next one from Java would be the one not awaited.
            abandon_java()
            self._scratch.cleanup()
            return
        self.close()

    def attach(self, table: Table) -> None:
        """Make Parquet files readable under the table's name; no files make an empty table."""
        schema = ", ".join(f"{_quoted(column)} {_type(of)}" for column, of in table.columns.items())
        with self._faults(table.name):
            if table.files:
                paths = [_path(file) for file in table.files]
                frame = self._session.read.schema(schema).parquet(*paths)
            else:
                frame = self._session.createDataFrame([], schema)
            frame.createOrReplaceTempView(table.name)

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a small table from rows of Python values."""
        schema = ", ".join(f"{_quoted(column)} {_type(of)}" for column, of in columns.items())
        decimals = [_places(of) for of in columns.values()]
        given = [tuple(_fitting(value, at) for value, at in zip(row, decimals, strict=True)) for row in rows]
        with self._faults(name):
            self._session.createDataFrame(given, schema).coalesce(1).createOrReplaceTempView(name)

    def keep(self, name: str, query: exp.Query) -> None:
        """Run a query once and keep its rows under a name."""
        with self._faults(name):
            frame = self._session.sql(self.sql(query)).persist(StorageLevel.MEMORY_AND_DISK)
            frame.count()
            frame.createOrReplaceTempView(name)
        before = self._held.pop(name, None)
        if before is not None:
            before.unpersist()
        self._held[name] = frame

    def fetch(self, query: exp.Query) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        with self._faults("fetch"):
            rows = self._session.sql(self.sql(query)).collect()
        return [tuple(_whole(value) for value in row) for row in rows]

    def write(self, query: exp.Query, path: Path) -> int:
        """Run a query into one Parquet file (zstd), beside first and then renamed; return the number of rows."""
        beside = path.with_name(f".{path.name}.parts")
        shutil.rmtree(beside, ignore_errors=True)
        try:
            with self._faults(path.name):
                frame = self._session.sql(self.sql(query)).repartition(1)
                frame.write.parquet(_path(str(beside.resolve()), glob=False), compression="zstd")
                count = self._session.read.parquet(_path(str(beside.resolve()))).count()
            (part,) = beside.glob("part-*.parquet")
            part.replace(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return int(count)

    def close(self) -> None:
        """Let go of everything."""
        for frame in self._held.values():
            frame.unpersist()
        self._held.clear()
        self._session.stop()
        self._scratch.cleanup()

    def sql(self, query: exp.Query) -> str:
        """Say a query in Spark's dialect."""
        said = spoken(query, MEANINGS)
        for node in list(said.find_all(exp.DataType)):
            if node.this in (exp.DataType.Type.INT128, exp.DataType.Type.INT256):
                node.replace(exp.DataType.build("DECIMAL(38,0)"))
        with deep_enough():
            return said.sql("spark")

    @contextlib.contextmanager
    def _faults(self, table: str) -> Iterator[None]:
        try:
            yield
        except (PySparkException, Py4JError) as error:
            text = str(error)
            detail = text.split("\n", 1)[0].strip().rstrip(".")[:300]
            if any(sign in text for sign in OVERFLOWS):
                raise NumberTooLarge(detail=detail) from error
            if any(sign in text for sign in UNREADABLE):
                raise FilesUnreadable(table=table, detail=detail) from error
            if "OutOfMemoryError" in text or "No space left" in text:
                raise MemoryExhausted(engine="Spark", detail=detail) from error
            raise QueryRefused(engine="Spark", detail=detail) from error


def _start(master: str, settings: Mapping[str, str]) -> SparkSession:
    builder = SparkSession.builder.appName("zhiheng").master(master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        with java_running({"spark.master": master, **settings}), _interrupts_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("OFF")
    except (PySparkException, Py4JError) as error:
        raise EngineNotStarted(engine="Spark", detail=f"{master}: {_detail(error)}") from error
    return session


@contextlib.contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Keep what this process does on Ctrl-C: Spark puts its own answer in place, which asks Java first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


def _detail(error: Exception) -> str:
    """Say in one line what Spark has to say; of an error of Java its own line, not that of the call that met it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    own = [line.removeprefix(": ") for line in lines if line.startswith(": ")]
    return (own or lines)[0].rstrip(".")[:300]


def _settings(scratch: Path, cores: int) -> dict[str, str]:
    return {
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.caseSensitive": "true",
        # A text of a method is a text: nothing in it is a variable to be looked up on this machine.
        "spark.sql.variable.substitute": "false",
        "spark.sql.parser.escapedStringLiterals": "false",
        "spark.sql.ansi.doubleQuotedIdentifiers": "false",
        "spark.sql.shuffle.partitions": str(min(4 * cores, MOST_SHUFFLES)),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.files.ignoreMissingFiles": "false",
        # The plans are wide and are run once: compiling them to Java costs more than it saves, and often fails.
        "spark.sql.codegen.maxFields": "200",
        "spark.local.dir": str(scratch),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
    }


def _quoted(name: str) -> str:
    return str(exp.to_identifier(name, quoted=True).sql("spark"))


def _type(name: str) -> str:
    """Say one of DuckDB's types in Spark's words."""
    if name.endswith("[]"):
        return f"ARRAY<{_type(name.removesuffix('[]'))}>"
    return {
        "VARCHAR": "STRING",
        "TIMESTAMP": "TIMESTAMP_NTZ",
        "INT128": "DECIMAL(38,0)",
        "HUGEINT": "DECIMAL(38,0)",
    }.get(name, name)


def _places(name: str) -> int | None:
    """Tell how many places a decimal type has; None for other types."""
    found = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", _type(name))
    return None if found is None else int(found[1])


def _fitting(value: object, places: int | None) -> object:
    if places is not None and value is not None:
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))
    return list(value) if isinstance(value, tuple) else value


def _whole(value: object) -> object:
    """Give 128-bit integers, which Spark keeps as decimals, as integers."""
    return int(value) if isinstance(value, Decimal) and value.as_tuple().exponent == 0 else value


def _path(file: str, *, glob: bool = True) -> str:
    """Write a path, from the root on, so that nothing in it is taken for a pattern."""
    whole = str(Path(file).absolute())
    return "file://" + (GLOB.sub(r"\\\1", whole) if glob else whole)


def _quotient(arguments: list[exp.Expression]) -> exp.Expression:
    over, under = (exp.Paren(this=argument) for argument in arguments)
    return exp.Paren(this=exp.IntDiv(this=over, expression=under))


def _quotient_wide(arguments: list[exp.Expression]) -> exp.Expression:
    """Divide 128-bit integers: Spark's `div` gives 64 bits, and its `/` rounds unless it comes out even."""
    over, under = (exp.Paren(this=argument) for argument in arguments)
    rest = exp.Paren(this=exp.Mod(this=over.copy(), expression=under.copy()))
    even = exp.Paren(this=exp.Sub(this=over, expression=rest))
    quotient = exp.Div(this=even, expression=under, typed=False, safe=False)
    return exp.Cast(this=exp.Paren(this=quotient), to=exp.DataType.build("DECIMAL(38,0)"))


def _by_order(name: str) -> Meaning:
    def meaning(arguments: list[exp.Expression]) -> exp.Expression:
        return function(name, arguments[0], function("struct", *arguments[1:]))

    return meaning


def _text(tree: exp.Expression) -> exp.Expression:
    return exp.Cast(this=tree, to=exp.DataType.build("TEXT"))


def _joined(arguments: list[exp.Expression]) -> exp.Expression:
    ordered = function("array_sort", function("collect_list", arguments[0]))
    return function("array_join", ordered, exp.Literal.string(""))


def _parted(arguments: list[exp.Expression]) -> exp.Expression:
    (text,) = arguments
    none = exp.Cast(this=function("array"), to=exp.DataType.build("ARRAY<TEXT>"))
    parts = function("split", text.copy(), exp.Literal.string(","))
    return exp.Case(
        ifs=[exp.If(this=exp.EQ(this=text.copy(), expression=exp.Literal.string("")), true=none)], default=parts
    )


MEANINGS: Mapping[str, Meaning] = {
    "quotient": _quotient,
    "quotient_wide": _quotient_wide,
    "one_of": lambda arguments: arguments[0],
    "sum_wide": lambda arguments: exp.Sum(this=exp.Cast(this=arguments[0], to=exp.DataType.build("DECIMAL(38,0)"))),
    "latest_by": _by_order("max_by"),
    "earliest_by": _by_order("min_by"),
    "in_order": lambda arguments: function("concat", _text(arguments[0]), arguments[1]),
    "clock": lambda arguments: function("date_format", *arguments, exp.Literal.string("yyyy-MM-dd HH:mm:ss.SSSSSS")),
    "months_later": lambda arguments: function("add_months", *arguments),
    "days_apart": lambda arguments: function("datediff", arguments[1], arguments[0]),
    "begins_with": lambda arguments: function("startswith", *arguments),
    "list_holds": lambda arguments: function("array_contains", *arguments),
    "sha256_hex": lambda arguments: function("sha2", arguments[0], exp.Literal.number(256)),
    "joined_in_order": _joined,
    "parted": _parted,
}
