"""What a condition tells about null: which expressions cannot be null where it is true, or where it is false."""

from __future__ import annotations

from sqlglot import exp

from zhiheng.method.expression import bare, name_of

_STRICT_NODES = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_STRICT_CALLS = frozenset(
    {"abs", "least", "greatest", "floor", "ceil", "round", "clamp", "lookup", "months_between", "days_between"}
    | {"year", "month", "add_months", "has", "matches"}
)

Keys = frozenset[str]
NONE: Keys = frozenset()


def key_of(node: exp.Expression) -> str:
    """Name an expression, so that the same one is recognised where it stands again."""
    return str(bare(node).sql(dialect="duckdb"))


def strict_in(node: exp.Expression) -> Keys:
    """List what cannot be null where an expression is not null."""
    node = bare(node)
    if isinstance(node, exp.Column):
        return frozenset({key_of(node)})
    if isinstance(node, _STRICT_NODES):
        return NONE.union(*(strict_in(part) for part in node.iter_expressions()))
    if isinstance(node, exp.Anonymous):
        inside = NONE
        if name_of(node) in _STRICT_CALLS:
            inside = NONE.union(*(strict_in(part) for part in node.expressions))
        return inside | {key_of(node)}
    if isinstance(node, exp.Not):
        return strict_in(node.this)
    return NONE


def known_when_true(node: exp.Expression) -> Keys:
    """List what cannot be null where a condition is true."""
    node = bare(node)
    match node:
        case exp.And():
            return known_when_true(node.this) | known_when_true(node.expression)
        case exp.Or():
            return known_when_true(node.this) & known_when_true(node.expression)
        case exp.Not():
            return known_when_false(node.this)
        case exp.Is():
            return NONE
        case exp.Between():
            return strict_in(node.this) | strict_in(node.args["low"]) | strict_in(node.args["high"])
        case exp.In():
            return strict_in(node.this)
    return strict_in(node)


def known_when_false(node: exp.Expression) -> Keys:
    """List what cannot be null where a condition is false."""
    node = bare(node)
    match node:
        case exp.And():
            return known_when_false(node.this) & known_when_false(node.expression)
        case exp.Or():
            return known_when_false(node.this) | known_when_false(node.expression)
        case exp.Not():
            return known_when_true(node.this)
        case exp.Is():
            return strict_in(node.this)
        case exp.Between() | exp.In():
            return strict_in(node.this)
    return strict_in(node)


def is_comparison(node: exp.Expression) -> bool:
    """Tell whether a node compares two sides."""
    return isinstance(node, _COMPARISONS)
