"""Rows of one subject, and the aggregates over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.reference.expressions import Plain, holds, inner, plain
from tests.reference.numbers import fade, half_life, months_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.reference.syntax import Node

Row = Mapping[str, object]


def moment_of(row: Row) -> datetime:
    """Say when a record was so: its moment where its kind has moments, else the beginning of its day."""
    return row.get("moment") or datetime.combine(row["true_on"], time())  # type: ignore[return-value,arg-type]


@dataclass(frozen=True)
class RowScope:
    """What names mean over one record: its fields, its dates, the method's values."""

    row: Row
    values: Mapping[str, Plain]
    as_of: date

    @property
    def age(self) -> int:
        return months_between(self.row["true_on"], self.as_of)  # type: ignore[arg-type]

    def name(self, name: str) -> Plain:
        if name == "as_of":
            return self.as_of
        if name == "age":
            return Fraction(self.age)
        return self.values[name] if name in self.values else plain(self.row.get(name))

    def call(self, name: str, arguments: tuple[Node, ...]) -> Plain:
        months = inner(arguments[0], self)
        if months is None:
            return None
        return {"fade": fade, "half_life": half_life}[name](self.age, months)  # type: ignore[arg-type]


@dataclass(frozen=True)
class RowsScope:
    """What names and aggregates mean over the rows that feed one measure."""

    rows: Sequence[Row]
    weight: Node | None
    values: Mapping[str, Plain]
    as_of: date

    def name(self, name: str) -> Plain:
        return self.as_of if name == "as_of" else self.values[name]

    def over(self, row: Row) -> RowScope:
        return RowScope(row, self.values, self.as_of)

    def weight_of(self, row: Row) -> Fraction:
        weight = Fraction(1) if self.weight is None else inner(self.weight, self.over(row))
        return weight if isinstance(weight, Fraction) else Fraction(0)

    def each(self, node: Node) -> list[Plain]:
        return [inner(node, self.over(row)) for row in self.rows]

    def parts(self, name: str, node: Node) -> tuple[Fraction, Fraction, int]:
        """Give a share's or mean's weighted sum, its weight, and the number of rows it rests on."""
        if name == "share":
            kept = [(Fraction(holds(node, self.over(row))), self.weight_of(row)) for row in self.rows]
        else:
            kept = [
                (value, self.weight_of(row))  # type: ignore[misc]
                for row, value in zip(self.rows, self.each(node), strict=True)
                if value is not None
            ]
        return sum((x * w for x, w in kept), Fraction(0)), sum((w for _, w in kept), Fraction(0)), len(kept)

    def call(self, name: str, arguments: tuple[Node, ...]) -> Plain:
        if not arguments:
            return sum(map(self.weight_of, self.rows), Fraction(0))
        if name in WEIGHTED:
            return self.weighted(name, arguments[0])
        if name in UNWEIGHTED:
            return UNWEIGHTED[name]([value for value in self.each(arguments[0]) if value is not None])
        return self.of_truths(name, arguments[0])

    def weighted(self, name: str, node: Node) -> Plain:
        over, under, _ = self.parts("share" if name == "count" else name, node)
        if name in ("count", "sum"):
            return over
        return over / under if under else None

    def of_truths(self, name: str, node: Node) -> Plain:
        match name:
            case "any":
                return True in self.each(node)
            case "all":
                return all(value is True for value in self.each(node)) if self.rows else None
            case "held":
                return self.held(node)
            case "latest" | "earliest":
                return self.end(node, last=name == "latest")
        raise NotImplementedError(name)

    def ordered(self) -> list[Row]:
        return sorted(self.rows, key=lambda row: (moment_of(row), row["record"]))

    def end(self, node: Node, *, last: bool) -> Plain:
        return inner(node, self.over(self.ordered()[-1 if last else 0])) if self.rows else None

    def held(self, node: Node) -> Fraction:
        start = None
        for row in reversed(self.ordered()):
            if not holds(node, self.over(row)):
                break
            start = row["true_on"]
        return Fraction(0) if start is None else Fraction(months_between(start, self.as_of))  # type: ignore[arg-type]


WEIGHTED = ("count", "share", "sum", "mean")
UNWEIGHTED: dict[str, Callable[[list[Plain]], Plain]] = {
    "min": lambda known: min(known, default=None),  # type: ignore[type-var]
    "max": lambda known: max(known, default=None),  # type: ignore[type-var]
    "distinct": lambda known: Fraction(len(set(known))),
    "repeats": lambda known: Fraction(len(known) - len(set(known))),
}
