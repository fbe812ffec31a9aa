"""Which value rests on which: the order in which a version can be computed, and the circles that bar it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.method.model import Absent, Expression, Measure
from zhiheng.method.walk import references, shrinks_towards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zhiheng.method.model import Criterion, Fact, Version

Node = tuple[str, str]
"""What of whom: the `value` of a name, the `raw` value before shrinking, or the `points` of a criterion."""


def depends_on(version: Version) -> Mapping[Node, tuple[Node, ...]]:
    """
    Map what a version computes to what it is computed from.

    A benchmark rests on raw values, so that a value may be shrunk towards a benchmark of itself.
    """
    graph: dict[Node, tuple[Node, ...]] = {}
    for entry in version.measured:
        name = entry.rule.name
        graph["raw", name] = _raw(entry)
        shrunk = tuple(("value", towards) for towards in shrinks_towards(entry))
        graph["value", name] = (("raw", name), *shrunk)
    for name, criterion in version.criteria.items():
        scale = criterion.scale
        used = references(scale.tree) if isinstance(scale, Expression) else ()
        own = graph["value", name]
        graph["points", name] = (*own, *(node for node in used if node != ("value", "value")))
        graph["value", name] = (*own, ("points", name))  # a value whose points are null is none
    for name, benchmark in version.benchmarks.items():
        otherwise = (("value", benchmark.otherwise),) if isinstance(benchmark.otherwise, str) else ()
        graph["value", name] = (("raw", benchmark.of), *otherwise)
    return graph


def resting_on_others(version: Version) -> frozenset[str]:
    """Name the criteria and facts that may change though no record of the subject does: by peers, or by a feed."""
    users: dict[Node, list[Node]] = {}
    for node, found in depends_on(version).items():
        for each in found:
            users.setdefault(each, []).append(node)
    waiting: list[Node] = [("value", name) for name in version.benchmarks]
    waiting += [
        ("points", name) for name, one in version.criteria.items() if one.absent is Absent.FULL_IF_FEED_COMPLETE
    ]
    reached: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += users.get(node, ())
    return frozenset(name for _, name in reached) & (version.criteria.keys() | version.facts.keys())


def _raw(entry: Fact | Criterion) -> tuple[Node, ...]:
    formulas = [entry.applies, None if isinstance(entry.source, Measure) else entry.source]
    return tuple(node for formula in formulas if formula is not None for node in references(formula.tree))


def in_order(version: Version) -> tuple[list[str], list[tuple[str, ...]]]:
    """Order the names so that each comes after what it rests on; and list the circles among the rest, once each."""
    graph = depends_on(version)
    left = {node: {each for each in found if each in graph} for node, found in graph.items()}
    users: dict[Node, list[Node]] = {}
    for node, found in left.items():
        for each in found:
            users.setdefault(each, []).append(node)
    ready = [node for node, found in left.items() if not found]
    ordered: list[str] = []
    while ready:
        node = ready.pop()
        del left[node]
        if node[0] == "value":
            ordered.append(node[1])
        for user in users.get(node, ()):
            left[user].discard(node)
            if not left[user] and user in left:
                ready.append(user)
    return ordered, _circles(left)


def order_below(graph: Mapping[Node, tuple[Node, ...]], top: Node, known: Callable[[Node], bool]) -> Iterator[Node]:
    """Give all that a node rests on and that is not known yet, each after what it rests on itself."""
    seen = {top}
    waiting = [(top, iter(graph.get(top, ())))]
    while waiting:
        node, below = waiting[-1]
        found = next((one for one in below if one not in seen and one in graph and not known(one)), None)
        if found is not None:
            seen.add(found)
            waiting.append((found, iter(graph[found])))
            continue
        waiting.pop()
        if node != top:
            yield node


def _circles(left: dict[Node, set[Node]]) -> list[tuple[str, ...]]:
    """Follow what is left until it comes round; every node that is left rests on another that is."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[Node] = set()
    for start in left:
        path: dict[Node, None] = {}
        node = start
        while node not in done and node not in path:
            path[node] = None
            node = min(left[node] & left.keys())
        if node in path:
            walked = list(path)
            names = [name for _, name in walked[walked.index(node) :]]
            circle = tuple(dict.fromkeys(names))
            found.setdefault(frozenset(circle), circle)
        done.update(path)
    return list(found.values())
