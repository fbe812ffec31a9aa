"""Ask DuckDB what an expression is worth."""

from __future__ import annotations

from functools import cache

from sqlglot import exp

from zhiheng.engine import DuckDB


def worth(tree: exp.Expression, **columns: int | None) -> object:
    """Work out one expression, with columns of one row as named."""
    named = [
        exp.Alias(
            this=exp.Cast(
                this=exp.Null() if value is None else exp.Literal.number(value),
                to=exp.DataType.build("BIGINT" if value is None or abs(value) < 2**63 else "INT128"),
            ),
            alias=exp.to_identifier(name, quoted=True),
        )
        for name, value in columns.items()
    ]
    query = exp.Select().select(tree)
    if named:
        query = query.from_(exp.Subquery(this=exp.Select().select(*named), alias=exp.TableAlias(this="one")))
    ((value,),) = _engine().fetch(query)
    return value


@cache
def _engine() -> DuckDB:
    return DuckDB(threads=1)
