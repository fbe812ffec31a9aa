"""Check measures against the values that can occur: weights and strengths below 0, steps and knots beyond reach."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.bounds import NEVER_NEGATIVE, NotBounded, span_of_weight
from zhiheng.method.checks.deductions import values_on
from zhiheng.method.checks.reach import days_of
from zhiheng.method.checks.structure import single_aggregate
from zhiheng.method.evaluate import INNER_PLACES, NotEvaluable, evaluate, rounded
from zhiheng.method.expression import bare, name_of
from zhiheng.method.inference import type_of
from zhiheng.method.model import Bins, Line, Measure
from zhiheng.method.reading.points import digits_of

if TYPE_CHECKING:
    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Criterion, Expression, Fact, Version
    from zhiheng.method.subject_scope import SubjectScope

_NEVER_BELOW_ZERO = frozenset({"count", "distinct", "repeats", "held", "share"})


def check_occurring(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    """Note weights and strengths below 0, and warn of steps, knots and conditions that are probably not meant."""
    for entry in version.measured:
        _check_null(faults, scope, entry)
        if isinstance(entry.source, Measure):
            if entry.source.weight is not None and not _check_weight(faults, version, entry.source.weight):
                _check_bounds(faults, scope, entry.source, entry.source.weight)
            _check_strength(faults, version, entry)
    for criterion in version.criteria.values():
        _check_steps(faults, criterion)


def _check_weight(faults: MethodFaults, version: Version, weight: Expression) -> bool:
    """Note a weight that `values` make less than 0; tell whether one was."""
    for day in days_of(version):
        values = values_on(version, day)
        lowest = _lowest(weight.tree, values)
        if lowest is not None and lowest < 0:
            faults.note("below-zero", weight.place, key="weight", value=_shown(lowest), day=day)
            return True
    return False


def _check_bounds(faults: MethodFaults, scope: SubjectScope, source: Measure, weight: Expression) -> None:
    """Note a weight that the bounds of its fields make less than 0; warn where they let it be."""
    records = scope.records(source.kind)
    try:
        low, high = span_of_weight(weight, records, source) if records is not None else NEVER_NEGATIVE
    except NotBounded:
        return
    if high is not None and rounded(high, INNER_PLACES) < 0:
        faults.note("weight-below-zero", weight.place, highest=_shown(high))
    elif low is None or low < 0:
        faults.warn("weight-may-be-below-zero", weight.place)


def _lowest(tree: exp.Expression, values: Mapping[str, object]) -> Fraction | None:
    """Tell how low a weight can be: a number, or the least entry of a table; None where records decide."""
    node = bare(tree)
    if isinstance(node, exp.Anonymous) and name_of(node) == "lookup":
        table = values.get(name_of(bare(node.expressions[0])))
        return min(map(Fraction, table.values()), default=None) if isinstance(table, Mapping) else None
    try:
        found = evaluate(tree, values)
    except NotEvaluable:
        return None
    return found if isinstance(found, Fraction) else None


def _check_strength(faults: MethodFaults, version: Version, entry: Fact | Criterion) -> None:
    shrink = entry.source.shrink if isinstance(entry.source, Measure) else None
    if shrink is None:
        return
    place = faults.spot(entry.rule.place, "shrink", "strength")
    for day in days_of(version):
        given = shrink.strength
        strength = values_on(version, day).get(given) if isinstance(given, str) else given
        if isinstance(strength, Decimal) and strength < 0:
            faults.note("below-zero", place, key="shrink.strength", value=strength, day=day)
            return


def _check_null(faults: MethodFaults, scope: SubjectScope, entry: Fact | Criterion) -> None:
    """Warn where null leaves out a record or a line without a word."""
    if entry.applies is not None and type_of(entry.applies.tree, scope).nullable:
        faults.warn("applies-may-be-null", entry.applies.place)
    source = entry.source
    records = scope.records(source.kind) if isinstance(source, Measure) else None
    if not isinstance(source, Measure) or source.weight is None or records is None:
        return
    if type_of(source.weight.tree, records.narrowed(source.where)).nullable:
        faults.warn("weight-may-be-null", source.weight.place)


def _check_steps(faults: MethodFaults, criterion: Criterion) -> None:
    scale = criterion.scale
    if isinstance(scale, Line):
        limits, key = [at for at, _ in scale.knots], "points"
    elif isinstance(scale, Bins):
        limits, key = [step.limit for step in scale.bins if step.limit is not None], "bins"
        for first, second in pairwise(scale.bins):
            if first.points == second.points and first.limit is not None:
                place = faults.spot(criterion.rule.place, key)
                faults.warn("bins-of-equal-points", place, limit=first.limit, points=first.points)
    else:
        return
    place = faults.spot(criterion.rule.place, key)
    finest = max(limits, key=digits_of, default=None)
    if finest is not None and digits_of(finest) > criterion.value_places:
        faults.warn("limit-finer-than-places", place, number=finest, places=criterion.value_places)
    _check_range(faults, criterion, limits, place)


def _check_range(faults: MethodFaults, criterion: Criterion, limits: list[Decimal], place: Place) -> None:
    """Warn of limits that no value of a count or a share comes to."""
    aggregate = single_aggregate(criterion)
    if aggregate not in _NEVER_BELOW_ZERO:
        return
    for limit in limits:
        below = limit < 0 or (limit == 0 and _is_open(criterion, limit))
        if below or (aggregate == "share" and limit > 1):
            faults.warn("limit-beyond-values", place, limit=limit, aggregate=aggregate)


def _is_open(criterion: Criterion, limit: Decimal) -> bool:
    steps = criterion.scale.bins if isinstance(criterion.scale, Bins) else ()
    return any(step.limit == limit and not step.closed for step in steps)


def _shown(number: Fraction) -> str:
    return f"{float(number):g}"
