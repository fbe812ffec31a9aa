"""The two ways to run the whole bench method in SQL: as it is compiled, and written by hand."""

from __future__ import annotations

from tempfile import mkdtemp
from typing import TYPE_CHECKING

import duckdb
import sqlglot
from sqlglot import exp

from bench.fixtures import HERE, PACK
from bench.synthetic import AS_OF, SHARES
from zhiheng.assess.gathered import gather
from zhiheng.engine import Table, open_engine
from zhiheng.ledger import open_workspace, read_as_of
from zhiheng.method import compile as compiled
from zhiheng.method import load_method
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zhiheng.assess.gathered import Gathered, Records
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Method, Version
    from zhiheng.vocabulary import Kind

MEMORY = "2GB"
RESULTS = "results"


def bench_method() -> Method:
    """Load the method that is measured."""
    return load_method(PACK / "method.yaml", find_pack(PACK).kinds)


class PlainFiles:
    """Records that lie in one Parquet file a kind, all of which stand."""

    def __init__(self, folder: Path, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        system = {"subject": "VARCHAR", "record": "VARCHAR", "true_on": "DATE", "true_until": "DATE"}
        self.tables = tuple(
            Table(
                f"raw_{name}",
                (str(folder / f"{name}.parquet"),),
                system | {field.name: field.sql_type for field in kinds[name].fields.values()},
            )
            for name in SHARES
        )

    def visible(self, kind: str) -> exp.Select:
        """Select all records of a kind."""
        return exp.select("*").from_(f"raw_{kind}")


def ledger_records(workspace: Path) -> Snapshot:
    """Open the records of a ledger."""
    return read_as_of(open_workspace(workspace))


def plain_records(folder: Path) -> Records:
    """Open the records of plain files."""
    return PlainFiles(folder, find_pack(PACK).kinds)


def generated(open_records: Callable[[Path], Records], folder: Path, name: str = "duckdb") -> Callable[[], object]:
    """Prepare the compiled method: states, scores, grades and the points of every criterion, kept in the engine."""
    version, records = bench_method().version_on(AS_OF), open_records(folder)
    engine = open_engine(name, memory=MEMORY)

    def work() -> Callable[[], object]:
        settle(gather(version, records, engine, AS_OF), engine)
        return lambda: summary(engine.fetch, version)

    return work


def gather_all(open_records: Callable[[Path], Records], folder: Path) -> Callable[[], object]:
    """Prepare the reading of all records: the raw aggregates of every subject, kept in the engine."""
    version, records, engine = bench_method().version_on(AS_OF), open_records(folder), open_engine(memory=MEMORY)

    def work() -> None:
        gather(version, records, engine, AS_OF)

    return work


def settle(gathered: Gathered, engine: Engine) -> None:
    """Keep what the method gives each subject."""
    sheet = gathered.sheet()
    columns = compiled.outcome_columns(compiled.settle(sheet))
    kept = {name: columns[name] for name in ("subject", "state", "score", "grade")}
    points = {name: sheet.line(name).points.tree for name in gathered.gathering.version.criteria}
    engine.keep(RESULTS, sheet.sheet.select(kept | points))


def by_hand(folder: Path) -> Callable[[], object]:
    """Prepare the same written by hand, over the files of a ledger as they lie."""
    version = bench_method().version_on(AS_OF)
    connection = hand_connection({kind: f"{folder}/ledger/records/{kind}/*.parquet" for kind in SHARES})
    script = (HERE / "by_hand.sql").read_text()

    def work() -> Callable[[], object]:
        connection.execute(script)
        connection.execute(f"alter table by_hand rename to {RESULTS}")
        return lambda: summary(lambda query: connection.execute(query.sql("duckdb")).fetchall(), version)

    return work


def hand_connection(files: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Open a database set up as the engine's is, with a view of each kind."""
    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": mkdtemp()})
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"set variable as_of = date '{AS_OF}'")
    for kind, path in files.items():
        connection.execute(f"create temp view {kind} as select * from read_parquet('{path}')")
    return connection


def summary(fetch: Callable[[exp.Query], list[tuple[object, ...]]], version: Version) -> str:
    """
    Boil all results down to one text, in words that every engine understands.

    Of each column: how many values it has, their sum, and their sum weighted by a number of the subject's.
    """
    ranks = " ".join(f"when '{entry.grade}' then {rank}" for rank, entry in enumerate(version.grades))
    columns = {
        "state": "case state when 'graded' then 1 when 'insufficient' then 2 else 3 end",
        "grade": f"case grade {ranks} end",
        **{name: f'"{name}"' for name in ("score", *version.criteria)},
    }
    owner = "(cast(substr(subject, 3) as bigint) * 7919 % 1000003)"
    wanted = ", ".join(
        f"count({column}), cast(sum({column}) as bigint), cast(sum({column} * {owner}) as bigint)"
        for column in columns.values()
    )
    ((subjects, *sums),) = fetch(parsed(f"select count(*), {wanted} from {RESULTS}"))
    told = (f"{name}: {sums[3 * at : 3 * at + 3]}" for at, name in enumerate(columns))
    return "\n".join((f"{subjects} subjects", *told))


def parsed(query: str) -> exp.Query:
    """Parse a query written in DuckDB's words."""
    tree = sqlglot.parse_one(query, dialect="duckdb")
    assert isinstance(tree, exp.Query)  # noqa: S101 - as it is written here
    return tree
