"""Run the boundary cases of a method: values at and beside every limit, through the engine's own arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhiheng.assess.gathered import load
from zhiheng.assess.verdicts import say
from zhiheng.method import days_of, grade_boundaries, points_boundaries, probe_grades, probe_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from zhiheng.engine import Engine
    from zhiheng.errors import Lang
    from zhiheng.method import Method, Probe, Version
    from zhiheng.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class BoundaryResult:
    """What came of one value or score at or beside a limit."""

    version: str
    what: str  # a criterion, or "grade"
    at: Decimal | str
    expected: Decimal | str
    found: Decimal | str | None

    @property
    def holds(self) -> bool:
        """Whether the engine gives what the declaration says."""
        return self.expected == self.found

    def text(self, lang: Lang) -> str:
        """Say in words what came of it."""
        name = "boundary.holds" if self.holds else "boundary.fails"
        return say(name, lang, what=self.what, at=self.at, expected=self.expected, found=self.found)

    def as_json(self) -> dict[str, Any]:
        """Give the result for a program."""
        found = None if self.found is None else str(self.found)
        return {
            "version": self.version,
            "boundary": self.what,
            "at": str(self.at),
            "expected": str(self.expected),
            "found": found,
            "holds": self.holds,
        }


def run_boundaries(
    method: Method,
    kinds: Mapping[str, Kind],  # noqa: ARG001  cases and boundaries are called alike
    engine: Engine,
) -> tuple[BoundaryResult, ...]:
    """Run the boundary cases of every version: all on its first day, and what is new each day that a value changes."""
    return tuple(result for version in method.versions for result in _of_version(version, engine))


def _of_version(version: Version, engine: Engine) -> Iterator[BoundaryResult]:
    told: set[BoundaryResult] = set()
    for day in days_of(version):
        for result in _on_day(version, day, engine):
            if result not in told:
                told.add(result)
                yield result


def _on_day(version: Version, as_of: date, engine: Engine) -> Iterator[BoundaryResult]:
    cases = points_boundaries(version, as_of)
    for criterion in version.criteria.values():
        own = [case for case in cases if case.criterion == criterion.rule.name]
        if own:
            probe = probe_points(version, as_of, criterion, [case.value for case in own])
            came = _run(probe, engine)
            for number, case in enumerate(own):
                found = came.get(number)
                yield BoundaryResult(version.version, case.criterion, case.value, case.points, found)
    grades = grade_boundaries(version, as_of)
    if grades:
        came = _run(probe_grades(version, as_of, [case.score for case in grades]), engine)
        for number, grade in enumerate(grades):
            yield BoundaryResult(version.version, "grade", grade.score, grade.grade, came.get(number))


def _run(probe: Probe, engine: Engine) -> dict[int, Decimal | str | None]:
    load(probe.table, engine)
    found: dict[int, Decimal | str | None] = {}
    for number, value in engine.fetch(probe.query):
        known: Decimal | str | None = None if value is None else str(value)
        if known is not None and probe.scale >= 0:
            known = Decimal(known).scaleb(-probe.scale)
        found[int(str(number))] = known
    return found
