"""Gather what the records hold: one scan and one grouping for each kind, joined over the subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import moments, months
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.documents import deducted, deducting, documents
from zhiheng.method.compile.measures import MeasureScope, bit_column
from zhiheng.method.compile.raw import DOCUMENTS, Gathering, RawColumn
from zhiheng.method.model import Attribute, Criterion, Fact, Measure, Version, Window
from zhiheng.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhiheng.vocabulary import Kind

CALENDAR = "calendar"
FIRST_KNOWN = ("first_known_at", "record")  # by which the one counts of records that name one document
MOST_BITS = 62  # different values that one 64-bit integer can mark
TEXTS = frozenset({FieldType.TEXT, FieldType.CODE, FieldType.IDENTIFIER})


@dataclass(frozen=True, slots=True)
class SmallTable:
    """A table that the run loads before its queries."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class GatherPlan:
    """How the raw aggregates of every subject are gathered."""

    query: exp.Select
    columns: tuple[RawColumn, ...]
    tables: tuple[SmallTable, ...]


def measures(version: Version) -> Iterator[tuple[str, Measure]]:
    """Give what is measured from records, by name; an attribute is measured over all of its records."""
    entries: dict[str, Criterion | Fact] = {**version.criteria, **version.facts}
    for name, entry in entries.items():
        if isinstance(entry.source, Measure):
            yield name, entry.source
    for name, attribute in version.attributes.items():
        yield name, attribute_measure(attribute)


def attribute_measure(attribute: Attribute) -> Measure:
    """Read an attribute as a measure without window or weight."""
    return Measure(attribute.kind, attribute.where, Window(), None, attribute.take)


def counted_fields(version: Version, kinds: Mapping[str, Kind]) -> tuple[tuple[str, str], ...]:
    """Name the text fields whose different values are counted, by kind: few values are counted by bits."""
    found: dict[tuple[str, str], None] = {}
    for _, measure in measures(version):
        parent, _, child = measure.kind.partition(".")
        fields = kinds[parent].children[child].fields if child else kinds[parent].fields
        for called in measure.measure.tree.find_all(exp.Anonymous):
            argument = called.expressions[0].unnest() if called.expressions else None
            if called.this in ("distinct", "repeats") and isinstance(argument, exp.Column):
                field = fields.get(argument.name)
                if field is not None and field.type in TEXTS:
                    found[measure.kind, argument.name] = None
    return tuple(found)


def survey(source: exp.Select, field: str) -> exp.Select:
    """Write the query for the different values of a text field, or one more than bits can mark."""
    column = sql.column(field)
    read = sql.read(sql.subquery(source, "records")).select(column, copy=False).distinct(copy=False)
    return read.where(sql.is_known(column), copy=False).limit(MOST_BITS + 1, copy=False)


def ask(gathering: Gathering) -> None:
    """Ask for every raw column that the version needs."""
    version = gathering.version
    once = deducting(version)
    pooled = {benchmark.of for benchmark in version.benchmarks.values() if benchmark.statistic == "pooled"}
    for name, measure in measures(version):
        scope = MeasureScope(name, measure, gathering)
        if name in once:
            scope.weigh()
            deducted(gathering, name)
            continue
        if name in version.criteria:
            scope.rows()
        scope.lowered()
        if name in pooled:
            scope.pooled_rows()


def plan_gather(gathering: Gathering, sources: Mapping[str, exp.Select]) -> GatherPlan:
    """
    Write the query that gathers every raw column for every subject to be assessed.

    `sources` gives for each kind that the version reads the select of its records as known at the moment.
    """
    ask(gathering)
    reader = _Reader(gathering, sources)
    query = reader.joined()
    return GatherPlan(query, tuple(gathering.columns.values()), reader.tables())


@dataclass(frozen=True)
class _Reader:
    gathering: Gathering
    sources: Mapping[str, exp.Select]

    def joined(self) -> exp.Select:
        """Join the groups of every kind over the subjects."""
        subjects = self._subject_kinds()
        measured = dict.fromkeys(column.kind for column in self.gathering.columns.values())
        others = [kind for kind in measured if kind not in subjects]
        query = exp.Select()
        for number, kind in enumerate((*subjects, *others), 1):
            group = sql.subquery(self.group(kind), f"group{number}")
            if number == 1:
                query = query.from_(group, copy=False)
            else:
                query = query.join(group, using=["subject"], join_type="left" if kind in others else "full", copy=False)
        outputs = [sql.column("subject"), *(self._output(column) for column in self.gathering.columns.values())]
        return query.select(*outputs, copy=False)

    def _subject_kinds(self) -> tuple[str, ...]:
        """Name the kinds whose subjects are assessed."""
        version = self.gathering.version
        if version.subjects:
            return version.subjects
        attesting = {version.feeds.kind} if version.feeds else set()
        return tuple(sorted(version.reads - attesting))

    def _output(self, column: RawColumn) -> exp.Expression:
        read = sql.column(column.name)
        return read if column.empty is None else sql.named(sql.either(read, column.empty), column.name)

    def group(self, kind: str) -> exp.Select:
        """Write the one scan and the one grouping of a kind."""
        columns = [column for column in self.gathering.columns.values() if column.kind == kind]
        rows = documents(self.gathering, self.rows) if kind == DOCUMENTS else self.rows(kind)
        query = sql.read(sql.subquery(rows, "rows")).select(sql.column("subject"), copy=False)
        query = query.select(*(sql.named(column.aggregate, column.name) for column in columns), copy=False)
        return query.group_by(sql.column("subject"), copy=False)

    def rows(self, kind: str) -> exp.Select:
        """Write the records of a kind that may count, with what the calendar and the dictionaries know of them."""
        gathering = self.gathering
        records = self._records(kind)
        rows = gathering.layered(kind, records)
        windows = dict(gathering.windows.get(kind, {}))
        while windows:  # they may read what is worked out above the records, and each other
            ready = [name for name, tree in windows.items() if not windows.keys() & columns_read(tree)]
            if rows is not records:
                rows = sql.read(sql.subquery(rows, f"ordered{len(windows)}"), exp.Star())
            rows = rows.select(*(sql.named(windows.pop(name), name) for name in ready))
        return rows

    def _records(self, kind: str) -> exp.Select:
        gathering = self.gathering
        query = sql.read(sql.subquery(self.sources[kind], "records")).select("*", copy=False)
        query = query.where(sql.binary(exp.LTE, sql.column("true_on"), sql.day(gathering.as_of)), copy=False)
        oldest = self._oldest(kind)
        if oldest is not None:
            query = query.where(sql.binary(exp.GT, sql.column("true_on"), oldest), copy=False)
        if self._reads_calendar(kind):
            on = sql.binary(exp.EQ, sql.column("true_on"), sql.column("_day"))
            query = query.join(sql.table(CALENDAR), on=on, join_type="left", copy=False)
        for of_kind, field in gathering.dictionaries:
            if of_kind == kind:
                on = sql.binary(exp.EQ, sql.column(field), sql.column(f"_value_{field}"))
                query = query.join(sql.table(dictionary_name(kind, field)), on=on, join_type="left", copy=False)
        if moments.MOMENT in self._read(kind):
            query = moments.with_parents_moments(query, gathering.kinds, kind, self.sources)
        return self._without_repeated_facts(kind, query)

    def _oldest(self, kind: str) -> exp.Expression | None:
        """Find the day after which every record lies that any measure can count; only where it drops no subject."""
        version = self.gathering.version
        if not version.subjects or kind in version.subjects:
            return None
        windows = [measure.window.months for _, measure in measures(version) if measure.kind == kind]
        known = [window for window in windows if window is not None]
        if len(known) < len(windows) or not known:
            return None
        return sql.day(months.newest_of_age(self.gathering.as_of, max(known)))

    def _reads_calendar(self, kind: str) -> bool:
        calendar = self.gathering.calendar.columns
        once = deducting(self.gathering.version)
        deducts = any(name in once and measure.kind == kind for name, measure in measures(self.gathering.version))
        return bool(self.gathering.calendar.months and (deducts or self._read(kind) & set(calendar)))

    def _read(self, kind: str) -> frozenset[str]:
        """Name the columns that are read of a kind's records."""
        trees = [column.aggregate for column in self.gathering.columns.values() if column.kind == kind]
        trees += self.gathering.windows.get(kind, {}).values()
        trees += self.gathering.sheet(kind).trees.values()
        return frozenset(name for tree in trees for name in columns_read(tree))

    def _without_repeated_facts(self, kind: str, query: exp.Select) -> exp.Select:
        """Leave out a record whose document is known already: the first known of them counts."""
        parent, _, child = kind.partition(".")
        if not self.gathering.kinds[parent].same_fact:
            return query
        source = self.sources.get(parent)
        if source is None:
            return query
        order = exp.Order(expressions=[exp.Ordered(this=sql.column(name)) for name in FIRST_KNOWN])
        number = exp.Window(this=exp.RowNumber(), partition_by=[sql.column("subject"), sql.column("fact")], order=order)
        facts = sql.read(sql.subquery(source, "facts"))
        facts = facts.select(sql.named(sql.column("record"), "_again"), sql.named(number, "_copy"), copy=False)
        facts = facts.where(sql.is_known(sql.column("fact")), copy=False)
        facts = facts.where(sql.binary(exp.LTE, sql.column("true_on"), sql.day(self.gathering.as_of)), copy=False)
        copies = sql.read(sql.subquery(facts, "facts")).select(sql.column("_again"), copy=False)
        copies = copies.where(sql.binary(exp.GT, sql.column("_copy"), exp.Literal.number(1)), copy=False)
        on = sql.binary(exp.EQ, sql.column("parent" if child else "record"), sql.column("_again"))
        query = query.join(sql.subquery(copies, "copies"), on=on, join_type="left", copy=False)
        return query.where(sql.is_null(sql.column("_again")), copy=False)

    def tables(self) -> tuple[SmallTable, ...]:
        """Give the small tables that the query reads."""
        gathering, found = self.gathering, []
        if gathering.calendar.months:
            found.append(SmallTable(CALENDAR, gathering.calendar.columns, tuple(gathering.calendar.rows())))
        for (kind, field), values in gathering.dictionaries.items():
            columns = {f"_value_{field}": "VARCHAR", bit_column(field): "BIGINT"}
            rows = tuple((value, 1 << place) for place, value in enumerate(values))
            found.append(SmallTable(dictionary_name(kind, field), columns, rows))
        return tuple(found)


def columns_read(tree: exp.Expression) -> frozenset[str]:
    """Name the columns that an expression reads."""
    return frozenset(found.name for found in tree.find_all(exp.Column))


def dictionary_name(kind: str, field: str) -> str:
    """Name the table of the few values that a text field has."""
    return f"values_{kind.replace('.', '_')}_{field}"
