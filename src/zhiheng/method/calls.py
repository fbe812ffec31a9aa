"""Tell what a call of a function is worth, and what is wrong with its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from sqlglot import exp

from zhiheng.method.expression import bare, name_of, place_of
from zhiheng.method.functions import AGGREGATES, CONDITIONAL_AGGREGATES, FUNCTIONS
from zhiheng.method.scope import DATE, LINE_STATES, NUMBER, TRUTH, UNKNOWN, ValueType

if TYPE_CHECKING:
    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.nulls import Keys
    from zhiheng.method.scope import Scope, Sort

_PLACES = re.compile(r"[0-9]")
_ORDERED = ("number", "date", "text")


class Reader(Protocol):
    """The walk over the expression in which a call stands."""

    scope: Scope
    faults: MethodFaults
    start: Place
    inside: list[str]

    def infer(self, node: exp.Expression, known: Keys) -> ValueType:
        """Tell what a node is worth."""

    def operand(self, node: exp.Expression, known: Keys, wanted: Sort) -> ValueType:
        """Infer a part that has to be of one sort."""

    def note_double(self, name: str, place: Place) -> None:
        """Note a name that is both of every record and an entry of `values`."""

    def condition(self, node: exp.Expression, known: Keys, construct: str) -> ValueType:
        """Infer a condition that must not be null."""

    def unify(self, parts: list[exp.Expression], types: list[ValueType]) -> Sort:
        """Find the one sort that several expressions share."""

    def check_code(self, part: exp.Expression, text: ValueType, other: ValueType) -> None:
        """Note a written text that the other side can never be."""


def infer_call(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    """Tell what a call is worth where the expressions `known` are not null."""
    name = name_of(node)
    function = FUNCTIONS.get(name)
    if function is None:
        return UNKNOWN
    place = place_of(node, reader.start)
    if not _may_stand(reader, name, place):
        return UNKNOWN
    if name in AGGREGATES:
        return _aggregate(reader, node, known)
    infer = _CALLS.get(name)
    if infer is not None:
        return infer(reader, node, known)
    return _numeric(reader, node, known)


def _may_stand(reader: Reader, name: str, place: Place) -> bool:
    """Tell whether a function may stand here; note it where it may not."""
    where, mode = FUNCTIONS[name].where, reader.scope.mode
    if where == "aggregate":
        if mode == "subject":
            reader.faults.note("aggregate-over-subject", place, name=name)
        elif mode == "row":
            reader.faults.note("aggregate-over-row", place, name=name)
        elif reader.inside:
            reader.faults.note("aggregate-in-aggregate", place, name=name, outer=reader.inside[-1])
        return mode == "rows" and not reader.inside
    if where == "rows":
        if mode == "subject":
            reader.faults.note("only-over-records", place, name=name)
        elif mode == "rows" and not reader.inside:
            reader.faults.note("field-outside-aggregate", place, name=f"{name}(...)")
        return mode == "row" or bool(reader.inside)
    if where == "subject" and mode != "subject":
        reader.faults.note("only-over-subjects", place, name=name)
        return False
    return True


def _aggregate(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    name = name_of(node)
    if not node.expressions:
        return NUMBER
    reader.inside.append(name)
    try:
        return _aggregate_of(reader, name, node.expressions[0], known)
    finally:
        reader.inside.pop()


def _aggregate_of(reader: Reader, name: str, argument: exp.Expression, known: Keys) -> ValueType:
    if name in CONDITIONAL_AGGREGATES:
        reader.condition(argument, known, name)
        return {"share": NUMBER.maybe(), "any": TRUTH, "all": TRUTH.maybe()}.get(name, NUMBER)
    if name in ("sum", "mean"):
        reader.operand(argument, known, "number")
        return NUMBER if name == "sum" else NUMBER.maybe()
    found = reader.infer(argument, known)
    if name in ("distinct", "repeats"):
        return NUMBER
    if name in ("min", "max") and found.sort not in (*_ORDERED, "unknown", "null"):
        place = place_of(argument, reader.start)
        reader.faults.note("wrong-sort", place, found=found.sort, wanted="number")
    return found.maybe()


def _numeric(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    """Infer a function from numbers to a number."""
    types = [reader.operand(part, known, "number") for part in node.expressions]
    return ValueType("number", any(found.nullable for found in types))


def _round(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    number, places = node.expressions
    _whole_literal(reader, places)
    return reader.operand(number, known, "number")


def _whole_literal(reader: Reader, node: exp.Expression) -> None:
    node = bare(node)
    if not isinstance(node, exp.Literal) or node.is_string or not _PLACES.fullmatch(str(node.this)):
        reader.faults.note("places-not-whole", place_of(node, reader.start))


def _coalesce(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    types = [reader.infer(part, known) for part in node.expressions]
    sort = reader.unify(node.expressions, types)
    codes: frozenset[str] | None = frozenset()
    for found in types:
        if found.sort != "null":
            codes = None if codes is None or found.codes is None else codes | found.codes
    return ValueType(sort, all(found.nullable for found in types), codes)


def _extreme(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    types = [reader.infer(part, known) for part in node.expressions]
    sort = reader.unify(node.expressions, types)
    if sort not in ("number", "date", "unknown", "null"):
        place = place_of(node.expressions[0], reader.start)
        reader.faults.note("wrong-sort", place, found=sort, wanted="number")
    return ValueType(sort, any(found.nullable for found in types))


def _lookup(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    named, code = bare(node.expressions[0]), node.expressions[1]
    sought = reader.operand(code, known, "text")
    place = place_of(named, reader.start)
    if not isinstance(named, exp.Column):
        reader.faults.note("lookup-needs-table", place)
        return UNKNOWN
    reader.note_double(name_of(named), place)
    table = reader.scope.table(name_of(named))
    if table is None:
        tables = [name for name in reader.scope.names() if reader.scope.table(name) is not None]
        reader.faults.note_unknown("lookup-unknown-table", place, name_of(named), tables)
        return UNKNOWN
    given = [frozenset(entry) for entry in table.dated.values() if isinstance(entry, Mapping)]
    if not given or len(given) < len(table.dated):
        reader.faults.note("lookup-needs-table", place)
        return UNKNOWN
    everywhere, anywhere = frozenset.intersection(*given), frozenset.union(*given)
    written = ValueType("text", codes=anywhere)
    reader.check_code(code, sought, written)
    covered = sought.codes is not None and sought.codes <= everywhere
    return ValueType("number", sought.nullable or not covered)


def _between_days(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    types = [reader.operand(part, known, "date") for part in node.expressions]
    return ValueType("number", any(found.nullable for found in types))


def _part_of_day(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    return replace(NUMBER, nullable=reader.operand(node.expressions[0], known, "date").nullable)


def _add_months(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    day = reader.operand(node.expressions[0], known, "date")
    months = reader.operand(node.expressions[1], known, "number")
    return replace(DATE, nullable=day.nullable or months.nullable)


def _has(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    held = reader.operand(node.expressions[0], known, "list")
    code = reader.operand(node.expressions[1], known, "text")
    reader.check_code(node.expressions[1], code, held)
    return ValueType("truth", held.nullable or code.nullable)


def _matches(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    text = reader.operand(node.expressions[0], known, "text")
    prefix = bare(node.expressions[1])
    place = place_of(prefix, reader.start)
    if not isinstance(prefix, exp.Literal) or not prefix.is_string or not prefix.this:
        reader.faults.note("prefix-not-written-out", place)
    elif text.codes is not None and not any(code.startswith(prefix.this) for code in text.codes):
        reader.faults.note_unknown("unknown-code", place, str(prefix.this), sorted(text.codes))
    return ValueType("truth", text.nullable)


def _of_criterion(reader: Reader, node: exp.Anonymous, _known: Keys) -> ValueType:
    """Infer `points` and `state`, whose argument is the name of a criterion."""
    argument = bare(node.expressions[0])
    place = place_of(argument, reader.start)
    name = name_of(argument) if isinstance(argument, exp.Column) else ""
    found = reader.scope.points_type(name)
    if found is None:
        reader.faults.note_unknown("not-a-criterion", place, name or "...", reader.scope.criteria())
        return UNKNOWN
    return found if name_of(node) == "points" else ValueType("text", codes=LINE_STATES)


def _decay(reader: Reader, node: exp.Anonymous, known: Keys) -> ValueType:
    months = reader.operand(node.expressions[0], known, "number")
    if name_of(node) == "half_life":
        _check_half_life(reader, bare(node.expressions[0]))
    return replace(NUMBER, nullable=months.nullable)


def _check_half_life(reader: Reader, months: exp.Expression) -> None:
    """Note months that differ from record to record, or that are not above 0 on some day."""
    place = place_of(months, reader.start)
    if not _is_number_of_method(reader, months):
        reader.faults.note("half-life-varies", place)
        return
    value = reader.scope.table(name_of(months)) if isinstance(months, exp.Column) else None
    for day, given in value.dated.items() if value else ():
        if isinstance(given, Decimal) and given <= 0:
            reader.faults.note("half-life-not-positive", place, name=name_of(months), day=day, value=given)


def _is_number_of_method(reader: Reader, node: exp.Expression) -> bool:
    """Tell whether an argument is the same for all records: a number, or an entry of `values`."""
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.this) > 0
    return isinstance(node, exp.Column) and reader.scope.table(name_of(node)) is not None


_CALLS: Mapping[str, Callable[[Reader, exp.Anonymous, Keys], ValueType]] = {
    "coalesce": _coalesce,
    "least": _extreme,
    "greatest": _extreme,
    "round": _round,
    "lookup": _lookup,
    "months_between": _between_days,
    "days_between": _between_days,
    "year": _part_of_day,
    "month": _part_of_day,
    "add_months": _add_months,
    "has": _has,
    "matches": _matches,
    "points": _of_criterion,
    "state": _of_criterion,
    "fade": _decay,
    "half_life": _decay,
}
