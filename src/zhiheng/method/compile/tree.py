"""Build SQL as syntax trees: names are always quoted, data are always literals."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

LONG = "BIGINT"
WIDE = "INT128"


def column(name: str) -> exp.Column:
    """Name a column."""
    return exp.Column(this=exp.Identifier(this=name, quoted=True))


def table(name: str) -> exp.Table:
    """Name a table."""
    return exp.Table(this=exp.Identifier(this=name, quoted=True))


def named(tree: exp.Expression, name: str) -> exp.Alias:
    """Give an expression a name."""
    return exp.Alias(this=tree, alias=exp.Identifier(this=name, quoted=True))


def text(value: str) -> exp.Literal:
    """Write a text."""
    return exp.Literal.string(value)


def integer(value: int) -> exp.Expression:
    """Write a whole number, as long or as wide as it needs to be."""
    literal = exp.Literal.number(abs(value))
    tree: exp.Expression = exp.Neg(this=literal) if value < 0 else literal
    return cast(tree, LONG if -(2**63) < value < 2**63 else WIDE)


def day(value: date) -> exp.Expression:
    """Write a day."""
    return cast(text(value.isoformat()), "DATE")


def null() -> exp.Null:
    """Write null."""
    return exp.Null()


def truth(value: bool) -> exp.Boolean:  # noqa: FBT001  the value is the point
    """Write true or false."""
    return exp.Boolean(this=value)


def cast(tree: exp.Expression, to: str) -> exp.Expression:
    """Turn an expression into another type; what does not fit is an error of the engine."""
    return exp.Cast(this=tree, to=_type(to))


@cache
def _type(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")


def call(name: str, *arguments: exp.Expression) -> exp.Anonymous:
    """Call a function by its portable name; the engines know how each says it."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def paren(tree: exp.Expression) -> exp.Expression:
    """Put brackets around what is not one word."""
    return tree if isinstance(tree, SIMPLE) else exp.Paren(this=tree)


SIMPLE = (exp.Column, exp.Literal, exp.Cast, exp.Paren, exp.Anonymous, exp.Case, exp.Null, exp.Boolean)


def binary(kind: type[exp.Binary], left: exp.Expression, right: exp.Expression) -> exp.Expression:
    """Join two expressions by an operator."""
    joined: exp.Expression = kind(this=paren(left), expression=paren(right))  # type: ignore[assignment]  # every one is
    return joined


def every(conditions: Iterable[exp.Expression | None]) -> exp.Expression | None:
    """Join conditions by `and`; None where there are none."""
    found = [condition for condition in conditions if condition is not None]
    return _chain(exp.And, found)


def some(conditions: Iterable[exp.Expression]) -> exp.Expression | None:
    """Join conditions by `or`; None where there are none."""
    return _chain(exp.Or, list(conditions))


def _chain(kind: type[exp.Connector], parts: Sequence[exp.Expression]) -> exp.Expression | None:
    """Join parts pairwise, so that many of them nest only a little."""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = _chain(kind, parts[:half]), _chain(kind, parts[half:])
    assert left is not None  # noqa: S101  both halves have parts
    assert right is not None  # noqa: S101
    return binary(kind, left, right)


def total(parts: Sequence[exp.Expression]) -> exp.Expression:
    """Add expressions pairwise."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return binary(exp.Add, total(parts[:half]), total(parts[half:]))


def negation(tree: exp.Expression) -> exp.Expression:
    """Write `not`."""
    return exp.Not(this=paren(tree))


def is_null(tree: exp.Expression) -> exp.Expression:
    """Ask whether an expression is null."""
    return exp.Is(this=paren(tree), expression=null())


def is_known(tree: exp.Expression) -> exp.Expression:
    """Ask whether an expression is not null."""
    return exp.Not(this=is_null(tree))


def surely(condition: exp.Expression) -> exp.Expression:
    """Make an unknown condition false."""
    return either(condition, truth(value=False))


def either(*parts: exp.Expression) -> exp.Expression:
    """Take the first that is not null."""
    return exp.Coalesce(this=parts[0], expressions=list(parts[1:]))


def nullif(tree: exp.Expression, other: exp.Expression) -> exp.Expression:
    """Make one value null."""
    return exp.Nullif(this=tree, expression=other)


def choose(
    branches: Sequence[tuple[exp.Expression, exp.Expression]], otherwise: exp.Expression | None = None
) -> exp.Expression:
    """Write `case when`."""
    if not branches:
        return otherwise if otherwise is not None else null()
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=otherwise)


def when(condition: exp.Expression | None, then: exp.Expression) -> exp.Expression:
    """Keep an expression only where a condition holds; no condition always holds."""
    return then if condition is None else choose([(condition, then)])


def subquery(query: exp.Query, name: str) -> exp.Subquery:
    """Read from a query as from a table."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.Identifier(this=name, quoted=True)))


def read(source: exp.Expression, *columns: exp.Expression) -> exp.Select:
    """Start a query: what it reads from, and the columns to give. Queries share their parts; nothing is copied."""
    return exp.Select().from_(source, copy=False).select(*columns, copy=False)


def giving(query: exp.Select, *columns: exp.Expression) -> exp.Select:
    """Make a query that also gives these columns; the given one stays as it is."""
    whole = exp.Select(**query.args)
    whole.set("expressions", [*query.expressions, *columns])
    return whole


def grouped(query: exp.Select, *keys: exp.Expression) -> exp.Select:
    """Group by keys, if there are any."""
    return query.group_by(*keys, copy=False) if keys else query


def left_joined(query: exp.Select, table: exp.Expression, on: exp.Expression | None) -> exp.Select:
    """Join a table where it matches."""
    return query.join(table, on=on, join_type="left", copy=False)


def union(queries: Sequence[exp.Query]) -> exp.Query:
    """Stack queries upon each other, keeping every row."""
    if len(queries) == 1:
        return queries[0]
    half = len(queries) // 2
    return exp.Union(this=union(queries[:half]), expression=union(queries[half:]), distinct=False)
