"""Completed months, and the weights that fall with them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.scale import INNER_PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

EARLIEST = date(1, 1, 1)


def add_months(day: date, months: int) -> date:
    """Find the same day so many months on, or that month's last day; never before the first day of the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < 1:
        return EARLIEST
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def newest_of_age(as_of: date, months: int) -> date:
    """Find the last day that is at least so many completed months before `as_of`."""
    there = add_months(as_of.replace(day=1), -months)
    last = monthrange(there.year, there.month)[1]
    at_end = as_of.day == monthrange(as_of.year, as_of.month)[1]
    return there.replace(day=last if at_end else min(as_of.day, last))


def days_back(as_of: date, months: int) -> Iterator[tuple[date, int]]:
    """Give each day younger than so many months with its age, latest first."""
    age, day = 0, as_of.toordinal()
    older = newest_of_age(as_of, 1).toordinal()
    end = max(newest_of_age(as_of, months).toordinal(), 0)
    while day > end:
        if day == older:
            age += 1
            older = newest_of_age(as_of, age + 1).toordinal()
        yield date.fromordinal(day), age
        day -= 1


def between(first: exp.Expression, second: exp.Expression) -> exp.Expression:
    """
    Count completed months in SQL.

    The first day, n months on, falls in the second's month on the same day or on the month's last; so the month in
    which they meet is complete unless the first's day comes later and the second is not its month's last.
    """
    months = sql.binary(
        exp.Add,
        sql.binary(exp.Mul, _difference(exp.Year, second, first), exp.Literal.number(12)),
        _difference(exp.Month, second, first),
    )
    later = sql.binary(exp.GT, exp.Day(this=first), exp.Day(this=second))
    not_last = sql.binary(exp.LT, second, exp.LastDay(this=second))
    both = sql.binary(exp.And, later, not_last)
    return sql.cast(
        sql.binary(exp.Sub, months, sql.choose([(both, exp.Literal.number(1))], exp.Literal.number(0))), sql.LONG
    )


def until(first: exp.Expression, as_of: date) -> exp.Expression:
    """Count completed months up to a given day in SQL."""
    at_end = as_of.day == monthrange(as_of.year, as_of.month)[1]
    months = sql.binary(
        exp.Sub,
        exp.Literal.number(as_of.year * 12 + as_of.month),
        sql.binary(
            exp.Add,
            sql.binary(exp.Mul, exp.Year(this=first), exp.Literal.number(12)),
            exp.Month(this=first),
        ),
    )
    if not at_end:
        later = sql.binary(exp.GT, exp.Day(this=first), exp.Literal.number(as_of.day))
        months = sql.binary(exp.Sub, months, sql.choose([(later, exp.Literal.number(1))], exp.Literal.number(0)))
    return sql.cast(months, sql.LONG)


def _difference(part: type[exp.Year | exp.Month], second: exp.Expression, first: exp.Expression) -> exp.Expression:
    return sql.binary(exp.Sub, part(this=second), part(this=first))


def half_life(age: int, months: Fraction) -> int:
    """Halve every so many months, in billionths, rounded half up."""
    with localcontext() as context:
        context.prec = 60
        power = Decimal("0.5") ** (Decimal(age) * months.denominator / months.numerator)
        return _billionths(Fraction(power))


def fade(age: int, months: Fraction) -> int:
    """Fall in a straight line from 1 to 0, in billionths, rounded half up."""
    return _billionths(max(Fraction(0), 1 - age / months)) if months else 0


def gone_after(function: str, months: Fraction) -> int:
    """Tell from which age on a weight is 0 at its places."""
    if function == "fade":
        return -(-months.numerator // months.denominator)
    return -(-31 * months.numerator // months.denominator)  # 0.5^31 is less than half a billionth


def _billionths(number: Fraction) -> int:
    one: int = 10**INNER_PLACES
    scaled = number * one
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
