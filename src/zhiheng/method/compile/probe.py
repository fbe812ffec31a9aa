"""Put single values through the points of a criterion, and single scores through the cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.functions import FUNCTIONS
from zhiheng.method.compile.gather import SmallTable
from zhiheng.method.compile.ladder import Ladder
from zhiheng.method.compile.lower import Day, Lowered, Lowering, Nothing, Plain, Text
from zhiheng.method.compile.points import points_of
from zhiheng.method.compile.rows import given_value
from zhiheng.method.compile.scale import Num
from zhiheng.method.compile.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from sqlglot import exp

    from zhiheng.method.model import Criterion, Version

LARGEST = 10**18


@dataclass(frozen=True, slots=True)
class Probe:
    """Numbered inputs as a table, and the query that gives for each number what comes of it."""

    table: SmallTable
    query: exp.Select
    scale: int  # of what comes; -1 where it is a text


@dataclass(frozen=True)
class _Inputs:
    """Where probed values stand: no subject, so that only the method's own values have names."""

    version: Version
    as_of: date
    sheet: Sheet

    def lowering(self, name: str, value: Plain) -> Lowering:
        """Make what lowers expressions over a probed value and the entries of `values`."""

        def names(asked: str) -> Lowered:
            if asked == name:
                return value
            if asked == "as_of":
                return Day(sql.day(self.as_of))
            return given_value(self.version.values[asked], self.as_of)

        return Lowering(names, self.as_of, FUNCTIONS, self.sheet.bind)

    def own_value(self, _name: str) -> Plain:
        """Give the value of a fact: there are none here."""
        return Nothing()


def probe_points(version: Version, as_of: date, criterion: Criterion, values: Sequence[Decimal | str]) -> Probe:
    """Ask which points values of one criterion give."""
    texts = any(isinstance(value, str) for value in values)
    name = f"probe_{criterion.rule.name}"
    given = [value if isinstance(value, str) else _scaled(value, criterion.value_places) for value in values]
    table = SmallTable(name, {"number": "BIGINT", "given": "VARCHAR" if texts else "BIGINT"}, tuple(enumerate(given)))
    column = sql.column("given")
    value = Text(column) if texts else Num(column, criterion.value_places, -LARGEST, LARGEST)
    inputs = _Inputs(version, as_of, Sheet(lambda _: sql.read(sql.table(name))))
    points = points_of(criterion, value, inputs.lowering("value", value))
    query = inputs.sheet.select({"number": sql.column("number"), "came": points.tree})
    return Probe(table, query, points.scale)


def probe_grades(version: Version, as_of: date, scores: Sequence[Decimal]) -> Probe:
    """Ask which grades the cuts alone give for scores."""
    places = version.score.places
    table = SmallTable(
        "probe_scores",
        {"number": "BIGINT", "given": "BIGINT"},
        tuple((number, _scaled(score, places)) for number, score in enumerate(scores)),
    )
    score = Num(sql.column("given"), places, -LARGEST, LARGEST)
    inputs = _Inputs(version, as_of, Sheet(lambda _: sql.read(sql.table("probe_scores"))))
    ladder = Ladder(version, inputs, score, inputs.lowering("score", score))
    query = inputs.sheet.select({"number": sql.column("number"), "came": ladder.grade_of(ladder.cut())})
    return Probe(table, query, -1)


def _scaled(value: Decimal, places: int) -> int:
    return scale.rescaled(scale.number(value), places).low
