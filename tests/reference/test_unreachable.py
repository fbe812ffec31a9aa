"""What the check calls unreachable is reached by no generated subject, by the words of the language reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.reference.evaluate import evaluate
from tests.reference.expressions import holds
from tests.reference.run import Run, tree
from tests.reference.strategies_method import methods
from tests.reference.strategies_records import Sample, samples
from tests.reference.tables import kinds

from zhiheng.method.method_file import read_method_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference.outcome import Outcome

    from zhiheng.errors import Fault
    from zhiheng.method.model import Expression, Version

EVERYDAY = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.filter_too_much),
    phases=[Phase.generate],
)


def conditions(version: Version) -> Iterator[tuple[Expression, bool]]:
    """Go through the conditions that have to be true at some time, and whether only graded subjects come to them."""
    yield from ((state.when, False) for state in version.states if state.when is not None)
    yield from ((entry.applies, False) for entry in version.measured if entry.applies is not None)
    yield from ((rule.when, True) for rule in (*version.floors, *version.caps, *version.vetoes))


def refuted(fault: Fault, version: Version, run: Run, outcomes: dict[str, Outcome]) -> Iterator[str]:
    """Go through the subjects that reach what a fault calls unreachable."""
    for subject, outcome in outcomes.items():
        graded = outcome.state == "graded"
        known = {"score": outcome.score, "coverage": outcome.coverage, "grade": outcome.cut_grade}
        scope = run.scope(subject, **known)
        match fault.code:
            case "method.never-true":
                found = [one for one, late in conditions(version) if one.place == fault.place and (graded or not late)]
                reached = any(holds(tree(one), scope) for one in found)
            case "method.always-true":
                found = [rule.needs for rule in (*version.requires, *version.gates) if rule.needs.place == fault.place]
                reached = graded and not all(holds(tree(one), scope) for one in found)
            case "method.cut-always-reached":
                reached = graded and outcome.cut_grade == version.grades[-1].grade
            case "method.state-out-of-reach":
                named = [state.state for state in version.states if state.rule.place == fault.place]
                reached = outcome.state in named
            case _:
                reached = outcome.cut_grade is not None and outcome.cut_grade == fault.facts.get("grade")
        if reached:
            yield subject


UNREACHABLE = frozenset(
    f"method.{name}"
    for name in ("never-true", "always-true", "grade-unreachable", "cut-out-of-reach", "cut-always-reached")
) | {"method.grade-between-steps", "method.state-out-of-reach"}


def check(text: str, sample: Sample) -> None:
    method, faults = read_method_text(text, kinds(), "method.yaml")
    told = [fault for fault in faults.in_order() if fault.code in UNREACHABLE]
    if method is None or not told:
        return
    version = method.versions[0]
    run = Run(version, sample.as_of, sample.records, {})
    outcomes = evaluate(version, sample.as_of, sample.records)
    assert [(fault.render(), subject) for fault in told for subject in refuted(fault, version, run, outcomes)] == []


@settings(EVERYDAY, max_examples=60)
@given(methods(), samples())
def test_nobody_reaches_what_the_check_calls_unreachable(text: str, sample: Sample):
    check(text, sample)


@pytest.mark.soak
@settings(EVERYDAY, max_examples=3000, derandomize=False)
@given(methods(), samples())
def test_nobody_reaches_what_the_check_calls_unreachable_three_thousand_times(text: str, sample: Sample):
    check(text, sample)
