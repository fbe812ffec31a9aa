"""What the names of an expression over a subject mean: all that a version computes for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhiheng.method.inference import type_of
from zhiheng.method.model import Absent, Measure
from zhiheng.method.scope import DATE, UNKNOWN, Mode, RecordScope, ValueType, fields_of, type_of_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhiheng.method.model import Criterion, Fact, Value, Version
    from zhiheng.vocabulary import Kind


@dataclass(frozen=True)
class SubjectScope:
    """Over a subject: what a version computes for it. `also` are the names that this place adds (`score`, `value`)."""

    version: Version
    kinds: Mapping[str, Kind]
    also: Mapping[str, ValueType] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    cache: dict[str, ValueType] = field(default_factory=dict, compare=False, repr=False)

    mode: Mode = field(default="subject", init=False)
    known: frozenset[str] = field(default=frozenset(), init=False)
    about: str = field(default="", init=False)

    def adding(self, **also: ValueType) -> SubjectScope:
        """Add names that only this place has."""
        return replace(self, also={**self.also, **also})

    def names(self) -> tuple[str, ...]:
        """List every name."""
        version = self.version
        own = (*version.criteria, *version.facts, *version.attributes, *version.values, *version.benchmarks)
        return (*own, *self.also, "as_of")

    def table(self, name: str) -> Value | None:
        """Find an entry of `values`."""
        return self.version.values.get(name)

    def is_double(self, _name: str) -> bool:
        """Tell that no name has two meanings: names over a subject share one space."""
        return False

    def resolve(self, name: str) -> ValueType | None:
        """Tell what a name is worth for a subject; a name in a circle is an unknown."""
        if name in self.also:
            return self.also[name]
        if name == "as_of":
            return DATE
        if name in self.broken:
            return UNKNOWN
        if name not in self.cache:
            self.cache[name] = UNKNOWN  # a circle meets itself here; it is a fault of its own
            found = self._resolve(name)
            if found is None:
                del self.cache[name]
                return None
            self.cache[name] = found
        return self.cache[name]

    def points_type(self, name: str) -> ValueType | None:
        """Tell whether the points of a criterion may be null."""
        criterion = self.version.criteria.get(name)
        if criterion is None:
            return UNKNOWN if name in self.broken else None
        return ValueType("number", criterion.absent is not Absent.ZERO or criterion.applies is not None)

    def criteria(self) -> tuple[str, ...]:
        """List the criteria."""
        return tuple(self.version.criteria)

    def _resolve(self, name: str) -> ValueType | None:
        version = self.version
        if name in version.values:
            return type_of_value(version.values[name])
        if name in version.benchmarks:
            return ValueType("number", self._benchmark_nullable(name, ()))
        if name in version.attributes:
            attribute = version.attributes[name]
            scope = self.records(attribute.kind)
            if scope is None:
                return UNKNOWN
            return type_of(attribute.take.tree, scope.narrowed(attribute.where).measured()).maybe()
        if name in version.facts:
            found = self.undefaulted(version.facts[name])
            return found if version.facts[name].default is None else found.surely()
        if name in version.criteria:
            criterion = version.criteria[name]
            found = self._of_source(criterion)
            constant = not isinstance(criterion.source, Measure) and criterion.applies is None and not found.nullable
            return replace(found, nullable=not constant)
        return None

    def records(self, source: str) -> RecordScope | None:
        """Get the scope over the records of a kind; None where there is no such kind."""
        fields = fields_of(self.kinds, source)
        return None if fields is None else RecordScope(source, fields, self.version.values)

    def settle(self, order: Iterable[str]) -> None:
        """
        Resolve names in an order in which each rests on earlier ones, so that no chain of names is too long to follow.

        What is left of facts, criteria and benchmarks is in a circle, or rests on one: unknown.
        """
        settled = list(order)
        left = {entry.rule.name for entry in self.version.measured} | self.version.benchmarks.keys()
        self.cache.update(dict.fromkeys(left.difference(settled), UNKNOWN))
        for name in settled:
            self.resolve(name)

    def undefaulted(self, fact: Fact) -> ValueType:
        """Tell what a fact is worth before its `default`."""
        found = self._of_source(fact)
        return found if fact.applies is None else found.maybe()

    def _of_source(self, entry: Fact | Criterion) -> ValueType:
        source = entry.source
        if not isinstance(source, Measure):
            return type_of(source.tree, replace(self, also={}))
        scope = self.records(source.kind)
        return UNKNOWN if scope is None else type_of(source.measure.tree, scope.narrowed(source.where).measured())

    def _benchmark_nullable(self, name: str, seen: tuple[str, ...]) -> bool:
        benchmark = self.version.benchmarks[name]
        other = benchmark.otherwise
        if isinstance(other, str) and other in self.version.benchmarks and other not in seen:
            return self._benchmark_nullable(other, (*seen, name))
        return other is None
