"""Measures in SQL: expressions of aggregates over the records of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import moments, months, scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.functions import FUNCTIONS, MOST_MONTHS
from zhiheng.method.compile.lower import Day, Lowered, Lowering, Nothing, Plain, Text, Truth, as_number, as_tree
from zhiheng.method.compile.rows import given_value
from zhiheng.method.compile.scale import LONGEST, Num, Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhiheng.method.compile.raw import Gathering
    from zhiheng.method.model import Measure

LONG_CONDITION = 200  # nodes: every aggregate of a measure repeats its conditions and its weight
MOST_ROWS = 2**40  # more records than any ledger holds of one kind


@dataclass(frozen=True)
class MeasureScope:
    """One measure: its records, its conditions, its weight, and the aggregates that it may use."""

    name: str  # of the criterion, fact or attribute
    measure: Measure
    gathering: Gathering
    bind: Callable[[Num], Num] = scale.unbound

    @cached_property
    def over_rows(self) -> Lowering:
        """What lowers expressions over single records."""
        return self.gathering.rows(self.measure.kind, self.measure.window).lowering()

    @cached_property
    def passes(self) -> exp.Expression | None:
        """The condition that a record lies in the window and meets `where`."""
        where = self.measure.where
        met = None if where is None else self.over_rows.condition(where.tree)
        if self.measure.window.latest:
            return self._of_last(met)
        whole = sql.every([self._in_window(), met])
        return None if whole is None else as_tree(self.over_rows.once(Truth(whole), LONG_CONDITION))

    def _of_last(self, met: exp.Expression | None) -> exp.Expression | None:
        """Write the condition that a record meets `where`, and none that does is later."""
        met = None if met is None else as_tree(self.over_rows.once(Truth(met), LONG_CONDITION))
        last = self.gathering.window(self.measure.kind, moments.last(self._moment, met))
        return sql.every([met, sql.binary(exp.GTE, self._moment, last)])

    def _in_window(self) -> exp.Expression | None:
        window, as_of = self.measure.window, self.gathering.as_of
        if window.current:
            until = sql.column("true_until")
            return sql.some([sql.is_null(until), sql.binary(exp.GTE, until, sql.day(as_of))])
        if window.months is None:
            return None
        return sql.binary(exp.GT, sql.column("true_on"), sql.day(months.newest_of_age(as_of, window.months)))

    @cached_property
    def weight(self) -> Num | None:
        """The weight of a record, if the measure has one."""
        weight = self.measure.weight
        return (
            None
            if weight is None
            else as_number(self.over_rows.once(self.over_rows.inner(weight.tree), LONG_CONDITION))
        )

    def weigh(self) -> tuple[exp.Expression | None, Num | None]:
        """Lower the conditions and the weight, so that the calendar knows what they ask of it."""
        return self.passes, self.weight

    def lowering(self) -> Lowering:
        """Make what lowers the measure itself."""
        aggregates = {
            "count": self.count,
            "share": self.share,
            "sum": self.sum,
            "mean": self.mean,
            "min": lambda at, arguments: self.extreme(exp.Min, at, arguments),
            "max": lambda at, arguments: self.extreme(exp.Max, at, arguments),
            "latest": lambda at, arguments: self.end("latest_by", at, arguments),
            "earliest": lambda at, arguments: self.end("earliest_by", at, arguments),
            "any": self.any,
            "all": self.all,
            "distinct": self.distinct,
            "repeats": self.repeats,
            "held": self.held,
        }
        return Lowering(self._named, self.gathering.as_of, {**FUNCTIONS, **aggregates}, self.bind)

    def _named(self, name: str) -> Lowered:
        as_of = self.gathering.as_of
        return Day(sql.day(as_of)) if name == "as_of" else given_value(self.gathering.version.values[name], as_of)

    def lowered(self) -> Lowered:
        """Lower the measure to an expression over raw columns."""
        return self.lowering().worth(self.measure.measure.tree)

    def rows(self) -> Num:
        """Count the records that pass."""
        return self._count(self.passes, "rows")

    def pooled_rows(self) -> Num:
        """Count the records that a share or mean rests on."""
        measure = self.measure.measure.tree.unnest()
        if measure.this == "share":
            return self.rows()
        return self._count(self.passes, "known", self.over_rows.number(measure.expressions[0]).tree)

    @property
    def _moment(self) -> exp.Expression:
        return moments.moment(self.gathering.kinds, self.measure.kind)

    # Raw columns

    def _raw(self, hint: str, tree: exp.Expression, model: Plain, empty: exp.Expression | None = None) -> Plain:
        return self.gathering.column(self.measure.kind, f"{self.name}${hint}", tree, model, empty)

    def _count(self, condition: exp.Expression | None, hint: str, counted: exp.Expression | None = None) -> Num:
        counted = counted if counted is not None else exp.Literal.number(1)
        tree = exp.Count(
            this=exp.Star() if condition is None and counted.is_int else sql.when(condition, counted), big_int=True
        )
        return _num(self._raw(hint, tree, Num(sql.null(), 0, 0, MOST_ROWS), sql.integer(0)))

    def _sum(self, condition: exp.Expression | None, number: Num, hint: str) -> Num:
        total = summed(number, wide=self.gathering.wide)
        each = scale.widened(number) if self.gathering.wide else number.tree
        tree = sql.cast(exp.Sum(this=sql.when(condition, each)), total.type)
        return _num(self._raw(hint, tree, total, sql.integer(0)))

    def _weighted(self, condition: exp.Expression | None, hint: str) -> Num:
        return self._count(condition, hint) if self.weight is None else self._sum(condition, self.weight, hint)

    def _also(self, condition: exp.Expression | None) -> exp.Expression | None:
        return sql.every([self.passes, condition])

    # Aggregates

    def count(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Count records, or their weights."""
        return self._weighted(self._also(self._condition(arguments[0]) if arguments else None), "count")

    def _condition(self, node: exp.Expression) -> exp.Expression:
        return self.over_rows.condition(node)

    def share(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Divide the weight of the records that meet a condition by the weight of all."""
        top = self._weighted(self._also(self._condition(arguments[0])), "top")
        return Ratio(top, self._weighted(self.passes, "bottom"))

    def sum(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Add what records hold, times their weights."""
        return self._sum(self.passes, self.summand(arguments[0]), "sum")

    def summand(self, node: exp.Expression) -> Num:
        """Write what one record adds to a sum."""
        number = self.over_rows.number(node)
        return number if self.weight is None else scale.times(number, self.weight)

    def mean(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Divide the weighted sum by the weight of the records that have a number."""
        number = self.over_rows.number(arguments[0])
        top = self._sum(self.passes, self.summand(arguments[0]), "top")
        if self.weight is None:
            return Ratio(top, self._count(self.passes, "bottom", number.tree))
        return Ratio(top, self._weighted(self._also(sql.is_known(number.tree)), "bottom"))

    def extreme(self, kind: type[exp.Min | exp.Max], _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Take the least or greatest."""
        found = self.over_rows.inner(arguments[0])
        if isinstance(found, Nothing):
            return found
        return self._raw(kind.key, kind(this=sql.when(self.passes, as_tree(found))), found)

    def end(self, function: str, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Take what the last or first record holds."""
        found = self.over_rows.inner(arguments[0])
        if isinstance(found, Nothing):
            return found
        tree: exp.Expression = sql.call(function, as_tree(found), self._moment, sql.column("record"))
        if self.passes is not None:
            tree = exp.Filter(this=tree, expression=exp.Where(this=self.passes))
        return self._raw(function.removesuffix("_by"), tree, found)

    def any(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Ask whether some record meets a condition."""
        tree = sql.call("bool_or", sql.when(self.passes, self._condition(arguments[0])))
        return self._raw("any", tree, Truth(sql.null()), sql.truth(value=False))

    def all(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Ask whether every record meets a condition."""
        tree = sql.call("bool_and", sql.when(self.passes, sql.surely(self._condition(arguments[0]))))
        return self._raw("all", tree, Truth(sql.null()))

    def distinct(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Count different values: by a bit each where a text field has few of them."""
        found = self.over_rows.inner(arguments[0])
        zero = sql.integer(0)
        model = Num(sql.null(), 0, 0, MOST_ROWS)
        bits = self._bits(found)
        if bits is not None:
            tree = sql.cast(sql.call("bit_count", sql.call("bit_or", sql.when(self.passes, bits))), sql.LONG)
            return self._raw("distinct", tree, model, zero)
        different = exp.Distinct(expressions=[sql.when(self.passes, as_tree(found))])
        return self._raw("distinct", exp.Count(this=different, big_int=True), model, zero)

    def _bits(self, found: Plain) -> exp.Expression | None:
        if not isinstance(found, Text) or not isinstance(found.tree, exp.Column):
            return None
        field = found.tree.name
        known = (self.measure.kind, field) in self.gathering.dictionaries
        return sql.column(bit_column(field)) if known else None

    def repeats(self, at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Count the records beyond the first of each value."""
        found = self.over_rows.inner(arguments[0])
        different = self.distinct(at, arguments)
        return scale.minus(self._count(self.passes, "known", as_tree(found)), _num(different))

    def held(self, _at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Count the months since the latest unbroken run of records that meet a condition began."""
        meets = sql.surely(self._condition(arguments[0]))
        order = moments.order(self.gathering.kinds, self.measure.kind)
        broken = exp.Max(this=sql.when(self._also(sql.negation(meets)), order))
        last_break = self.gathering.window(
            self.measure.kind, exp.Window(this=broken, partition_by=[sql.column("subject")])
        )
        after = sql.some([sql.is_null(last_break), sql.binary(exp.GT, order, last_break)])
        start = exp.Min(this=sql.when(self._also(sql.every([meets, after])), sql.column("true_on")))
        began = as_tree(self._raw("began", start, Day(sql.null())))
        held = sql.either(months.until(began, self.gathering.as_of), sql.integer(0))
        return Num(held, 0, 0, MOST_MONTHS)


def summed_bounds(number: Num) -> tuple[int, int]:
    """Say between which integers a sum over any number of records lies, none included."""
    return min(number.low, 0) * MOST_ROWS, max(number.high, 0) * MOST_ROWS


def summed(number: Num, *, wide: bool) -> Num:
    """
    Say what a sum over any number of records is.

    It is held to 64 bits unless `wide`; then too what cannot outgrow them stays in them, as the type that files hold it
    in follows from its bounds.
    """
    low, high = summed_bounds(number)
    if not wide:
        low, high = max(low, -LONGEST), min(high, LONGEST)
    return Num(sql.null(), number.scale, low, high)


def bit_column(field: str) -> str:
    """Name the column that holds the bit of a text field's value."""
    return f"_bit_{field}"


def _num(found: Lowered) -> Num:
    assert isinstance(found, Num)  # noqa: S101  made as a number above
    return found
