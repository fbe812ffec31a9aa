"""Columns that build on each other, laid out as nested selects in which each is worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.scale import Num

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

SHALLOW = 3


@dataclass
class Sheet:
    """Named columns over one base, each on the first layer that lies above all that it reads."""

    base: Callable[[frozenset[str]], exp.Select]  # makes `from` and its joins, so that it gives these columns
    layers: dict[str, int] = field(default_factory=dict)
    trees: dict[str, exp.Expression] = field(default_factory=dict)
    reads: dict[str, frozenset[str]] = field(default_factory=dict)
    names: dict[exp.Expression, str] = field(default_factory=dict)  # an expression -> the column that holds it

    def define(self, name: str, tree: exp.Expression) -> exp.Column:
        """Add a column; the same expression twice is one column."""
        if isinstance(tree, exp.Column):
            return tree
        if tree not in self.names:
            self.names[tree] = name
            self.trees[name] = tree
            self.reads[name] = _reads(tree)
            self.layers[name] = 1 + max((self.layers.get(read, 0) for read in self.reads[name]), default=0)
        return sql.column(self.names[tree])

    def opened(self, tree: exp.Expression) -> exp.Expression:
        """Give what a column is worked out from, for an output that makes something else of it."""
        return self.trees.get(tree.name, tree) if isinstance(tree, exp.Column) else tree

    def bind(self, number: Num) -> Num:
        """Name an operand that would otherwise be written out several times."""
        if number.known is not None or isinstance(number.tree, exp.Column):
            return number
        column = self.define(f"_{len(self.trees) + 1}", number.tree)
        return Num(column, number.scale, number.low, number.high)

    def select(self, outputs: Mapping[str, exp.Expression]) -> exp.Select:
        """Write the query that gives the outputs, leaving out every column that none of them needs."""
        last = self._last_readers(outputs.values())
        query = self.base(frozenset(name for name in last if name not in self.trees))
        top = max((self.layers.get(name, 0) for name in last), default=0)
        for layer in range(1, top + 1):
            kept = [sql.column(name) for name in last if self.layers.get(name, 0) < layer < last[name]]
            new = [sql.named(self.trees[name], name) for name in last if self.layers.get(name, 0) == layer]
            query = sql.read(sql.subquery(sql.giving(query, *kept, *new), f"layer{layer}"))
        return sql.giving(query, *(sql.named(tree, name) for name, tree in outputs.items()))

    def ground(self, outputs: Iterable[exp.Expression], given: Collection[str]) -> frozenset[str]:
        """Find the columns that outputs rest on, going no deeper than to those given: of these, and of the base."""
        found: set[str] = set()
        waiting = [name for tree in outputs for name in _reads(tree)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.reads[name] if name in self.trees and name not in given else ()
        return frozenset(name for name in found if name in given or name not in self.trees)

    def is_shallow(self, tree: exp.Expression) -> bool:
        """
        Tell whether an expression builds on little enough to be asked of rows.

        Spark asks conditions as early as it can, writing out in place whatever they build on, again and again.
        """
        return all(self.layers.get(name, 0) <= SHALLOW for name in _reads(tree))

    def take(self, names: Iterable[str]) -> None:
        """Read columns from the base, where they were worked out before."""
        for name in names:
            self.trees.pop(name, None)
            self.layers.pop(name, None)

    def _last_readers(self, outputs: Iterable[exp.Expression]) -> dict[str, int]:
        """Find every column that the outputs need, and the highest layer that reads it."""
        above = 1 + max(self.layers.values(), default=0)
        found: dict[str, int] = {}
        waiting = [(name, above) for tree in outputs for name in _reads(tree)]
        while waiting:
            name, layer = waiting.pop()
            if name in found:
                found[name] = max(found[name], layer)
                continue
            found[name] = layer
            if name in self.trees:
                waiting += [(read, self.layers[name]) for read in self.reads[name]]
        return dict(sorted(found.items()))


def _reads(tree: exp.Expression) -> frozenset[str]:
    return frozenset(read.name for read in tree.find_all(exp.Column))
