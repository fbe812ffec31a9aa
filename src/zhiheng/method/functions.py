"""The functions that an expression may call, with their arguments: the whole list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Where = Literal["anywhere", "rows", "subject", "aggregate"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes (`most` None: any number), and where it may stand."""

    name: str
    least: int
    most: int | None
    where: Where
    usage: str


def _table(*functions: Function) -> Mapping[str, Function]:
    return {function.name: function for function in functions}


FUNCTIONS: Mapping[str, Function] = _table(
    Function("coalesce", 2, None, "anywhere", "coalesce(a, b, ...)"),
    Function("abs", 1, 1, "anywhere", "abs(x)"),
    Function("least", 2, None, "anywhere", "least(a, b, ...)"),
    Function("greatest", 2, None, "anywhere", "greatest(a, b, ...)"),
    Function("floor", 1, 1, "anywhere", "floor(x)"),
    Function("ceil", 1, 1, "anywhere", "ceil(x)"),
    Function("round", 2, 2, "anywhere", "round(x, places)"),
    Function("clamp", 3, 3, "anywhere", "clamp(x, low, high)"),
    Function("lookup", 2, 2, "anywhere", "lookup(value, code)"),
    Function("months_between", 2, 2, "anywhere", "months_between(from, to)"),
    Function("days_between", 2, 2, "anywhere", "days_between(from, to)"),
    Function("year", 1, 1, "anywhere", "year(d)"),
    Function("month", 1, 1, "anywhere", "month(d)"),
    Function("add_months", 2, 2, "anywhere", "add_months(d, n)"),
    Function("has", 2, 2, "anywhere", "has(list, code)"),
    Function("matches", 2, 2, "anywhere", "matches(text, 'prefix')"),
    Function("fade", 1, 1, "rows", "fade(months)"),
    Function("half_life", 1, 1, "rows", "half_life(months)"),
    Function("points", 1, 1, "subject", "points(criterion)"),
    Function("state", 1, 1, "subject", "state(criterion)"),
    Function("count", 0, 1, "aggregate", "count() or count(condition)"),
    Function("share", 1, 1, "aggregate", "share(condition)"),
    Function("sum", 1, 1, "aggregate", "sum(x)"),
    Function("mean", 1, 1, "aggregate", "mean(x)"),
    Function("min", 1, 1, "aggregate", "min(x)"),
    Function("max", 1, 1, "aggregate", "max(x)"),
    Function("latest", 1, 1, "aggregate", "latest(x)"),
    Function("earliest", 1, 1, "aggregate", "earliest(x)"),
    Function("any", 1, 1, "aggregate", "any(condition)"),
    Function("all", 1, 1, "aggregate", "all(condition)"),
    Function("distinct", 1, 1, "aggregate", "distinct(x)"),
    Function("repeats", 1, 1, "aggregate", "repeats(x)"),
    Function("held", 1, 1, "aggregate", "held(condition)"),
)

AGGREGATES = frozenset(name for name, function in FUNCTIONS.items() if function.where == "aggregate")
CONDITIONAL_AGGREGATES = frozenset({"count", "share", "any", "all", "held"})
