"""One method over the records of all subjects: one subject and one name at a time, slowly and exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.reference.benchmarks import statistic
from tests.reference.expressions import Plain, holds, inner, plain, worth
from tests.reference.feeds import is_attested
from tests.reference.numbers import months_between, rounded
from tests.reference.outcome import Line
from tests.reference.points import points_for
from tests.reference.records import Row, RowScope, RowsScope, moment_of
from tests.reference.syntax import Node, read

from zhiheng.method.model import Absent, Criterion, Expression, Fact, Measure, Version, Window

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

_ALL = Window()


def tree(expression: Expression) -> Node:
    """Read an expression anew from its text."""
    return read(expression.text)


def maybe_tree(expression: Expression | None) -> Node | None:
    """Read an expression that may be left out."""
    return None if expression is None else tree(expression)


def value_in_force(dated: Mapping[date, object], as_of: date) -> Plain:
    """Pick the entry of the latest day that is not after the as-of day; tables become pairs."""
    value = dated[max(day for day in dated if day <= as_of)]
    if isinstance(value, Mapping):
        return tuple((code, plain(entry)) for code, entry in value.items())
    return plain(value)


@dataclass
class SubjectScope:
    """What names mean over one subject; `more` holds what is known by then: score, coverage, grade, value."""

    run: Run
    subject: str
    more: Mapping[str, Plain] = field(default_factory=dict)

    def name(self, name: str) -> Plain:
        return self.more[name] if name in self.more else self.run.known(self.subject, name)

    def call(self, name: str, arguments: tuple[Node, ...]) -> Plain:
        line = self.run.line(self.subject, str(arguments[0].parts[0]))
        return {"points": line.points, "state": line.state}[name]


@dataclass
class Run:
    """One method over the records of all subjects, with what was worked out so far."""

    version: Version
    as_of: date
    records: Mapping[str, Sequence[Row]]
    frozen: Mapping[str, Decimal]
    found: dict[tuple[str, ...], object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = {name: value_in_force(value.dated, self.as_of) for name, value in self.version.values.items()}
        self.rows = {
            kind: [row for row in rows if row["true_on"] <= self.as_of and not row.get("replaced_at")]  # type: ignore[operator]
            for kind, rows in self.records.items()
        }
        self._leave_out_repeated_facts()

    def _leave_out_repeated_facts(self) -> None:
        """Of the records of one kind that name the same document, keep the one first known, and its children alone."""
        again: set[tuple[str, object]] = set()
        for kind, rows in self.rows.items():
            if "." in kind:
                continue
            seen: set[object] = set()
            first: dict[object, str] = {}
            for row in self.records[kind]:  # the editions that were replaced as well
                known = str(row.get("known_at") or "")
                first[row["record"]] = min(first.get(row["record"], known), known)
            for row in sorted(rows, key=lambda row: (first[row["record"]], row["record"])):
                document = row.get("fact") and (row["subject"], row["fact"])
                if document and document in seen:
                    again.add((kind, row["record"]))
                seen.add(document)
        for kind, rows in self.rows.items():
            own = "parent" if "." in kind else "record"
            self.rows[kind] = [row for row in rows if (kind.partition(".")[0], row.get(own)) not in again]

    @property
    def subjects(self) -> list[str]:
        """Find whom to assess: all with a record of the kinds named, or of any kind read but the attestations."""
        attesting = {self.version.feeds.kind} if self.version.feeds else set()
        kinds = set(self.version.subjects) or self.version.reads - attesting
        return sorted({str(row["subject"]) for kind in kinds for row in self.rows.get(kind, ())})

    def scope(self, subject: str, **more: Plain) -> SubjectScope:
        return SubjectScope(self, subject, more)

    # Names over a subject

    def known(self, subject: str, name: str) -> Plain:
        """Look up what a name is worth for a subject, once."""
        if name == "as_of":
            return self.as_of
        if name in self.values:
            return self.values[name]
        key = (subject, name)
        if key not in self.found:
            self.found[key] = self._work_out(subject, name)
        return self.found[key]  # type: ignore[return-value]

    def _work_out(self, subject: str, name: str) -> Plain:
        if name in self.version.benchmarks:
            return self.benchmark(subject, name)
        if name in self.version.attributes:
            return self.attribute(subject, name)
        return self.value(subject, name, shrunk=True)

    def attribute(self, subject: str, name: str) -> Plain:
        attribute = self.version.attributes[name]
        rows = self.passing(subject, Measure(attribute.kind, attribute.where, _ALL, None, attribute.take))
        return inner(tree(attribute.take), RowsScope(rows, None, self.values, self.as_of))

    def entry(self, name: str) -> Criterion | Fact:
        return self.version.criteria[name] if name in self.version.criteria else self.version.facts[name]

    def value(self, subject: str, name: str, *, shrunk: bool) -> Plain:
        """Work out the rounded value of a criterion or fact, after or before `shrink`."""
        entry = self.entry(name)
        places = entry.places if isinstance(entry, Fact) else entry.value_places
        value = None
        if self.applies(subject, name):
            value = self.measured(subject, name, shrunk=shrunk)
        if isinstance(value, Fraction):
            value = rounded(value, places)
        if value is None and isinstance(entry, Fact):
            value = plain(entry.default)
        return value

    def applies(self, subject: str, name: str) -> bool:
        return holds(maybe_tree(self.entry(name).applies), self.scope(subject))

    def measured(self, subject: str, name: str, *, shrunk: bool) -> Plain:
        entry = self.entry(name)
        if isinstance(entry.source, Expression):
            return worth(tree(entry.source), self.scope(subject))
        rows = self.rows_scope(subject, name)
        if isinstance(entry, Criterion) and not rows.rows:
            return None
        value = worth(tree(entry.source.measure), rows)
        shrink = entry.source.shrink
        if value is None or shrink is None or not shrunk:
            return value
        over, under, _ = self.quotient_parts(subject, name)
        towards, strength = (self.number(subject, of) for of in (shrink.towards, shrink.strength))
        if towards is None or strength is None:
            return None
        return (over + strength * towards) / (under + strength)

    def number(self, subject: str, of: Decimal | str) -> Fraction | None:
        """Give a number written out, or the number behind a name."""
        value = self.known(subject, of) if isinstance(of, str) else Fraction(of)
        assert value is None or isinstance(value, Fraction)
        return value

    # Rows

    def rows_scope(self, subject: str, name: str) -> RowsScope:
        source = self.entry(name).source
        assert isinstance(source, Measure)
        rows = [row for row in self.passing(subject, source) if self.feeds_criterion(subject, row, source.kind, name)]
        return RowsScope(rows, maybe_tree(source.weight), self.values, self.as_of)

    def passing(self, subject: str, source: Measure) -> list[Row]:
        """Keep the subject's rows that are in the window and meet `where`."""
        condition = maybe_tree(source.where)
        found = [
            row
            for row in self.rows.get(source.kind, ())
            if row["subject"] == subject
            and self.in_window(row, source)
            and holds(condition, RowScope(row, self.values, self.as_of))
        ]
        last = max(map(moment_of, found), default=None)
        return [row for row in found if not source.window.latest or moment_of(row) == last]

    def in_window(self, row: Row, source: Measure) -> bool:
        if source.window.current:
            until = row.get("true_until")
            return until is None or until >= self.as_of  # type: ignore[operator]
        months = source.window.months
        return months is None or months_between(row["true_on"], self.as_of) < months  # type: ignore[arg-type]

    def quotient_parts(self, subject: str, name: str) -> tuple[Fraction, Fraction, int]:
        """Give the weighted sum, the weight and the rows of a measure that is one share or mean."""
        source = self.entry(name).source
        assert isinstance(source, Measure)
        measure = tree(source.measure)
        return self.rows_scope(subject, name).parts(str(measure.parts[0]), measure.parts[1])  # type: ignore[arg-type]

    # One document, one deduction

    def feeds_criterion(self, subject: str, row: Row, kind: str, name: str) -> bool:
        """Tell whether this criterion is where the row's document deducts most."""
        among = [entry.among for entry in self.version.one_deduction if name in entry.among]
        return all(self.deductions(subject, names).get(_document(row, kind)) in (None, name) for names in among)

    def deductions(self, subject: str, among: tuple[str, ...]) -> dict[object, str]:
        """Find for each document the criterion in which it deducts most; of equals, the first named."""
        key = (subject, "one_deduction", *among)
        if key not in self.found:
            deducted: dict[object, dict[str, Fraction]] = {}
            for name in among:
                source = self.entry(name).source
                assert isinstance(source, Measure)
                measure = tree(source.measure)
                for row in self.passing(subject, source):
                    one = RowsScope([row], maybe_tree(source.weight), self.values, self.as_of)
                    by_name = deducted.setdefault(_document(row, source.kind), {})
                    by_name[name] = by_name.get(name, Fraction(0)) + worth(measure, one)  # type: ignore[operator]
            self.found[key] = {
                document: max(by_name, key=lambda name: (by_name[name], -among.index(name)))
                for document, by_name in deducted.items()
            }
        return self.found[key]  # type: ignore[return-value]

    # Benchmarks

    def benchmark(self, subject: str, name: str) -> Plain:
        if name in self.frozen:
            return Fraction(self.frozen[name])
        benchmark = self.version.benchmarks[name]
        group = tuple(self.known(subject, by) for by in benchmark.by)
        found = None if None in group else self.group_statistic(name, group)
        if found is not None:
            return found
        return None if benchmark.otherwise is None else self.number(subject, benchmark.otherwise)

    def group_statistic(self, name: str, group: tuple[Plain, ...]) -> Fraction | None:
        """Work out a statistic over a group; None where the group is too small."""
        key = ("benchmark", name, *map(repr, group))
        if key not in self.found:
            benchmark = self.version.benchmarks[name]
            members = [
                subject
                for subject in self.subjects
                if tuple(self.known(subject, by) for by in benchmark.by) == group
                and self.value(subject, benchmark.of, shrunk=False) is not None
            ]
            if benchmark.statistic == "pooled":
                # Whom the measure does not apply to has a default at most, and no share of his own.
                measured = [subject for subject in members if self.applies(subject, benchmark.of)]
                whole = [self.quotient_parts(subject, benchmark.of) for subject in measured]
                parts = [part for part in whole if part[1] != 0]  # what weighs nothing says nothing
            else:
                values = [self.value(subject, benchmark.of, shrunk=False) for subject in members]
                parts = [(Fraction(value), Fraction(1), 1) for value in values]  # type: ignore[arg-type]
            self.found[key] = statistic(benchmark, parts)
        return self.found[key]  # type: ignore[return-value]

    # Lines

    def line(self, subject: str, name: str) -> Line:
        """Work out one criterion's line, once."""
        key = (subject, "line", name)
        if key not in self.found:
            self.found[key] = self._line(subject, self.version.criteria[name])
        return self.found[key]  # type: ignore[return-value]

    def _line(self, subject: str, criterion: Criterion) -> Line:
        name = criterion.rule.name
        records = len(self.rows_scope(subject, name).rows) if isinstance(criterion.source, Measure) else 0
        if not self.applies(subject, name):
            return Line("not_applicable", None, None, None, records)
        value = self.known(subject, name)
        points = None if value is None else points_for(criterion.scale, value, self.scope(subject, value=value))
        if points is None:
            return self.absent_line(subject, criterion, records)
        held = min(max(points, Fraction(criterion.min)), Fraction(criterion.max))
        return Line("measured", value, rounded(held, criterion.points_places), Fraction(criterion.max), records)

    def absent_line(self, subject: str, criterion: Criterion, records: int) -> Line:
        """Say what it means that there is no value."""
        lowest, most = Fraction(criterion.min), Fraction(criterion.max)
        match criterion.absent:
            case Absent.ZERO:
                return Line("measured", None, max(Fraction(0), lowest), most, records)
            case Absent.FULL_IF_FEED_COMPLETE if self.is_attested(subject, criterion):
                return Line("measured", None, most, most, records)
            case Absent.NOT_APPLICABLE:
                return Line("not_applicable", None, None, None, records)
            case Absent.WITHHOLD:
                return Line("withheld", None, None, None, records)
        return Line("not_inspected", None, None, None, records)

    def is_attested(self, subject: str, criterion: Criterion) -> bool:
        feeds = self.version.feeds
        assert feeds is not None
        region = self.known(subject, "region") if feeds.region else None
        return is_attested(feeds, self.rows.get(feeds.kind, ()), criterion, region, self.as_of)


def _document(row: Row, kind: str) -> object:
    """Name the document behind a record; a record without one stands for itself."""
    return row.get("fact") or (kind, row["record"])
