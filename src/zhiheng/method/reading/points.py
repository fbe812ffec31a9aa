"""Read how a value becomes points: lines, steps, codes or an expression, and the limits of the points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from zhiheng.method.model import Bin, Bins, Codes, Line, Scale
from zhiheng.vocabulary import Entries, as_number

if TYPE_CHECKING:
    from zhiheng.errors import Place
    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Declaration

SCALES = ("points", "bins", "codes")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which points are held."""

    max: Decimal
    min: Decimal


class Given(NamedTuple):
    """The points that a table names, and the digits that they keep."""

    listed: list[Decimal]
    places: int


def read_scale(page: Page, entry: Declaration, places: int) -> tuple[Scale | None, Limits | None]:
    """Read the one scale of a criterion, and its limits."""
    given = [key for key in SCALES if entry.get(key) is not None]
    highest, lowest = entry.number("max"), entry.number("min")
    if len(given) != 1:
        page.faults.note("one-scale", entry.place(given[1] if given else ""), found=", ".join(given) or "-")
        return None, None
    scale = _read(page, entry, given[0])
    if scale is None:
        return None, None
    listed = points_given(scale)
    if highest is None and entry.get("max") is None:
        if not listed:
            page.faults.note("max-missing", entry.place())
        highest = max(listed, default=None)
    limits = None if highest is None else Limits(highest, ZERO if lowest is None else lowest)
    if limits:
        _check_limits(page, entry.place(given[0]), entry, limits, Given(listed, places))
    return scale, limits


def points_given(scale: Scale) -> list[Decimal]:
    """List the points that a table names; nothing for an expression."""
    match scale:
        case Line():
            return [points for _, points in scale.knots]
        case Bins():
            return [step.points for step in scale.bins]
        case Codes():
            return [*scale.points.values(), *([] if scale.otherwise is None else [scale.otherwise])]
    return []


def _read(page: Page, entry: Declaration, key: str) -> Scale | None:
    value = entry.get(key)
    if key == "bins":
        return _bins(page, entry)
    if key == "codes":
        return _codes(page, entry)
    if isinstance(value, Entries):
        return _line(page, entry, value)
    return page.expression(entry, key)


def _check_limits(page: Page, scale: Place, entry: Declaration, limits: Limits, given: Given) -> None:
    where = entry.place("max") if entry.get("max") is not None else scale
    listed, places = given
    if limits.max < limits.min:
        page.faults.note("max-below-min", where, max=limits.max, min=limits.min)
        return
    if listed and max(listed) < limits.max:
        page.faults.note("max-unreachable", where, max=limits.max, best=max(listed))
    for points in listed:
        if not limits.min <= points <= limits.max:
            page.faults.note("points-outside-limits", scale, points=points, min=limits.min, max=limits.max)
    for number in sorted({*listed, limits.max, limits.min}):
        if digits_of(number) > places:
            page.faults.note("finer-than-places", scale, number=number, places=places)


def digits_of(number: Decimal) -> int:
    """Count the digits after the point that say something."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _line(page: Page, entry: Declaration, given: Entries) -> Line | None:
    knots: list[tuple[Decimal, Decimal]] = []
    for key, value in given.items():
        at, points = as_number(key), as_number(value)
        if at is None:
            page.faults.note("not-a-number", entry.place_of(key), found=str(key)[:40])
        elif points is None:
            entry.wrong(str(key), value, "1234.5")
        else:
            if knots and at <= knots[-1][0]:
                page.faults.note("knots-not-ascending", entry.place_of(key), value=at, before=knots[-1][0])
            knots.append((at, points))
    if len(given) == 1:
        page.faults.note("one-knot", entry.place("points"))
    return Line(tuple(knots)) if knots else None


def _bins(page: Page, entry: Declaration) -> Bins | None:
    steps: list[Bin] = []
    for number, step in page.entries(entry, "bins", f"{entry.part}, bin"):
        step.allow(("at_most", "below", "otherwise", "points"))
        read = _bin(page, step)
        if read is None:
            continue
        if steps:
            _check_order(page, step, steps[-1], read)
        steps.append(read)
        if read.limit is None and number < len(entry.items("bins")):
            page.faults.note("bins-after-otherwise", step.place())
    if steps and all(step.limit is not None for step in steps):
        last = steps[-1]
        limit = f"{'>' if last.closed else '>='} {last.limit}"
        page.faults.note("bins-gap", entry.place("bins"), limit=limit)
    return Bins(tuple(steps)) if steps else None


def _bin(page: Page, step: Declaration) -> Bin | None:
    limits = [key for key in ("at_most", "below", "otherwise") if step.get(key) is not None]
    if len(limits) != 1:
        page.faults.note("bin-limit", step.place(), found=", ".join(limits) or "-")
        return None
    number = step.number(limits[0])
    if limits[0] == "otherwise":
        if step.get("points") is not None:
            page.faults.note("bin-limit", step.place("points"), found="otherwise, points")
        return None if number is None else Bin(None, closed=False, points=number)
    points = step.number("points")
    if step.get("points") is None:
        step.faults.add("missing-key", step.place(), key="points")
    if number is None or points is None:
        return None
    return Bin(number, closed=limits[0] == "at_most", points=points)


def _check_order(page: Page, step: Declaration, before: Bin, now: Bin) -> None:
    if before.limit is None or now.limit is None:
        return
    if (now.limit, now.closed) == (before.limit, before.closed) or (
        now.limit == before.limit and before.closed and not now.closed
    ):
        page.faults.note("bins-overlap", step.place(), limit=now.limit)
    elif now.limit < before.limit:
        page.faults.note("bins-unordered", step.place(), limit=now.limit, before=before.limit)


def _codes(page: Page, entry: Declaration) -> Codes | None:
    section = entry.section("codes")
    if section is None:
        return None
    points: dict[str, Decimal] = {}
    otherwise: Decimal | None = None
    for code in section.entries:
        number = section.number(str(code))
        if number is None:
            if section.get(str(code)) is None:
                section.faults.add("missing-key", section.place_of(code), key=str(code))
        elif code == "otherwise":
            otherwise = number
        else:
            points[str(code)] = number
    if not points and otherwise is None:
        page.faults.note("codes-empty", section.place())
        return None
    return Codes(points, otherwise)
