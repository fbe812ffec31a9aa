"""Work out what must come out just below, at and above every limit of a method, straight from its declaration."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from zhiheng.method.checks.candidates import FINEST, NotTriable, around
from zhiheng.method.checks.deductions import values_on
from zhiheng.method.checks.grades import score_range
from zhiheng.method.checks.reach import constants_of
from zhiheng.method.evaluate import NotEvaluable, as_decimal, evaluate, rounded
from zhiheng.method.model import Bins, Codes, Expression, Line
from zhiheng.method.scales import in_bin, on_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from zhiheng.method.model import Criterion, Grade, Version

Limit = Literal["knot", "bin", "code", "limit"]
LARGEST = 10**9  # values further out say nothing
MOST_PROBES = 200


_WORTH_TRYING = (exp.Literal, exp.Column, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Anonymous, exp.Case)


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
    values = {**values_on(version, as_of), "as_of": as_of}
    found = (case for criterion in version.criteria.values() for case in _of_criterion(criterion, values))
    return tuple(dict.fromkeys(found))


def grade_boundaries(version: Version, as_of: date) -> tuple[GradeBoundary, ...]:
    """List a score just below, at and just above every cut, with its grade; nothing where more than scores decides."""
    values = values_on(version, as_of)
    try:
        cuts = _cuts(version, values)
    except (NotTriable, NotEvaluable):
        return ()
    lowest, highest = score_range(version)
    within = (
        score
        for score in around(cuts, version.score.places)
        if (lowest is None or score >= lowest) and (highest is None or score <= highest)
    )
    try:
        graded = [(score, _grade(version.grades, score, values)) for score in within]
    except NotEvaluable:
        return ()
    return tuple(GradeBoundary(as_decimal(score, version.score.places), grade) for score, grade in graded if grade)


def _of_criterion(criterion: Criterion, values: Mapping[str, object]) -> Iterator[PointsBoundary]:
    name, scale = criterion.rule.name, criterion.scale
    match scale:
        case Line():
            for value in around((Fraction(knot) for knot, _ in scale.knots), criterion.value_places):
                yield _case(criterion, "knot", value, on_line(scale, value))
        case Bins():
            limits = (Fraction(step.limit) for step in scale.bins if step.limit is not None)
            for value in around(limits, criterion.value_places):
                yield _case(criterion, "bin", value, in_bin(scale, value))
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


def _other(points: Mapping[str, Decimal]) -> str:
    """Make a text that no code is."""
    text = "other"
    while text in points:
        text += "_"
    return text


def _of_expression(criterion: Criterion, scale: Expression, values: Mapping[str, object]) -> Iterator[PointsBoundary]:
    """Try an expression at and beside every constant in it, and where it meets the limits of the points."""

    def points_at(value: Fraction) -> Fraction | None:
        found = evaluate(scale.tree, {**values, "value": value})
        if found is not None and not isinstance(found, Fraction):
            raise NotEvaluable
        return found

    try:
        inner = sorted(_numbers_in(scale.tree, values))[:MOST_PROBES]
        meets = set(_meetings(inner, points_at, (Fraction(criterion.min), Fraction(criterion.max))))
        near = [value for value in {*inner, *meets} if abs(value) <= LARGEST]
        for value in around(near, criterion.value_places):
            points = points_at(value)
            if points is not None:
                yield _case(criterion, "limit", value, points)
    except NotEvaluable:
        return


def _numbers_in(tree: exp.Expression, values: Mapping[str, object]) -> set[Fraction]:
    """Gather every part of an expression that is a number and does not depend on the value."""
    found: set[Fraction] = set()
    for node in tree.walk():
        try:
            number = evaluate(node, values) if isinstance(node, _WORTH_TRYING) else None
        except NotEvaluable:
            continue
        if isinstance(number, Fraction):
            found.add(number)
    return found


def _meetings(
    inner: Sequence[Fraction], points_at: Callable[[Fraction], Fraction | None], limits: Sequence[Fraction]
) -> Iterator[Fraction]:
    """Find where straight pieces between the constants, and beyond them, meet the limits of the points."""
    ends = [min(inner, default=Fraction(0)) - 1, *inner, max(inner, default=Fraction(0)) + 1]
    for number, (low, high) in enumerate(pairwise(ends)):
        first, last = low + (high - low) / 3, high - (high - low) / 3
        middle = (first + last) / 2
        one, two, between = points_at(first), points_at(last), points_at(middle)
        if one is None or two is None or between is None or one == two or one + two != between * 2:
            continue
        for limit in limits:
            at = first + (limit - one) * (last - first) / (two - one)
            below, above = number == 0 and at <= high, number == len(ends) - 2 and at >= low
            if below or above or low <= at <= high:
                yield rounded(at, FINEST)


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
