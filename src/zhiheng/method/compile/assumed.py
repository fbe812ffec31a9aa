"""The same sheet with some lines assumed: what a subject would get if what is missing came out best, or worst."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.frozen import JoinedBase
from zhiheng.method.compile.lower import Day, Nothing, Plain, Text, Truth, as_tree, like, merged, unified
from zhiheng.method.compile.scale import Num
from zhiheng.method.compile.subject import LineColumns, SubjectSheet
from zhiheng.method.model import Bin, Bins, Codes, Criterion, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

End = Literal["most", "least"]
ENDS: tuple[End, End] = ("most", "least")


@dataclass(frozen=True, slots=True)
class Assumption:
    """The points that a line is assumed to have, and a value that gives them, where the scale says which."""

    points: Decimal
    value: Decimal | str | None


def assume(criterion: Criterion, end: End) -> Assumption:
    """Find the most or fewest points that a criterion gives."""
    bound = criterion.max if end == "most" else criterion.min
    found: list[tuple[Decimal, Decimal | str | None]]
    match criterion.scale:
        case Line():
            found = [(points, value) for value, points in criterion.scale.knots]
        case Bins():
            found = _of_bins(criterion.scale.bins, criterion.value_places)
        case Codes():
            found = [(points, code) for code, points in criterion.scale.points.items()]
            if criterion.scale.otherwise is not None:
                found.append((criterion.scale.otherwise, None))
        case _:
            plain = isinstance(criterion.scale.tree.unnest(), exp.Column)
            return Assumption(bound, bound if plain else None)
    pick = max if end == "most" else min
    points, value = pick(found, key=lambda one: one[0])
    return Assumption(min(max(points, criterion.min), criterion.max), value)


def _of_bins(bins: tuple[Bin, ...], places: int) -> list[tuple[Decimal, Decimal | str | None]]:
    """Pick a value in each step, as near to its limit as values can be."""
    step = Decimal(1).scaleb(-places)
    found: list[tuple[Decimal, Decimal | str | None]] = []
    before: Bin | None = None
    for one in bins:
        if one.limit is not None:
            found.append((one.points, one.limit if one.closed else one.limit - step))
        elif before is not None and before.limit is not None:
            found.append((one.points, before.limit + step if before.closed else before.limit))
        else:
            found.append((one.points, None))
        before = one
    return found


@dataclass
class AssumedSheet(SubjectSheet):
    """A sheet on which lines are assumed to be measured, with their most points where a column of theirs is true."""

    assumed: Mapping[str, Mapping[End, Assumption]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        base = self.sheet.base
        assert isinstance(base, JoinedBase)  # noqa: S101 - the sheet of a subject has no other
        self.sheet.base = replace(base, raw=base.raw | set(map(at_most, self.assumed)))

    def own_value(self, name: str) -> Plain:
        """Give the value of an attribute, fact or criterion; an assumed one where its line is assumed."""
        found = super().own_value(name)
        if name not in self.assumed:
            return found
        if f"assumed {name}" not in self.known:
            ends = self.assumed[name]
            values = [ends[end].value for end in ENDS]
            parts = [_unknown(found) if value is None else _written(found, value) for value in values]
            self.known[f"assumed {name}"] = _either(name, parts)
        return self.known[f"assumed {name}"]

    def line(self, name: str) -> LineColumns:
        """Write one criterion's line."""
        if name not in self.assumed:
            return super().line(name)
        criterion = self.gathering.version.criteria[name]
        ends = [scale.number(self.assumed[name][end].points) for end in ENDS]
        points = _either(name, [scale.rounded(one, criterion.points_places) for one in ends])
        assert isinstance(points, Num)  # noqa: S101 - both ends are
        return LineColumns(sql.text("measured"), self.own_value(name), points, scale.constant(0, 0))


def at_most(name: str) -> str:
    """Name the column that tells whether an assumed line has its most points, or else its fewest."""
    return f"most$ {name}"


def _either(name: str, parts: list[Plain]) -> Plain:
    most, least = unified(parts)
    return merged([most, least], sql.choose([(sql.column(at_most(name)), as_tree(most))], as_tree(least)))


def _unknown(found: Plain) -> Plain:
    if isinstance(found, Num):
        return Num(sql.cast(sql.null(), sql.LONG), found.scale, 0, 0)
    return found if isinstance(found, Nothing) else like(found, sql.cast(sql.null(), _type(found)))


def _type(found: Plain) -> str:
    match found:
        case Truth():
            return "BOOLEAN"
        case Day():
            return "DATE"
        case _:
            return "VARCHAR"


def _written(found: Plain, value: Decimal | str) -> Plain:
    """Write a value as the sort of thing that the criterion's values are."""
    if isinstance(value, Decimal):
        return scale.number(value)
    match found:
        case Truth():
            return Truth(sql.truth(value == "true"))
        case Day():
            return Day(sql.cast(sql.text(value), "DATE"))
        case Num():
            return scale.number(Decimal(value))
        case _:
            return Text(sql.text(value))
