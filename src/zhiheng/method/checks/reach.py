"""Find conditions that are never true and grades that nobody reaches, by trying every value that a condition parts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.deductions import values_on
from zhiheng.method.checks.grades import score_range
from zhiheng.method.evaluate import NotEvaluable, Plain, evaluate
from zhiheng.method.expression import bare, name_of
from zhiheng.method.model import Measure
from zhiheng.method.scope import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Expression, Version
    from zhiheng.method.scope import ValueType
    from zhiheng.method.subject_scope import SubjectScope

MOST_TRIES = 20_000
STEP = Fraction(1, 10**9)
ELSEWHERE = "\u0000"
"""A text that no method names."""

_PARTING = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)
_AS_FIELD = frozenset({"latest", "earliest", "min", "max"})


class NotTriable(Exception):
    """The values of a name cannot be listed so that every case is met."""


def check_reach(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    """Note conditions that are never true, and grades and states that an earlier one always takes."""
    for condition in _conditions(version):
        met = _outcomes([condition], version, scope)
        if met is not None and 0 not in met:
            faults.note("never-true", condition.place)
    for needs in (each.needs for each in (*version.requires, *version.gates)):
        met = _outcomes([needs], version, scope)
        if met is not None and met == {0}:
            faults.warn("always-true", needs.place)
    listed = [(grade.rule, grade.when) for grade in version.grades if grade.when is not None]
    met = _outcomes([when for _, when in listed], version, scope) if listed else None
    if met is not None:
        for number, (rule, _) in enumerate(listed):
            if number not in met:
                faults.note("grade-unreachable", rule.place, grade=rule.name)
        rest = [grade for grade in version.grades if grade.when is None]
        if rest and len(listed) not in met:
            faults.note("grade-unreachable", rest[0].rule.place, grade=rest[0].grade)
    _check_states(faults, version, scope)


def _check_states(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    settled = [(state.rule, state.when) for state in version.states if state.when is not None]
    met = _outcomes([when for _, when in settled], version, scope)
    for number, (rule, when) in enumerate(settled):
        alone = _outcomes([when], version, scope)
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


def _outcomes(conditions: Sequence[Expression], version: Version, scope: SubjectScope) -> set[int] | None:
    """
    List which of several conditions can be the first that is true, by number; their count stands for none of them.

    None where not every case can be tried. Names are taken to vary freely, so that what is listed may be more than
    can happen, never less.
    """
    met: set[int] = set()
    trees = [condition.tree for condition in conditions]
    for day in _days(version):
        values = values_on(version, day)
        try:
            met |= _tried(trees, version, scope, values)
        except (NotTriable, NotEvaluable, TypeError):
            return None
    return met


def _days(version: Version) -> list[date]:
    """List the days from which on other `values` hold."""
    changes = {day for value in version.values.values() for day in value.dated if day >= version.since}
    return sorted({version.since, *(day for day in changes if day <= (version.until or date.max))})


def _tried(
    trees: Sequence[exp.Expression], version: Version, scope: SubjectScope, values: Mapping[str, object]
) -> set[int]:
    constants = constants_of(trees, values)
    candidates = {name: _candidates(name, found, version, scope) for name, found in constants.items()}
    if prod(len(found) for found in candidates.values()) > MOST_TRIES:
        raise NotTriable
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


def _candidates(name: str, constants: Iterable[Plain], version: Version, scope: SubjectScope) -> list[Plain]:
    if name in ("score", "coverage"):
        return _numbers(constants, *_range_of(name, version))
    found = scope.resolve(name)
    if name == "grade":
        return [grade.grade for grade in version.grades]
    if found is None or found.sort == "unknown":
        raise NotTriable
    listed = _domain(name, version, scope)
    values = listed if listed is not None else _spread(found, constants)
    return [*values, *([None] if found.nullable else [])]


def _spread(found: ValueType, constants: Iterable[Plain]) -> list[Plain]:
    """List values so that every constant has one below, one equal and one above it."""
    if found.sort == "number":
        return _numbers(constants, None, None, STEP)
    if found.sort == "truth":
        return [True, False]
    if found.sort == "text":
        known = found.codes
        texts = [text for text in constants if isinstance(text, str) and (known is None or text in known)]
        return [*sorted(known)] if known is not None and len(known) <= MOST_CODES else [*texts, ELSEWHERE]
    if found.sort == "date":
        days = [day for day in constants if isinstance(day, date)]
        near = {day + timedelta(days=shift) for day in days for shift in (-1, 0, 1)}
        return [*sorted(near)] or [date(2000, 1, 1)]
    raise NotTriable


MOST_CODES = 60


def _numbers(constants: Iterable[Plain], low: Fraction | None, high: Fraction | None, step: Fraction) -> list[Plain]:
    cuts = [value for value in constants if isinstance(value, Fraction)]
    near = {value + shift for value in cuts for shift in (-step, Fraction(0), step)}
    near |= {end for end in (low, high) if end is not None} or {Fraction(0)}
    return [*sorted(value for value in near if (low is None or value >= low) and (high is None or value <= high))]


def _range_of(name: str, version: Version) -> tuple[Fraction | None, Fraction | None, Fraction]:
    if name == "coverage":
        return Fraction(0), Fraction(1), Fraction(1, 10**6)
    low, high = score_range(version)
    return _exact(low), _exact(high), Fraction(1, 10**version.score.places)


def _exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _domain(name: str, version: Version, scope: SubjectScope) -> list[Plain] | None:
    """List the values of a field that can only take a few, where a name takes its value from one record of it."""
    entry = version.facts.get(name) or version.criteria.get(name)
    if entry is None or not isinstance(entry.source, Measure) or entry.source.shrink is not None:
        return None
    tree = bare(entry.source.measure.tree)
    if not isinstance(tree, exp.Anonymous) or name_of(tree) not in _AS_FIELD:
        return None
    column = bare(tree.expressions[0])
    fields = fields_of(scope.kinds, entry.source.kind)
    if fields is None or not isinstance(column, exp.Column) or name_of(column) not in fields:
        return None
    values = fields[name_of(column)].values
    default = getattr(entry, "default", None)
    extra = [Fraction(default)] if isinstance(default, Decimal) else []
    return [*(Fraction(value) for value in values), *extra] if values else None
