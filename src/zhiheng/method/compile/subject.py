"""What names mean over a subject: attributes, facts, criteria with their lines, benchmarks, values."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.documents import deducted, deducting
from zhiheng.method.compile.frozen import MOST, SUBJECT, Coverage, Frozen, JoinedBase
from zhiheng.method.compile.functions import FUNCTIONS, literal
from zhiheng.method.compile.gather import attribute_measure
from zhiheng.method.compile.lower import (
    Day,
    Lowered,
    Lowering,
    Nothing,
    Plain,
    Text,
    as_tree,
    like,
    merged,
    unified,
)
from zhiheng.method.compile.measures import MeasureScope
from zhiheng.method.compile.points import points_of
from zhiheng.method.compile.rows import given_value
from zhiheng.method.compile.scale import Num, Ratio
from zhiheng.method.compile.sheet import Sheet
from zhiheng.method.dependencies import depends_on, order_below, resting_on_others
from zhiheng.method.model import Absent, Bins, Codes, Criterion, Expression, Fact, Line, Measure, Shrink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.method.compile.raw import Gathering
    from zhiheng.method.dependencies import Node


@dataclass(frozen=True, slots=True)
class LineColumns:
    """One criterion's line in SQL."""

    state: exp.Expression
    value: Plain
    points: Num
    records: Num


@dataclass
class SubjectSheet:
    """One version of a method over the gathered aggregates of each subject."""

    gathering: Gathering
    gathered: str  # the table of raw columns
    frozen: Mapping[str, Frozen]
    coverage: Mapping[str, Coverage]  # of the feed of each criterion that asks for one
    sheet: Sheet = field(init=False)
    known: dict[str, Plain] = field(default_factory=dict)
    lines: dict[str, LineColumns] = field(default_factory=dict)
    own: dict[str, Plain] = field(default_factory=dict)  # sums over what rests on nobody else, by column
    others: frozenset[str] = field(init=False)  # the criteria and facts that rest on others: on peers, or a feed

    def __post_init__(self) -> None:
        self.others = resting_on_others(self.gathering.version)
        names = tuple(self.gathering.version.attributes)
        attributes = Sheet(lambda _: sql.read(sql.table(self.gathered)))
        trees = {name: self._attribute(name, attributes) for name in names}
        self.known.update({name: like(found, sql.column(name)) for name, found in trees.items()})
        kept = {name: as_tree(found) for name, found in trees.items()}
        raw = frozenset(column.name for column in self.gathering.columns.values()) | {SUBJECT}
        self.sheet = Sheet(JoinedBase(self.gathered, raw, attributes, kept, self.frozen))

    def _attribute(self, name: str, sheet: Sheet) -> Plain:
        measure = attribute_measure(self.gathering.version.attributes[name])
        scope = MeasureScope(name, measure, self.gathering, sheet.bind)
        return scope.lowering().inner(measure.measure.tree)

    def lowering(self, **more: Plain) -> Lowering:
        """Make what lowers expressions over a subject; `more` names what is known besides: value, score, grade."""
        functions = {**FUNCTIONS, "points": self._points, "state": self._state}
        as_of = self.gathering.as_of
        return Lowering(lambda name: more[name] if name in more else self.name(name), as_of, functions, self.sheet.bind)

    def name(self, name: str) -> Lowered:
        """Say what a name is over a subject."""
        version = self.gathering.version
        if name == "as_of":
            return Day(sql.day(self.gathering.as_of))
        if name in version.values:
            return given_value(version.values[name], self.gathering.as_of)
        if name in version.benchmarks:
            return self.benchmark(name)
        return self.own_value(name)

    def own_value(self, name: str) -> Plain:
        """Give the value of an attribute, fact or criterion."""
        if name not in self.known:
            self.known[name] = self.value(name, shrunk=True)
        return self.known[name]

    def _points(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        return self.line(arguments[0].unnest().name).points

    def _state(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        return Text(self.line(arguments[0].unnest().name).state)

    def benchmark(self, name: str) -> Plain:
        """Read what peers do: from the frozen table by group, else what stands in for it."""
        frozen = self.frozen[name]
        otherwise = self._otherwise(frozen)
        if not frozen.keys:
            own = frozen.groups.get(())
            return otherwise if own is None else scale.constant(own, frozen.places)
        column = Num(sql.column(frozen.column), frozen.places, -frozen.most, frozen.most)
        if isinstance(otherwise, Nothing):
            return column
        parts = unified([column, otherwise])
        return merged(parts, sql.either(*(as_tree(part) for part in parts)))

    def _otherwise(self, frozen: Frozen) -> Plain:
        if frozen.otherwise is None:
            return Nothing()
        if isinstance(frozen.otherwise, Decimal):
            return scale.number(frozen.otherwise)
        found = self.name(frozen.otherwise)
        assert isinstance(found, Num | Nothing)  # noqa: S101  a number, by the check
        return found

    # Values

    @cached_property
    def _graph(self) -> Mapping[Node, tuple[Node, ...]]:
        return depends_on(self.gathering.version)

    def _settle_below(self, node: Node) -> None:
        """Write whatever a value rests on, the lowest first, so that no chain of names is followed by recursion."""
        for what, name in order_below(self._graph, node, self._is_settled):
            if what == "points" and name in self.gathering.version.criteria:
                self.line(name)
            elif what == "value" and name not in self.gathering.version.benchmarks:
                self.own_value(name)

    def _is_settled(self, node: Node) -> bool:
        what, name = node
        return name in self.lines if what == "points" else name in self.known

    def entry(self, name: str) -> Criterion | Fact:
        """Find a criterion or fact."""
        version = self.gathering.version
        return version.criteria[name] if name in version.criteria else version.facts[name]

    def applies(self, name: str) -> exp.Expression | None:
        """Write the condition under which a criterion or fact applies; None where it always does."""
        condition = self.entry(name).applies
        if condition is None:
            return None
        return self.sheet.define(f"{name}$applies", sql.surely(self.lowering().condition(condition.tree)))

    def value(self, name: str, *, shrunk: bool) -> Plain:
        """Write the rounded value of a criterion or fact, after or before `shrink`."""
        entry = self.entry(name)
        settled = self._own(name, entry, shrunk=shrunk)
        if isinstance(entry, Fact) and entry.default is not None:
            settled = self._or_default(settled, entry.default)
        named = self.sheet.define(name if shrunk else f"{name}$unshrunk", as_tree(settled))
        return settled if isinstance(settled, Nothing) else like(settled, named)

    def is_unknown(self, fact: Fact) -> exp.Expression:
        """Tell whether a fact has no value of its own, so that its default stands in."""
        return sql.is_null(as_tree(self._own(fact.rule.name, fact, shrunk=True)))

    def _own(self, name: str, entry: Criterion | Fact, *, shrunk: bool) -> Plain:
        self._settle_below(("raw", name))
        places = entry.places if isinstance(entry, Fact) else entry.value_places
        there, found = self._measured(name, entry, shrunk=shrunk)
        settled = self.lowering().settled(found, places)
        conditions = sql.every([self.applies(name), there])
        tree = sql.when(conditions, as_tree(settled))
        if isinstance(settled, Num):
            settled = _narrow(settled, tree)
        elif not isinstance(settled, Nothing):
            settled = like(settled, tree)
        return settled

    def _or_default(self, value: Plain, default: Decimal | str | bool) -> Plain:  # noqa: FBT001  a default may be a truth
        parts = unified([value, literal(default)])
        known = [part for part in parts if not isinstance(part, Nothing)]
        return merged(parts, sql.either(*(as_tree(part) for part in known))) if len(known) > 1 else known[0]

    def _measured(self, name: str, entry: Criterion | Fact, *, shrunk: bool) -> tuple[exp.Expression | None, Lowered]:
        """Give what is measured, not rounded yet, and the condition that there are records to measure it from."""
        if isinstance(entry.source, Expression):
            return None, self.lowering().worth(entry.source.tree)
        there = sql.binary(exp.GT, self.rows(name).tree, sql.integer(0)) if isinstance(entry, Criterion) else None
        if name in deducting(self.gathering.version):
            return there, deducted(self.gathering, name).value
        found = MeasureScope(name, entry.source, self.gathering, self.sheet.bind).lowered()
        if entry.source.measure.tree.unnest().this in ("share", "mean"):
            there = None  # without records there is nothing to divide by
        if shrunk and entry.source.shrink is not None:
            assert isinstance(found, Ratio)  # noqa: S101  one share or mean, by the check
            found = self._shrunk(found, entry.source.shrink)
        return there, found

    def _shrunk(self, found: Ratio, shrink: Shrink) -> Ratio:
        towards, strength = (self._number(given) for given in (shrink.towards, shrink.strength))
        some = sql.binary(exp.NEQ, found.bottom.tree, sql.integer(0))
        bottom = scale.plus(found.bottom, strength)
        kept = Num(sql.when(some, bottom.tree), bottom.scale, bottom.low, bottom.high)
        return Ratio(scale.plus(found.top, scale.times(strength, towards)), kept)

    def _number(self, given: Decimal | str) -> Num:
        found = self.name(given) if isinstance(given, str) else scale.number(given)
        if isinstance(found, Nothing):
            return Num(sql.cast(sql.null(), sql.LONG), 0, 0, 0)
        assert isinstance(found, Num)  # noqa: S101  a number, by the check
        return found

    def rows(self, name: str) -> Num:
        """Count the records on which a criterion or fact rests; 0 for a formula."""
        source = self.entry(name).source
        if not isinstance(source, Measure):
            return scale.constant(0, 0)
        if name in deducting(self.gathering.version):
            return deducted(self.gathering, name).rows
        return MeasureScope(name, source, self.gathering).rows()

    def define_own(self, name: str, value: Plain) -> exp.Column:
        """Add a column over several criteria that rest on nobody else."""
        column = self.sheet.define(f"{name}$own", as_tree(value))
        self.own[column.name] = like(value, column)
        return column

    # Lines

    def line(self, name: str) -> LineColumns:
        """Write one criterion's line."""
        if name not in self.lines:
            self.lines[name] = self._line(name, self.gathering.version.criteria[name])
        return self.lines[name]

    def _line(self, name: str, criterion: Criterion) -> LineColumns:
        value = self.own_value(name)
        given = Num(sql.cast(sql.null(), sql.LONG), criterion.points_places, 0, 0)
        if not isinstance(value, Nothing):
            given = points_of(criterion, value, self.lowering(value=value))
        own = self.sheet.bind(given)
        applies = self.applies(name)
        state, stand_in = self._absent(name, criterion)
        found = sql.is_known(own.tree)
        states = [(found, sql.text("measured"))]
        if applies is not None:
            states.insert(0, (sql.negation(applies), sql.text("not_applicable")))
        points = own.tree if stand_in is None else sql.choose([(found, own.tree)], sql.when(applies, stand_in))
        low, high = _at(criterion.min, own.scale), _at(criterion.max, own.scale)
        points_column = self.sheet.define(f"{name}$points", points)
        state_column = self.sheet.define(f"{name}$state", sql.choose(states, state))
        if not isinstance(value, Nothing) and not _covers(criterion):
            value = like(value, sql.when(found, as_tree(value)))
        bounded = Num(points_column, own.scale, min(low, 0), max(high, 0))
        return LineColumns(state_column, value, bounded, self.rows(name))

    def _absent(self, name: str, criterion: Criterion) -> tuple[exp.Expression, exp.Expression | None]:
        """Write what it means that there is no value: the state, and points if it has some."""
        places = criterion.points_places
        match criterion.absent:
            case Absent.ZERO:
                return sql.text("measured"), sql.integer(max(_at(criterion.min, places), 0))
            case Absent.FULL_IF_FEED_COMPLETE:
                attested = self.sheet.define(f"{name}$attested", self._attested(name))
                full = sql.when(attested, sql.integer(_at(criterion.max, places)))
                return sql.choose([(attested, sql.text("measured"))], sql.text("not_inspected")), full
            case Absent.WITHHOLD:
                return sql.text("withheld"), None
            case _:
                return sql.text(criterion.absent.value), None

    def _attested(self, name: str) -> exp.Expression:
        region = self.known.get("region")
        tree = region.tree if isinstance(region, Text) else None
        return self.coverage[name].condition(tree)


def _covers(criterion: Criterion) -> bool:
    """Tell whether a criterion's points are known wherever its value is."""
    given = criterion.scale
    return isinstance(given, Line | Bins) or (isinstance(given, Codes) and given.otherwise is not None)


def _at(value: Decimal, places: int) -> int:
    return scale.rounded(scale.number(value), places).low


def _narrow(number: Num, tree: exp.Expression) -> Num:
    """Hold a value to what files can carry; more is an overflow."""
    low, high = max(number.low, -MOST), min(number.high, MOST)
    return Num(sql.cast(tree, sql.LONG) if number.is_wide else tree, number.scale, low, high)
