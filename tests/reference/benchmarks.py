"""Statistics over a group of peers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from tests.reference.numbers import root, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.method.model import Benchmark


def statistic(benchmark: Benchmark, parts: Sequence[tuple[Fraction, Fraction, int]]) -> Fraction | None:
    """
    Work out a benchmark from each member's weighted sum, weight and number of rows.

    None where the group is smaller than `at_least`, or has no such statistic.
    """
    if sum(rows for _, _, rows in parts) < benchmark.at_least:
        return None
    values = sorted(over for over, _, _ in parts)
    if benchmark.statistic == "count":
        return Fraction(len(values))
    if not values:
        return None
    if benchmark.statistic == "sd":
        return _standard_deviation(values, benchmark.places)
    return rounded(_level(benchmark, parts, values), benchmark.places)


def _level(benchmark: Benchmark, parts: Sequence[tuple[Fraction, Fraction, int]], values: list[Fraction]) -> Fraction:
    match benchmark.statistic:
        case "pooled" | "mean":
            return sum(values) / sum(weight for _, weight, _ in parts)
        case "min":
            return values[0]
        case "max":
            return values[-1]
        case "percentile":
            assert benchmark.percent is not None
            return values[max(ceil(Fraction(benchmark.percent) / 100 * len(values)), 1) - 1]
    raise NotImplementedError(benchmark.statistic)


def _standard_deviation(values: list[Fraction], places: int) -> Fraction | None:
    if len(values) == 1:
        return None
    mean = sum(values) / Fraction(len(values))
    return root(sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1), places)
