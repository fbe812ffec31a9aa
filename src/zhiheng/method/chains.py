"""Lay long chains of one operator out as balanced trees, and tell how deep an expression nests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_CHAIN = 8  # what is no longer stays as it was read

_LINKS = (exp.And, exp.Or, exp.Add, exp.Mul, exp.Sub)
_BRACKETS = (exp.Paren, exp.Anonymous, exp.Case, exp.In)
_CONDITIONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.Between)


def balanced(tree: exp.Expression) -> exp.Expression:
    """
    Lay out chains of `and`, `or`, `+`, `-` and `*` so that many parts nest only a little; the worth stays the same.

    What is taken away in a chain of `+` and `-` comes last, in brackets.
    """
    done: set[int] = set()
    for node in list(tree.walk()):
        if id(node) in done or not isinstance(node, _LINKS):
            continue
        kind: type[exp.Expression] = exp.Add if isinstance(node, exp.Sub) else type(node)
        added, taken, links = _parts(node, (kind, exp.Sub) if kind is exp.Add else (kind,))
        done.update(map(id, links))
        if len(links) < LONGEST_CHAIN:
            continue
        whole = _joined(kind, added)
        if taken:
            rest = _joined(exp.Add, taken)
            whole = exp.Sub(this=whole, expression=exp.Paren(this=rest) if isinstance(rest, exp.Add) else rest)
        if node is tree:
            tree = whole
        else:
            node.replace(whole)
    return tree


def _parts(
    node: exp.Expression, kinds: tuple[type[exp.Expression], ...]
) -> tuple[list[exp.Expression], list[exp.Expression], list[exp.Expression]]:
    """Take a chain apart: what is joined, what is taken away, and the links between."""
    added: list[exp.Expression] = []
    taken: list[exp.Expression] = []
    links: list[exp.Expression] = []
    while isinstance(node, kinds):
        links.append(node)
        (taken if isinstance(node, exp.Sub) else added).append(node.expression)
        node = node.this
    added.append(node)
    return added[::-1], taken[::-1], links


def _joined(kind: type[exp.Expression], parts: Sequence[exp.Expression]) -> exp.Expression:
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return kind(this=_joined(kind, parts[:half]), expression=_joined(kind, parts[half:]))


def depth(tree: exp.Expression) -> int:
    """
    Count how many brackets, calls and cases stand within each other at most, or how many divisions if they are more.

    A condition that stands beside a condition without brackets (`a = b = c`) counts as a bracket.
    """
    deepest = 0
    waiting = [(tree, 0, 0, False)]
    while waiting:
        node, level, divided, compared = waiting.pop()
        if isinstance(node, _BRACKETS):
            level, compared = level + 1, False
        elif isinstance(node, exp.Div):
            divided += 1
        elif isinstance(node, _CONDITIONS):
            level, compared = level + compared, True
        deepest = max(deepest, level, divided)
        parts = (part for part in node.iter_expressions() if isinstance(part, exp.Expression))
        waiting += [(part, level, divided, compared) for part in parts]
    return deepest
