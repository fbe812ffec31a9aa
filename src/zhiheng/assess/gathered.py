"""Gather the raw aggregates of every subject, and settle what is settled once for a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from sqlglot import exp

from zhiheng.method import (
    Coverage,
    Frozen,
    Gathering,
    SubjectSheet,
    attestations,
    counted_fields,
    in_order,
    plan_benchmark,
    plan_gather,
    settle_coverage,
    survey,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from zhiheng.engine import Engine, Table
    from zhiheng.method import SmallTable, Version
    from zhiheng.vocabulary import Kind

GATHERED = "gathered"
MOST_VALUES = 62  # different values of a text that are counted by bits


class Records(Protocol):
    """Where records come from: a ledger as it stood, or the records of worked cases."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The files to be read."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of record."""

    def visible(self, kind: str) -> exp.Select:
        """Select the records of a kind that stand."""


@dataclass(frozen=True)
class Gathered:
    """The raw aggregates of every subject as a table of the engine, and what was settled from them."""

    gathering: Gathering
    frozen: Mapping[str, Frozen]
    coverage: Mapping[str, Coverage]
    table: str = GATHERED

    def sheet(self) -> SubjectSheet:
        """Lay out a new sheet over the subjects."""
        return SubjectSheet(self.gathering, self.table, self.frozen, self.coverage)


@dataclass(frozen=True)
class Peers:
    """How benchmarks come about: from all subjects, or for worked cases from each alone, some set by hand."""

    alone: bool = False
    by_hand: Mapping[str, Mapping[str, Decimal]] | None = None  # benchmark -> subject -> value


def gather(
    version: Version,
    records: Records,
    engine: Engine,
    as_of: date,
    peers: Peers | None = None,
    *,
    wide: bool = False,
) -> Gathered:
    """
    Read every record that may count, once, and keep one row of raw aggregates a subject in the engine.

    Numbers get 64 bits, or 128 if `wide`: what is too large for these is to be done again in those.
    """
    for table in records.tables:
        engine.attach(table)
    dictionaries = _dictionaries(version, records, engine)
    gathering = Gathering(version, records.kinds, as_of, dictionaries, wide=wide)
    return freeze(_keep(gathering, records, engine), records, engine, peers or Peers())


def _keep(gathering: Gathering, records: Records, engine: Engine) -> Gathering:
    plan = plan_gather(gathering, {kind: records.visible(kind) for kind in read_kinds(gathering)})
    for table in plan.tables:
        load(table, engine)
    engine.keep(GATHERED, plan.query)
    return gathering


def read_kinds(gathering: Gathering) -> tuple[str, ...]:
    """Name the kinds whose records are read; with a child its parent, which says what is the same fact."""
    reads = gathering.version.reads
    return tuple(sorted(reads | {kind.partition(".")[0] for kind in reads}))


def load(table: SmallTable, engine: Engine) -> None:
    """Load a small table."""
    engine.load(table.name, table.columns, table.rows)


def _dictionaries(version: Version, records: Records, engine: Engine) -> dict[tuple[str, str], tuple[str, ...]]:
    """Find the texts that have so few different values that each can be one bit of a number."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for kind, field in counted_fields(version, records.kinds):
        values = [str(value) for (value,) in engine.fetch(survey(records.visible(kind), field))]
        if len(values) <= MOST_VALUES:
            found[kind, field] = tuple(sorted(values))
    return found


def freeze(gathering: Gathering, records: Records, engine: Engine, peers: Peers, *, table: str = GATHERED) -> Gathered:
    """Settle the benchmarks from the gathered table, and for whom registers were attested complete."""
    coverage = settle_feeds(gathering, records, engine, by_subject=peers.alone)
    frozen: dict[str, Frozen] = {}
    for benchmark in in_order(gathering.version):
        plan = plan_benchmark(benchmark, gathering, table, frozen, coverage, alone=peers.alone)
        settled = plan.settle(engine.fetch(plan.query))
        if peers.by_hand and benchmark.name in peers.by_hand:
            settled = _set_by_hand(settled, peers.by_hand[benchmark.name])
        frozen[benchmark.name] = settled
        if settled.keys:
            load(settled.table, engine)
    return Gathered(gathering, frozen, coverage, table)


def _set_by_hand(settled: Frozen, values: Mapping[str, Decimal]) -> Frozen:
    """Put values set by hand in the place of those worked out; they are given a subject, which is the last key."""
    kept = {group: value for group, value in settled.groups.items() if group[-1] not in values}
    given: dict[tuple[str, ...], int] = {
        (subject,): int(value.scaleb(settled.places)) for subject, value in values.items()
    }
    by_subject: dict[tuple[str, ...], int] = {(group[-1],): value for group, value in kept.items()}
    return replace(settled, keys=("subject",), groups=by_subject | given)


def settle_feeds(
    gathering: Gathering, records: Records, engine: Engine, *, by_subject: bool = False
) -> Mapping[str, Coverage]:
    """Settle for whom the register of each criterion that asks was attested complete."""
    feeds = gathering.version.feeds
    rows: list[tuple[object, ...]] = []
    if feeds is not None:
        rows = engine.fetch(attestations(feeds, records.visible(feeds.kind), gathering.as_of))
    return settle_coverage(gathering.version, rows, gathering.as_of, by_subject=by_subject)


def values_query(gathered: Gathered) -> exp.Select:
    """Write the query for `values.parquet`: the raw aggregates in types that a file can hold."""
    columns: list[exp.Expression] = [exp.column(exp.to_identifier("subject", quoted=True))]
    for column in gathered.gathering.columns.values():
        read: exp.Expression = exp.column(exp.to_identifier(column.name, quoted=True))
        if column.type != column.filed_type:
            cast = exp.Cast(this=read, to=exp.DataType.build(column.filed_type, dialect="duckdb"))
            read = exp.Alias(this=cast, alias=exp.to_identifier(column.name, quoted=True))
        columns.append(read)
    table = exp.Table(this=exp.to_identifier(gathered.table, quoted=True))
    return exp.Select().from_(table).select(*columns)
