"""What points a value has on lines and on steps, as exact numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhiheng.method.model import Bins, Line


def on_line(line: Line, value: Fraction) -> Fraction:
    """Tell the points of a value on straight lines."""
    knots = [(Fraction(at), Fraction(points)) for at, points in line.knots]
    if value <= knots[0][0]:
        return knots[0][1]
    for (low, first), (high, last) in pairwise(knots):
        if value <= high:
            return first + (last - first) * (value - low) / (high - low)
    return knots[-1][1]


def in_bin(bins: Bins, value: Fraction) -> Fraction:
    """Tell the points of the step in which a value lies."""
    for step in bins.bins:
        if step.limit is None or value < step.limit or (step.closed and value == step.limit):
            return Fraction(step.points)
    return Fraction(bins.bins[-1].points)
