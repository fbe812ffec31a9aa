"""The hash of the results: hashes of each subject's canonical text, gathered into 256 buckets."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.lower import Nothing, Plain, Text, as_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhiheng.method.compile.outcome import Outcome
    from zhiheng.method.compile.subject import SubjectSheet

MARK = "\x1f"  # between two parts; no text of a record holds it
DIGITS = 32  # of a SHA-256 that are kept of each subject, as of each row of the ledger


def digest(scope: SubjectSheet, outcome: Outcome) -> exp.Expression:
    """
    Write the hash of one subject: its outcome, then each line's state, value and points as integers.

    Lines that rest on nobody else come in by a hash of their own, so that peers can be ranked anew without them.
    """
    head = [
        sql.column("subject"),
        outcome.state,
        _written(outcome.score),
        sql.either(outcome.grade, sql.text("")),
        sql.either(outcome.cut_grade, sql.text("")),
        _written(outcome.coverage),
        outcome.rules,
    ]
    criteria = scope.gathering.version.criteria
    own = [part for name in criteria if name not in scope.others for part in _line(scope, name)]
    moved = [part for name in criteria if name in scope.others for part in _line(scope, name)]
    own_hash = [scope.define_own("lines", Text(_hashed(own)))] if own else []
    return _hashed([*head, *own_hash, *moved])


def _line(scope: SubjectSheet, name: str) -> list[exp.Expression]:
    line = scope.line(name)
    return [line.state, _written(line.value), _written(line.points), _written(line.records)]


def _hashed(parts: Sequence[exp.Expression]) -> exp.Expression:
    return _first(DIGITS, sql.call("sha256_hex", sql.call("concat_ws", sql.text(MARK), *parts)))


def _first(letters: int, text: exp.Expression) -> exp.Substring:
    return exp.Substring(this=text, start=exp.Literal.number(1), length=exp.Literal.number(letters))


def _written(value: Plain) -> exp.Expression:
    if isinstance(value, Nothing):
        return sql.text("")
    tree = value.tree if isinstance(value, Text) else sql.cast(as_tree(value), "VARCHAR")
    return sql.either(tree, sql.text(""))


def bucket_query(table: str) -> exp.Select:
    """Write the query that joins the hashes of each bucket of subjects, in order, and hashes them."""
    bucket = sql.named(_first(2, sql.column("digest")), "bucket")
    rows = sql.read(sql.table(table)).select(bucket, sql.column("digest"), copy=False)
    joined = sql.call("sha256_hex", sql.call("joined_in_order", sql.column("digest")))
    counted = exp.Count(this=exp.Star(), big_int=True)
    grouped = sql.read(sql.subquery(rows, "rows")).select(sql.column("bucket"), joined, counted, copy=False)
    return grouped.group_by(sql.column("bucket"), copy=False)


def results_hash(buckets: Iterable[Sequence[object]]) -> str:
    """Hash the buckets' hashes, in order of the buckets."""
    lines = sorted(f"{bucket}:{count}:{hashed}" for bucket, hashed, count in buckets)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
