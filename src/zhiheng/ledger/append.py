"""Write what an import adds to the ledger: records, their children, and which rows they replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.ledger.batch import TableReport
from zhiheng.ledger.batches import record_table, replaced_table
from zhiheng.ledger.chain import RowRange, digest_batches
from zhiheng.ledger.classify import ACCEPTED, CORRECTION, Verdicts
from zhiheng.ledger.columns import field_names, table_columns
from zhiheng.ledger.offer import Entry, record_id, timestamp
from zhiheng.ledger.reading import hashed
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value

if TYPE_CHECKING:
    from zhiheng.ledger.segments import Segment, SegmentTable
    from zhiheng.ledger.workspace import Workspace

_ORDER = Sql("order by subject")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written for a table, and what the batch says of it."""

    table: SegmentTable
    segment: Segment
    rows: int
    name: str = ""  # kind or kind.child; '' for `replaced`
    report: TableReport | None = None


def write_kind(workspace: Workspace, verdicts: Verdicts, first_row: int) -> list[Written]:
    """Write the files of one kind; they are nobody's until their tables know them and the batch's row stands."""
    connection, kind = verdicts.ground.connection, verdicts.ground.kind
    taken = verdicts.count(ACCEPTED) + verdicts.count(CORRECTION)
    if not taken + verdicts.withdrawn:
        return []
    fresh = name(f"fresh {kind}")
    connection.execute(sql("create view {fresh} as {rows}", fresh=fresh, rows=_fresh(verdicts)))
    last = max(verdicts.entries, key=lambda entry: entry.offset)
    last_row = last.offset + 1 + last.table.last_row + verdicts.withdrawn
    rows = sql("select * from {fresh}", fresh=fresh)
    if verdicts.withdrawn:
        gone = _withdrawals(verdicts, last_row - verdicts.withdrawn)
        connection.execute(sql("create table {gone} as {rows}", gone=name(f"withdrawn {kind}"), rows=gone))
        rows = sql("{rows} union all by name select * from {gone}", rows=rows, gone=name(f"withdrawn {kind}"))
    written = []
    replaced = _write_replaced(workspace, verdicts, fresh)
    written.append(
        _write(workspace, verdicts, kind, _ordered(rows), (first_row, last_row, replaced.rows if replaced else 0))
    )
    written += [replaced] if replaced else []
    for child in verdicts.ground.standing.kind.children:
        made = _write(
            workspace,
            verdicts,
            f"{kind}.{child}",
            _ordered(_children(verdicts, child, fresh)),
            (first_row, last_row, 0),
        )
        if made.rows:
            written.append(made)
        else:
            made.table.discard(made.segment)
    return written


def _ordered(rows: Sql) -> Sql:
    return sql("select * from ({rows}) {order}", rows=rows, order=_ORDER)


def _write(workspace: Workspace, verdicts: Verdicts, table: str, rows: Sql, numbers: tuple[int, int, int]) -> Written:
    ground = verdicts.ground
    made = record_table(workspace, table)
    segment, count = made.write(ground.connection, rows, ground.batch, ground.batch)
    rows_written = {ground.batch: RowRange(*numbers[:2])}
    digest = digest_batches(ground.connection, workspace.kinds, table, [segment.path], rows_written)[ground.batch]
    return Written(made, segment, count, table, TableReport(count, *numbers, digest))


def _fresh(verdicts: Verdicts) -> Sql:
    return Sql(" union all ".join(_entry_rows(verdicts, entry) for entry in verdicts.entries))


def _entry_rows(verdicts: Verdicts, entry: Entry) -> Sql:
    ground = verdicts.ground
    fields = field_names({ground.kind: ground.standing.kind}, ground.kind)
    staged = entry.staged(entry.table.rows)
    record, content, joined = record_id(ground.kind, ground.source), Sql("s.content"), Sql("")
    if not verdicts.plain:
        record, content = Sql("v.record"), Sql("v.content")
        joined = sql(
            "join {offered} v on v.entry = {entry} and v.file_row = s.file_row and v.verdict in ({taken})",
            offered=verdicts.offered,
            entry=value(entry.number),
            taken=comma([value(ACCEPTED), value(CORRECTION)]),
        )
    return sql(
        "select s.subject, {record} as record, s.file_row + {offset} as row_id, {content} as content, 'assert' as act,"
        " {source} as source, {batch}::bigint as batch, {entry}::bigint as file, s.file_row, s.true_on, s.true_until,"
        " {known} as known_at, {declared} is not null as known_asserted, {recorded} as recorded_at, s.fact,"
        " null::timestamp as replaced_at, null::bigint as replaced_batch{fields} from {staged} s {joined}",
        record=record,
        content=content,
        offset=value(entry.offset),
        source=value(ground.source),
        batch=value(ground.batch),
        entry=value(entry.number),
        known=ground.moment.known_at if verdicts.plain else Sql("v.known_at"),
        declared=ground.moment.declared,
        recorded=ground.moment.recorded,
        fields=Sql("".join(sql(", s.{field}", field=name(field)) for field in fields)),
        staged=staged,
        joined=joined,
    )


def _withdrawals(verdicts: Verdicts, before: int) -> Sql:
    """Write a row that says of each missing record that its source no longer has it."""
    ground = verdicts.ground
    moment = ground.moment
    received = moment.received is not None and moment.received <= moment.recorded_at
    given = {
        "subject": Sql("subject"),
        "record": Sql("record"),
        "row_id": sql("{before} + row_number() over (order by record)", before=value(before)),
        "content": Sql("content"),
        "act": Sql("'withdraw'"),
        "source": value(ground.source),
        "batch": value(ground.batch),
        "file": value(verdicts.entries[0].number),
        "known_at": timestamp(moment.received) if received and moment.received else moment.recorded,
        "known_asserted": value(received),
        "recorded_at": moment.recorded,
    }
    columns = table_columns({ground.kind: ground.standing.kind}, ground.kind)
    return sql(
        "select {columns} from {gone} where newer",
        columns=comma(
            sql(
                "cast({part} as {type}) as {column}",
                part=given.get(column, Sql("null")),
                type=Sql(type_),
                column=name(column),
            )
            for column, type_ in columns.items()
        ),
        gone=verdicts.gone,
    )


def _write_replaced(workspace: Workspace, verdicts: Verdicts, fresh: Sql) -> Written | None:
    """
    Write which rows are replaced from when.

    A row replaced already is listed again only if the new row was known earlier than all that replaced it so far.
    """
    if not verdicts.changes:
        return None
    ground = verdicts.ground
    changed = sql(
        "select record, row_id, known_at from {offered} where before is not null and verdict in ({taken})",
        offered=verdicts.offered,
        taken=comma([value(ACCEPTED), value(CORRECTION)]),
    )
    if verdicts.withdrawn:
        gone = name(f"withdrawn {ground.kind}")
        changed = sql("{changed} union all select record, row_id, known_at from {gone}", changed=changed, gone=gone)
    changes = name(f"changes {ground.kind}")
    ground.connection.execute(sql("create table {changes} as {changed}", changes=changes, changed=changed))
    asked = sql("record in (select record from {changes})", changes=changes)
    history = sql(
        "select record, row_id, null::timestamp as replaced_at from {fresh} where {asked}", fresh=fresh, asked=asked
    )
    if not ground.standing.empty:
        history = sql("{fresh} union all {held}", fresh=history, held=ground.standing.history(asked))
    rows = sql(
        "select h.row_id, min(c.known_at) as replaced_at, {batch}::bigint as replaced_batch from ({history}) h"
        " join {changes} c on c.record = h.record and h.row_id < c.row_id"
        " where h.replaced_at is null or c.known_at < h.replaced_at group by h.row_id order by h.row_id",
        batch=value(ground.batch),
        history=history,
        changes=changes,
    )
    table = replaced_table(workspace, ground.kind)
    segment, count = table.write(ground.connection, rows, ground.batch, ground.batch)
    return Written(table, segment, count)


def _children(verdicts: Verdicts, child: str, fresh: Sql) -> Sql:
    """Take the rows within rows: each has the dates and the row number of its parent."""
    ground = verdicts.ground
    fields = ground.standing.kind.children[child].fields
    selects = [
        sql(
            "select f.subject, {record} as record, f.row_id,"
            " null::varchar as content, f.act, f.source, f.batch, f.file, f.file_row, f.true_on, f.true_until,"
            " f.known_at, f.known_asserted, f.recorded_at, f.fact, f.replaced_at, f.replaced_batch,"
            " f.record as parent, c.position{fields} from {rows} c"
            " join {fresh} f on f.file = {entry} and f.file_row = c.file_row",
            record=hashed([Sql("f.record"), value(child), Sql("c.position")]),
            fields=Sql("".join(sql(", c.{field}", field=name(field)) for field in fields)),
            rows=entry.staged(entry.table.children[child]),
            fresh=fresh,
            entry=value(entry.number),
        )
        for entry in verdicts.entries
    ]
    return Sql(" union all ".join(selects))
