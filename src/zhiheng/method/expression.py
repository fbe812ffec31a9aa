"""Parse the SQL expressions of a method, and let nothing through but what the language lists."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from zhiheng.errors import FaultsFound, Place
from zhiheng.method.chains import balanced, depth
from zhiheng.method.faults import MethodFaults
from zhiheng.method.functions import FUNCTIONS
from zhiheng.method.model import Expression
from zhiheng.method.tokens import DEEPEST, MARK, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlglot.tokenizer_core import Token

PLACE = "place"
"""The key under which a node's `meta` keeps where it stands."""

ALLOWED: dict[type[exp.Expression], frozenset[str]] = {
    exp.Column: frozenset({"this"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
    exp.Paren: frozenset({"this"}),
    exp.Add: frozenset({"this", "expression"}),
    exp.Sub: frozenset({"this", "expression"}),
    exp.Mul: frozenset({"this", "expression"}),
    exp.Div: frozenset({"this", "expression"}),
    exp.Neg: frozenset({"this"}),
    exp.EQ: frozenset({"this", "expression"}),
    exp.NEQ: frozenset({"this", "expression"}),
    exp.LT: frozenset({"this", "expression"}),
    exp.LTE: frozenset({"this", "expression"}),
    exp.GT: frozenset({"this", "expression"}),
    exp.GTE: frozenset({"this", "expression"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Is: frozenset({"this", "expression"}),
    exp.Not: frozenset({"this"}),
    exp.And: frozenset({"this", "expression"}),
    exp.Or: frozenset({"this", "expression"}),
    exp.Case: frozenset({"ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.Anonymous: frozenset({"this", "expressions"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.DataType: frozenset({"this", "nested"}),
}
"""Every node that an expression may hold, with the parts that it may have."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_expression(text: str, place: Place | None = None) -> Expression:
    """
    Parse an expression whose text begins at a place.

    Function calls arrive as `exp.Anonymous` with a lower-case name, names as one-part columns, `date '...'` as a
    cast of a literal. Every column and call knows its own place (`place_of`).

    Raises:
        FaultsFound: everything in it that the language does not know.
    """
    faults = MethodFaults()
    start = place or Place()
    expression = parse_into(text, start, lambda offset: beyond(start, offset), faults)
    if expression is None:
        raise FaultsFound(faults.in_order())
    return expression


def beyond(place: Place, offset: int) -> Place:
    """Move a place to the right, where it has a column that counts."""
    if not isinstance(place.column, int):
        return place
    return Place(place.file, place.line, place.column + offset, place.part)


def parse_into(text: str, place: Place, at: Callable[[int], Place], faults: MethodFaults) -> Expression | None:
    """Parse an expression; `at` tells where a character of the text stands. None, with the faults noted, if none."""
    before = len(faults.found)
    tokens = cut(text, at, faults)
    if tokens is None:
        return None
    if not tokens:
        faults.note("expression-empty", place)
        return None
    tree = _tree(tokens, text, at, faults)
    if tree is None:
        return None
    _mark_places(tree, at)
    tree = balanced(tree)
    if depth(tree) > DEEPEST:
        faults.note("expression-too-deep", place, most=DEEPEST)
        return None
    for node in tree.find_all(exp.Expression):
        _check_node(node, place, faults)
    return Expression(text, tree, place) if len(faults.found) == before else None


def place_of(node: exp.Expression, otherwise: Place) -> Place:
    """Tell where a node stands: its own place, or that of the first part that has one."""
    for part in node.walk(bfs=False):
        if found := part.meta.get(PLACE):
            return found if isinstance(found, Place) else otherwise
    return otherwise


def name_of(node: exp.Expression) -> str:
    """Read the name of a column or of a function."""
    return str(node.this.this) if isinstance(node, exp.Column) else str(node.this)


def names_in(tree: exp.Expression) -> Iterator[exp.Column]:
    """Go through all names of an expression, from left to right."""
    return (node for node in tree.walk(bfs=False) if isinstance(node, exp.Column))


def calls_in(tree: exp.Expression) -> Iterator[exp.Anonymous]:
    """Go through all calls of an expression, from left to right."""
    return (node for node in tree.walk(bfs=False) if isinstance(node, exp.Anonymous))


def sets_numbers(*expressions: Expression | None) -> bool:
    """Tell whether expressions hold numbers of their own, other than 0, 1 and the places to which `round` rounds."""
    trees = [expression.tree for expression in expressions if expression is not None]
    places = {id(call.expressions[-1]) for tree in trees for call in calls_in(tree) if name_of(call) == "round"}
    literals = (node for tree in trees for node in tree.walk() if isinstance(node, exp.Literal) and not node.is_string)
    return any(Decimal(str(node.this)) not in (0, 1) for node in literals if id(node) not in places)


def bare(node: exp.Expression) -> exp.Expression:
    """Take the brackets from around an expression."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _tree(tokens: list[Token], text: str, at: Callable[[int], Place], faults: MethodFaults) -> exp.Expression | None:
    parser = Dialect.get_or_raise("duckdb").parser(error_level=ErrorLevel.IMMEDIATE)
    try:
        trees = parser.parse(tokens, text)
    except (SqlglotError, RecursionError, ValueError) as error:
        faults.note("expression-unreadable", at(_spot(error, tokens)))
        return None
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Expression):
        faults.note("expression-unreadable", at(0))
        return None
    return tree


def _spot(error: Exception, tokens: list[Token]) -> int:
    """Find where the parser stopped, as an offset into the text."""
    errors = getattr(error, "errors", None)
    column = errors[0].get("col") if errors else None
    return next((token.start for token in tokens if token.col == column), tokens[-1].start)


def _mark_places(tree: exp.Expression, at: Callable[[int], Place]) -> None:
    for node in list(tree.walk()):
        start = node.meta.get("start")
        node.meta.clear()
        if isinstance(start, int):
            node.meta[PLACE] = at(start)
        if isinstance(node, exp.Anonymous | exp.Identifier):
            node.set("this", str(node.this).removeprefix(MARK))


def _check_node(node: exp.Expression, start: Place, faults: MethodFaults) -> None:
    place = place_of(node, start)
    allowed = ALLOWED.get(type(node))
    if allowed is None or any(value for key, value in node.args.items() if key not in allowed):
        faults.note("expression-part-refused", place, part=node.key)
    elif isinstance(node, exp.Anonymous):
        _check_call(node, place, faults)
    elif isinstance(node, exp.Cast):
        _check_day(node, place, faults)
    elif isinstance(node, exp.Is) and not isinstance(node.expression, exp.Null):
        faults.note("expression-part-refused", place, part="is")
    elif isinstance(node, exp.In) and not node.expressions:
        faults.note("expression-part-refused", place, part="in")


def _check_call(node: exp.Anonymous, place: Place, faults: MethodFaults) -> None:
    function = FUNCTIONS.get(name_of(node))
    if function is None:
        faults.note_unknown("unknown-function", place, name_of(node), FUNCTIONS)
        return
    given = len(node.expressions)
    if given < function.least or (function.most is not None and given > function.most):
        faults.note("wrong-number-of-arguments", place, usage=function.usage, given=given)


def _check_day(node: exp.Cast, place: Place, faults: MethodFaults) -> None:
    text = str(node.this.this) if isinstance(node.this, exp.Literal) and node.this.is_string else ""
    try:
        if node.to.this is exp.DataType.Type.DATE and _DAY.fullmatch(text) and date.fromisoformat(text):
            return
    except ValueError:
        pass
    faults.note("no-such-day", place, found=text[:40])
