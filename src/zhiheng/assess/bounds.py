"""The best and the worst that can come out for a subject, where lines could not be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng import method as compiled
from zhiheng.assess.told import Case, Range

if TYPE_CHECKING:
    from zhiheng.assess.gathered import Gathered
    from zhiheng.engine import Engine
    from zhiheng.method import Account, Version

MISSING = ("not_inspected", "withheld")


def find_range(gathered: Gathered, engine: Engine, account: Account) -> Range | None:
    """
    Score a subject again with the lines that are missing assumed at most and at least; None where none is missing.

    `gathered` holds that one subject. A line is assumed to have its most (fewest) points, and the value that gives
    them where its scale says which; the best case is the one with the better grade, or else the higher score.
    """
    version = gathered.gathering.version
    missing = tuple(name for name, line in account.lines.items() if line.state in MISSING and line.applies)
    if not missing:
        return None
    cases = []
    for end in ("most", "least"):
        assumed = {name: compiled.assume(version.criteria[name], end) for name in missing}
        cases.append(_case(gathered, engine, assumed))
    best, worst = sorted(cases, key=lambda case: _rank(version, case))
    return Range(missing, best, worst)


def _case(gathered: Gathered, engine: Engine, assumed: dict[str, compiled.Assumption]) -> Case:
    sheet = compiled.AssumedSheet(
        gathered.gathering, gathered.table, gathered.frozen, gathered.coverage, assumed=assumed
    )
    plan = compiled.AccountPlan(sheet)
    (row,) = engine.fetch(plan.query)
    account = plan.read(row)
    return Case(account.state, account.score, account.grade)


def _rank(version: Version, case: Case) -> tuple[int, float]:
    """Sort the better grade first, then the higher score."""
    grades = [grade.grade for grade in version.grades]
    place = grades.index(case.grade) if case.grade in grades else len(grades)
    return place, -float(case.score) if case.score is not None else float("inf")
