"""The functions of the language in SQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import months, scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.lower import (
    Codebook,
    Day,
    Function,
    Lowered,
    Lowering,
    Nothing,
    Plain,
    Text,
    Truth,
    as_number,
    as_tree,
    merged,
    unified,
)
from zhiheng.method.compile.scale import Num, Ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

MOST_DAYS = 4_000_000  # between the first and the last day that a date can be
MOST_MONTHS = 130_000


def _coalesce(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    parts = [part for part in unified([at.inner(one) for one in arguments]) if not isinstance(part, Nothing)]
    if not parts:
        return Nothing()
    return merged(parts, sql.either(*(as_tree(part) for part in parts))) if len(parts) > 1 else parts[0]


def _abs(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    return scale.absolute(at.number(arguments[0]))


def extreme(kind: type[exp.Least | exp.Greatest], parts: Sequence[Plain], at: Lowering | None = None) -> Plain:
    """Take the least or greatest; null where any is null, which the engines' own functions leave out."""
    parts = unified(parts) if at is None else [at.once(part) for part in unified(parts)]
    trees = [as_tree(part) for part in parts]
    if any(isinstance(part, Nothing) for part in parts):
        return Nothing()
    chosen = kind(this=trees[0], expressions=trees[1:])
    unknown = sql.some([sql.is_null(tree) for part, tree in zip(parts, trees, strict=True) if not _is_known(part)])
    whole = merged(parts, chosen if unknown is None else sql.choose([(unknown, sql.null())], chosen))
    if isinstance(whole, Num):
        numbers = [as_number(part) for part in parts]
        pick = min if kind is exp.Least else max
        return Num(whole.tree, whole.scale, pick(one.low for one in numbers), pick(one.high for one in numbers))
    return whole


def _is_known(part: Plain) -> bool:
    return isinstance(part, Num) and part.known is not None


def _extreme(kind: type[exp.Least | exp.Greatest]) -> Function:
    return lambda at, arguments: extreme(kind, [at.inner(one) for one in arguments], at)


def _clamp(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    value, low, high = (at.inner(one) for one in arguments)
    return extreme(exp.Least, [extreme(exp.Greatest, [value, low], at), high], at)


def _round(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    return scale.rounded(at.number(arguments[0]), int(str(arguments[1].this)), at.bind)


def _whole(up: bool) -> Function:  # noqa: FBT001  floor or ceil
    def cut(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
        given = at.number(arguments[0])
        if given.scale == 0:
            return given
        given = at.bind(given)
        unit = 10**given.scale
        nearest = scale.divided(Ratio(given, scale.constant(unit, given.scale)), 0, at.bind)
        nearest = at.bind(nearest)
        back = scale.times(nearest, scale.constant(unit, 0))
        wrong = sql.binary(exp.LT if up else exp.GT, back.tree, given.tree)
        step = scale.constant(1 if up else -1, 0)
        moved = scale.plus(nearest, step)
        return Num(
            sql.choose([(wrong, moved.tree)], nearest.tree),
            0,
            min(nearest.low, moved.low),
            max(nearest.high, moved.high),
        )

    return cut


def _lookup(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    book, code = at.worth(arguments[0]), at.inner(arguments[1])
    assert isinstance(book, Codebook)  # noqa: S101  checked with the method
    return looked_up(book.numbers, as_tree(at.once(code)))


def looked_up(numbers: Mapping[str, Decimal], code: exp.Expression) -> Plain:
    """Pick a number by code; null where the table has no such code."""
    entries = scale.aligned(*(scale.number(number) for number in numbers.values()))
    branches = [
        (sql.binary(exp.EQ, code, sql.text(written)), entry.tree)
        for written, entry in zip(numbers, entries, strict=True)
    ]
    low, high = min(entry.low for entry in entries), max(entry.high for entry in entries)
    tree = sql.choose(branches)
    return Num(tree, entries[0].scale, low, high)


def _months_between(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    first, second = (as_tree(at.once(at.inner(one))) for one in arguments)
    if second == sql.day(at.as_of):
        return Num(months.until(first, at.as_of), 0, -MOST_MONTHS, MOST_MONTHS)
    return Num(months.between(first, second), 0, -MOST_MONTHS, MOST_MONTHS)


def _days_between(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    first, second = (as_tree(at.inner(one)) for one in arguments)
    return Num(sql.cast(sql.call("days_apart", first, second), sql.LONG), 0, -MOST_DAYS, MOST_DAYS)


def _part_of_day(part: type[exp.Year | exp.Month], most: int) -> Function:
    return lambda at, arguments: Num(sql.cast(part(this=as_tree(at.inner(arguments[0]))), sql.LONG), 0, 0, most)


def _add_months(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    count = scale.rounded(at.number(arguments[1]), 0, at.bind)
    return Day(sql.call("months_later", as_tree(at.inner(arguments[0])), sql.cast(count.tree, "INTEGER")))


def _has(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    return Truth(sql.call("list_holds", *(as_tree(at.inner(one)) for one in arguments)))


def _matches(at: Lowering, arguments: Sequence[exp.Expression]) -> Lowered:
    return Truth(sql.call("begins_with", *(as_tree(at.inner(one)) for one in arguments)))


def as_code(found: Plain) -> exp.Expression:
    """Write a value as the text by which `codes` knows it."""
    return found.tree if isinstance(found, Text) else sql.cast(as_tree(found), "VARCHAR")


def literal(value: Decimal | str | bool | date) -> Plain:  # noqa: FBT001  the value is the point
    """Write out a value that the method gives."""
    match value:
        case bool():
            return Truth(sql.truth(value))
        case str():
            return Text(sql.text(value))
        case date():
            return Day(sql.day(value))
        case _:
            return scale.number(value)


FUNCTIONS: Mapping[str, Function] = {
    "coalesce": _coalesce,
    "abs": _abs,
    "least": _extreme(exp.Least),
    "greatest": _extreme(exp.Greatest),
    "clamp": _clamp,
    "round": _round,
    "floor": _whole(up=False),
    "ceil": _whole(up=True),
    "lookup": _lookup,
    "months_between": _months_between,
    "days_between": _days_between,
    "year": _part_of_day(exp.Year, 10_000),
    "month": _part_of_day(exp.Month, 12),
    "add_months": _add_months,
    "has": _has,
    "matches": _matches,
}
