"""Benchmarks are settled in the order in which they rest on each other."""

from __future__ import annotations

import pytest
from sqlglot import exp
from tests.reference.tables import kinds

from zhiheng.method import Frozen, Gathering, in_order, load_method_text, plan_benchmark

METHOD = """
method: peers
label: {zh: 甲, en: A}
subject: shop
version: "1"
in_force: {from: 2020-01-01}
facts:
  f: {label: {zh: 乙, en: B}, cite: design, formula: points(a) + 1}
criteria:
  cite: design
  a: {label: {zh: 丙, en: C}, from: visit, measure: sum(level), points: "value - z", max: 10, min: -10, absent: zero}
  q: {label: {zh: 丁, en: D}, formula: y, points: value, max: 10, min: -10, absent: zero}
benchmarks:
  cite: design
  y: {of: f, statistic: mean, otherwise: 1}
  z: {of: a, statistic: mean, otherwise: 1}
score: {sum_of: criteria, over: all}
"""


def test_a_benchmark_comes_after_those_that_the_points_behind_it_rest_on():
    assert [one.name for one in in_order(load_method_text(METHOD, kinds()).versions[0])] == ["z", "y"]


def test_a_table_of_peers_has_the_room_that_its_numbers_need():
    small = Frozen("b", ("trade",), 9, {("tea",): 10**18 - 1}, None)
    large = Frozen("b", ("trade",), 9, {("tea",): -(10**19)}, None)
    assert (small.table.columns["b$frozen"], large.table.columns["b$frozen"]) == ("BIGINT", "INT128")
    assert (small.most, large.most) == (10**18 - 1, 10**19)


@pytest.mark.parametrize("statistic", ["pooled", "mean", "sd", "min", "max", "count", "percentile 75"])
def test_no_rows_are_asked_for_what_was_worked_out_of_them(statistic: str):
    """Spark asks conditions as early as it can, and writes out in place whatever they build on."""
    shares = METHOD.replace("formula: points(a) + 1", "from: visit, measure: share(open), applies: points(a) > 1")
    version = load_method_text(shares.replace("statistic: mean", f"statistic: {statistic}", 1), kinds()).versions[0]
    gathering = Gathering(version, kinds(), version.since, {})
    otherwise = {"z": Frozen("z", (), 9, {}, None)}
    query = plan_benchmark(version.benchmarks["y"], gathering, "gathered", otherwise, {}).query
    asked = {column.name for where in query.find_all(exp.Where) for column in where.find_all(exp.Column)}
    assert asked <= {"_rank", "_size"}
