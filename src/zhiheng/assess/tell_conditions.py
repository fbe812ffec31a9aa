"""Tell the conditions of grades: of the grade reached and of each better one, with what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.assess.told import ConditionTold, ReadTold
from zhiheng.method import calls_in, name_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from zhiheng.method import Account, Expression, Grade, Version

SCORE, COVERAGE, GRADE = "score", "coverage", "grade"


def tell_conditions(version: Version, account: Account) -> tuple[ConditionTold, ...]:
    """Tell the conditions of each better grade than the one that they gave, and of that one, best first."""
    names = [entry.grade for entry in version.grades]
    if account.cut_grade not in names:
        return ()
    asked = version.grades[: names.index(account.cut_grade) + 1]
    return tuple(_condition(entry, entry.when, account) for entry in asked if entry.when is not None)


def _condition(entry: Grade, when: Expression, account: Account) -> ConditionTold:
    reads = dict(_reads(when, account))
    return ConditionTold(
        grade=entry.grade,
        label=entry.rule.label,
        condition=when.text,
        holds=account.conditions[entry.grade],
        reads=tuple({one.name: one for one, _ in reads.values()}.values()),
        unknown=tuple(dict.fromkeys(one.name for one, known in reads.values() if not known)),
        citations=entry.rule.cite,
    )


def _reads(when: Expression, account: Account) -> Iterator[tuple[tuple[str, str], tuple[ReadTold, bool]]]:
    """Go through what a condition reads, and whether that is known: a value, or the points or state of a criterion."""
    asked = {
        id(argument.unnest()): name_of(call)
        for call in calls_in(when.tree)
        if name_of(call) in ("points", "state")
        for argument in call.expressions
    }
    for column in names_in(when.tree):
        name, of = name_of(column), asked.get(id(column), "")
        read = _read(name, account)
        if read is not None:
            known = of == "state" or (read.points if of == "points" else read.value) is not None
            yield (name, of), (read, known)


def _read(name: str, account: Account) -> ReadTold | None:
    """Find the value of a name; None where it is of the method's text, and so the same for everybody."""
    if name in account.lines:
        line = account.lines[name]
        return ReadTold(name, line.value, line.points)
    own: dict[str, Decimal | None] = {SCORE: account.score, COVERAGE: account.coverage}
    for given in (own, account.values, account.benchmarks):
        if name in given:
            return ReadTold(name, given[name])
    return None
