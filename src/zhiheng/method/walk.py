"""Go through all expressions and references of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.expression import bare, name_of
from zhiheng.method.model import Expression, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.method.model import Criterion, Fact, Version


def subject_expressions(version: Version) -> Iterator[Expression]:
    """Go through the expressions over a subject."""
    for entry in version.measured:
        if not isinstance(entry.source, Measure):
            yield entry.source
        if entry.applies is not None:
            yield entry.applies
    for criterion in version.criteria.values():
        if isinstance(criterion.scale, Expression):
            yield criterion.scale
    settled = [*version.states, *([version.sufficient] if version.sufficient else [])]
    yield from (state.when for state in settled if state.when is not None)
    yield from (grade.when for grade in version.grades if grade.when is not None)
    if version.score.formula is not None:
        yield version.score.formula
    yield from (rule.needs for rule in (*version.requires, *version.gates))
    yield from (rule.when for rule in (*version.floors, *version.caps, *version.vetoes))


def record_expressions(version: Version) -> Iterator[Expression]:
    """Go through the expressions over records."""
    for attribute in version.attributes.values():
        yield attribute.take
        if attribute.where is not None:
            yield attribute.where
    for entry in version.measured:
        if isinstance(entry.source, Measure):
            yield from expressions_of(entry.source)


def expressions_of(measure: Measure) -> Iterator[Expression]:
    """Go through the expressions of a measure."""
    yield measure.measure
    yield from (each for each in (measure.where, measure.weight) if each is not None)


def references(tree: exp.Expression) -> Iterator[tuple[str, str]]:
    """Go through the names of an expression as (what, name): `points` for `points(c)` and `state(c)`, else `value`."""
    held = [tree]
    while held:
        node = held.pop()
        if isinstance(node, exp.Column):
            yield "value", name_of(node)
        elif isinstance(node, exp.Anonymous) and name_of(node) in ("points", "state"):
            argument = bare(node.expressions[0])
            if isinstance(argument, exp.Column):
                yield "points", name_of(argument)
        else:
            held += [part for part in node.iter_expressions() if isinstance(part, exp.Expression)]


def shrinks_towards(entry: Fact | Criterion) -> Iterator[str]:
    """Go through the names that a measure is shrunk by."""
    if isinstance(entry.source, Measure) and entry.source.shrink is not None:
        for part in (entry.source.shrink.towards, entry.source.shrink.strength):
            if isinstance(part, str):
                yield part
