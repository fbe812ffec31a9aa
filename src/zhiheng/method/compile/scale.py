"""Exact numbers in SQL: integers that know their scale and their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from math import gcd

from sqlglot import exp

from zhiheng.method.compile import tree as sql

LONGEST = 2**63 - 1
INNER_PLACES = 9  # of a quotient inside a larger expression, of `fade` and `half_life`
LONG_TREE = 12  # nodes: what has more is written once, and named
SAFE = 2**61  # operands up to here divide, with their rounding, in 64 bits


@dataclass(frozen=True, slots=True)
class Num:
    """
    A number: `tree` is an integer, the number times 10^scale, between `low` and `high` where it is not null.

    What records hold is only taken to lie between its bounds, and may lie outside: they choose how many bits a number
    gets, where too few are an error of the engine. That a number is not negative (`low` >= 0) is always proven.
    """

    tree: exp.Expression
    scale: int
    low: int
    high: int

    @property
    def size(self) -> int:
        """The largest absolute value that the integer can take."""
        return max(abs(self.low), abs(self.high))

    @property
    def is_wide(self) -> bool:
        """Whether 64 bits might not hold it."""
        return self.size > LONGEST

    @property
    def type(self) -> str:
        """The type that holds it, as DuckDB spells it."""
        return sql.WIDE if self.is_wide else sql.LONG

    @property
    def known(self) -> int | None:
        """The integer, where it is written out."""
        written = isinstance(self.tree, exp.Cast) and isinstance(self.tree.this, exp.Literal | exp.Neg)
        return self.low if written and self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient that is not rounded yet."""

    top: Num
    bottom: Num


Bind = Callable[[Num], Num]


def unbound(number: Num) -> Num:
    """Leave an operand where it stands; for places that have no layer beneath to name it in."""
    return number


def once(number: Num, bind: Bind) -> Num:
    """Name an operand that is to be written several times, where it is more than a few words."""
    return bind(number) if is_long(number.tree) else number


def is_long(tree: exp.Expression, than: int = LONG_TREE) -> bool:
    """Tell whether an expression is more than a few words."""
    return any(True for _ in islice(tree.walk(), than, None))


def number(value: Decimal | int) -> Num:
    """Write a number out, at the smallest scale that holds it."""
    _, digits, exponent = Decimal(value).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  no method holds NaN
    whole = int("".join(map(str, digits))) * (-1 if value < 0 else 1)
    while exponent < 0 and whole % 10 == 0:
        whole, exponent = whole // 10, exponent + 1
    if exponent > 0:
        whole, exponent = whole * 10**exponent, 0
    return constant(whole, -exponent)


def constant(value: int, scale: int) -> Num:
    """Write an integer at a scale."""
    return Num(sql.integer(value), scale, value, value)


def rescaled(given: Num, scale: int) -> Num:
    """Write a number at a larger scale."""
    return given if scale == given.scale else times_power(given, scale - given.scale, scale)


def times_power(given: Num, power: int, scale: int) -> Num:
    """Multiply the integer by 10^power and say at which scale it then is."""
    if power == 0:
        return Num(given.tree, scale, given.low, given.high)
    factor = 10**power
    if given.known is not None:
        return constant(given.known * factor, scale)
    low, high = given.low * factor, given.high * factor
    return Num(_joined(exp.Mul, given, constant(factor, 0), low, high), scale, low, high)


def aligned(*given: Num) -> list[Num]:
    """Write numbers at the largest of their scales."""
    scale = max(one.scale for one in given)
    return [rescaled(one, scale) for one in given]


def plus(left: Num, right: Num) -> Num:
    """Add."""
    left, right = aligned(left, right)
    low, high = left.low + right.low, left.high + right.high
    if left.known is not None and right.known is not None:
        return constant(low, left.scale)
    if min(left.low, right.low) < 0:
        low = min(low, -1)
    return Num(_joined(exp.Add, left, right, low, high), left.scale, low, high)


def minus(left: Num, right: Num) -> Num:
    """Subtract."""
    left, right = aligned(left, right)
    low, high = left.low - right.high, left.high - right.low
    if left.known is not None and right.known is not None:
        return constant(low, left.scale)
    if right.known is None or left.low < 0:
        low = min(low, -1)
    return Num(_joined(exp.Sub, left, right, low, high), left.scale, low, high)


def times(left: Num, right: Num) -> Num:
    """Multiply."""
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    scale = left.scale + right.scale
    if left.known is not None and right.known is not None:
        return constant(corners[0], scale)
    return Num(_joined(exp.Mul, left, right, min(corners), max(corners)), scale, min(corners), max(corners))


def opposite(given: Num) -> Num:
    """Turn the sign."""
    if given.known is not None:
        return constant(-given.known, given.scale)
    return Num(exp.Neg(this=sql.paren(given.tree)), given.scale, -given.high, -given.low)


def absolute(given: Num) -> Num:
    """Drop the sign."""
    return Num(exp.Abs(this=given.tree), given.scale, 0, given.size)


def _joined(kind: type[exp.Binary], left: Num, right: Num, low: int, high: int) -> exp.Expression:
    """Join two integers in 64 bits where the result provably fits, in 128 otherwise."""
    if max(abs(low), abs(high)) <= LONGEST:
        return sql.binary(kind, left.tree, right.tree)
    return sql.binary(kind, widened(left), right.tree if right.known is not None else widened(right))


def widened(given: Num) -> exp.Expression:
    """Write the integer in 128 bits."""
    return given.tree if given.is_wide else sql.cast(given.tree, sql.WIDE)


def divided(ratio: Ratio, places: int, bind: Bind = unbound) -> Num:
    """Divide once, exactly, and round half away from zero; a zero below gives null."""
    top, bottom = (once(one, bind) for one in _reduced(ratio.top, ratio.bottom, places))
    if bottom.low < 0:
        negative = sql.binary(exp.LT, bottom.tree, sql.integer(0))
        turned = sql.choose([(negative, opposite(top).tree)], top.tree)
        top = once(Num(turned, 0, -top.size, top.size), bind)
        bottom = absolute(bottom)
    if bottom.known == 0:
        return Num(sql.cast(sql.null(), sql.LONG), places, 0, 0)
    if bottom.known == 1:
        return Num(top.tree, places, top.low, top.high)
    if 2 * top.size + bottom.size <= LONGEST and 2 * bottom.size <= LONGEST:
        return _bounded(_quotient(top, bottom, "quotient"), top, bottom, places)
    top, bottom = bind(top), bind(bottom)
    return _guarded(top, bottom, places)


def _reduced(top: Num, bottom: Num, places: int) -> tuple[Num, Num]:
    """Write the integers whose quotient has so many places, without the factors that both would have."""
    power = places + bottom.scale - top.scale
    if bottom.known and power > 0:
        factor = 10**power
        common = gcd(factor, bottom.known)
        whole, factor = Num(top.tree, 0, top.low, top.high), factor // common
        return whole if factor == 1 else times(whole, constant(factor, 0)), constant(bottom.known // common, 0)
    return times_power(top, max(power, 0), 0), times_power(bottom, max(-power, 0), 0)


def _guarded(top: Num, bottom: Num, places: int) -> Num:
    """Divide in 64 bits wherever the operands allow it: in 128, division costs twenty times as much."""
    slow = _quotient(top, bottom, "quotient_wide")
    if bottom.known is not None and bottom.known > SAFE:
        return _bounded(slow, top, bottom, places, wide=True)
    small = [
        sql.binary(exp.LTE, top.tree, sql.integer(SAFE)),
        sql.binary(exp.LTE, bottom.tree, sql.integer(SAFE)),
    ]
    if top.low < 0:
        small.append(sql.binary(exp.GTE, top.tree, sql.integer(-SAFE)))
    narrow = [
        Num(sql.cast(one.tree, sql.LONG) if one.is_wide else one.tree, 0, one.low, one.high) for one in (top, bottom)
    ]
    quick = _quotient(narrow[0], narrow[1], "quotient", fits=True)
    condition = sql.every(small)
    assert condition is not None  # noqa: S101  there are two at least
    return _bounded(sql.choose([(condition, sql.cast(quick, sql.WIDE))], slow), top, bottom, places, wide=True)


def _bounded(quotient: exp.Expression, top: Num, bottom: Num, places: int, *, wide: bool = False) -> Num:
    """Say how large a rounded quotient can be: its top, divided by no less than the smallest bottom."""
    least = max(bottom.low, 1)
    low, high = (-(-top.low // least) - 1 if top.low < 0 else 0), (top.high // least + 1 if top.high > 0 else 0)
    if top.low < 0:
        low = -((-top.low) // least) - 1
    result = Num(quotient, places, low, high)
    return Num(sql.cast(quotient, sql.LONG), places, low, high) if wide and not result.is_wide else result


def _quotient(top: Num, bottom: Num, function: str, *, fits: bool = False) -> exp.Expression:
    """Write (2·top ± bottom) / (2·bottom), cut off towards zero: a quotient rounded half away from zero."""
    if fits:
        two_top = sql.binary(exp.Mul, sql.integer(2), top.tree)
        two_bottom = sql.binary(exp.Mul, sql.integer(2), bottom.tree)
        half_up = sql.binary(exp.Add, two_top, bottom.tree)
        half_down = sql.binary(exp.Sub, two_top, bottom.tree)
    else:
        doubled = times(constant(2, 0), top)
        half_up, half_down = plus(doubled, bottom).tree, minus(doubled, bottom).tree
        two_bottom = times(constant(2, 0), bottom).tree
    if top.low < 0:
        half_up = sql.choose([(sql.binary(exp.LT, top.tree, sql.integer(0)), half_down)], half_up)
    below = two_bottom if bottom.low > 0 else sql.nullif(two_bottom, sql.integer(0))
    return sql.call(function, half_up, below)


def rounded(given: Num, places: int, bind: Bind = unbound) -> Num:
    """Round half away from zero to so many places."""
    if places >= given.scale:
        return rescaled(given, places)
    if given.known is not None:
        return constant(_rounded_integer(given.known, given.scale - places), places)
    return divided(Ratio(given, constant(10**given.scale, given.scale)), places, bind)


def _rounded_integer(value: int, power: int) -> int:
    unit: int = 10**power
    whole = (2 * abs(value) + unit) // (2 * unit)
    return whole if value >= 0 else -whole


def as_decimal(given: Num, precision: int = 18, places: int = 6) -> exp.Expression:
    """Write a number as the decimal that files carry."""
    decimal = f"DECIMAL({precision},{places})"
    if given.scale == 0:
        return sql.cast(given.tree, decimal)
    unit = sql.cast(
        exp.Literal.number(f"{Decimal(1).scaleb(-given.scale):f}"), f"DECIMAL({given.scale + 1},{given.scale})"
    )
    whole = sql.cast(given.tree, "DECIMAL(19,0)" if precision > 18 else "DECIMAL(18,0)")  # noqa: PLR2004
    return sql.cast(sql.binary(exp.Mul, whole, unit), decimal)
