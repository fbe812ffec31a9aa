"""Check that criteria which share one deduction do deduct."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from zhiheng.method.checks.structure import single_aggregate
from zhiheng.method.evaluate import NotEvaluable, evaluate
from zhiheng.method.model import Bins, Codes, Expression, Line, Measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Criterion, Version
    from zhiheng.method.subject_scope import SubjectScope
    from zhiheng.vocabulary import Kind

TRIED = tuple(Fraction(value) for value in (0, 1, 2, 5, 10, 20, 50, 100, 1000, 10**6))


def check_deductions(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    """Note criteria that cannot share one deduction."""
    seen: set[str] = set()
    for group in version.one_deduction:
        for name in group.among:
            place = faults.spot(group.place, "among", name)
            if name in seen:
                faults.note("deduction-in-two-groups", place, name=name)
            seen.add(name)
            criterion = version.criteria.get(name)
            if criterion is not None:
                _check_criterion(faults, version, criterion, place)
            elif name not in scope.broken:
                faults.note_unknown("not-a-criterion", place, name, version.criteria)
        if not _has_document(version, scope.kinds, group.among):
            faults.warn("no-document", group.place)


def _check_criterion(faults: MethodFaults, version: Version, criterion: Criterion, place: Place) -> None:
    name = criterion.rule.name
    if single_aggregate(criterion) != "sum":
        faults.note("deduction-not-sum", place, name=name)
    if isinstance(criterion.source, Measure) and criterion.source.window.latest:
        faults.note("deduction-of-latest", place, name=name)
    if falls(criterion, values_on(version, version.since)) is False:
        faults.note("deduction-does-not-fall", place, name=name)


def values_on(version: Version, day: date) -> dict[str, object]:
    """Take what `values` hold on a day."""
    found: dict[str, object] = {}
    for name, value in version.values.items():
        begun = [given for since, given in value.dated.items() if since <= day]
        if begun:
            found[name] = begun[-1]
    return found


def falls(criterion: Criterion, values: Mapping[str, object]) -> bool | None:
    """Tell whether points fall, and nowhere rise, as the value grows; None where that cannot be told."""
    match criterion.scale:
        case Line():
            points: Sequence[object] = [Fraction(given) for _, given in criterion.scale.knots]
        case Bins():
            points = [Fraction(step.points) for step in criterion.scale.bins]
        case Codes():
            return False
        case Expression():
            try:
                points = [evaluate(criterion.scale.tree, {**values, "value": value}) for value in TRIED]
            except NotEvaluable:
                return None
    numbers = [given for given in points if isinstance(given, Fraction)]
    descending = all(after <= before for before, after in pairwise(numbers))
    return descending and len(set(numbers)) > 1


def _has_document(version: Version, kinds: Mapping[str, Kind], names: Sequence[str]) -> bool:
    for name in names:
        criterion = version.criteria.get(name)
        if criterion is None:
            return True
        if not isinstance(criterion.source, Measure):
            continue
        kind = kinds.get(criterion.source.kind.partition(".")[0])
        if kind is None or kind.same_fact:
            return True
    return False
