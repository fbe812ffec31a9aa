"""Reckon with the least and the greatest that numbers can be."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as pairs
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal


class Span(NamedTuple):
    """Between which numbers something lies, both included; None where there is no bound."""

    low: Fraction | None
    high: Fraction | None

    def __neg__(self) -> Span:
        return Span(None if self.high is None else -self.high, None if self.low is None else -self.low)


def ends(numbers: Iterable[Decimal]) -> Span:
    """Span numbers, of which there is one at least."""
    exact = [Fraction(number) for number in numbers]
    return Span(min(exact), max(exact))


def joined(spans: Sequence[Span]) -> Span:
    """Span several spans, of which there is one at least."""
    lows, highs = [span.low for span in spans], [span.high for span in spans]
    return Span(_least(lows), _greatest(highs))


def _least(numbers: Sequence[Fraction | None]) -> Fraction | None:
    known = [number for number in numbers if number is not None]
    return min(known) if len(known) == len(numbers) else None


def _greatest(numbers: Sequence[Fraction | None]) -> Fraction | None:
    known = [number for number in numbers if number is not None]
    return max(known) if len(known) == len(numbers) else None


def total(first: Span, second: Span) -> Span:
    """Add."""
    low = None if first.low is None or second.low is None else first.low + second.low
    high = None if first.high is None or second.high is None else first.high + second.high
    return Span(low, high)


def product(first: Span, second: Span) -> Span:
    """Multiply."""
    for one, other in ((first, second), (second, first)):
        if one.low is not None and one.low >= 0:
            return _times(one.low, one.high, other)
        if one.high is not None and one.high <= 0:
            return -_times(-one.high, None if one.low is None else -one.low, other)
    corners = [None if a is None or b is None else a * b for a, b in pairs(first, second)]
    return Span(_least(corners), _greatest(corners))


def _times(low: Fraction, high: Fraction | None, other: Span) -> Span:
    """Multiply by what is at least 0."""
    return Span(
        _outer(low, high, other.low, growing=other.low is None or other.low < 0),
        _outer(low, high, other.high, growing=other.high is None or other.high > 0),
    )


def _outer(low: Fraction, high: Fraction | None, end: Fraction | None, *, growing: bool) -> Fraction | None:
    by = high if growing else low
    if end is None or by is None:
        return Fraction(0) if by == 0 or end == 0 else None
    return by * end


def quotient(over: Span, under: Span) -> Span:
    """Divide; a quotient by 0 is none."""
    low, high = under
    if low is not None and low > 0:
        return product(over, Span(Fraction(0) if high is None else 1 / high, 1 / low))
    if high is not None and high < 0:
        return quotient(-over, -under)
    if low is not None and low >= 0:  # however near to 0
        return product(over, Span(Fraction(0), None))
    return Span(None, None)


def held(function: str, parts: Sequence[Span]) -> Span:
    """Tell what a function makes of spans: one that rounds, takes the sign away, or picks one of several."""
    first = parts[0]
    match function:
        case "least":
            known = [span.high for span in parts if span.high is not None]
            return Span(_least([span.low for span in parts]), min(known, default=None))
        case "greatest":
            known = [span.low for span in parts if span.low is not None]
            return Span(max(known, default=None), _greatest([span.high for span in parts]))
        case "clamp":
            return held("least", [held("greatest", [first, parts[1]]), parts[2]])
        case "abs":
            return _without_sign(first)
    low, high = first  # rounded: a whole number further out bounds it, whatever the places
    return Span(None if low is None else Fraction(floor(low)), None if high is None else Fraction(ceil(high)))


def _without_sign(span: Span) -> Span:
    low, high = span
    if low is not None and low >= 0:
        return span
    if high is not None and high <= 0:
        return -span
    return Span(Fraction(0), None if low is None or high is None else max(-low, high))
