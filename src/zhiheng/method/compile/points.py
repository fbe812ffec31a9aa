"""How a value becomes points, in SQL."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.functions import as_code, extreme
from zhiheng.method.compile.lower import Lowering, Nothing, Plain, as_tree
from zhiheng.method.compile.scale import Num, Ratio
from zhiheng.method.model import Bins, Codes, Criterion, Expression, Line

if TYPE_CHECKING:
    from decimal import Decimal


def points_of(criterion: Criterion, value: Plain, at: Lowering) -> Num:
    """Write the points of a value, rounded and held between the criterion's bounds; null where the scale is silent."""
    places = criterion.points_places
    match criterion.scale:
        case Line():
            points = _on_line(criterion.scale, _number(value), places, at)
        case Bins():
            points = _in_bin(criterion.scale, _number(value), places)
        case Codes():
            points = _by_code(criterion.scale, value, places)
        case Expression():
            points = _number(at.rounded(criterion.scale.tree, places))
            points = Num(sql.when(sql.is_known(as_tree(value)), points.tree), places, points.low, points.high)
            return _clamped(points, criterion, at)
    return _held(points, criterion, at)


def _number(found: Plain) -> Num:
    if isinstance(found, Nothing):
        return Num(sql.cast(sql.null(), sql.LONG), 0, 0, 0)
    assert isinstance(found, Num)  # noqa: S101  scales over numbers stand on numbers, by the check
    return found


def _held(points: Num, criterion: Criterion, at: Lowering) -> Num:
    """Hold points that the scale itself bounds between the criterion's bounds, where these are narrower."""
    least, most = (_at(bound, points.scale) for bound in (criterion.min, criterion.max))
    return points if points.low >= least.low and points.high <= most.high else _clamped(points, criterion, at)


def _clamped(points: Num, criterion: Criterion, at: Lowering) -> Num:
    """Hold points between the criterion's bounds, however large they are taken to be: records can hold more."""
    least, most = (_at(bound, points.scale) for bound in (criterion.min, criterion.max))
    points = at.bind(points)
    if min(points.low, 0) < least.low or points.low < 0:  # that it is not negative is proven
        points = at.bind(_number(extreme(exp.Greatest, [points, least])))
    points = _number(extreme(exp.Least, [points, most]))
    return Num(sql.cast(points.tree, sql.LONG), points.scale, least.low, most.high)


def _at(value: Decimal, places: int) -> Num:
    return scale.rounded(scale.number(value), places)


def _on_line(line: Line, value: Num, places: int, at: Lowering) -> Num:
    """Interpolate: one exact division by the width of the segment, rounded once."""
    knots = [(scale.number(x), _exact(y)) for x, y in line.knots]
    branches: list[tuple[exp.Expression, exp.Expression]] = []
    results: list[Num] = []
    first = scale.rounded(knots[0][1], places)
    results.append(first)
    branches.append((_compare(exp.LTE, value, knots[0][0]), first.tree))
    for (x0, y0), (x1, y1) in pairwise(knots):
        points = _segment(value, (x0, y0), (x1, y1), places, at)
        results.append(points)
        branches.append((_compare(exp.LTE, value, x1), points.tree))
    last = scale.rounded(knots[-1][1], places)
    results.append(last)
    branches.append((sql.is_known(value.tree), last.tree))
    low, high = min(one.low for one in results), max(one.high for one in results)
    least, most = (scale.rounded(pick((y for _, y in knots), key=_worth), places) for pick in (min, max))
    return Num(sql.choose(branches), places, max(low, least.low), min(high, most.high))


def _worth(number: Num) -> Fraction:
    return Fraction(number.low, 10**number.scale)


def _exact(value: Decimal) -> Num:
    return scale.number(value)


def _segment(value: Num, start: tuple[Num, Num], end: tuple[Num, Num], places: int, at: Lowering) -> Num:
    (x0, y0), (x1, y1) = start, end
    width, rise = scale.minus(x1, x0), scale.minus(y1, y0)
    if rise.known == 0:
        return scale.rounded(y0, places)
    within, *bounds = scale.aligned(value, x0, x1)
    inside = Num(within.tree, within.scale, bounds[0].low, bounds[1].high)  # elsewhere another branch is taken
    top = scale.plus(scale.times(y0, width), scale.times(scale.minus(inside, x0), rise))
    *ends, _ = scale.aligned(scale.times(y0, width), scale.times(y1, width), Num(top.tree, top.scale, 0, 0))
    top = Num(top.tree, top.scale, min(one.low for one in ends), max(one.high for one in ends))
    return scale.divided(Ratio(top, width), places, at.bind if inside.is_wide else scale.unbound)


def _compare(kind: type[exp.Binary], value: Num, other: Num) -> exp.Expression:
    one, two = scale.aligned(value, other)
    return sql.binary(kind, one.tree, two.tree)


def _in_bin(bins: Bins, value: Num, places: int) -> Num:
    branches: list[tuple[exp.Expression, exp.Expression]] = []
    results: list[Num] = []
    for step in bins.bins:
        points = _at(step.points, places)
        if step.limit is None:
            condition = sql.is_known(value.tree)
        else:
            condition = _compare(exp.LTE if step.closed else exp.LT, value, scale.number(step.limit))
        branches.append((condition, points.tree))
        results.append(points)
    return Num(sql.choose(branches), places, min(one.low for one in results), max(one.high for one in results))


def _by_code(codes: Codes, value: Plain, places: int) -> Num:
    code = as_code(value)
    given = {written: _at(points, places) for written, points in codes.points.items()}
    branches = [(sql.binary(exp.EQ, code, sql.text(written)), points.tree) for written, points in given.items()]
    results = list(given.values())
    if codes.otherwise is not None:
        rest = _at(codes.otherwise, places)
        branches.append((sql.is_known(code), rest.tree))
        results.append(rest)
    return Num(sql.choose(branches), places, min(one.low for one in results), max(one.high for one in results))
