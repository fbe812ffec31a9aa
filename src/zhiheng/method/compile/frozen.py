"""What is settled once for a run before anything is scored: benchmarks, and which registers were attested complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.gather import SmallTable
from zhiheng.method.compile.scale import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from zhiheng.method.compile.sheet import Sheet

SUBJECT = "subject"
MOST = 10**18 - 1  # what a file's DECIMAL(18, ...) holds


@dataclass(frozen=True, slots=True)
class Frozen:
    """A benchmark's value for each group that is large enough, and what stands in elsewhere."""

    name: str
    keys: tuple[str, ...]  # attributes; or `subject`, where cases are judged each for itself
    places: int
    groups: Mapping[tuple[str, ...], int]  # at `places`
    otherwise: Decimal | str | None  # a number, or the name of a value or benchmark

    @property
    def column(self) -> str:
        """Name the column of the joined table that holds the value."""
        return f"{self.name}$frozen"

    @property
    def table(self) -> SmallTable:
        """The groups as a table to be loaded."""
        columns = dict.fromkeys(map(self.key_column, range(len(self.keys))), "VARCHAR")
        columns[self.column] = sql.WIDE if self.most > LONGEST else sql.LONG
        rows = tuple((*group, value) for group, value in self.groups.items())
        return SmallTable(f"frozen_{self.name}", columns, rows)

    @property
    def most(self) -> int:
        """The largest absolute value that the column can hold."""
        return max(MOST, *map(abs, self.groups.values())) if self.groups else MOST

    def key_column(self, at: int) -> str:
        """Name the column of the joined table that holds a key."""
        return f"{self.name}$by{at + 1}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """For whom a register was attested complete: everyone, regions by prefix, or single subjects in regions."""

    everyone: bool = False
    regions: tuple[str, ...] = ()
    subjects: tuple[tuple[str, tuple[str, ...]], ...] = ()  # subject, regions: '' is any region

    def condition(self, region: exp.Expression | None) -> exp.Expression:
        """Write the condition that a subject's register was attested complete."""
        if self.everyone:
            return sql.truth(value=True)
        found = [*_in_regions(region, self.regions)]
        for subject, regions in self.subjects:
            anywhere = sql.truth(value=True) if "" in regions else sql.some(_in_regions(region, regions))
            own = sql.binary(exp.EQ, sql.column(SUBJECT), sql.text(subject))
            if anywhere is not None:
                found.append(sql.binary(exp.And, own, anywhere))
        return sql.some(found) or sql.truth(value=False)


def _in_regions(region: exp.Expression | None, prefixes: tuple[str, ...]) -> list[exp.Expression]:
    if region is None:
        return []
    return [sql.surely(sql.call("begins_with", region, sql.text(prefix))) for prefix in prefixes]


def as_key(tree: exp.Expression) -> exp.Expression:
    """Write an attribute as the text by which groups are told apart."""
    return sql.cast(tree, "VARCHAR")


@dataclass(frozen=True)
class JoinedBase:
    """`from`: the raw columns and attributes of each subject, and the benchmarks of its groups, as far as needed."""

    gathered: str
    raw: frozenset[str]
    attributes: Sheet
    trees: Mapping[str, exp.Expression]  # of attributes
    frozen: Mapping[str, Frozen]

    def __call__(self, needed: frozenset[str]) -> exp.Select:
        """Write `from` with its joins, so that it gives the columns that are needed."""
        joined = [one for one in self.frozen.values() if one.keys and one.column in needed]
        wanted = needed | {key for one in joined for key in one.keys}
        attributes = {name: tree for name, tree in self.trees.items() if name in wanted}
        if not attributes and not joined:
            return sql.read(sql.table(self.gathered))
        outputs: dict[str, exp.Expression] = {name: sql.column(name) for name in sorted(self.raw & wanted)}
        base = sql.read(sql.subquery(self.attributes.select(outputs | attributes), "known"))
        for one in joined:
            pairs = [
                sql.binary(exp.EQ, as_key(sql.column(key)), sql.column(one.key_column(at)))
                for at, key in enumerate(one.keys)
            ]
            base = sql.left_joined(base, sql.table(one.table.name), sql.every(pairs))
        return base
