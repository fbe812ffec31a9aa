"""When a record was so: its moment, where the `true_on` of its kind is a datetime, else its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary import Kind

MOMENT, OF = "_moment", "_of"


def timed_by(kinds: Mapping[str, Kind], kind: str) -> str:
    """Name the field that holds the moment of a kind's records, or of those to which its children belong."""
    declared = kinds[kind.partition(".")[0]]
    field = declared.fields.get(declared.true_on.field)
    return field.name if field is not None and field.type is FieldType.DATETIME else ""


def moment(kinds: Mapping[str, Kind], kind: str) -> exp.Expression:
    """Write when a record was so; the records of children must have been joined to their parents' moments."""
    field = timed_by(kinds, kind)
    if not field:
        return sql.column("true_on")
    return sql.either(sql.column(MOMENT if "." in kind else field), sql.cast(sql.column("true_on"), "TIMESTAMP"))


def order(kinds: Mapping[str, Kind], kind: str) -> exp.Expression:
    """Write a text that sorts records by when they were so, then by their ids."""
    when = moment(kinds, kind)
    return sql.call("in_order", sql.call("clock", when) if timed_by(kinds, kind) else when, sql.column("record"))


def last(when: exp.Expression, met: exp.Expression | None) -> exp.Expression:
    """Write when the last record of a subject was so of those that meet a condition: a window function."""
    return exp.Window(this=exp.Max(this=sql.when(met, when)), partition_by=[sql.column("subject")])


def with_parents_moments(
    query: exp.Select, kinds: Mapping[str, Kind], kind: str, sources: Mapping[str, exp.Select]
) -> exp.Select:
    """Join to children the moments of the records that they belong to."""
    parent, _, child = kind.partition(".")
    field = timed_by(kinds, kind)
    if not child or not field:
        return query
    moments = sql.read(sql.subquery(sources[parent], "moments"))
    moments = moments.select(sql.named(sql.column("record"), OF), sql.named(sql.column(field), MOMENT), copy=False)
    on = sql.binary(exp.EQ, sql.column("parent"), sql.column(OF))
    return query.join(sql.subquery(moments, "moments"), on=on, join_type="left", copy=False)
