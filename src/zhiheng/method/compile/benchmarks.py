"""What peers do: exact sums per group from the engine, the last division and root in exact Python integers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method import dependencies
from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.frozen import SUBJECT, Coverage, Frozen, as_key
from zhiheng.method.compile.lower import as_tree
from zhiheng.method.compile.measures import MeasureScope
from zhiheng.method.compile.scale import Num, Ratio
from zhiheng.method.compile.subject import SubjectSheet
from zhiheng.method.model import Benchmark, Measure, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhiheng.method.compile.raw import Gathering


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """The query for one benchmark's groups, and how its rows become values."""

    benchmark: Benchmark
    keys: tuple[str, ...]
    query: exp.Select
    top_scale: int
    bottom_scale: int

    def settle(self, rows: Iterable[Sequence[object]]) -> Frozen:
        """Work out the value of every group that is large enough."""
        width = len(self.keys)
        groups: dict[tuple[str, ...], int] = {}
        for row in rows:
            if None in row[:width]:  # whose attribute is unknown belongs to no group
                continue
            value = self._value([int(str(part or 0)) for part in row[width:]])
            if value is not None:
                groups[tuple(str(key) for key in row[:width])] = value
        if not width and self.benchmark.statistic == "count" and not groups and self.benchmark.at_least == 0:
            groups[()] = 0
        return Frozen(self.benchmark.name, self.keys, self.benchmark.places, groups, self.benchmark.otherwise)

    def _value(self, sums: Sequence[int]) -> int | None:
        counted, first, second = sums
        if counted < self.benchmark.at_least or counted == 0:
            return None
        places, statistic = self.benchmark.places, self.benchmark.statistic
        match statistic:
            case "count":
                return int(counted * 10**places)
            case "pooled":
                return _rounded(first * 10**self.bottom_scale, second * 10**self.top_scale, places) if second else None
            case "mean":
                return _rounded(first, counted * 10**self.top_scale, places)
            case "sd":
                return _deviation(counted, first, second, self.top_scale, places)
            case _:
                return _rounded(first, 10**self.top_scale, places)


def _rounded(top: int, bottom: int, places: int) -> int:
    """Divide and round half away from zero."""
    if bottom < 0:
        top, bottom = -top, -bottom
    whole = int((2 * abs(top) * 10**places + bottom) // (2 * bottom))
    return whole if top >= 0 else -whole


def _deviation(count: int, total: int, squares: int, at: int, places: int) -> int | None:
    """Take the sample standard deviation of integers at a scale, rounded half up."""
    if count == 1:
        return None
    variance = Fraction(count * squares - total * total, count * (count - 1) * 100**at)
    tenths = variance * 100 ** (places + 1)
    return (isqrt(tenths.numerator // tenths.denominator) + 5) // 10


def in_order(version: Version) -> tuple[Benchmark, ...]:
    """Sort benchmarks so that each comes after those that its own measure, and what stands in for it, rest on."""
    names, _ = dependencies.in_order(version)
    return tuple(version.benchmarks[name] for name in names if name in version.benchmarks)


def plan_benchmark(
    benchmark: Benchmark,
    gathering: Gathering,
    gathered: str,
    frozen: Mapping[str, Frozen],
    coverage: Mapping[str, Coverage],
    *,
    alone: bool = False,
) -> BenchmarkPlan:
    """
    Write the query for one benchmark; `alone` makes every subject its own peers, as worked cases are judged.

    Sums leave out what is not known; no rows are, since Spark would write out in place all that a value builds on.
    """
    scope = SubjectSheet(gathering, gathered, frozen, coverage)
    value = scope.value(benchmark.of, shrunk=False)
    assert isinstance(value, Num), value  # noqa: S101  a number, by the check
    keys = tuple(dict.fromkeys((*benchmark.by, SUBJECT))) if alone else benchmark.by
    outputs = {f"_key{at}": as_key(_key(scope, key)) for at, key in enumerate(keys)}
    if benchmark.statistic == "pooled":
        return _pooled(benchmark, keys, scope, outputs)
    query = sql.read(sql.subquery(scope.sheet.select(outputs | {"_value": value.tree}), "peers"))
    if benchmark.statistic == "percentile":
        return BenchmarkPlan(benchmark, keys, _percentile(benchmark, keys, query), value.scale, 0)
    one = sql.column("_value")
    square = _wide_product(one)
    ends: dict[str, exp.Expression] = {"min": exp.Min(this=one), "max": exp.Max(this=one)}
    first = ends.get(benchmark.statistic, sql.call("sum_wide", one))
    second: exp.Expression = exp.Sum(this=square) if benchmark.statistic == "sd" else sql.integer(0)
    return BenchmarkPlan(benchmark, keys, _grouped(query, keys, _count_of(one), first, second), value.scale, 0)


def _count_of(one: exp.Expression) -> exp.Expression:
    return exp.Count(this=one, big_int=True)


def _key(scope: SubjectSheet, name: str) -> exp.Expression:
    return sql.column(SUBJECT) if name == SUBJECT else as_tree(scope.own_value(name))


def _wide_product(one: exp.Expression) -> exp.Expression:
    return sql.binary(exp.Mul, sql.cast(one, sql.WIDE), sql.cast(one, sql.WIDE))


def _grouped(query: exp.Select, keys: tuple[str, ...], *sums: exp.Expression) -> exp.Select:
    named = [sql.column(f"_key{at}") for at in range(len(keys))]
    totals = [sql.named(tree, f"_sum{at}") for at, tree in enumerate(sums)]
    query = query.select(*named, *totals, copy=False)
    return query.group_by(*(key for key in named), copy=False) if named else query


def _pooled(
    benchmark: Benchmark, keys: tuple[str, ...], scope: SubjectSheet, outputs: Mapping[str, exp.Expression]
) -> BenchmarkPlan:
    """Sum the tops and the bottoms of a share or mean, and count the records they rest on."""
    source = scope.entry(benchmark.of).source
    assert isinstance(source, Measure)  # noqa: S101  one share or mean, by the check
    measure = MeasureScope(benchmark.of, source, scope.gathering, scope.sheet.bind)
    ratio = measure.lowered()
    assert isinstance(ratio, Ratio)  # noqa: S101
    parts = {"_counted": measure.pooled_rows().tree, "_top": ratio.top.tree, "_bottom": ratio.bottom.tree}
    applies = scope.applies(benchmark.of)
    extra = {} if applies is None else {"_applies": applies}
    query = sql.read(sql.subquery(scope.sheet.select({**outputs, **parts, **extra}), "peers"))
    # The value is known where there is something to divide by: no need to divide to find that out.
    some = sql.binary(exp.NEQ, sql.column("_bottom"), sql.integer(0))
    counts = sql.every([some, *(sql.column(name) for name in extra)])
    sums = [sql.call("sum_wide", sql.when(counts, sql.column(name))) for name in parts]
    return BenchmarkPlan(benchmark, keys, _grouped(query, keys, *sums), ratio.top.scale, ratio.bottom.scale)


def _percentile(benchmark: Benchmark, keys: tuple[str, ...], query: exp.Select) -> exp.Select:
    """Pick the value of rank ceil(N/100 · n), at least the first."""
    named = [sql.column(f"_key{at}") for at in range(len(keys))]
    order = exp.Order(expressions=[exp.Ordered(this=sql.column("_value"), nulls_first=False)])
    rank = exp.Window(this=exp.RowNumber(), partition_by=list(named), order=order)
    size = exp.Window(this=_count_of(sql.column("_value")), partition_by=list(named))
    ranked = query.select(*named, sql.column("_value"), sql.named(rank, "_rank"), sql.named(size, "_size"), copy=False)
    percent = scale.number(benchmark.percent or Decimal(0))
    whole = 100 * 10**percent.scale
    size_num = Num(sql.column("_size"), 0, 0, 2**40)
    up = scale.plus(scale.times(scale.constant(percent.low, 0), size_num), scale.constant(whole - 1, 0))
    wanted = exp.Greatest(this=sql.call("quotient", up.tree, sql.integer(whole)), expressions=[sql.integer(1)])
    picked = sql.read(sql.subquery(ranked, "ranked"))
    picked = picked.where(sql.binary(exp.EQ, sql.column("_rank"), wanted), copy=False)
    columns = list(named)
    return picked.select(
        *columns, sql.column("_size"), sql.column("_value"), sql.named(sql.integer(0), "_none"), copy=False
    )
