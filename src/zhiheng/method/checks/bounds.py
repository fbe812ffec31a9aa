"""Tell between which numbers an expression must lie, by what the kinds declare of their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.checks.span import Span, ends, held, joined, product, quotient, total
from zhiheng.method.evaluate import rounded
from zhiheng.method.expression import bare, name_of
from zhiheng.method.model import Fact, Measure
from zhiheng.method.scope import RecordScope, type_of_field

if TYPE_CHECKING:
    from zhiheng.method.model import Criterion, Expression, Value, Version
    from zhiheng.method.subject_scope import SubjectScope

Look = Callable[[str], Span]
"""Tells between which numbers a name lies."""

DEEPEST = 8  # formulas that rest on formulas beyond this are not followed
NEVER_NEGATIVE = Span(Fraction(0), None)
ANYTHING = Span(None, None)
_COUNTS = frozenset({"count", "distinct", "repeats", "held"})
_OF_ONE = frozenset({"min", "max", "latest", "earliest"})


class NotBounded(Exception):
    """Nothing is known of a name or a function."""


def span_of(tree: exp.Expression, look: Look, tables: Mapping[str, Value]) -> Span:
    """
    Tell between which numbers an expression lies where it is not null; never too narrow.

    Raises:
        NotBounded: nothing is known of a part of it.
    """
    return _Walk(look, tables).span(tree)


def of_row(scope: RecordScope, measure: Measure | None = None) -> Look:
    """Tell between which numbers the names of a record lie."""

    def look(name: str) -> Span:
        field = scope.fields.get(name)
        if field is not None:
            if field.outcome or type_of_field(field).sort != "number":
                raise NotBounded
            if field.values:
                return ends(field.values)
            low, high = (Fraction(end) if isinstance(end, Decimal) else None for end in (field.at_least, field.at_most))
            return Span(low, high)
        if name == "age":
            months = measure.window.months if measure is not None else None
            return Span(Fraction(0), None if months is None else Fraction(months - 1))
        return _of_value(scope.values, name)

    return look


def of_subject(version: Version, scope: SubjectScope, depth: int = 0) -> Look:
    """Tell between which numbers the names of a subject lie."""

    def look(name: str) -> Span:
        entry = version.facts.get(name) or version.criteria.get(name)
        if entry is not None:
            return span_of_entry(entry, version, scope, depth)
        return _of_value(version.values, name)

    return look


def span_of_entry(entry: Fact | Criterion, version: Version, scope: SubjectScope, depth: int = 0) -> Span:
    """
    Tell between which numbers the value of a criterion or fact lies where it is not null.

    Raises:
        NotBounded: nothing is known of it.
    """
    if depth > DEEPEST:
        raise NotBounded
    source = entry.source
    if isinstance(source, Measure):
        found = _of_measure(source, version, scope)
    else:
        found = span_of(source.tree, of_subject(version, scope, depth + 1), version.values)
    places = entry.places if isinstance(entry, Fact) else entry.value_places
    low, high = (None if end is None else rounded(end, places) for end in found)
    default = entry.default if isinstance(entry, Fact) else None
    alone = [Span(Fraction(default), Fraction(default))] if isinstance(default, Decimal) else []
    return joined([Span(low, high), *alone])


def span_of_weight(weight: Expression, records: RecordScope, measure: Measure) -> Span:
    """
    Tell between which numbers a weight lies.

    Raises:
        NotBounded: nothing is known of a part of it.
    """
    return span_of(weight.tree, of_row(records, measure), records.values)


def _of_measure(source: Measure, version: Version, scope: SubjectScope) -> Span:
    records = scope.records(source.kind)
    if records is None:
        raise NotBounded
    weighs = True
    if source.weight is not None:
        low, _ = span_of_weight(source.weight, records, source)
        weighs = low is not None and low >= 0
    row = of_row(records, source)
    found = _Walk(_of_value_of(version), version.values, row, weighs=weighs).span(source.measure.tree)
    if source.shrink is None:
        return found
    towards = source.shrink.towards
    if isinstance(towards, Decimal):
        return joined([found, Span(Fraction(towards), Fraction(towards))])
    return joined([found, _of_value(version.values, towards)])


def _of_value_of(version: Version) -> Look:
    return lambda name: _of_value(version.values, name)


def _of_value(values: Mapping[str, Value], name: str) -> Span:
    given = [number for number in values[name].dated.values() if isinstance(number, Decimal)] if name in values else []
    if not given or len(given) < len(values[name].dated):
        raise NotBounded
    return ends(given)


class _Walk:
    """A walk over one expression; `row` tells of the names inside aggregates, where there are any."""

    def __init__(
        self, look: Look, tables: Mapping[str, Value], row: Look | None = None, *, weighs: bool = True
    ) -> None:
        self.look, self.tables, self.row, self.weighs = look, tables, row, weighs

    def span(self, node: exp.Expression) -> Span:
        """Tell between which numbers a part lies."""
        node = bare(node)
        match node:
            case exp.Literal() if not node.is_string:
                return Span(Fraction(str(node.this)), Fraction(str(node.this)))
            case exp.Column():
                return self.look(name_of(node))
            case exp.Neg():
                return -self.span(node.this)
            case exp.Add():
                return total(self.span(node.this), self.span(node.expression))
            case exp.Sub():
                return total(self.span(node.this), -self.span(node.expression))
            case exp.Mul():
                return product(self.span(node.this), self.span(node.expression))
            case exp.Div():
                return quotient(self.span(node.this), self.span(node.expression))
            case exp.Case():
                results = [branch.args["true"] for branch in node.args["ifs"]]
                default = node.args.get("default")
                return self._any_of([*results, *([] if default is None else [default])])
            case exp.Anonymous():
                return self._call(node)
        raise NotBounded

    def _any_of(self, parts: list[exp.Expression]) -> Span:
        found = [self.span(part) for part in parts if not isinstance(bare(part), exp.Null)]
        if not found:
            raise NotBounded
        return joined(found)

    def _call(self, node: exp.Anonymous) -> Span:
        name = name_of(node)
        if self.row is not None and (found := self._aggregate(name, node)) is not None:
            return found
        if name in ("fade", "half_life"):
            return Span(Fraction(0), Fraction(1))
        if name == "lookup":
            return self._table(node)
        if name == "coalesce":
            return self._any_of(node.expressions)
        if name in ("abs", "floor", "ceil", "round", "least", "greatest", "clamp"):
            parts = node.expressions[:1] if name == "round" else node.expressions
            return held(name, [self.span(part) for part in parts])
        raise NotBounded

    def _table(self, node: exp.Anonymous) -> Span:
        value = self.tables.get(name_of(bare(node.expressions[0])))
        given = [entry for entry in value.dated.values() if isinstance(entry, Mapping)] if value is not None else []
        if not given:
            raise NotBounded
        return ends([number for entry in given for number in entry.values()])

    def _aggregate(self, name: str, node: exp.Anonymous) -> Span | None:
        if name in _COUNTS:
            return NEVER_NEGATIVE if self.weighs or name != "count" else ANYTHING
        if name == "share":
            return Span(Fraction(0), Fraction(1)) if self.weighs else ANYTHING
        if name not in (*_OF_ONE, "sum", "mean") or self.row is None:
            return None
        inner = _Walk(self.row, self.tables).span(node.expressions[0])
        if name in _OF_ONE:
            return inner
        if not self.weighs:
            return ANYTHING
        if name == "mean":
            return inner
        low, high = inner
        return Span(
            Fraction(0) if low is not None and low >= 0 else None,
            Fraction(0) if high is not None and high <= 0 else None,
        )
