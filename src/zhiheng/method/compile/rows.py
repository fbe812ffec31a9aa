"""What names and functions mean over the records of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import months, scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.functions import FUNCTIONS, MOST_MONTHS, extreme, literal
from zhiheng.method.compile.lower import Codebook, Day, Listing, Lowered, Lowering, Plain, Text, Truth, as_tree
from zhiheng.method.compile.scale import INNER_PLACES, Bind, Num, Ratio
from zhiheng.vocabulary import Field, FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from zhiheng.method.model import Value, Window

ASSUMED_WHOLE = 10**9  # a number of the records is taken to be no larger ...
ASSUMED_DECIMAL = 10**13  # ... until an engine says that it overflowed; then all is worked out in 128 bits
ONE = 10**INNER_PLACES
SYSTEM: Mapping[str, type[Day | Text]] = {
    "true_on": Day,
    "true_until": Day,
    "source": Text,
    "record": Text,
    "parent": Text,
}


@dataclass
class Calendar:
    """Days with their ages and weights, joined to the records by day: cheaper than any arithmetic on each of them."""

    as_of: date
    months: int = 0  # days younger than this are in it
    weights: dict[tuple[str, Fraction], str] = field(default_factory=dict)

    def weight(self, function: str, of_months: Fraction) -> exp.Column:
        """Name the column of a weight."""
        return sql.column(self.weights.setdefault((function, of_months), f"_weight_{len(self.weights) + 1}"))

    def reach(self, months_back: int) -> None:
        """See that days younger than so many months are in it."""
        self.months = max(self.months, min(months_back, self.as_of.year * 12))

    @property
    def columns(self) -> Mapping[str, str]:
        """Name the columns and their types."""
        return {"_day": "DATE", "_age": "BIGINT"} | dict.fromkeys(self.weights.values(), "BIGINT")

    def rows(self) -> list[tuple[object, ...]]:
        """Work out every day."""
        formulas = {"fade": months.fade, "half_life": months.half_life}
        by_age: dict[int, tuple[int, ...]] = {}
        found: list[tuple[object, ...]] = []
        for day, age in months.days_back(self.as_of, self.months):
            if age not in by_age:
                by_age[age] = tuple(formulas[function](age, of) for function, of in self.weights)
            found.append((day, age, *by_age[age]))
        return found


@dataclass(frozen=True)
class RowScope:
    """The records that one measure may see."""

    fields: Mapping[str, Field]
    values: Mapping[str, Value]
    as_of: date
    calendar: Calendar
    window: Window
    wide: bool = False
    bind: Bind = scale.unbound

    def lowering(self) -> Lowering:
        """Make what lowers expressions over these records."""
        functions = {**FUNCTIONS, "fade": self.fade, "half_life": self.half_life}
        return Lowering(self.name, self.as_of, functions, self.bind)

    def name(self, name: str) -> Lowered:
        """Say what a name is over a record."""
        if name in self.values:
            return given_value(self.values[name], self.as_of)
        if name == "as_of":
            return Day(sql.day(self.as_of))
        if name == "age":
            return self.age()
        if name in self.fields:
            return self.field(self.fields[name])
        return SYSTEM[name](sql.column(name))

    def field(self, entry: Field) -> Plain:
        """Read a field: numbers as integers at the field's places."""
        column = sql.column(entry.name)
        match entry.type:
            case FieldType.WHOLE | FieldType.YEAR:
                return Num(column, 0, *self._bounds(0))
            case FieldType.DECIMAL | FieldType.MONEY:
                low, high = self._bounds(entry.places)
                factor = exp.Literal.number(10**entry.places)
                tree = sql.cast(sql.binary(exp.Mul, column, factor), sql.LONG)
                return Num(tree, entry.places, low, high)
            case FieldType.DATE | FieldType.MONTH:
                return Day(column)
            case FieldType.DATETIME:
                return Day(sql.cast(column, "DATE"))
            case FieldType.YES_NO:
                return Truth(column)
            case FieldType.LIST:
                return Listing(column)
            case _:
                return Text(column)

    def _bounds(self, places: int) -> tuple[int, int]:
        assumed = scale.LONGEST if self.wide else (ASSUMED_WHOLE if places == 0 else ASSUMED_DECIMAL)
        return -assumed, assumed

    def age(self) -> Num:
        """Count the completed months since a record was true."""
        if self.window.months is not None:
            self.calendar.reach(self.window.months)
            return Num(sql.column("_age"), 0, 0, self.window.months)
        return Num(months.until(sql.column("true_on"), self.as_of), 0, 0, MOST_MONTHS)

    def fade(self, at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Fall in a straight line from 1 to 0: by the calendar where the months are written out, even by code."""
        by_code = self._fade_by_code(at, arguments[0].unnest())
        if by_code is not None:
            return by_code
        span = at.number(arguments[0])
        if span.known is not None and span.known > 0:
            return self.weight("fade", Fraction(span.known, 10**span.scale))
        span = scale.once(span, at.bind)
        age = scale.rescaled(self.age(), span.scale)
        left = scale.once(scale.divided(Ratio(scale.minus(span, age), span), INNER_PLACES, at.bind), at.bind)
        left = _as_num(
            extreme(exp.Greatest, [Num(left.tree, INNER_PLACES, left.low, left.high), scale.constant(0, INNER_PLACES)])
        )
        none = sql.binary(exp.EQ, span.tree, sql.integer(0))
        return Num(
            sql.choose([(none, sql.integer(0))], left.tree), INNER_PLACES, 0, ONE if span.low >= 0 else left.high
        )

    def _fade_by_code(self, at: Lowering, argument: exp.Expr) -> Num | None:
        if not isinstance(argument, exp.Anonymous) or argument.this != "lookup":
            return None
        book, code = at.worth(argument.expressions[0]), as_tree(at.once(at.inner(argument.expressions[1])))
        if not isinstance(book, Codebook) or min(book.numbers.values()) < 0:
            return None
        branches = [
            (
                sql.binary(exp.EQ, code, sql.text(written)),
                self.weight("fade", Fraction(span)).tree if span else sql.integer(0),
            )
            for written, span in book.numbers.items()
        ]
        return Num(sql.choose(branches), INNER_PLACES, 0, ONE)

    def half_life(self, at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        """Halve every so many months."""
        span = at.number(arguments[0])
        assert span.known is not None  # noqa: S101  a number of the method, by the check
        return self.weight("half_life", Fraction(span.known, 10**span.scale))

    def weight(self, function: str, of_months: Fraction) -> Num:
        """Read a weight from the calendar; a day that is not in it has none left."""
        column = self.calendar.weight(function, of_months)
        gone = months.gone_after(function, of_months)
        if self.window.months is not None and self.window.months <= gone:
            self.calendar.reach(self.window.months)
            return Num(column, INNER_PLACES, 0, ONE)
        self.calendar.reach(gone)
        return Num(sql.either(column, sql.integer(0)), INNER_PLACES, 0, ONE)


def _as_num(found: Plain) -> Num:
    assert isinstance(found, Num)  # noqa: S101  the greatest of two numbers
    return found


def given_value(value: Value, as_of: date) -> Lowered:
    """Write out what an entry of `values` is worth on a day."""
    found = value_in_force(value, as_of)
    return Codebook(found) if isinstance(found, Mapping) else literal(found)


def value_in_force(value: Value, as_of: date) -> Decimal | str | Mapping[str, Decimal]:
    """Pick what an entry of `values` is worth on a day."""
    return value.dated[max(day for day in value.dated if day <= as_of)]
