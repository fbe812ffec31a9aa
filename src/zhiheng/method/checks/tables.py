"""Compare the codes of tables with those of the fields by which they are looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.evaluate import NotEvaluable, evaluate
from zhiheng.method.expression import bare, calls_in, name_of, names_in, place_of
from zhiheng.method.inference import type_of
from zhiheng.method.model import Expression, Measure
from zhiheng.method.scope import NUMBER, RecordScope, Scope, ValueType
from zhiheng.method.walk import expressions_of, subject_expressions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Value, Version
    from zhiheng.method.reading.page import Page
    from zhiheng.method.subject_scope import SubjectScope

MOST_CODES = 200  # a longer list is one of the whole country, of which a table has what it needs
MOST_TOLD = 10


@dataclass
class _Table:
    """One entry of `values`, and the codes for which it is asked in any version; None where those are not known."""

    value: Value
    asked: set[str] | None = field(default_factory=set)


@dataclass(frozen=True)
class _Lookup:
    """One call of `lookup` where it stands: its scope, and the condition that its rows meet."""

    call: exp.Anonymous
    scope: Scope
    within: Expression
    where: Expression | None

    @property
    def codes(self) -> frozenset[str] | None:
        """The codes that can be looked up, null apart; None where any text can."""
        code = self.call.expressions[1]
        found = type_of(code, self.scope).codes
        column = bare(code)
        if found is None or self.where is None or not isinstance(column, exp.Column):
            return found
        conditions = [
            part for part in _parts(self.where.tree) if {name_of(each) for each in names_in(part)} == {name_of(column)}
        ]
        return frozenset(each for each in found if all(_holds(part, column, each) for part in conditions))

    @property
    def settled(self) -> bool:
        """Whether the expression says what a code is worth that the table has not, or may not ask for every code."""
        above = self.call.parent
        while above is not None:
            if isinstance(above, exp.Case | exp.Is):
                return True
            if isinstance(above, exp.Anonymous) and name_of(above) == "coalesce":
                return True
            above = above.parent
        return False


def check_tables(page: Page, read: list[tuple[Version, SubjectScope]]) -> None:
    """Note codes of tables for which nothing asks, and warn of codes that are asked for and missing."""
    tables: dict[int, _Table] = {}
    for version, scope in read:
        for lookup in _lookups(version, scope):
            value = version.values.get(name_of(bare(lookup.call.expressions[0])))
            if value is None or not all(isinstance(given, Mapping) for given in value.dated.values()):
                continue
            table = tables.setdefault(id(value.place), _Table(value))
            codes = lookup.codes
            if codes is None or len(codes) > MOST_CODES:
                table.asked = None
            else:
                _check_missing(page.faults, lookup, value, codes)
                if table.asked is not None:
                    table.asked |= type_of(lookup.call.expressions[1], lookup.scope).codes or set()
    for table in tables.values():
        if table.asked is not None and table.value.name not in page.words:
            _check_unknown(page.faults, table.value, table.asked)


def _check_unknown(faults: MethodFaults, value: Value, asked: set[str]) -> None:
    for day, given in value.dated.items():
        for code in given if isinstance(given, Mapping) else ():
            if code not in asked:
                place = faults.spot(value.place, day.isoformat(), code)
                faults.note_unknown("table-code-unknown", place, code, sorted(asked), table=value.name)


def _check_missing(faults: MethodFaults, lookup: _Lookup, value: Value, codes: frozenset[str]) -> None:
    if lookup.settled:
        return
    for day, missing in _missing(value, codes):
        told = {"missing": ", ".join(missing[:MOST_TOLD]) + (", ..." if len(missing) > MOST_TOLD else ""), "day": day}
        faults.warn("table-codes-missing", place_of(lookup.call, lookup.within.place), table=value.name, **told)


def _missing(value: Value, codes: frozenset[str]) -> Iterator[tuple[date, list[str]]]:
    """List the codes that a table has not from a day on; one that a later table brings is no more than new."""
    told: set[str] = set()
    days = list(value.dated)
    for number, day in enumerate(days):
        held = value.dated[day]
        later = {code for other in days[number + 1 :] for code in value.dated[other]}  # type: ignore[union-attr] # tables
        missing = sorted(codes.difference(held, later, told))  # type: ignore[arg-type] # a table
        told.update(missing)
        if missing:
            yield day, missing


def _lookups(version: Version, scope: SubjectScope) -> Iterator[_Lookup]:
    """Go through all calls of `lookup`."""
    grades = frozenset(grade.grade for grade in version.grades)
    last = scope.adding(score=NUMBER, coverage=NUMBER, grade=ValueType("text", codes=grades))
    scales = {id(each.scale): name for name, each in version.criteria.items() if isinstance(each.scale, Expression)}
    for expression in subject_expressions(version):
        value = scope.resolve(scales[id(expression)]) if id(expression) in scales else None
        yield from _calls(expression, last if value is None else scope.adding(value=value), None)
    for attribute in version.attributes.values():
        records = scope.records(attribute.kind)
        yield from _of_rows(records, attribute.where, [attribute.take])
    for entry in version.measured:
        if isinstance(entry.source, Measure):
            records = scope.records(entry.source.kind)
            others = [each for each in expressions_of(entry.source) if each is not entry.source.where]
            yield from _of_rows(records, entry.source.where, others)


def _of_rows(records: RecordScope | None, where: Expression | None, others: list[Expression]) -> Iterator[_Lookup]:
    if records is None:
        return
    if where is not None:
        yield from _calls(where, records, None)
    for expression in others:
        yield from _calls(expression, records.measured(), where)


def _calls(expression: Expression, scope: Scope, where: Expression | None) -> Iterator[_Lookup]:
    for call in calls_in(expression.tree):
        if name_of(call) == "lookup":
            yield _Lookup(call, scope, expression, where)


def _parts(tree: exp.Expression) -> list[exp.Expression]:
    """List the conditions that `and` joins."""
    node = bare(tree)
    return [*_parts(node.this), *_parts(node.expression)] if isinstance(node, exp.And) else [node]


def _holds(condition: exp.Expression, column: exp.Column, code: str) -> bool:
    """Tell whether a condition may hold for a code."""
    try:
        return evaluate(condition, {name_of(column): code}) is True
    except NotEvaluable:
        return True
