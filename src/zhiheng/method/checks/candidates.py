"""List values of a name so that every case is met in which conditions over it can come out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.bounds import ANYTHING, NotBounded, of_row, of_subject
from zhiheng.method.checks.grades import score_range
from zhiheng.method.checks.sums import reachable_scores
from zhiheng.method.evaluate import Plain, rounded
from zhiheng.method.expression import bare, name_of
from zhiheng.method.model import Fact, Measure
from zhiheng.method.scope import RecordScope, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.method.checks.bounds import Look
    from zhiheng.method.checks.span import Span
    from zhiheng.method.model import Version
    from zhiheng.method.scope import ValueType
    from zhiheng.method.subject_scope import SubjectScope

MOST_CODES = 60
MOST_SCORES = 60
FINEST = 9
ABOVE = "\u0000"
"""What follows a text makes the next one of all: nothing lies between `x` and `x` with it."""

_AS_FIELD = frozenset({"latest", "earliest", "min", "max"})


class NotTriable(Exception):
    """The values of a name cannot be listed so that every case is met."""


def candidates_for(name: str, constants: Iterable[Plain], version: Version, scope: SubjectScope) -> list[Plain]:
    """
    List values of a name that meet every case, given the constants with which it is compared.

    Raises:
        NotTriable: they cannot be listed.
    """
    if name == "score":
        return _scores(constants, version)
    if name == "coverage":
        return _numbers(constants, 6, Fraction(0), Fraction(1))
    found = scope.resolve(name)
    if name == "grade":
        return [grade.grade for grade in version.grades]
    if found is None or found.sort == "unknown":
        raise NotTriable
    listed = _domain(name, version, scope)
    values = listed if listed is not None else _spread(found, constants, _span(of_subject(version, scope), name))
    return [*values, *([None] if found.nullable else [])]


def candidates_of_row(name: str, constants: Iterable[Plain], records: RecordScope) -> list[Plain]:
    """
    List values of a field, or of a property of every record, as `candidates_for` does for a subject's names.

    Raises:
        NotTriable: they cannot be listed.
    """
    found = records.resolve(name)
    if found is None or found.sort == "unknown":
        raise NotTriable
    field = records.fields.get(name)
    if field is not None and field.values:
        values: list[Plain] = [Fraction(value) for value in field.values]
    else:
        values = _spread(found, constants, _span(of_row(records), name))
    return [*values, *([None] if found.nullable else [])]


def around(limits: Iterable[Fraction], places: int) -> list[Fraction]:
    """List the values at, just below and just above limits, of those that have so many places."""
    step = Fraction(1, 10**places)
    found: set[Fraction] = set()
    for limit in limits:
        below = floor(limit / step) * step
        found |= {below - step, below, below + step} if below == limit else {below, below + step}
    return sorted(found)


def _scores(constants: Iterable[Plain], version: Version) -> list[Plain]:
    reachable = reachable_scores(version)
    if reachable is not None and len(reachable) <= MOST_SCORES:
        return [*sorted(reachable)]
    low, high = score_range(version)
    return _numbers(constants, version.score.places, _exact(low), _exact(high))


def _span(look: Look, name: str) -> Span:
    try:
        return look(name)
    except NotBounded:
        return ANYTHING


def _spread(found: ValueType, constants: Iterable[Plain], span: Span) -> list[Plain]:
    """List values so that every constant has one below, one equal and one above it, where such can be."""
    match found.sort:
        case "number":
            return _numbers(constants, FINEST, span.low, span.high)
        case "truth":
            return [True, False]
        case "text":
            return [*_texts(found.codes, [text for text in constants if isinstance(text, str)])]
        case "date":
            days = [day for day in constants if isinstance(day, date)]
            return [*sorted({near for day in days for near in _near(day)})] or [date(2000, 1, 1)]
    raise NotTriable


def _texts(known: frozenset[str] | None, texts: list[str]) -> list[str]:
    """List texts: all that are known, if few; else each constant, the next text after it, and the first of all."""
    if known is not None and len(known) <= MOST_CODES:
        return sorted(known)
    return sorted({"", ABOVE, *texts, *(text + ABOVE for text in texts)})


def _near(day: date) -> list[date]:
    shifts = [timedelta(days=shift) for shift in (-1, 0, 1)]
    return [day + shift for shift in shifts if date.min - day <= shift <= date.max - day]


def _numbers(constants: Iterable[Plain], places: int, low: Fraction | None, high: Fraction | None) -> list[Plain]:
    near = set(around((value for value in constants if isinstance(value, Fraction)), places))
    near |= {end for end in (low, high) if end is not None} or {Fraction(0)}
    return [*sorted(value for value in near if (low is None or value >= low) and (high is None or value <= high))]


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
    default = entry.default if isinstance(entry, Fact) else None
    extra = [Fraction(default)] if isinstance(default, Decimal) else []
    places = entry.places if isinstance(entry, Fact) else entry.value_places
    return [*(rounded(Fraction(value), places) for value in values), *extra] if values else None
