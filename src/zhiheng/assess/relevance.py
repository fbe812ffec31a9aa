"""Which lines and facts the difference between two outcomes rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.assess.definitions import reads
from zhiheng.method import name_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.assess.causes import Sight
    from zhiheng.method import Expression, Version


def relevant_names(before: Sight, after: Sight) -> frozenset[str]:
    """Name the criteria, facts and attributes that state, score or grade differ by, and all that these rest on."""
    found: set[str] = set()
    for sight in (before, after):
        found |= set(_names(sight.version, before, after))
    for sight in (before, after):
        found |= _beneath(sight.version, found)
    return frozenset(found)


def _names(version: Version, before: Sight, after: Sight) -> Iterator[str]:
    one, other = before.account, after.account
    if one.score != other.score or one.state != other.state:
        yield from _of_score(version)
    if one.state != other.state:
        yield from _of_states(version, before, after)
    if one.cut_grade != other.cut_grade or one.grade != other.grade:
        for grade in version.grades:
            yield from _read(grade.when)
    for name in set(one.rules) ^ set(other.rules):
        yield from _of_rule(version, name)


def _of_score(version: Version) -> Iterator[str]:
    if version.score.formula is None:
        yield from version.criteria
    else:
        yield from _read(version.score.formula)


def _of_states(version: Version, before: Sight, after: Sight) -> Iterator[str]:
    """Name what decides the states that hold in one of the two alone."""
    named = {f"states.{rule.rule.name}": rule for rule in version.states}
    for name, rule in {**named, **({"sufficient": version.sufficient} if version.sufficient else {})}.items():
        if before.account.settling.get(name) != after.account.settling.get(name) or rule.pass_through:
            yield from _read(rule.when)
            yield from [rule.pass_through] if rule.pass_through else []
    yield from version.criteria


def _of_rule(version: Version, name: str) -> Iterator[str]:
    section, _, own = name.partition(".")
    if section == "buffer":
        yield from [version.buffer.previous] if version.buffer else []
        yield from _of_score(version)
        return
    for rule in getattr(version, section, ()):
        if rule.rule.name == own:
            condition = rule.needs if section in ("requires", "gates") else rule.when
            yield from _read(condition)
            if {"score", "coverage", "grade"} & set(_read(condition)):
                yield from _of_score(version)


def _read(expression: Expression | None) -> Iterator[str]:
    if expression is not None:
        yield from (name_of(column) for column in names_in(expression.tree))


def _beneath(version: Version, names: set[str]) -> set[str]:
    """Follow names to all that they rest on."""
    known = {*version.criteria, *version.facts, *version.attributes, *version.benchmarks}
    found: set[str] = set()
    waiting = [name for name in names if name in known]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one for one in reads(version, name) if one in known]
    return found
