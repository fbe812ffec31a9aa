"""List the scores that can occur where every criterion takes one of a few points."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from zhiheng.method.evaluate import rounded
from zhiheng.method.model import Absent, Bins, Codes

if TYPE_CHECKING:
    from zhiheng.method.model import Criterion, Version

MOST_SUMS = 2000

Sum = tuple[Fraction, Fraction]
"""The points of some lines, and the maximum of those of them that have points."""


def reachable_scores(version: Version) -> frozenset[Fraction] | None:
    """
    List every score that can occur; None where a criterion's points vary freely, or where there are too many.

    Lines are taken to vary freely, so that what is listed may be more than can happen, never less.
    """
    score = version.score
    if score.formula is not None or not version.criteria:
        return None
    sums: set[Sum] = {(Fraction(0), Fraction(0))}
    for criterion in version.criteria.values():
        given = _points(criterion)
        if given is None:
            return None
        sums = {(points + more, most + limit) for points, most in sums for more, limit in given}
        if len(sums) > MOST_SUMS:
            return None
    if score.out_of is None:
        return frozenset(rounded(points, score.places) for points, _ in sums)
    whole = sum((Fraction(criterion.max) for criterion in version.criteria.values()), Fraction(0))
    shares = ((points, most if score.over == "applicable" else whole) for points, most in sums)
    out_of = Fraction(score.out_of)
    return frozenset(rounded(out_of * points / most, score.places) for points, most in shares if most)


def _points(criterion: Criterion) -> set[Sum] | None:
    match criterion.scale:
        case Bins():
            named = [step.points for step in criterion.scale.bins]
        case Codes():
            named = [*criterion.scale.points.values()]
            named += [] if criterion.scale.otherwise is None else [criterion.scale.otherwise]
        case _:
            return None
    lowest, most = Fraction(criterion.min), Fraction(criterion.max)
    held = {rounded(min(max(Fraction(points), lowest), most), criterion.points_places) for points in named}
    if criterion.absent is Absent.ZERO:
        held.add(max(lowest, Fraction(0)))
    elif criterion.absent is Absent.FULL_IF_FEED_COMPLETE:
        held.add(most)
    left_out = criterion.absent is not Absent.ZERO or criterion.applies is not None
    return {(points, most) for points in held} | ({(Fraction(0), Fraction(0))} if left_out else set())
