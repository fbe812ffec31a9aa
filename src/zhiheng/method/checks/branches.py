"""Warn of branches of a `case` that nothing reaches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.reach import Trial, outcomes
from zhiheng.method.expression import place_of
from zhiheng.method.model import Expression, Measure
from zhiheng.method.walk import expressions_of, subject_expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.method.checks.reach import Budget
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Version
    from zhiheng.method.subject_scope import SubjectScope


def check_branches(faults: MethodFaults, version: Version, scope: SubjectScope, budget: Budget) -> None:
    """Warn of branches whose condition is never the first that is true."""
    for expression, trial in _expressions(version, scope, Trial(version, scope, budget)):
        for case in expression.tree.find_all(exp.Case):
            conditions = [branch.this for branch in case.args["ifs"]]
            met = outcomes([Expression("", condition) for condition in conditions], trial)
            for number, condition in enumerate(conditions):
                if met is not None and number not in met:
                    faults.warn("branch-out-of-reach", place_of(condition, expression.place))


def _expressions(version: Version, scope: SubjectScope, trial: Trial) -> Iterator[tuple[Expression, Trial]]:
    """Go through all expressions, each with what its names are."""
    scales = {id(each.scale): name for name, each in version.criteria.items() if isinstance(each.scale, Expression)}
    for expression in subject_expressions(version):
        value = scope.resolve(scales[id(expression)]) if id(expression) in scales else None
        yield expression, trial if value is None else replace(trial, scope=scope.adding(value=value.surely()))
    for attribute in version.attributes.values():
        of_kind = replace(trial, records=scope.records(attribute.kind))
        yield from ((each, of_kind) for each in (attribute.take, attribute.where) if each is not None)
    for entry in version.measured:
        if isinstance(entry.source, Measure):
            of_kind = replace(trial, records=scope.records(entry.source.kind))
            yield from ((each, of_kind) for each in expressions_of(entry.source))
