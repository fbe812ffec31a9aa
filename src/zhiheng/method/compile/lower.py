"""Turn expressions of the language into SQL over exact integers, texts, truths and days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.scale import INNER_PLACES, Num, Ratio, unbound

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Text:
    """A text or a code."""

    tree: exp.Expression


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition; null where it is unknown."""

    tree: exp.Expression


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    tree: exp.Expression


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of texts."""

    tree: exp.Expression


@dataclass(frozen=True, slots=True)
class Nothing:
    """Null written out, of whatever type its neighbours are."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """A value that is a table of numbers by code."""

    numbers: Mapping[str, Decimal]


Lowered = Num | Ratio | Text | Truth | Day | Listing | Nothing | Codebook
Plain = Num | Text | Truth | Day | Listing | Nothing | Codebook
Function = Callable[["Lowering", Sequence[exp.Expression]], Lowered]


@dataclass(frozen=True)
class Lowering:
    """What names and functions mean at one place of a method, and how its expressions become SQL there."""

    names: Callable[[str], Lowered]
    as_of: date
    functions: Mapping[str, Function]
    bind: Callable[[Num], Num] = unbound

    def worth(self, node: exp.Expression) -> Lowered:
        """Lower an expression; the quotient of an outermost division is not rounded yet."""
        return lower(node, self)

    def inner(self, node: exp.Expression) -> Plain:
        """Lower an expression that stands inside another: quotients are rounded to 9 places."""
        found = lower(node, self)
        return scale.divided(found, INNER_PLACES, self.bind) if isinstance(found, Ratio) else found

    def once(self, part: Plain, than: int = scale.LONG_TREE) -> Plain:
        """Name a part that is to be written several times, where it is more than a few words."""
        if isinstance(part, Nothing | Codebook) or not scale.is_long(part.tree, than):
            return part
        if isinstance(part, Num):
            return self.bind(part)
        return like(part, self.bind(Num(part.tree, 0, 0, 0)).tree)

    def number(self, node: exp.Expression) -> Num:
        """Lower an expression that is a number."""
        return as_number(self.inner(node))

    def condition(self, node: exp.Expression) -> exp.Expression:
        """Lower a condition to SQL."""
        return as_tree(self.inner(node))

    def rounded(self, node: exp.Expression, places: int) -> Plain:
        """Lower an expression and round it, where it is a number, once."""
        return self.settled(self.worth(node), places)

    def settled(self, found: Lowered, places: int) -> Plain:
        """Round a number or quotient to its declared places."""
        if isinstance(found, Ratio):
            return scale.divided(found, places, self.bind)
        return scale.rounded(found, places, self.bind) if isinstance(found, Num) else found


def as_number(found: Lowered) -> Num:
    """Take what must be a number as one; null is one too."""
    if isinstance(found, Num):
        return found
    assert isinstance(found, Nothing), found  # noqa: S101  methods are checked before they are compiled
    return Num(sql.cast(sql.null(), sql.LONG), 0, 0, 0)


def as_tree(found: Lowered) -> exp.Expression:
    """Give the SQL of anything that is not a quotient or a table of values."""
    if isinstance(found, Nothing):
        return sql.null()
    assert not isinstance(found, Ratio | Codebook), found  # noqa: S101  rounded or looked up before
    return found.tree


def like(model: Plain, tree: exp.Expression) -> Plain:
    """Wrap SQL as the same sort of thing as another."""
    match model:
        case Num():
            return Num(tree, model.scale, model.low, model.high)
        case Nothing() | Codebook():
            return model
        case _:
            return type(model)(tree)


def unified(parts: Sequence[Plain]) -> list[Plain]:
    """Make alternatives alike: numbers at one scale, nulls of the others' sort."""
    numbers = [part for part in parts if isinstance(part, Num)]
    if not numbers:
        return list(parts)
    at = max(one.scale for one in numbers)
    return [scale.rescaled(part, at) if isinstance(part, Num) else part for part in parts]


def merged(parts: Sequence[Plain], tree: exp.Expression) -> Plain:
    """Wrap SQL that takes one of several alternatives."""
    known = [part for part in parts if not isinstance(part, Nothing)]
    if not known:
        return Nothing()
    numbers = [part for part in known if isinstance(part, Num)]
    if not numbers:
        return like(known[0], tree)
    low, high = min(one.low for one in numbers), max(one.high for one in numbers)
    return Num(tree, numbers[0].scale, low, high)


def lower(node: exp.Expression, at: Lowering) -> Lowered:
    """Lower one node and all beneath it."""
    return _NODES[type(node)](node, at)


def _literal(node: exp.Expression, _at: Lowering) -> Lowered:
    return Text(sql.text(node.this)) if node.args["is_string"] else scale.number(Decimal(node.this))


def _cast(node: exp.Expression, _at: Lowering) -> Lowered:
    return Day(sql.day(date.fromisoformat(node.this.this)))


def _negative(node: exp.Expression, at: Lowering) -> Lowered:
    return scale.opposite(at.number(node.this))


def _divide(node: exp.Expression, at: Lowering) -> Lowered:
    return Ratio(at.number(node.this), at.number(node.expression))


def _arithmetic(operation: Callable[[Num, Num], Num]) -> Callable[[exp.Expression, Lowering], Lowered]:
    return lambda node, at: operation(at.number(node.this), at.number(node.expression))


def _compare(node: exp.Expression, at: Lowering) -> Lowered:
    return Truth(compared(type(node), at.inner(node.this), at.inner(node.expression)))  # type: ignore[arg-type]


def compared(kind: type[exp.Binary], left: Plain, right: Plain) -> exp.Expression:
    """Compare two things of one sort."""
    one, other = unified([left, right])
    return sql.binary(kind, as_tree(one), as_tree(other))


def _between(node: exp.Expression, at: Lowering) -> Lowered:
    value, low, high = (at.inner(part) for part in (node.this, node.args["low"], node.args["high"]))
    value = at.once(value)
    both = sql.every([compared(exp.GTE, value, low), compared(exp.LTE, value, high)])
    return Truth(both or sql.null())


def _in(node: exp.Expression, at: Lowering) -> Lowered:
    value, *listed = unified([at.inner(node.this), *(at.inner(part) for part in node.expressions)])
    return Truth(exp.In(this=sql.paren(as_tree(value)), expressions=[as_tree(part) for part in listed]))


def _connect(node: exp.Expression, at: Lowering) -> Lowered:
    return Truth(sql.binary(type(node), at.condition(node.this), at.condition(node.expression)))  # type: ignore[arg-type]


def _case(node: exp.Expression, at: Lowering) -> Lowered:
    conditions = [at.condition(branch.this) for branch in node.args["ifs"]]
    default = node.args.get("default")
    results = [at.inner(branch.args["true"]) for branch in node.args["ifs"]]
    results = unified([*results, Nothing() if default is None else at.inner(default)])
    trees = [as_tree(result) for result in results]
    return merged(results, sql.choose(list(zip(conditions, trees, strict=False)), trees[-1]))


def _call(node: exp.Expression, at: Lowering) -> Lowered:
    return at.functions[str(node.this)](at, node.expressions)


_NODES: Mapping[type[exp.Expression], Callable[[exp.Expression, Lowering], Lowered]] = {
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.Null: lambda _node, _at: Nothing(),
    exp.Boolean: lambda node, _at: Truth(sql.truth(bool(node.this))),
    exp.Column: lambda node, at: at.names(node.name),
    exp.Paren: lambda node, at: lower(node.this, at),
    exp.Neg: _negative,
    exp.Div: _divide,
    exp.Add: _arithmetic(scale.plus),
    exp.Sub: _arithmetic(scale.minus),
    exp.Mul: _arithmetic(scale.times),
    exp.EQ: _compare,
    exp.NEQ: _compare,
    exp.LT: _compare,
    exp.LTE: _compare,
    exp.GT: _compare,
    exp.GTE: _compare,
    exp.Between: _between,
    exp.In: _in,
    exp.And: _connect,
    exp.Or: _connect,
    exp.Not: lambda node, at: Truth(sql.negation(at.condition(node.this))),
    exp.Is: lambda node, at: Truth(sql.is_null(as_tree(at.inner(node.this)))),
    exp.Case: _case,
    exp.Anonymous: _call,
}
