"""How a value becomes points."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

from tests.reference.expressions import Plain, Scope, worth
from tests.reference.syntax import read

from zhiheng.method.model import Bins, Codes, Line, Scale


def points_for(scale: Scale, value: Plain, scope: Scope) -> Fraction | None:
    """Work out points, neither held nor rounded; None where the scale says nothing about the value."""
    match scale:
        case Line():
            return _on_line(scale, value)  # type: ignore[arg-type]
        case Bins():
            return _in_bin(scale, value)  # type: ignore[arg-type]
        case Codes():
            points = scale.points.get(as_code(value), scale.otherwise)
            return None if points is None else Fraction(points)
        case _:
            points = worth(read(scale.text), scope)
            assert points is None or isinstance(points, Fraction)
            return points


def as_code(value: Plain) -> str:
    """Write a value as the text by which `codes` knows it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _on_line(line: Line, value: Fraction) -> Fraction:
    knots = [(Fraction(x), Fraction(y)) for x, y in line.knots]
    if value <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in pairwise(knots):
        if value <= x1:
            return y0 + (value - x0) * (y1 - y0) / (x1 - x0)
    return knots[-1][1]


def _in_bin(bins: Bins, value: Fraction) -> Fraction:
    for step in bins.bins:
        if step.limit is None or value < step.limit or (step.closed and value == step.limit):
            return Fraction(step.points)
    raise AssertionError(bins)
