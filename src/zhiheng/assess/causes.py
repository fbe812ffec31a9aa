"""Derive why a subject differs between two assessments, from its records, the dates, the rules and its peers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiheng.assess.definitions import ageing, ages, definition, reads
from zhiheng.assess.movement import Cause, RecordChange, ValueMoved
from zhiheng.assess.record_changes import Ledgers, record_changes
from zhiheng.method import Absent, Measure, name_of, names_in
from zhiheng.vocabulary import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from zhiheng.assess.evidence import Evidence
    from zhiheng.method import Account, LineAccount, Told, Version


@dataclass(frozen=True)
class Sight:
    """One subject as one of the two assessments sees it."""

    version: Version
    account: Account
    evidence: Mapping[str, Evidence]


@dataclass
class Tracer:
    """Traces what differs of one subject to its causes."""

    ledgers: Ledgers
    before: Sight
    after: Sight
    found: dict[str, frozenset[Cause]] = field(default_factory=dict)

    def moved(self) -> Iterator[ValueMoved]:
        """Tell every line, fact and attribute that differs, and the benchmarks that they were measured against."""
        differing = [name for name in self._names() if self.differs(name)]
        against = {one for name in differing for one in self._read_by(name)}
        for name in differing:
            if name not in self.after.version.benchmarks or name in against:
                yield self._moved(name)

    def _names(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for sight in (self.before, self.after):
            one = sight.version
            found |= dict.fromkeys((*one.criteria, *one.facts, *one.attributes, *one.benchmarks))
        return tuple(found)

    def differs(self, name: str) -> bool:
        """Tell whether a name is worth something else than before."""
        return _worth(self.before.account, name) != _worth(self.after.account, name)

    def _moved(self, name: str) -> ValueMoved:
        before, after = (_line(sight.account, name) for sight in (self.before, self.after))
        through = tuple(one for one in self._read_by(name) if self.differs(one))
        return ValueMoved(
            what=_what(self.after.version, name) or _what(self.before.version, name),
            name=name,
            label=_label(self.after.version, name) or _label(self.before.version, name) or Label(name, name),
            before=_told(self.before.account, name),
            after=_told(self.after.account, name),
            state_before=before.state if before else "",
            state_after=after.state if after else "",
            points_before=before.points if before else None,
            points_after=after.points if after else None,
            causes=in_order(self.causes(name)),
            through=through,
            records=self._records(name),
        )

    def causes(self, name: str) -> frozenset[Cause]:
        """Find why a name differs; nothing where it does not."""
        if name not in self.found:
            self.found[name] = frozenset()  # ends circles, which no sound method has
            self.found[name] = frozenset(self._causes(name))
        return self.found[name]

    def _causes(self, name: str) -> set[Cause]:
        if not self.differs(name):
            return set()
        if name in self.after.version.benchmarks or name in self.before.version.benchmarks:
            return self._of_benchmark(name)
        causes = {record.cause for record in self._records(name)}
        if self._redefined(name):
            causes.add(Cause.CHANGED_RULE)
        for one in self._read_by(name):
            causes |= self.causes(one)
        if self._attested(name):
            causes.add(Cause.ATTESTATION)
        for sibling in self._siblings(name):
            causes |= {record.cause for record in self._records(sibling)}
        if self.ledgers.days_differ and (not causes or self._ages_alone(name)) and self._ages(name):
            causes.add(Cause.PASSING_DATE)
        return causes or {Cause.UNTRACED}

    def _of_benchmark(self, name: str) -> set[Cause]:
        if self._redefined(name):
            return {Cause.CHANGED_RULE}
        if self.before.account.groups.get(name) == self.after.account.groups.get(name):
            return {Cause.PEERS_MOVED}
        by = self.after.version.benchmarks[name].by
        return set().union(*(self.causes(one) for one in by)) or {Cause.PEERS_MOVED}

    def _redefined(self, name: str) -> bool:
        one, other = (_definition(sight.version, name, day) for sight, day in self._dated())
        return one != other

    def _dated(self) -> Iterator[tuple[Sight, date]]:
        yield self.before, self.ledgers.before.manifest.as_of
        yield self.after, self.ledgers.after.manifest.as_of

    def _read_by(self, name: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for sight in (self.before, self.after):
            if _what(sight.version, name):
                found |= dict.fromkeys(reads(sight.version, name))
        return tuple(found)

    def _records(self, name: str) -> tuple[RecordChange, ...]:
        before, after = (sight.evidence.get(name) for sight in (self.before, self.after))
        versions = [sight.version for sight in (self.before, self.after) if _what(sight.version, name)]
        aspects = [ageing(version, name) for version in versions if name not in version.benchmarks]
        return record_changes(self.ledgers, before, after, frozenset().union(*aspects))

    def _attested(self, name: str) -> bool:
        """Tell whether all that differs is for whom a register was attested complete."""
        entry = self.after.version.criteria.get(name)
        if entry is None or entry.absent is not Absent.FULL_IF_FEED_COMPLETE or self._records(name):
            return False
        before, after = (_line(sight.account, name) for sight in (self.before, self.after))
        return before is not None and after is not None and before.state != after.state

    def _siblings(self, name: str) -> tuple[str, ...]:
        """Name the criteria that share their documents with this one."""
        among = [one.among for one in self.after.version.one_deduction if name in one.among]
        return tuple(dict.fromkeys(other for names in among for other in names if other != name))

    def _ages(self, name: str) -> bool:
        return bool(_what(self.after.version, name)) and ages(self.after.version, name)

    def _ages_alone(self, name: str) -> bool:
        """Tell whether a value moves with the day besides what its records give."""
        entry = self.after.version.criteria.get(name) or self.after.version.facts.get(name)
        if entry is None or isinstance(entry.source, Measure):
            return False
        return any(name_of(one) == "as_of" for one in names_in(entry.source.tree))


def in_order(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Sort causes as they are declared."""
    found = frozenset(causes)
    return tuple(cause for cause in Cause if cause in found)


def _worth(account: Account, name: str) -> object:
    if name in account.benchmarks:
        return account.benchmarks[name], account.groups[name]
    line = account.lines.get(name)
    return account.values.get(name) if line is None else (line.state, line.value, line.points)


def _told(account: Account, name: str) -> Told:
    line = account.lines.get(name)
    if line is None:
        return account.benchmarks[name] if name in account.benchmarks else account.values.get(name)
    return line.value


def _line(account: Account, name: str) -> LineAccount | None:
    return account.lines.get(name)


def _definition(version: Version, name: str, as_of: date) -> object:
    return definition(version, name, as_of) if _what(version, name) else None


def _what(version: Version, name: str) -> str:
    if name in version.criteria:
        return "line"
    if name in version.facts:
        return "fact"
    if name in version.benchmarks:
        return "benchmark"
    return "attribute" if name in version.attributes else ""


def _label(version: Version, name: str) -> Label | None:
    entry = version.criteria.get(name) or version.facts.get(name)
    if entry is not None:
        return entry.rule.label
    named = version.attributes.get(name) or version.benchmarks.get(name)
    return named.label if named else None
