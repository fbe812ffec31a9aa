"""The best and the worst that can come out for a subject, where lines could not be measured."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.told import Case, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.assess.gathered import Gathered
    from zhiheng.engine import Engine
    from zhiheng.method import Account, Version

MISSING = ("not_inspected", "withheld")
MOST_LINES = 8  # of which all combinations are tried
TRIED, ASSUMED = "tried_lines", "assumed_lines"


def find_range(gathered: Gathered, engine: Engine, account: Account) -> Range | None:
    """
    Score a subject again with the lines that are missing assumed at most or at least; None where none is missing.

    `gathered` holds that one subject. A line is assumed to have its most (fewest) points, and the value that gives
    them where its scale says which; the best case is the one with the better grade, or else the higher score. All
    combinations are tried where lines are few. Where they are many, all have their most or all their fewest if the
    score adds them up and no rule reads one of them; else the range is not known.
    """
    version = gathered.gathering.version
    missing = tuple(name for name, line in account.lines.items() if line.state in MISSING and line.applies)
    if not missing:
        return None
    if len(missing) <= MOST_LINES:
        tried = list(product((True, False), repeat=len(missing)))
    elif _adds_up(version, frozenset(missing)):
        tried = [(True,) * len(missing), (False,) * len(missing)]
    else:
        return Range(missing, None, None)
    cases = sorted(_cases(gathered, engine, missing, tried), key=lambda case: _rank(version, case))
    return Range(missing, cases[0], cases[-1])


def _adds_up(version: Version, missing: frozenset[str]) -> bool:
    """Tell whether the score is a sum of points, and no other line, fact or rule is made of the missing ones."""
    if version.score.formula is not None:
        return False
    named = (name for one in compiled.subject_expressions(version) for name in compiled.names_in(one.tree))
    return missing.isdisjoint(map(compiled.name_of, named))


def _cases(
    gathered: Gathered, engine: Engine, missing: tuple[str, ...], tried: list[tuple[bool, ...]]
) -> Iterator[Case]:
    columns = {compiled.at_most(name): "BOOLEAN" for name in missing}
    engine.load(TRIED, columns, tried)
    one, other = (exp.to_table(name, quoted=True) for name in (gathered.table, TRIED))
    engine.keep(ASSUMED, exp.select("*").from_(one).join(other, join_type="cross"))
    criteria = gathered.gathering.version.criteria
    sheet = compiled.AssumedSheet(
        gathered.gathering,
        ASSUMED,
        gathered.frozen,
        gathered.coverage,
        assumed={name: {end: compiled.assume(criteria[name], end) for end in compiled.ENDS} for name in missing},
    )
    plan = compiled.AccountPlan(sheet)
    for account in map(plan.read, engine.fetch(plan.query)):
        yield Case(account.state, account.score, account.grade)


def _rank(version: Version, case: Case) -> tuple[int, float]:
    """Sort the better grade first, then the higher score."""
    grades = [grade.grade for grade in version.grades]
    place = grades.index(case.grade) if case.grade in grades else len(grades)
    return place, -float(case.score) if case.score is not None else float("inf")
