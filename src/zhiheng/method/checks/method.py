"""Run every check over every version of a method."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zhiheng.method.checks.branches import check_branches
from zhiheng.method.checks.deductions import check_deductions
from zhiheng.method.checks.expressions import check_expressions
from zhiheng.method.checks.grades import check_grades
from zhiheng.method.checks.ladder import check_ladder
from zhiheng.method.checks.occurring import check_occurring
from zhiheng.method.checks.points import check_points
from zhiheng.method.checks.reach import Budget, check_reach
from zhiheng.method.checks.structure import check_structure
from zhiheng.method.checks.tables import check_tables
from zhiheng.method.checks.usage import check_usage
from zhiheng.method.dependencies import in_order

if TYPE_CHECKING:
    from zhiheng.method.model import Method, Version
    from zhiheng.method.reading.page import Page
    from zhiheng.method.subject_scope import SubjectScope
    from zhiheng.vocabulary import Declaration


class Reading(NamedTuple):
    """One version as it was read: the entries it stands in, the version, and what its names mean."""

    top: Declaration
    version: Version
    scope: SubjectScope


def check_whole(page: Page, top: Declaration, method: Method, read: list[Reading]) -> None:
    """Note every fault that only shows in the whole."""
    budget = Budget()
    for each in read:
        _check_version(page, each, budget)
    check_tables(page, [(each.version, each.scope) for each in read])
    check_usage(page, top, method)


def _check_version(page: Page, each: Reading, budget: Budget) -> None:
    top, version, scope = each
    order, circles = in_order(version)
    for circle in circles:
        places = {entry.rule.name: entry.rule.place for entry in version.measured}
        places |= {name: benchmark.place for name, benchmark in version.benchmarks.items()}
        first = next((places[name] for name in circle if name in places), version.score.place)
        page.faults.note("circle", first, path=" -> ".join((*circle, circle[0])))
    scope.settle(order)
    check_expressions(page, version, scope)
    check_structure(page, top, version, scope)
    check_occurring(page.faults, version, scope)
    check_deductions(page.faults, version, scope)
    check_grades(page.faults, top, version)
    if not circles:
        check_points(page.faults, top, version, scope)
        check_ladder(page.faults, version, scope)
        check_reach(page.faults, version, scope, budget)
        check_branches(page.faults, version, scope, budget)
