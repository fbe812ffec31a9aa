"""One document, one deduction: records of one document feed only the criterion in which they deduct most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.measures import MOST_ROWS, MeasureScope, summed, summed_bounds
from zhiheng.method.compile.raw import DOCUMENTS, Gathering
from zhiheng.method.compile.scale import Num
from zhiheng.method.model import Measure, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Deducted:
    """What the documents left to one criterion."""

    value: Num
    rows: Num


def deducting(version: Version) -> tuple[str, ...]:
    """Name the criteria among which documents deduct once."""
    return tuple(dict.fromkeys(name for entry in version.one_deduction for name in entry.among))


def deducted(gathering: Gathering, name: str) -> Deducted:
    """Ask for what the documents left to one criterion."""
    kept = keeps(gathering, name)
    value, _ = _amount(gathering, name)
    amount = summed(value, wide=gathering.wide)
    tree = sql.cast(exp.Sum(this=sql.when(kept, sql.column(f"{name}$amount"))), amount.type)
    counted = sql.cast(exp.Sum(this=sql.when(kept, sql.column(f"{name}$count"))), sql.LONG)
    total = gathering.column(DOCUMENTS, f"{name}$sum", tree, amount, sql.integer(0))
    rows = gathering.column(DOCUMENTS, f"{name}$rows", counted, Num(sql.null(), 0, 0, MOST_ROWS), sql.integer(0))
    assert isinstance(total, Num)  # noqa: S101  asked for as a number
    assert isinstance(rows, Num)  # noqa: S101
    return Deducted(total, rows)


def _scope(gathering: Gathering, name: str) -> MeasureScope:
    source = gathering.version.criteria[name].source
    assert isinstance(source, Measure)  # noqa: S101  criteria that deduct are measured, by the check
    return MeasureScope(name, source, gathering)


def _amount(gathering: Gathering, name: str) -> tuple[Num, MeasureScope]:
    """Write what one record adds to a criterion whose measure is `sum(x)`."""
    scope = _scope(gathering, name)
    measure = scope.measure.measure.tree.unnest()
    return scope.summand(measure.expressions[0]), scope


def keeps(gathering: Gathering, name: str) -> exp.Expression:
    """Write the condition that a document deducts in this criterion: it has the most, or as much and stands first."""
    conditions: list[exp.Expression] = [sql.binary(exp.GT, sql.column(f"{name}$count"), sql.integer(0))]
    for entry in gathering.version.one_deduction:
        if name not in entry.among:
            continue
        at = entry.among.index(name)
        for rank, other in enumerate(entry.among):
            if other != name:
                conditions.append(_yields(gathering, name, other, to_equal=rank < at))
    whole = sql.every(conditions)
    assert whole is not None  # noqa: S101  there is one at least
    return whole


def _yields(gathering: Gathering, name: str, other: str, *, to_equal: bool) -> exp.Expression:
    """Write that another criterion does not take the document from this one."""
    mine, theirs = (_held_amount(gathering, one) for one in (name, other))
    mine, theirs = scale.aligned(mine, theirs)
    more = sql.binary(exp.GTE if to_equal else exp.GT, theirs.tree, mine.tree)
    has = sql.binary(exp.GT, sql.column(f"{other}$count"), sql.integer(0))
    return sql.negation(sql.surely(sql.binary(exp.And, has, more)))


def _held_amount(gathering: Gathering, name: str) -> Num:
    value, _ = _amount(gathering, name)
    return Num(sql.column(f"{name}$amount"), value.scale, *summed_bounds(value))


def documents(gathering: Gathering, rows_of: Callable[[str], exp.Select]) -> exp.Select:
    """Write the query that sums, for each document of each subject, what it adds to every criterion, if anything."""
    names = deducting(gathering.version)
    scopes = {name: _scope(gathering, name) for name in names}
    kinds = dict.fromkeys(scope.measure.kind for scope in scopes.values())
    parts = [_of_kind(gathering, kind, scopes, rows_of) for kind in kinds]
    stacked = sql.read(sql.subquery(sql.union(parts), "documents"))
    keys = [sql.column("subject"), sql.column("document")]
    sums = []
    for name in names:
        amount = sql.either(exp.Sum(this=sql.column(f"{name}$amount")), sql.integer(0))
        if not gathering.wide:
            sums.append(sql.named(sql.cast(amount, sql.LONG), f"{name}$amount"))
        else:
            sums.append(sql.named(sql.cast(amount, sql.WIDE), f"{name}$amount"))
        counted = sql.either(exp.Sum(this=sql.column(f"{name}$count")), sql.integer(0))
        sums.append(sql.named(sql.cast(counted, sql.LONG), f"{name}$count"))
    return stacked.select(*keys, *sums, copy=False).group_by(*list(keys), copy=False)


def _of_kind(
    gathering: Gathering, kind: str, scopes: Mapping[str, MeasureScope], rows_of: Callable[[str], exp.Select]
) -> exp.Select:
    own = exp.DPipe(this=sql.text(f"{kind}:"), expression=sql.column("record"))
    fact = sql.nullif(sql.column("fact"), sql.text(""))
    selected = [sql.column("subject"), sql.named(sql.either(fact, own), "document")]
    passing = [scope.passes for scope in scopes.values() if scope.measure.kind == kind]
    for name, scope in scopes.items():
        wide = sql.WIDE if gathering.wide else sql.LONG
        if scope.measure.kind == kind:
            value, _ = _amount(gathering, name)
            one: exp.Expression = sql.integer(1)
            selected.append(sql.named(sql.cast(sql.when(scope.passes, value.tree), wide), f"{name}$amount"))
            selected.append(sql.named(sql.cast(sql.when(scope.passes, one), sql.LONG), f"{name}$count"))
        else:
            selected.append(sql.named(sql.cast(sql.null(), wide), f"{name}$amount"))
            selected.append(sql.named(sql.cast(sql.null(), sql.LONG), f"{name}$count"))
    # Rows come last: by now it is known what is worked out once for each of them.
    query = sql.read(sql.subquery(rows_of(kind), "rows")).select(*selected, copy=False)
    known = [condition for condition in passing if condition is not None]
    shallow = all(gathering.sheet(kind).is_shallow(condition) for condition in known)
    return query.where(sql.some(known), copy=False) if len(known) == len(passing) and shallow else query
