"""What an expression over a subject is worth for given values: exact numbers, and null that spreads."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from sqlglot import exp

from zhiheng.method.expression import bare, name_of

Plain = Fraction | str | bool | date | None
INNER_PLACES = 9


class NotEvaluable(Exception):
    """The expression needs a name or a function that is not given."""


def evaluate(tree: exp.Expression, names: Mapping[str, object]) -> Plain:
    """
    Tell what an expression is worth; a quotient that is the whole expression stays exact.

    `names` holds what each name is worth: a `Decimal`, text, truth, day, None, or a mapping of codes for `lookup`.

    Raises:
        NotEvaluable: a name or function is not among what is given, or what is given is of another sort.
    """
    node = bare(tree)
    try:
        if isinstance(node, exp.Div):
            return _quotient(*(_inner(part, names) for part in (node.this, node.expression)))
        return _inner(node, names)
    except (TypeError, AttributeError, ValueError, OverflowError) as error:
        raise NotEvaluable from error


def rounded(value: Fraction, places: int) -> Fraction:
    """Round half away from zero."""
    scaled = abs(value) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


def plain(value: object) -> Plain:
    """Make a number exact, and leave the rest as it is."""
    if value is None or isinstance(value, bool | str | date):
        return value
    if isinstance(value, int | Decimal | Fraction):
        return Fraction(value)
    raise NotEvaluable


def _inner(node: exp.Expression, names: Mapping[str, object]) -> Plain:
    node = bare(node)
    match node:
        case exp.Literal():
            return str(node.this) if node.is_string else Fraction(str(node.this))
        case exp.Boolean():
            return bool(node.this)
        case exp.Null():
            return None
        case exp.Cast():
            return date.fromisoformat(str(node.this.this))
        case exp.Column():
            return _name(name_of(node), names)
        case exp.Anonymous():
            return _call(node, names)
        case exp.Case():
            return _case(node, names)
    return _operator(node, names)


def _name(name: str, names: Mapping[str, object]) -> Plain:
    if name not in names:
        raise NotEvaluable
    return plain(names[name])


def _operator(node: exp.Expression, names: Mapping[str, object]) -> Plain:
    match node:
        case exp.And() | exp.Or():
            return _joined(_truth(node.this, names), _truth(node.expression, names), decides=isinstance(node, exp.Or))
        case exp.Not():
            truth = _truth(node.this, names)
            return None if truth is None else not truth
        case exp.Is():
            return _inner(node.this, names) is None
        case exp.Between():
            value, low, high = (_inner(part, names) for part in (node.this, node.args["low"], node.args["high"]))
            return _joined(_compared(exp.GTE, value, low), _compared(exp.LTE, value, high), decides=False)
        case exp.In():
            return _member(_inner(node.this, names), [_inner(part, names) for part in node.expressions])
        case exp.Neg():
            return _arithmetic(exp.Sub, Fraction(0), _inner(node.this, names))
    left, right = _inner(node.this, names), _inner(node.expression, names)
    if type(node) in _COMPARE:
        return _compared(type(node), left, right)
    if isinstance(node, exp.Div):
        quotient = _quotient(left, right)
        return None if quotient is None else rounded(quotient, INNER_PLACES)
    return _arithmetic(type(node), left, right)


_COMPARE: Mapping[type[exp.Expression], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}
_ARITHMETIC: Mapping[type[exp.Expression], Callable[[Fraction, Fraction], Fraction]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}


def _joined(first: Plain, second: Plain, *, decides: bool) -> Plain:
    if first is decides or second is decides:
        return decides
    return None if first is None or second is None else not decides


def _compared(sign: type[exp.Expression], first: Plain, second: Plain) -> bool | None:
    if first is None or second is None:
        return None
    if type(first) is not type(second):
        raise NotEvaluable
    return _COMPARE[sign](first, second)


def _member(sought: Plain, listed: list[Plain]) -> bool | None:
    if sought is None:
        return None
    if True in [_compared(exp.EQ, sought, each) for each in listed]:
        return True
    return None if None in listed else False


def _quotient(over: Plain, under: Plain) -> Fraction | None:
    if over is None or under is None or under == 0:
        return None
    if not isinstance(over, Fraction) or not isinstance(under, Fraction):
        raise NotEvaluable
    return over / under


def _arithmetic(sign: type[exp.Expression], first: Plain, second: Plain) -> Plain:
    if first is None or second is None:
        return None
    if not isinstance(first, Fraction) or not isinstance(second, Fraction):
        raise NotEvaluable
    return _ARITHMETIC[sign](first, second)


def _case(node: exp.Case, names: Mapping[str, object]) -> Plain:
    for branch in node.args["ifs"]:
        if _truth(branch.this, names) is True:
            return _inner(branch.args["true"], names)
    default = node.args.get("default")
    return None if default is None else _inner(default, names)


def _truth(node: exp.Expression, names: Mapping[str, object]) -> bool | None:
    found = _inner(node, names)
    if found is not None and not isinstance(found, bool):
        raise NotEvaluable
    return found


def _call(node: exp.Anonymous, names: Mapping[str, object]) -> Plain:
    name = name_of(node)
    if name == "coalesce":
        values = (_inner(part, names) for part in node.expressions)
        return next((value for value in values if value is not None), None)
    if name == "lookup":
        return _lookup(node, names)
    function = _FUNCTIONS.get(name)
    if function is None:
        raise NotEvaluable
    given = [_inner(part, names) for part in node.expressions]
    return None if None in given else plain(function(*given))


def _lookup(node: exp.Anonymous, names: Mapping[str, object]) -> Plain:
    table = names.get(name_of(bare(node.expressions[0])))
    if not isinstance(table, Mapping):
        raise NotEvaluable
    code = _inner(node.expressions[1], names)
    if code is not None and not isinstance(code, str):
        raise NotEvaluable
    return plain(table.get(code))


def _round(value: Fraction, places: Fraction) -> Fraction:
    return rounded(value, int(places))


def _clamp(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return min(max(value, low), high)


_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "abs": abs,
    "least": min,
    "greatest": max,
    "floor": floor,
    "ceil": ceil,
    "round": _round,
    "clamp": _clamp,
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "days_between": lambda first, last: (last - first).days,
    "matches": str.startswith,
}


def as_decimal(value: Fraction, places: int) -> Decimal:
    """Write an exact number as a decimal of so many places, rounded half away from zero."""
    return Decimal(f"{int(rounded(value, places) * 10**places)}E-{places}")
