"""Evaluate a method by the words of the language reference, in plain Python and exact numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tests.reference.expressions import Plain, holds, worth
from tests.reference.grading import Ladder
from tests.reference.numbers import rounded
from tests.reference.outcome import Line, Outcome
from tests.reference.run import Run, SubjectScope, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from tests.reference.records import Row

    from zhiheng.method.model import StateRule, Version

COVERAGE_PLACES = 6


def evaluate(
    version: Version,
    as_of: date,
    records: Mapping[str, Sequence[Row]],
    frozen: Mapping[str, Decimal] | None = None,
) -> dict[str, Outcome]:
    """Assess every subject; `frozen` sets benchmarks by hand."""
    run = Run(version, as_of, records, frozen or {})
    return {subject: _outcome(run, subject) for subject in run.subjects}


def _outcome(run: Run, subject: str) -> Outcome:
    version = run.version
    lines = {name: run.line(subject, name) for name in version.criteria}
    facts = {name: run.known(subject, name) for name in (*version.facts, *version.attributes)}
    coverage = _coverage(run, subject, lines)
    state, score = _state_and_score(run, subject, lines, coverage)
    grade = cut_grade = None
    rules: list[str] = []
    if state == "graded":
        previous = run.known(subject, version.buffer.previous) if version.buffer else None
        ladder = Ladder(version, _scopes(run, subject, score=score, coverage=coverage), score, previous)
        cut_grade = ladder.cut()
        grade = cut_grade and ladder.final(cut_grade)
        rules = ladder.changed_by
    return Outcome(state, score, grade, cut_grade, coverage, tuple(rules), lines, facts)


def _scopes(run: Run, subject: str, **known: Plain):  # noqa: ANN202
    return lambda grade: SubjectScope(run, subject, {**known, "grade": grade})


def _state_and_score(run: Run, subject: str, lines: Mapping[str, Line], coverage: Fraction) -> tuple[str, Plain]:
    version = run.version
    for rule in version.states:
        if (settled := _settled(run, subject, rule)) is not None:
            return settled, None
    states = [line.state for line in lines.values()]
    if "withheld" in states or (states and "measured" not in states):
        return "not_computable", None
    score = _score(run, subject, lines)
    if score is None:
        return "not_computable", None
    enough = version.sufficient
    if enough and not holds(tree(enough.when), run.scope(subject, score=score, coverage=coverage)):
        return "insufficient", score
    return "graded", score


def _settled(run: Run, subject: str, rule: StateRule) -> str | None:
    """Say which state a rule settles: its own, or the text of the fact that passes through."""
    if rule.when is not None:
        return rule.state if holds(tree(rule.when), run.scope(subject)) else None
    text = run.known(subject, rule.pass_through)
    return None if text in rule.except_ else text  # type: ignore[return-value]


def _score(run: Run, subject: str, lines: Mapping[str, Line]) -> Fraction | None:
    rule = run.version.score
    if rule.formula:
        score = worth(tree(rule.formula), run.scope(subject))
        assert score is None or isinstance(score, Fraction)
        return None if score is None else rounded(score, rule.places)
    points = sum((line.points for line in lines.values() if line.points is not None), Fraction(0))
    if rule.out_of is None:
        return rounded(points, rule.places)
    if rule.over == "applicable":
        most = sum((line.max for line in lines.values() if line.max is not None), Fraction(0))
    else:
        most = sum((Fraction(criterion.max) for criterion in run.version.criteria.values()), Fraction(0))
    return rounded(Fraction(rule.out_of) * points / most, rule.places) if most else None


def _coverage(run: Run, subject: str, lines: Mapping[str, Line]) -> Fraction:
    most = {name: Fraction(criterion.max) for name, criterion in run.version.criteria.items()}
    asked = sum((most[name] for name in lines if run.applies(subject, name)), Fraction(0))
    covered = sum((most[name] for name, line in lines.items() if line.points is not None), Fraction(0))
    return rounded(covered / asked, COVERAGE_PLACES) if asked else Fraction(1)
