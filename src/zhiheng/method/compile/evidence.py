"""What each single record gives to a measure: whether it counts, if not why not, its age, weight and amounts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import moments, months
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.documents import deducting, documents, keeps
from zhiheng.method.compile.gather import CALENDAR, FIRST_KNOWN, SmallTable
from zhiheng.method.compile.lower import as_tree
from zhiheng.method.compile.measures import MeasureScope
from zhiheng.method.compile.scale import Num
from zhiheng.method.functions import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from datetime import date

    from zhiheng.method.compile.raw import Gathering
    from zhiheng.method.model import Measure

SYSTEM = (
    "subject", "record", "content", "source", "batch", "file", "file_row", "true_on", "true_until", "known_at",
    "known_asserted", "fact",
)  # fmt: skip
OF_CHILDREN = ("parent", "position")
AGE, IN_WINDOW, MEETS, AGAIN, DOCUMENT, WEIGHT = "$age", "$window", "$where", "$again", "$document", "$weight"
MOMENT, LAST = "$moment", "$last"


@dataclass(frozen=True, slots=True)
class Part:
    """What one aggregate of a measure takes from each record: a number at a scale, or anything else (no scale)."""

    column: str
    aggregate: str
    scale: int | None


@dataclass(frozen=True, slots=True)
class EvidencePlan:
    """The query for the records that a measure could count, and how its columns are to be read."""

    name: str
    kind: str
    query: exp.Select
    system: tuple[str, ...]
    fields: tuple[str, ...]  # those that the measure's expressions read
    weight: int | None  # the scale of the weight, where there is one
    parts: tuple[Part, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the query's columns, in order."""
        weight = () if self.weight is None else (WEIGHT,)
        own = (AGE, MOMENT, IN_WINDOW, MEETS, AGAIN, DOCUMENT)
        return (*self.system, *self.fields, *own, *weight, *(part.column for part in self.parts))

    @property
    def giving(self) -> tuple[str, ...]:
        """Name the columns that say what a record gives to the measure."""
        weight = () if self.weight is None else (WEIGHT,)
        return (IN_WINDOW, MEETS, AGAIN, *weight, *(part.column for part in self.parts))


def plan_evidence(gathering: Gathering, name: str, measure: Measure, sources: Mapping[str, exp.Select]) -> EvidencePlan:
    """
    Write the query for the records that a measure could count, those that it leaves out as well.

    `sources` gives the records of the kind, and of its parent, as known at the moment. The days of `calendar_of` must
    be loaded before the query runs; the same `gathering` may serve several measures.
    """
    scope = MeasureScope(name, measure, gathering)
    where = None if measure.where is None else scope.over_rows.condition(measure.where.tree)
    fields = tuple(field for field in gathering.fields(measure.kind) if field in _read(measure))
    system = (*SYSTEM, *(OF_CHILDREN if "." in measure.kind else ()))
    parts = tuple(_parts(scope))
    outputs: dict[str, exp.Expression] = {column: sql.column(column) for column in (*system, *fields)}
    outputs[AGE] = months.until(sql.column("true_on"), gathering.as_of)
    outputs[MOMENT] = moments.moment(gathering.kinds, measure.kind)
    outputs[IN_WINDOW] = _truth(_window(gathering, name, measure))
    outputs[MEETS] = _truth(where)
    outputs[AGAIN] = sql.is_known(sql.column("_again"))
    outputs[DOCUMENT] = _document(measure.kind)
    if scope.weight is not None:
        outputs[WEIGHT] = scope.weight.tree
    outputs |= {part.column: tree for part, tree in parts}
    selected = [sql.named(tree, column) for column, tree in outputs.items()]
    rows = gathering.layered(measure.kind, _rows(gathering, measure.kind, sources))
    if measure.window.latest:
        counted = sql.every([where, sql.is_null(sql.column("_again"))])
        last = moments.last(moments.moment(gathering.kinds, measure.kind), counted)
        rows = sql.read(sql.subquery(rows, "known"), exp.Star(), sql.named(last, LAST))
    query = sql.read(sql.subquery(rows, "rows")).select(*selected)
    weight = None if scope.weight is None else scope.weight.scale
    return EvidencePlan(name, measure.kind, query, system, fields, weight, tuple(part for part, _ in parts))


def _window(gathering: Gathering, name: str, measure: Measure) -> exp.Expression | None:
    """Write the condition that a record lies in the window, whether or not it meets `where`."""
    if not measure.window.latest:
        return MeasureScope(name, replace(measure, where=None), gathering).passes
    last = sql.column(LAST)  # null where no record meets `where`: then none is too old
    return sql.some([sql.is_null(last), sql.binary(exp.GTE, moments.moment(gathering.kinds, measure.kind), last)])


def calendar_of(gathering: Gathering, days: Container[date] | None = None) -> SmallTable:
    """Give the days with their ages and weights that the planned queries read: all, or those among `days`."""
    rows = (row for row in gathering.calendar.rows() if days is None or row[0] in days)
    return SmallTable(CALENDAR, gathering.calendar.columns, tuple(rows))


def plan_documents(gathering: Gathering, sources: Mapping[str, exp.Select]) -> exp.Select | None:
    """Write which criterion each document feeds, where documents deduct once: (subject, document, criterion)."""
    names = deducting(gathering.version)
    if not names:
        return None
    branches = [(keeps(gathering, name), sql.text(name)) for name in names]
    totals = documents(gathering, lambda kind: _counted(gathering, kind, sources))
    query = sql.read(sql.subquery(totals, "documents"))
    return query.select(sql.column("subject"), sql.column("document"), sql.named(sql.choose(branches), "criterion"))


def _truth(condition: exp.Expression | None) -> exp.Expression:
    return sql.truth(value=True) if condition is None else sql.surely(condition)


def _document(kind: str) -> exp.Expression:
    own = exp.DPipe(this=sql.text(f"{kind}:"), expression=sql.column("record"))
    return sql.either(sql.nullif(sql.column("fact"), sql.text("")), own)


def _read(measure: Measure) -> frozenset[str]:
    """Name what the expressions of a measure read."""
    trees = [entry.tree for entry in (measure.where, measure.weight, measure.measure) if entry is not None]
    return frozenset(column.name for tree in trees for column in tree.find_all(exp.Column))


def _parts(scope: MeasureScope) -> Iterator[tuple[Part, exp.Expression]]:
    """Write what each aggregate takes from a record, in the order in which aggregates stand in the measure."""
    calls = [call for call in scope.measure.measure.tree.walk(bfs=False) if isinstance(call, exp.Anonymous)]
    for at, called in enumerate(dict.fromkeys(calls), 1):
        aggregate = str(called.this)
        if aggregate in AGGREGATES and called.expressions:
            found = scope.over_rows.inner(called.expressions[0])
            yield Part(f"$part{at}", aggregate, found.scale if isinstance(found, Num) else None), as_tree(found)


def _rows(gathering: Gathering, kind: str, sources: Mapping[str, exp.Select]) -> exp.Select:
    """Write the records up to the day, with what the calendar knows of them and whether they repeat a document."""
    query = sql.read(sql.subquery(sources[kind], "records")).select("*")
    query = query.where(sql.binary(exp.LTE, sql.column("true_on"), sql.day(gathering.as_of)))
    on_day = sql.binary(exp.EQ, sql.column("true_on"), sql.column("_day"))
    query = query.join(sql.table(CALENDAR), on=on_day, join_type="left")
    query = moments.with_parents_moments(query, gathering.kinds, kind, sources)
    parent, _, child = kind.partition(".")
    copies = _known_already(gathering, parent, sources[parent])
    on_record = sql.binary(exp.EQ, sql.column("parent" if child else "record"), sql.column("_again"))
    return query.join(sql.subquery(copies, "copies"), on=on_record, join_type="left")


def _known_already(gathering: Gathering, kind: str, source: exp.Select) -> exp.Select:
    """Write which records repeat a document that another, known before, has brought."""
    first = FIRST_KNOWN if gathering.kinds[kind].same_fact else ("record",)
    order = exp.Order(expressions=[exp.Ordered(this=sql.column(name)) for name in first])
    number = exp.Window(this=exp.RowNumber(), partition_by=[sql.column("subject"), sql.column("fact")], order=order)
    facts = sql.read(sql.subquery(source, "facts"))
    facts = facts.select(sql.named(sql.column("record"), "_again"), sql.named(number, "_copy"))
    facts = facts.where(sql.is_known(sql.column("fact")))
    facts = facts.where(sql.binary(exp.LTE, sql.column("true_on"), sql.day(gathering.as_of)))
    copies = sql.read(sql.subquery(facts, "facts")).select(sql.column("_again"))
    return copies.where(sql.binary(exp.GT, sql.column("_copy"), exp.Literal.number(1)))


def _counted(gathering: Gathering, kind: str, sources: Mapping[str, exp.Select]) -> exp.Select:
    """Write the records that can deduct: those whose document is not known already."""
    rows = gathering.layered(kind, _rows(gathering, kind, sources))
    return sql.read(sql.subquery(rows, "rows")).select("*").where(sql.is_null(sql.column("_again")))
