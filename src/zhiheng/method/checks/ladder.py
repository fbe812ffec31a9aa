"""Warn of grades, vetoes and buffers that are probably not meant."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from zhiheng.method.checks.candidates import NotTriable, around
from zhiheng.method.checks.deductions import values_on
from zhiheng.method.checks.grades import score_range
from zhiheng.method.checks.reach import constants_of
from zhiheng.method.evaluate import NotEvaluable, as_decimal, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Version
    from zhiheng.method.subject_scope import SubjectScope

MOST_SCORES, MOST_TOLD = 2000, 20


def check_ladder(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    """Warn of a gap between grades, of a veto that lifts, and of previous grades that are none."""
    if not version.grades:
        return
    _check_gap(faults, version)
    for veto in version.vetoes:
        if veto.bound == "grade" and veto.grade == version.grades[0].grade:
            faults.warn("veto-lifts", faults.spot(veto.rule.place, "grade"), grade=veto.grade)
    buffer = version.buffer
    found = scope.resolve(buffer.previous) if buffer is not None and buffer.previous in version.facts else None
    if buffer is not None and found is not None and found.codes:
        grades = [grade.grade for grade in version.grades]
        others = sorted(found.codes.difference(grades))
        if others and not found.codes.issuperset(grades):
            place = faults.spot(buffer.rule.place, "previous")
            told = {"others": ", ".join(others[:MOST_TOLD]), "grades": ", ".join(grades[:MOST_TOLD])}
            faults.warn("previous-of-other-grades", place, name=buffer.previous, **told)


def _check_gap(faults: MethodFaults, version: Version) -> None:
    """Warn of scores that meet no condition, though lower ones and higher ones do."""
    last = version.grades[-1]
    if last.when is not None or any(grade.cut is not None for grade in version.grades):
        return
    try:
        met = _met(version, values_on(version, version.since))
    except (NotTriable, NotEvaluable):
        return
    runs = [(meets, [score for score, _ in run]) for meets, run in groupby(met, key=lambda each: each[1])]
    for _, scores in (run for run in runs[1:-1] if not run[0]):
        low, high = (as_decimal(score, version.score.places) for score in (scores[0], scores[-1]))
        faults.warn("grades-gap", last.rule.place, low=low, high=high, grade=last.grade)


def _met(version: Version, values: Mapping[str, object]) -> list[tuple[Fraction, bool]]:
    """Tell of the scores at and beside every number that conditions hold whether they meet one, in ascending order."""
    trees = [grade.when.tree for grade in version.grades if grade.when is not None]
    constants = constants_of(trees, values)
    if constants.keys() != {"score"}:
        raise NotTriable
    numbers = {number for number in constants["score"] if isinstance(number, Fraction)}
    low, high = score_range(version)
    scores = around(numbers, version.score.places)
    within = [score for score in scores if (low is None or score >= low) and (high is None or score <= high)]
    if len(within) > MOST_SCORES:
        raise NotTriable
    return [(score, any(evaluate(tree, {**values, "score": score}) is True for tree in trees)) for score in within]
