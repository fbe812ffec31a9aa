"""Whose records may stand otherwise in one snapshot of a ledger than in an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.ledger.snapshot import at_moment, column_of, raw_table, replaced_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhiheng.ledger.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Since:
    """Queries for the subject keys, as the records spell them, and keys whose subject was judged anew."""

    queries: tuple[exp.Select, ...]
    judged: frozenset[str]


def subjects_since(before: Snapshot, after: Snapshot, kinds: Iterable[str]) -> Since:
    """
    Find whose records of some kinds may stand otherwise: new, known since, corrected, withdrawn, or judged anew.

    The queries read the tables of `after`; they may name a subject whose records stand as they did, but miss none.
    """
    batches = exp.Literal.number(min(before.batches, after.batches))
    known = at_moment(min(before.known_at, after.known_at))
    parents = dict.fromkeys(kind.partition(".")[0] for kind in kinds)
    queries = [query for kind in parents for query in _of_kind(kind, batches, known)]
    both = before.same.keys() | after.same.keys()
    moved = {key for key in both if before.same.get(key) != after.same.get(key)}
    subjects = {side.same[key] for key in moved for side in (before, after) if key in side.same}
    return Since(tuple(queries), frozenset({alias for _, alias in moved} | subjects))


def _of_kind(kind: str, batches: exp.Expr, known: exp.Expr) -> Iterator[exp.Select]:
    """Ask one question at a time: a file whose rows all fail it is then not read."""
    later = {"batch": batches, "known_at": known, "replaced_batch": batches, "replaced_at": known}
    for column, least in later.items():
        yield _rows(kind).where(exp.GT(this=column_of("r", column), expression=least.copy()))
    aside = exp.select(column_of("s", "row_id")).from_(
        exp.alias_(exp.to_table(replaced_name(kind), quoted=True), "s", table=True)
    )
    replaced = exp.or_(
        exp.GT(this=column_of("s", "replaced_batch"), expression=batches.copy()),
        exp.GT(this=column_of("s", "replaced_at"), expression=known.copy()),
    )
    listed = exp.Subquery(this=aside.where(replaced))
    yield _rows(kind).where(exp.In(this=column_of("r", "row_id"), query=listed))


def _rows(kind: str) -> exp.Select:
    rows = exp.alias_(exp.to_table(raw_table(kind), quoted=True), "r", table=True)
    return exp.select(column_of("r", "subject")).distinct().from_(rows)
