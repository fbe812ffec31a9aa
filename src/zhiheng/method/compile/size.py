"""How much SQL a version of a method becomes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile.frozen import Coverage, Frozen
from zhiheng.method.compile.gather import ask
from zhiheng.method.compile.outcome import settle
from zhiheng.method.compile.raw import Gathering
from zhiheng.method.compile.subject import SubjectSheet
from zhiheng.method.dependencies import in_order
from zhiheng.method.model import Measure
from zhiheng.method.walk import expressions_of, record_expressions, subject_expressions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.method.model import Criterion, Fact, Version
    from zhiheng.vocabulary import Kind

MOST_NODES = 400_000
MOST_LAYERS = 200


@dataclass(frozen=True, slots=True)
class Size:
    """How many words of SQL, and how many queries within each other."""

    nodes: int
    layers: int

    @property
    def is_too_much(self) -> bool:
        """Whether engines would take very long, or fail."""
        return self.nodes >= MOST_NODES or self.layers > MOST_LAYERS


def may_be_too_much(version: Version) -> bool:
    """Tell from its expressions alone whether a version may become too much: each word a hundred, each step three."""
    trees = [one.tree for one in (*record_expressions(version), *subject_expressions(version))]
    formulas = 1 + sum(not isinstance(entry.source, Measure) for entry in version.measured)
    words = sum(1 for tree in trees for _ in tree.walk())
    return 100 * words > MOST_NODES or 3 * formulas * max(map(_depth, trees), default=0) > MOST_LAYERS


def _depth(tree: exp.Expression) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [part for node in level for part in node.iter_expressions() if isinstance(part, exp.Expression)]
    return deepest


def size_of(version: Version, kinds: Mapping[str, Kind]) -> Size:
    """Measure what a version becomes on its first day, counting no further than what is too much."""
    gathering = Gathering(version, kinds, version.since, {})
    ask(gathering)
    frozen = {one.name: Frozen(one.name, one.by, one.places, {}, one.otherwise) for one in version.benchmarks.values()}
    scope = SubjectSheet(gathering, "gathered", frozen, dict.fromkeys(version.criteria, Coverage()))
    settle(scope)
    sheets = [*gathering.sheets.values(), scope.sheet]
    trees = [column.aggregate for column in gathering.columns.values()]
    trees += [tree for sheet in sheets for tree in sheet.trees.values()]
    layers = max((layer for sheet in sheets for layer in sheet.layers.values()), default=0)
    return Size(sum(1 for _ in islice((node for tree in trees for node in tree.walk()), MOST_NODES)), layers)


def heaviest(version: Version) -> Criterion | Fact:
    """Find the criterion or fact whose expressions say most, or the last of the longest chain."""
    order, _ = in_order(version)
    place = {name: at for at, name in enumerate(order)}
    return max(version.measured, key=lambda entry: (_words(entry), place.get(entry.rule.name, 0)))


def _words(entry: Criterion | Fact) -> int:
    own = expressions_of(entry.source) if isinstance(entry.source, Measure) else [entry.source]
    return sum(1 for one in own for _ in one.tree.walk())
