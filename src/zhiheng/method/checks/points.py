"""Warn of points that are probably not meant: held away, the worst for the blameless, or finer than the score."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.bounds import NotBounded, of_subject, span_of, span_of_entry
from zhiheng.method.checks.deductions import falls, values_on
from zhiheng.method.checks.span import Span
from zhiheng.method.evaluate import NotEvaluable, as_decimal, evaluate
from zhiheng.method.expression import bare, name_of, names_in
from zhiheng.method.model import Absent, Bins, Expression, Line, Measure
from zhiheng.method.reading.points import digits_of, points_given
from zhiheng.method.scales import in_bin, on_line
from zhiheng.vocabulary import Entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Criterion, Version
    from zhiheng.method.subject_scope import SubjectScope
    from zhiheng.vocabulary import Declaration

LEAST_PART = 4  # of so many parts of the points that can come out, one at least lies within the limits
_GROWING = frozenset({"count", "sum", "distinct", "repeats"})


def check_points(faults: MethodFaults, top: Declaration, version: Version, scope: SubjectScope) -> None:
    """Warn of what points do that their author probably does not mean; the version's sections stand in `top`."""
    for criterion in version.criteria.values():
        if isinstance(criterion.scale, Expression):
            _check_limits(faults, version, scope, criterion, criterion.scale)
        _check_nothing(faults, version, criterion)
    _check_places(faults, top, version)


def _check_limits(
    faults: MethodFaults, version: Version, scope: SubjectScope, criterion: Criterion, scale: Expression
) -> None:
    """Warn of points that the limits change always, or over nearly all that can come out."""
    try:
        value = span_of_entry(criterion, version, scope)
    except NotBounded:
        value = Span(None, None)
    look = of_subject(version, scope)
    try:
        found = span_of(scale.tree, lambda name: value if name == "value" else look(name), version.values)
    except NotBounded:
        return
    lowest, most = Fraction(criterion.min), Fraction(criterion.max)
    facts = {"min": criterion.min, "max": criterion.max}
    above = found.low is not None and found.low >= most and found.high != most
    below = found.high is not None and found.high <= lowest and found.low != lowest
    if above or below or (lowest == most and found != Span(most, most)):
        faults.warn("points-always-held", scale.place, points=criterion.max if above else criterion.min, **facts)
    elif found.low is not None and found.high is not None and _names_once(scale.tree):
        inside = min(found.high, most) - max(found.low, lowest)
        if inside * LEAST_PART < found.high - found.low:
            faults.warn(
                "points-mostly-held", scale.place, lowest=_shown(found.low), highest=_shown(found.high), **facts
            )


def _names_once(tree: exp.Expression) -> bool:
    """Tell whether no name stands twice: only then can everything between the bounds come out."""
    names = [name_of(column) for column in names_in(tree)]
    return len(names) == len(set(names))


def _check_nothing(faults: MethodFaults, version: Version, criterion: Criterion) -> None:
    """Warn where no rows cost all the points, and every row costs some more."""
    source = criterion.source
    if criterion.absent is not Absent.ZERO or not isinstance(source, Measure) or not _adds_up(source.measure.tree):
        return
    values = values_on(version, version.since)
    points = _points_of_nothing(criterion, values)
    given = max(criterion.min, Decimal(0))
    if points is not None and points > given and falls(criterion, values):
        place = faults.spot(criterion.rule.place, "absent")
        faults.warn("nothing-is-worst", place, points=_shown(min(points, Fraction(criterion.max))), given=given)


def _adds_up(tree: exp.Expression) -> bool:
    """Tell whether a measure is one aggregate that is 0 without rows and to which every row adds."""
    node = bare(tree)
    if not isinstance(node, exp.Anonymous) or name_of(node) not in _GROWING:
        return False
    return name_of(node) != "count" or not node.expressions


def _points_of_nothing(criterion: Criterion, values: Mapping[str, object]) -> Fraction | None:
    """Tell what points a value of 0 has; None where that cannot be told."""
    scale, nothing = criterion.scale, Fraction(0)
    match scale:
        case Line():
            return on_line(scale, nothing)
        case Bins():
            return in_bin(scale, nothing)
        case Expression():
            try:
                found = evaluate(scale.tree, {**values, "value": nothing})
            except NotEvaluable:
                return None
            return found if isinstance(found, Fraction) else None
    return None


def _check_places(faults: MethodFaults, top: Declaration, version: Version) -> None:
    """Warn where points are finer than the score only because nobody said how fine the score is."""
    places = top.get("places")
    said = isinstance(places, Entries) and any(key == "score" for key in places)
    cuts = [grade for grade in version.grades if grade.cut is not None]
    if said or not cuts or version.score.formula is not None:
        return
    finest = max((_digits(criterion) for criterion in version.criteria.values()), default=0)
    if finest > version.score.places:
        faults.warn("score-coarser-than-points", version.score.place, points=finest, places=version.score.places)


def _digits(criterion: Criterion) -> int:
    """Count the digits that the points of a criterion can have after the point."""
    if isinstance(criterion.scale, Line | Expression):
        return criterion.points_places
    return max(map(digits_of, points_given(criterion.scale)), default=0)


def _shown(number: Fraction) -> Decimal:
    return as_decimal(number, 2).normalize() + 0
