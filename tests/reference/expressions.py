"""What an expression is worth: three-valued logic, exact numbers, and null that spreads."""

from __future__ import annotations

import operator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Protocol

from tests.reference.numbers import INNER_PLACES, add_months, months_between, rounded
from tests.reference.syntax import Node

if TYPE_CHECKING:
    from collections.abc import Callable

Plain = Fraction | str | bool | date | tuple[object, ...] | None

COMPARE: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Scope(Protocol):
    """What the names and the scope's own functions mean where an expression stands."""

    def name(self, name: str) -> Plain:
        """Look a name up."""

    def call(self, name: str, arguments: tuple[Node, ...]) -> Plain:
        """Call a function that the scope itself knows: an aggregate, `fade`, `points`."""


def plain(value: object) -> Plain:
    """Make numbers exact and leave the rest as it is."""
    if isinstance(value, bool | str | date | datetime | Fraction) or value is None:
        return value
    return Fraction(value) if isinstance(value, int | Decimal) else tuple(value)  # type: ignore[arg-type]


def worth(node: Node, scope: Scope) -> Plain:
    """Say what an expression is worth; the quotient of an outermost division is left exact."""
    if node.is_a == "/":
        return _quotient(*(inner(part, scope) for part in node.parts))
    return _worth(node, scope)


def holds(node: Node | None, scope: Scope) -> bool:
    """Tell whether a condition is true; unknown is not true. No condition always holds."""
    return node is None or worth(node, scope) is True


def inner(node: object, scope: Scope) -> Plain:
    """Say what an expression is worth inside a larger one, or where no places are declared: quotients are rounded."""
    assert isinstance(node, Node)
    value = worth(node, scope)
    is_quotient = node.is_a == "/" or (node.is_a == "call" and node.parts[0] in ("share", "mean"))
    return rounded(value, INNER_PLACES) if is_quotient and isinstance(value, Fraction) else value


def _quotient(over: Plain, under: Plain) -> Plain:
    return None if over is None or under is None or under == 0 else over / under  # type: ignore[operator]


def _worth(node: Node, scope: Scope) -> Plain:  # noqa: C901, PLR0911
    parts = node.parts
    match node.is_a:
        case "literal":
            return parts[0]  # type: ignore[return-value]
        case "name":
            return scope.name(str(parts[0]))
        case "and" | "or":
            return _joined(inner(parts[0], scope), inner(parts[1], scope), decides=node.is_a == "or")
        case "not":
            truth = inner(parts[0], scope)
            return None if truth is None else not truth
        case "is null":
            return inner(parts[0], scope) is None
        case "case":
            return _case(parts, scope)
        case "call":
            return _call(str(parts[0]), parts[1:], scope)  # type: ignore[arg-type]
        case "in":
            sought, *listed = (inner(part, scope) for part in parts)
            return None if sought is None else _member(sought, listed)
    values = [inner(part, scope) for part in parts]
    if node.is_a == "between":
        return _joined(_compared(">=", values[0], values[1]), _compared("<=", values[0], values[2]), decides=False)
    if node.is_a in COMPARE:
        return _compared(node.is_a, *values)
    return None if None in values else _arithmetic(node.is_a, *values)  # type: ignore[arg-type]


def _joined(first: Plain, second: Plain, *, decides: bool) -> Plain:
    """Join two truths: with `or`, one true decides; with `and`, one false."""
    if decides in (first, second):
        return decides
    return None if None in (first, second) else not decides


def _compared(sign: str, first: Plain, second: Plain) -> Plain:
    return None if first is None or second is None else COMPARE[sign](first, second)


def _member(sought: Plain, listed: list[Plain]) -> Plain:
    if sought in [entry for entry in listed if entry is not None]:
        return True
    return None if None in listed else False


def _arithmetic(sign: str, *values: Fraction) -> Fraction:
    match sign:
        case "negative":
            return -values[0]
        case "+":
            return values[0] + values[1]
        case "-":
            return values[0] - values[1]
        case "*":
            return values[0] * values[1]
    raise NotImplementedError(sign)


def _case(branches: tuple[object, ...], scope: Scope) -> Plain:
    *cases, otherwise = branches
    for condition, result in cases:  # type: ignore[misc]
        if inner(condition, scope) is True:
            return inner(result, scope)
    return inner(otherwise, scope)


def _call(name: str, arguments: tuple[Node, ...], scope: Scope) -> Plain:
    if name == "coalesce":
        return next((value for value in (inner(part, scope) for part in arguments) if value is not None), None)
    if name not in FUNCTIONS:
        return scope.call(name, arguments)
    values = [inner(part, scope) for part in arguments]
    return None if None in values else plain(FUNCTIONS[name](*values))


FUNCTIONS: dict[str, Callable[..., object]] = {
    "abs": abs,
    "least": min,
    "greatest": max,
    "floor": floor,
    "ceil": ceil,
    "round": lambda x, places=Fraction(0): rounded(x, int(places)),
    "clamp": lambda x, low, high: min(max(x, low), high),
    "lookup": lambda table, code: dict(table).get(code),
    "months_between": months_between,
    "days_between": lambda first, second: (second - first).days,
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "add_months": lambda day, months: add_months(day, int(months)),
    "has": lambda held, code: code in held,
    "matches": lambda text, prefix: text.startswith(prefix),
}
