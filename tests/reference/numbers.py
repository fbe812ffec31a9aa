"""Exact numbers and whole months, by the words of the language reference."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt

INNER_PLACES = 9  # of a quotient inside a larger expression, of fade and of half_life


def rounded(number: Fraction, places: int) -> Fraction:
    """Round half away from zero."""
    scaled = abs(number) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if number >= 0 else -whole, 10**places)


def root(number: Fraction, places: int) -> Fraction:
    """Take the square root and round it half up, exactly."""
    quarters = number * 100 ** (places + 1)  # one digit more than wanted; the rest only breaks ties upward
    truncated = isqrt(quarters.numerator // quarters.denominator)
    return Fraction((truncated + 5) // 10, 10**places)


def add_months(day: date, months: int) -> date:
    """Find the same day so many months on, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, second: date) -> int:
    """Count completed months: the largest n for which `first`, n months on, is not after `second`."""
    months = (second.year - first.year) * 12 + second.month - first.month
    return months if add_months(first, months) <= second else months - 1


def fade(age: int, months: Fraction) -> Fraction:
    """Fall in a straight line from 1 to 0."""
    return rounded(max(Fraction(0), 1 - age / months), INNER_PLACES) if months else Fraction(0)


def half_life(age: int, months: Fraction) -> Fraction:
    """Halve every so many months."""
    with localcontext() as context:
        context.prec = 60
        power = Decimal(age) * months.denominator / months.numerator
        return rounded(Fraction(Decimal("0.5") ** power), INNER_PLACES)
