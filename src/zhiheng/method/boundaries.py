"""Work out what must come out just below, at and above every limit of a method, straight from its declaration."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from zhiheng.method.checks.deductions import values_on
from zhiheng.method.checks.grades import score_range
from zhiheng.method.checks.reach import NotTriable, constants_of
from zhiheng.method.evaluate import NotEvaluable, as_decimal, evaluate
from zhiheng.method.model import Bins, Codes, Expression, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from zhiheng.method.model import Criterion, Grade, Version

Limit = Literal["knot", "bin", "code", "limit"]
PROBES = (Fraction(0), Fraction(1), Fraction(2))


@dataclass(frozen=True, slots=True)
class PointsBoundary:
    """A value of a criterion at or beside a limit of its scale, and the points that it must give."""

    criterion: str
    limit: Limit
    value: Decimal | str
    points: Decimal


@dataclass(frozen=True, slots=True)
class GradeBoundary:
    """A score at or beside a cut, and the grade that the cuts alone must give."""

    score: Decimal
    grade: str


def points_boundaries(version: Version, as_of: date) -> tuple[PointsBoundary, ...]:
    """
    List the boundary cases of all criteria, with the values that apply on a day.

    Values are at the criterion's places, points as rounded and held between its limits. Criteria whose points ask for
    more than the value are left out.
    """
    values = values_on(version, as_of)
    found = (case for criterion in version.criteria.values() for case in _of_criterion(criterion, values))
    return tuple(dict.fromkeys(found))


def grade_boundaries(version: Version, as_of: date) -> tuple[GradeBoundary, ...]:
    """List a score just below, at and just above every cut, with its grade; nothing where more than scores decides."""
    values = values_on(version, as_of)
    try:
        cuts = _cuts(version, values)
    except (NotTriable, NotEvaluable):
        return ()
    step = Fraction(1, 10**version.score.places)
    lowest, highest = score_range(version)
    scores = sorted({cut + shift for cut in cuts for shift in (-step, Fraction(0), step)})
    within = (
        score
        for score in scores
        if (lowest is None or score >= lowest) and (highest is None or score <= highest) and score % step == 0
    )
    graded = ((score, _grade(version.grades, score, values)) for score in within)
    return tuple(GradeBoundary(as_decimal(score, version.score.places), grade) for score, grade in graded if grade)


def _of_criterion(criterion: Criterion, values: Mapping[str, object]) -> Iterator[PointsBoundary]:
    name, scale = criterion.rule.name, criterion.scale
    match scale:
        case Line():
            for value in _around((knot for knot, _ in scale.knots), criterion.value_places):
                yield _case(criterion, "knot", value, _on_line(scale, value))
        case Bins():
            limits = (step.limit for step in scale.bins if step.limit is not None)
            for value in _around(limits, criterion.value_places):
                yield _case(criterion, "bin", value, _in_bin(scale, value))
        case Codes():
            for code, points in scale.points.items():
                yield PointsBoundary(name, "code", code, _held(criterion, Fraction(points)))
            if scale.otherwise is not None:
                yield PointsBoundary(name, "code", _other(scale.points), _held(criterion, Fraction(scale.otherwise)))
        case Expression():
            yield from _of_expression(criterion, scale, values)


def _case(criterion: Criterion, limit: Limit, value: Fraction, points: Fraction) -> PointsBoundary:
    shown = as_decimal(value, criterion.value_places)
    return PointsBoundary(criterion.rule.name, limit, shown, _held(criterion, points))


def _held(criterion: Criterion, points: Fraction) -> Decimal:
    held = min(max(points, Fraction(criterion.min)), Fraction(criterion.max))
    return as_decimal(held, criterion.points_places)


def _around(limits: Iterable[Decimal], places: int) -> list[Fraction]:
    """List the values at, just below and just above limits, at so many places."""
    step = Fraction(1, 10**places)
    found: set[Fraction] = set()
    for limit in limits:
        at = Fraction(limit)
        below = at // step * step
        found |= {at} if at == below else {below}
        found |= {below - step if at == below else below, below + step}
    return sorted(found)


def _on_line(line: Line, value: Fraction) -> Fraction:
    knots = [(Fraction(at), Fraction(points)) for at, points in line.knots]
    if value <= knots[0][0]:
        return knots[0][1]
    for (low, first), (high, last) in pairwise(knots):
        if value <= high:
            return first + (last - first) * (value - low) / (high - low)
    return knots[-1][1]


def _in_bin(bins: Bins, value: Fraction) -> Fraction:
    for step in bins.bins:
        if step.limit is None or value < step.limit or (step.closed and value == step.limit):
            return Fraction(step.points)
    return Fraction(bins.bins[-1].points)


def _other(points: Mapping[str, Decimal]) -> str:
    """Make a text that no code is."""
    text = "other"
    while text in points:
        text += "_"
    return text


def _of_expression(criterion: Criterion, scale: Expression, values: Mapping[str, object]) -> Iterator[PointsBoundary]:
    """Find where a straight line meets the limits of the points."""
    try:
        tried = [evaluate(scale.tree, {**values, "value": value}) for value in PROBES]
    except NotEvaluable:
        return
    zero, one, two = (point if isinstance(point, Fraction) else None for point in tried)
    if zero is None or one is None or two is None or two - one != one - zero or one == zero:
        return
    slope = one - zero
    meets = [(Fraction(limit) - zero) / slope for limit in (criterion.min, criterion.max)]
    exact = [as_decimal(value, criterion.value_places) for value in meets]
    for value in _around(exact, criterion.value_places):
        yield _case(criterion, "limit", value, zero + slope * value)


def _cuts(version: Version, values: Mapping[str, object]) -> set[Fraction]:
    cuts = {Fraction(grade.cut) for grade in version.grades if grade.cut is not None}
    trees = [grade.when.tree for grade in version.grades if grade.when is not None]
    constants = constants_of(trees, values)
    if constants.keys() - {"score"}:
        raise NotTriable
    return cuts | {value for value in constants.get("score", ()) if isinstance(value, Fraction)}


def _grade(grades: Iterable[Grade], score: Fraction, values: Mapping[str, object]) -> str:
    for grade in grades:
        if grade.cut is not None:
            reached = score >= grade.cut
        else:
            reached = grade.when is None or evaluate(grade.when.tree, {**values, "score": score}) is True
        if reached:
            return grade.grade
    return ""
