"""Read the ledger as it stood: so many batches, and what was known of them at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng.engine import Table
from zhiheng.errors import EXIT_USAGE, ZhihengError, nearest
from zhiheng.ledger.batch import NOWHEN
from zhiheng.ledger.batches import record_table, replaced_table
from zhiheng.ledger.chain import NO_HEAD
from zhiheng.ledger.columns import HIDDEN, REPLACED_COLUMNS, table_columns, tables_of
from zhiheng.ledger.workspace import JUDGEMENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from zhiheng.ledger.batch import Batch
    from zhiheng.ledger.segments import Segment
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind

FIRST_KNOWN = "first_known_at"
IDENTITY_COLUMNS: Mapping[str, str] = {"type": "VARCHAR", "alias": "VARCHAR", "subject": "VARCHAR"}


class KindNotHeld(ZhihengError):
    """The ledger's pack declares no such kind, or no such child of it."""

    code: ClassVar[str] = "ledger.kind-not-held"
    exit_code: ClassVar[int] = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tests the rows of one table need; where all rows pass a test, it is left out."""

    batch: bool
    known: bool
    withdrawals: bool
    replaced: bool  # some rows say themselves that they were replaced
    replaced_later: bool  # ... and not all of those replacements are seen by this snapshot
    aside: bool  # some replacements stand in the table beside
    shared: bool  # subjects of this type were judged to be the same


@dataclass(frozen=True)
class Snapshot:
    """
    The rows of a ledger that were there after so many batches, as far as known at a moment.

    The same batches and moment give the same rows whatever is imported, corrected or compacted later.
    """

    batches: int
    head: str
    known_at: datetime  # UTC without a zone
    true_on: date | None
    kinds: Mapping[str, Kind]
    held: frozenset[str]  # the kinds that any batch has rows of
    tables: tuple[Table, ...]
    filters: Mapping[str, Filters] = field(repr=False)
    same: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)  # (type, alias) -> subject

    def canonical(self, kind: str, subject: str) -> str:
        """Find the key that stands for a subject of a kind's records."""
        declared = self.kinds.get(kind.partition(".")[0])
        return self.same.get((declared.subject.type if declared else "", subject), subject)

    def spellings(self, kind: str, subject: str) -> tuple[str, ...]:
        """List the keys by which a kind's records may name a subject: its own, and those judged to be the same."""
        declared = self.kinds.get(kind.partition(".")[0])
        of_type = declared.subject.type if declared else ""
        aliases = (alias for (type_, alias), same in self.same.items() if type_ == of_type and same == subject)
        return (subject, *sorted(aliases))

    def visible(self, kind: str, among: Sequence[str] | exp.Query | None = None) -> exp.Select:
        """
        Select the rows of `kind` or `kind.child` that stand: one a record, its last edition.

        `among` leaves out all rows but those of some subjects: keys as the records spell them (`spellings`), or a query
        for such keys.

        The columns are those of the ledger (without `act`, `replaced_at`, `replaced_batch`) and all fields, published
        outcomes included; subjects judged to be the same have one key. Records that are the same fact are all there;
        kinds that tell them have `first_known_at` as well: when the first edition of a record was known.

        Raises:
            KindNotHeld: no such kind.

        """
        filters = self.filters.get(kind)
        if filters is None:
            raise KindNotHeld(kind=kind, near=nearest(kind, self.filters) or "—", known=", ".join(sorted(self.filters)))
        parent, _, child = kind.partition(".")
        columns = [column for column in table_columns(self.kinds, kind) if column not in HIDDEN]
        query = exp.select(*(self._column(column, filters) for column in columns))
        query = query.from_(exp.alias_(exp.to_table(raw_table(kind), quoted=True), "r", table=True))
        if self.kinds[parent].same_fact and not child:
            query = self._with_first_known(query, kind, filters)
        if filters.shared:
            query = _map_subjects(query, self.kinds[parent].subject.type)
        conditions = self._conditions(parent, filters)
        if among is not None:
            conditions.append(_among(among))
        return query.where(*conditions) if conditions else query

    def _with_first_known(self, query: exp.Select, kind: str, filters: Filters) -> exp.Select:
        """Say when each record was first known: only those of which an edition was replaced have earlier ones."""
        own = column_of("r", "known_at")
        if not filters.replaced:
            return query.select(exp.alias_(own, FIRST_KNOWN, quoted=True))
        replaced: list[exp.Expr] = [exp.not_(exp.Is(this=column_of("e", "replaced_batch"), expression=exp.Null()))]
        if filters.aside:
            aside = exp.select(exp.column("row_id", quoted=True)).from_(exp.to_table(replaced_name(kind), quoted=True))
            replaced.append(exp.In(this=column_of("e", "row_id"), query=exp.Subquery(this=aside)))
        first = exp.alias_(exp.Min(this=column_of("e", "known_at")), FIRST_KNOWN, quoted=True)
        earlier = (
            exp.select(column_of("e", "record"), first)
            .from_(exp.alias_(exp.to_table(raw_table(kind), quoted=True), "e", table=True))
            .where(*self._seen("e", filters), *_asserted("e", filters), exp.paren(exp.or_(*replaced)))
            .group_by(column_of("e", "record"))
        )
        same = exp.EQ(this=column_of("f", "record"), expression=column_of("r", "record"))
        known = exp.func("coalesce", column_of("f", FIRST_KNOWN), own)
        query = query.select(exp.alias_(exp.Least(this=known, expressions=[own.copy()]), FIRST_KNOWN, quoted=True))
        return query.join(earlier.subquery("f"), on=same, join_type="left")

    def _seen(self, table: str, filters: Filters) -> list[exp.Expr]:
        """Leave out the rows that came later, or were known later."""
        found: list[exp.Expr] = []
        if filters.batch:
            batches = exp.Literal.number(self.batches)
            found.append(exp.LTE(this=column_of(table, "batch"), expression=batches))
        if filters.known:
            found.append(exp.LTE(this=column_of(table, "known_at"), expression=at_moment(self.known_at)))
        return found

    def _column(self, column: str, filters: Filters) -> exp.Expr:
        if column == "subject" and filters.shared:
            shared = exp.func("coalesce", column_of("i", "subject"), column_of("r", "subject"))
            return exp.alias_(shared, "subject", quoted=True)
        return column_of("r", column)

    def _conditions(self, kind: str, filters: Filters) -> list[exp.Expr]:
        batches, known = exp.Literal.number(self.batches), at_moment(self.known_at)
        found = [*self._seen("r", filters), *_asserted("r", filters)]
        if filters.replaced:
            stands: exp.Expr = exp.Is(this=column_of("r", "replaced_batch"), expression=exp.Null())
            if filters.replaced_later:
                later = exp.GT(this=column_of("r", "replaced_batch"), expression=batches)
                stands = exp.or_(stands, later, exp.GT(this=column_of("r", "replaced_at"), expression=known))
            found.append(exp.paren(stands))
        if filters.aside:
            found.append(_not_replaced_aside(kind, batches, known))
        if self.true_on is not None:
            day = exp.cast(exp.Literal.string(self.true_on.isoformat()), "date")
            found.append(exp.LTE(this=column_of("r", "true_on"), expression=day))
        return found


def open_snapshot(
    workspace: Workspace, listed: Sequence[Batch], known_at: datetime | None, true_on: date | None
) -> Snapshot:
    """Open the ledger after some batches, with every subject under the key that its records give."""
    last = listed[-1].recorded_at if listed else NOWHEN
    moment = last if known_at is None else known_at
    tables: list[Table] = []
    filters: dict[str, Filters] = {}
    for kind in workspace.kinds.values():
        # Compaction writes what it knows of replaced rows into the records before it takes it away here.
        beside: tuple[Segment, ...] = ()
        if any(batch.tables[kind.name].replaced for batch in listed if kind.name in batch.tables):
            beside = replaced_table(workspace, kind.name).segments(len(listed))
        tables.append(Table(replaced_name(kind.name), tuple(one.path for one in beside), REPLACED_COLUMNS))
        # Compaction rewrites a kind before its children. Listed after them here, its files name the batches of every
        # mark that theirs may hold, even if it works at this moment.
        segments = {table: _segments(workspace, table, listed) for table in reversed(tables_of(kind))}
        # What a later batch withdrew is marked in a child's rows too, though it brought the child none.
        later = any(segment.last > len(listed) for found in segments.values() for segment in found)
        for table in tables_of(kind):
            paths = tuple(one.path for one in segments[table])
            tables.append(Table(raw_table(table), paths, record_table(workspace, table).columns))
            filters[table] = _filters(kind.name, listed, moment, later=later, aside=bool(beside))
    return Snapshot(
        batches=len(listed),
        head=listed[-1].head if listed else NO_HEAD,
        known_at=moment,
        true_on=true_on,
        kinds=workspace.kinds,
        held=frozenset(name for batch in listed for name in batch.tables if "." not in name and name != JUDGEMENT),
        tables=tuple(tables),
        filters=filters,
    )


def _segments(workspace: Workspace, table: str, listed: Sequence[Batch]) -> tuple[Segment, ...]:
    if not any(table in batch.tables for batch in listed):
        return ()
    return record_table(workspace, table).segments(len(listed))


def _filters(kind: str, listed: Sequence[Batch], moment: datetime, *, later: bool, aside: bool) -> Filters:
    touched = [batch for batch in listed if kind in batch.tables]
    unknown = any(batch.recorded_at > moment for batch in touched)
    replaced = any(batch.tables[kind].replaced for batch in touched)
    withdrawals = any(file.counts.withdrawn for batch in touched for file in batch.files if file.kind == kind)
    return Filters(
        batch=later,
        known=unknown,
        withdrawals=withdrawals,
        replaced=replaced,
        replaced_later=later or unknown,
        aside=aside and replaced,
        shared=False,
    )


def share_subjects(snapshot: Snapshot, identity: Table, same: Mapping[tuple[str, str], str]) -> Snapshot:
    """Give subjects that were judged to be the same one key: (type, alias) -> subject, and the same as a table."""
    types = {type_ for type_, _ in same}
    filters = {
        table: replace(one, shared=snapshot.kinds[table.partition(".")[0]].subject.type in types)
        for table, one in snapshot.filters.items()
    }
    return replace(snapshot, tables=(*snapshot.tables, identity), filters=filters, same=same)


def raw_table(table: str) -> str:
    """Name the table of all rows of `kind` or `kind.child`."""
    return "raw_" + table.replace(".", "__")


def replaced_name(kind: str) -> str:
    """Name the table of replaced rows of a kind."""
    return f"replaced_{kind}"


def _asserted(table: str, filters: Filters) -> list[exp.Expr]:
    if not filters.withdrawals:
        return []
    return [exp.EQ(this=column_of(table, "act"), expression=exp.Literal.string("assert"))]


def _among(keys: Sequence[str] | exp.Query) -> exp.Expr:
    if isinstance(keys, exp.Query):
        return exp.In(this=column_of("r", "subject"), query=exp.Subquery(this=keys.copy()))
    listed = [exp.Literal.string(key) for key in keys]
    return exp.In(this=column_of("r", "subject"), expressions=listed) if listed else exp.false()


def column_of(table: str, column: str) -> exp.Column:
    """Name a column of a table."""
    return exp.column(column, table=table, quoted=True)


def at_moment(moment: datetime) -> exp.Expr:
    """Write a moment without a zone, in words that every engine reads as such."""
    return exp.cast(exp.Literal.string(moment.isoformat(sep=" ", timespec="microseconds")), "timestampntz")


def _not_replaced_aside(kind: str, batches: exp.Expr, known: exp.Expr) -> exp.Expr:
    aside = (
        exp.select(exp.Literal.number(1))
        .from_(exp.alias_(exp.to_table(replaced_name(kind), quoted=True), "s", table=True))
        .where(
            exp.EQ(this=column_of("s", "row_id"), expression=column_of("r", "row_id")),
            exp.LTE(this=column_of("s", "replaced_batch"), expression=batches.copy()),
            exp.LTE(this=column_of("s", "replaced_at"), expression=known.copy()),
        )
    )
    return exp.not_(exp.Exists(this=aside))


def _map_subjects(query: exp.Select, type_: str) -> exp.Select:
    mapped = exp.and_(
        exp.EQ(this=column_of("i", "alias"), expression=column_of("r", "subject")),
        exp.EQ(this=column_of("i", "type"), expression=exp.Literal.string(type_)),
    )
    identity = exp.alias_(exp.to_table("identity", quoted=True), "i", table=True)
    return query.join(identity, on=mapped, join_type="left")
