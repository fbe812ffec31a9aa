"""Measure the compiled SQL beside the same written by hand, and beside a query for each criterion."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from bench.fixtures import by_date, ledger
from bench.report import Bar, Ratio, Result
from bench.running import MEMORY, bench_method, by_hand, generated, ledger_records, parsed, plain_records
from bench.synthetic import AS_OF
from bench.timing import Task, side_by_side
from zhiheng.engine import open_engine
from zhiheng.method import compile as compiled
from zhiheng.method.compile import Gathering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlglot import exp

    from bench.synthetic import Size
    from zhiheng.assess.gathered import Records
    from zhiheng.engine import Engine
    from zhiheng.method import Version

MOST_VALUES = 62


class Differ(Exception):
    """Two ways to the same results gave different ones."""


def against_hand(size: Size, times: int) -> Result:
    """Compare the generated SQL with the same written by hand and fused."""
    folder = ledger(size)
    ours, hand = "generated", "by hand"
    sides = side_by_side({ours: Task(generated, (ledger_records, folder)), hand: Task(by_hand, (folder,))}, times)
    same(sides[ours].answer, sides[hand].answer)
    return Result(
        "Generated SQL against the same written by hand",
        f"30 criteria over 6 kinds, {size}, {MEMORY} for DuckDB, ledger segments sorted by subject. From the files to"
        " every subject's state, score, grade and points, all equal on both sides."
        " By hand is `bench/by_hand.sql`; generated includes compiling, surveying texts and freezing peers.",
        sides,
        [Ratio("generated SQL against the same by hand", sides[ours].seconds / sides[hand].seconds, Bar(1.15))],
    )


def against_a_query_each(size: Size, times: int) -> Result:
    """Compare one scan and grouping a kind with one a criterion, over files ordered by date."""
    folder = by_date(size)
    ours, each = "generated: one query for all", "a query for each criterion"
    sides = side_by_side({ours: Task(gather_at_once, (folder,)), each: Task(gather_one_by_one, (folder,))}, times)
    same(sides[ours].answer, sides[each].answer)
    return Result(
        "One query for all criteria against a query for each",
        f"30 criteria over 6 kinds, {size}, {MEMORY} for DuckDB, files ordered by date. The compiler alone: from"
        " the files to the raw aggregates of every subject, each column equal on both sides. The queries one by one"
        " are what the compiler makes of a method that has the one criterion; putting their answers together is not"
        " counted.",
        sides,
        [
            Ratio(
                "one query for all against a query for each, times faster",
                sides[each].seconds / sides[ours].seconds,
                Bar(1.8, at_least=True),
            )
        ],
    )


def same(one: object, other: object) -> object:
    """
    Hold two answers against each other.

    Raises:
        Differ: they are not equal.
    """
    if one != other:
        pairs = zip_longest(str(one).splitlines(), str(other).splitlines(), fillvalue="")
        raise Differ("\n".join(next(pair for pair in pairs if pair[0] != pair[1])))
    return one


def gather_at_once(folder: Path) -> Callable[[], object]:
    """Prepare the one query for the raw aggregates of all criteria."""
    version, records, engine = bench_method().version_on(AS_OF), plain_records(folder), open_engine(memory=MEMORY)

    def work() -> Callable[[], object]:
        whole = _begin(version, records, engine)
        engine.keep("whole", compiled.plan_gather(whole, _sources(records, version)).query)
        return lambda: _sums(engine, _where(whole, "whole"))

    return work


def gather_one_by_one(folder: Path) -> Callable[[], object]:
    """Prepare a query for each criterion and for the attribute; columns that two share are gathered twice."""
    version, records, engine = bench_method().version_on(AS_OF), plain_records(folder), open_engine(memory=MEMORY)

    def work() -> Callable[[], object]:
        whole = _begin(version, records, engine)
        tables: dict[tuple[str, str], tuple[str, str]] = {}
        for number, alone in enumerate(_parted(version)):
            part = Gathering(alone, records.kinds, AS_OF, whole.dictionaries)
            part.calendar = whole.calendar  # one table of days and weights serves all
            engine.keep(f"part{number}", compiled.plan_gather(part, _sources(records, alone)).query)
            tables |= _where(part, f"part{number}")
        return lambda: _sums(engine, tables)

    return work


def _parted(version: Version) -> Iterator[Version]:
    for name, criterion in version.criteria.items():
        of_it = {key: one for key, one in version.benchmarks.items() if one.of == name}
        yield replace(version, criteria={name: criterion}, attributes={}, benchmarks=of_it)
    for name, attribute in version.attributes.items():
        yield replace(version, criteria={}, attributes={name: attribute}, benchmarks={})


def _sources(records: Records, version: Version) -> Mapping[str, exp.Select]:
    return {kind: records.visible(kind) for kind in version.reads}


def _begin(version: Version, records: Records, engine: Engine) -> Gathering:
    """Attach the files, survey the texts, and load the small tables."""
    for table in records.tables:
        engine.attach(table)
    found = {}
    for kind, field in compiled.counted_fields(version, records.kinds):
        values = [str(value) for (value,) in engine.fetch(compiled.survey(records.visible(kind), field))]
        if len(values) <= MOST_VALUES:
            found[kind, field] = tuple(sorted(values))
    whole = Gathering(version, records.kinds, AS_OF, found)
    for small in compiled.plan_gather(whole, _sources(records, version)).tables:
        engine.load(small.name, small.columns, small.rows)
    return whole


def _where(gathering: Gathering, table: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Tell by kind and aggregate in which column of a table it is."""
    columns = gathering.columns.values()
    return {(column.kind, column.aggregate.sql("duckdb")): (table, column.name) for column in columns}


def _sums(engine: Engine, tables: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    """Mix all values of each column, nothing and zero left out, into one number."""
    answers = []
    for (kind, aggregate), (table, column) in sorted(tables.items()):
        text = f'"{column}"::varchar'
        query = f"""
            select sum(hash(subject, {text}) % 1000000007) as mix
            from "{table}" where {text} is not null and {text} <> '0'
        """
        ((mix,),) = engine.fetch(parsed(query))
        answers.append(f"{kind} {aggregate}: {mix}")
    return "\n".join(answers)
