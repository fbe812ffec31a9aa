"""Find conditions that are never true and grades that nobody reaches, by trying every value that a condition parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.candidates import NotTriable, candidates_for, candidates_of_row
from zhiheng.method.checks.deductions import values_on
from zhiheng.method.evaluate import NotEvaluable, Plain, evaluate
from zhiheng.method.expression import bare, name_of, names_in
from zhiheng.method.model import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Expression, Version
    from zhiheng.method.scope import RecordScope
    from zhiheng.method.subject_scope import SubjectScope

MOST_TRIES = 20_000

_PARTING = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)


@dataclass
class Budget:
    """How many more parts of conditions may be tried over a whole file; what would cost more is left unsaid."""

    left: int = 2_000_000

    def spend(self, cost: int) -> None:
        """
        Take what a trial costs.

        Raises:
            NotTriable: not so much is left.
        """
        if cost > self.left:
            raise NotTriable
        self.left -= cost


@dataclass(frozen=True)
class Trial:
    """One version whose conditions are tried."""

    version: Version
    scope: SubjectScope
    budget: Budget
    records: RecordScope | None = None  # over whose fields the conditions are, if not over a subject

    def candidates(self, name: str, constants: Iterable[Plain]) -> list[Plain]:
        """List values of a name that meet every case."""
        if self.records is not None:
            return candidates_of_row(name, constants, self.records)
        return candidates_for(name, constants, self.version, self.scope)


def check_reach(faults: MethodFaults, version: Version, scope: SubjectScope, budget: Budget) -> None:
    """Note conditions that are never true, and grades and states that an earlier one always takes."""
    trial = Trial(version, scope, budget)
    for condition in _conditions(version):
        met = outcomes([condition], trial)
        if met is not None and 0 not in met:
            faults.note("never-true", condition.place)
    _check_rows(faults, trial)
    for needs in (each.needs for each in (*version.requires, *version.gates)):
        met = outcomes([needs], trial)
        if met is not None and met == {0}:
            faults.warn("always-true", needs.place)
    listed = [(grade.rule, grade.when) for grade in version.grades if grade.when is not None]
    met = outcomes([when for _, when in listed], trial) if listed else None
    if met is not None:
        for number, (rule, _) in enumerate(listed):
            if number not in met:
                faults.note("grade-unreachable", rule.place, grade=rule.name)
        rest = [grade for grade in version.grades if grade.when is None]
        if rest and len(listed) not in met:
            faults.note("grade-unreachable", rest[0].rule.place, grade=rest[0].grade)
    _check_states(faults, trial)


def _check_rows(faults: MethodFaults, trial: Trial) -> None:
    """Note conditions that no record meets."""
    sources = [entry.source for entry in trial.version.measured]
    reading = [(source.kind, source.where) for source in sources if isinstance(source, Measure)]
    reading += [(attribute.kind, attribute.where) for attribute in trial.version.attributes.values()]
    for kind, where in reading:
        records = trial.scope.records(kind)
        if where is None or records is None:
            continue
        met = outcomes([where], replace(trial, records=records))
        if met is not None and 0 not in met:
            faults.note("never-true", where.place)


def _check_states(faults: MethodFaults, trial: Trial) -> None:
    settled = [(state.rule, state.when) for state in trial.version.states if state.when is not None]
    met = outcomes([when for _, when in settled], trial)
    for number, (rule, when) in enumerate(settled):
        alone = outcomes([when], trial)
        if met is not None and number not in met and (alone is None or 0 in alone):
            faults.note("state-out-of-reach", rule.place)


def _conditions(version: Version) -> Iterator[Expression]:
    """Go through what has to be true at some time, or the entry says nothing."""
    for state in (*version.states, *([version.sufficient] if version.sufficient else [])):
        if state.when is not None:
            yield state.when
    for bound in (*version.floors, *version.caps, *version.vetoes):
        yield bound.when
    for entry in version.measured:
        if entry.applies is not None:
            yield entry.applies


def outcomes(conditions: Sequence[Expression], trial: Trial) -> set[int] | None:
    """
    List which of several conditions can be the first that is true, by number; their count stands for none of them.

    None where not every case can be tried. Names are taken to vary freely, so that what is listed may be more than
    can happen, never less.
    """
    met: set[int] = set()
    trees = [condition.tree for condition in conditions]
    named = {name_of(column) for tree in trees for column in names_in(tree)}
    try:
        for values in _dated(trial.version, named):
            met |= _tried(trees, trial, values)
    except (NotTriable, NotEvaluable):
        return None
    return met


def _dated(version: Version, named: set[str]) -> list[dict[str, object]]:
    """List what the values that conditions name hold, each time that one of them changes."""
    found: list[dict[str, object]] = []
    for day in days_of(version):
        values = {name: held for name, held in values_on(version, day).items() if name in named}
        if not found or values != found[-1]:
            found.append(values)
    return found


def days_of(version: Version) -> list[date]:
    """List the days of a version from which on other `values` hold."""
    changes = {day for value in version.values.values() for day in value.dated if day >= version.since}
    return sorted({version.since, *(day for day in changes if day <= (version.until or date.max))})


def _tried(trees: Sequence[exp.Expression], trial: Trial, values: Mapping[str, object]) -> set[int]:
    constants = constants_of(trees, values)
    candidates = {name: trial.candidates(name, found) for name, found in constants.items()}
    tries = prod(len(found) for found in candidates.values())
    if tries > MOST_TRIES:
        raise NotTriable
    trial.budget.spend(tries * sum(1 for tree in trees for _ in tree.walk()))
    met: set[int] = set()
    for chosen in product(*candidates.values()):
        names = {**values, **dict(zip(candidates, chosen, strict=True))}
        truths = (number for number, tree in enumerate(trees) if evaluate(tree, names) is True)
        met.add(next(truths, len(trees)))
    return met


def constants_of(trees: Iterable[exp.Expression], values: Mapping[str, object]) -> dict[str, set[Plain]]:
    """
    Gather the constants with which each name is compared.

    Raises:
        NotTriable: a name stands in a comparison with something else than constants.
    """
    constants: dict[str, set[Plain]] = {}
    for tree in trees:
        _gather(tree, values, constants)
    return constants


def _gather(tree: exp.Expression, values: Mapping[str, object], constants: dict[str, set[Plain]]) -> None:
    """Gather the constants that each name is compared with; a name may only stand beside constants."""
    node = bare(tree)
    if isinstance(node, _PARTING):
        sides = [bare(part) for part in node.iter_expressions() if isinstance(part, exp.Expression)]
        terms = {name for side in sides if (name := _term(side, values, constants)) is not None}
        if len(terms) > 1:
            raise NotTriable
        for name in terms:
            constants[name].update(evaluate(side, values) for side in sides if _is_constant(side, values))
    elif isinstance(node, exp.Column | exp.Anonymous):
        _term(node, values, constants)
    elif isinstance(node, exp.And | exp.Or | exp.Not | exp.Is):
        for part in node.iter_expressions():
            if isinstance(part, exp.Expression):
                _gather(part, values, constants)
    elif not isinstance(node, exp.Boolean | exp.Null):
        raise NotTriable


def _is_constant(node: exp.Expression, values: Mapping[str, object]) -> bool:
    return all(name_of(column) in values for column in node.find_all(exp.Column))


def _term(node: exp.Expression, values: Mapping[str, object], constants: dict[str, set[Plain]]) -> str | None:
    """Find the name that a side is about: a name alone, or with what stands for its null; None for a constant."""
    if _is_constant(node, values):
        return None
    if isinstance(node, exp.Anonymous) and name_of(node) == "coalesce":
        node, *others = (bare(part) for part in node.expressions)
        if not all(_is_constant(other, values) for other in others):
            raise NotTriable
    if not isinstance(node, exp.Column):
        raise NotTriable
    constants.setdefault(name_of(node), set())
    return name_of(node)
