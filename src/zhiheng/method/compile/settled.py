"""What of a subject rests on its own records alone: kept with an assessment, so that peers can be ranked anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.benchmarks import in_order, plan_benchmark
from zhiheng.method.compile.digest import digest
from zhiheng.method.compile.frozen import JoinedBase
from zhiheng.method.compile.lower import Codebook, Day, Listing, Nothing, Plain, Text, Truth, as_tree
from zhiheng.method.compile.outcome import outcome_columns, settle
from zhiheng.method.compile.scale import Num

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhiheng.method.compile.raw import RawColumn
    from zhiheng.method.compile.subject import SubjectSheet

DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class SettledColumn:
    """A column of which a subject's outcome is worked out, and its type in a file."""

    tree: exp.Expression
    type: str


@dataclass(frozen=True)
class Scoring:
    """The columns of every subject's outcome with its hash, and those that they rest on."""

    scope: SubjectSheet
    outcome: Mapping[str, exp.Expression]
    settled: Mapping[str, SettledColumn]

    def select(self, more: Mapping[str, exp.Expression] | None = None) -> exp.Select:
        """Write the query for the outcome of every subject, and more columns of its sheet."""
        return self.scope.sheet.select({**self.outcome, **(more or {})})


def plan_scoring(scope: SubjectSheet) -> Scoring:
    """Write the outcome of every subject, and find what it rests on that only the subject's own records change."""
    outcome = settle(scope)
    columns = outcome_columns(outcome) | {DIGEST: digest(scope, outcome)}
    own = {name: column for name, column in _own(scope) if name in scope.sheet.trees}
    raw = {column.name: column for column in scope.gathering.columns.values()}
    ground = set(scope.sheet.ground(columns.values(), own))
    ground |= _read_by(scope, ground) | _peers_read(scope)
    settled = {name: own[name] if name in own else _as_filed(raw[name]) for name in sorted(ground & (own.keys() | raw))}
    return Scoring(scope, columns, settled)


def take_settled(scoring: Scoring) -> Scoring:
    """Read what was settled before from the table, instead of working it out from raw aggregates."""
    sheet = scoring.scope.sheet
    sheet.take(scoring.settled)
    assert isinstance(sheet.base, JoinedBase)  # noqa: S101 - the sheet of a subject has no other
    sheet.base = replace(sheet.base, raw=sheet.base.raw | scoring.settled.keys())
    return scoring


def _own(scope: SubjectSheet) -> Iterator[tuple[str, SettledColumn]]:
    """Give the columns that rest on nobody else, by name: over several criteria, and of each criterion and fact."""
    version = scope.gathering.version
    plain: list[Plain] = list(scope.own.values())
    for name in (*version.criteria, *version.facts):
        if name in scope.others:
            continue
        plain.append(scope.own_value(name))
        applies = scope.applies(name)
        if applies is not None:
            plain.append(Truth(applies))
        if name in version.criteria:
            line = scope.line(name)
            plain += [line.points, Text(line.state)]
    yield from (column for column in map(_filed, plain) if column is not None)


def _filed(value: Plain) -> tuple[str, SettledColumn] | None:
    """Tell how a column is kept in a file; None for what is no column, or one wider than files have."""
    match value:
        case Nothing() | Codebook():
            return None
        case Num() if value.is_wide:
            return None
    tree = as_tree(value)
    if not isinstance(tree, exp.Column):
        return None
    match value:
        case Num():
            kept, type_ = sql.cast(tree, sql.LONG), sql.LONG
        case Truth():
            kept, type_ = tree, "BOOLEAN"
        case Day():
            kept, type_ = tree, "DATE"
        case Listing():
            kept, type_ = tree, "VARCHAR[]"
        case Text():
            kept, type_ = tree, "VARCHAR"
    return tree.name, SettledColumn(kept, type_)


def _as_filed(column: RawColumn) -> SettledColumn:
    tree = sql.column(column.name)
    kept = tree if column.type == column.filed_type else sql.cast(tree, column.filed_type)
    return SettledColumn(kept, column.filed_type)


def _read_by(scope: SubjectSheet, needed: set[str]) -> set[str]:
    """Find the raw columns that attributes are read from: those needed, and those that name groups of peers."""
    base = scope.sheet.base
    assert isinstance(base, JoinedBase)  # noqa: S101 - the sheet of a subject has no other
    keys = {key for one in scope.gathering.version.benchmarks.values() for key in one.by}
    trees = [tree for name, tree in base.trees.items() if name in needed | keys]
    return set(base.attributes.ground(trees, ()))


def _peers_read(scope: SubjectSheet) -> set[str]:
    """Find the raw columns that benchmarks are worked out from."""
    plans = (
        plan_benchmark(one, scope.gathering, scope.gathered, scope.frozen, scope.coverage)
        for one in in_order(scope.gathering.version)
    )
    return {read.name for plan in plans for read in plan.query.find_all(exp.Column)}
