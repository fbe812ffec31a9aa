"""What the ledger holds of a kind when an import asks: the last edition of each record, and how old it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.ledger.batch import NOWHEN
from zhiheng.ledger.batches import record_table, replaced_table
from zhiheng.ledger.chain import scan
from zhiheng.ledger.offer import timestamp
from zhiheng.ledger.reading.canonical import sortable_version
from zhiheng.ledger.reading.statement import Sql, comma, sql, value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from zhiheng.ledger.batch import Batch
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """One kind's rows in the ledger, as files to be scanned."""

    kind: Kind
    records: tuple[str, ...]
    replaced: tuple[str, ...]
    editions: tuple[
        tuple[int, datetime, datetime], ...
    ]  # batch -> from when, and up to when, its rows may have been so
    last_row: int

    @property
    def empty(self) -> bool:
        """Whether there are none."""
        return not self.records

    def current(self, where: Sql) -> Sql:
        """Select (record, row_id, subject, content, act, version, earliest, latest) of each record's last edition."""
        declared = self.kind.version
        version = sortable_version(self.kind.fields[declared]) if declared else Sql("cast(null as varchar)")
        return sql(
            "select r.*, coalesce(e.earliest, timestamp '0001-01-01') as earliest,"
            " coalesce(e.latest, timestamp '9999-12-31') as latest from (select record, row_id, subject,"
            " content, act, batch as edition, {version} as version from {files} r"
            " where replaced_batch is null and {still} and {where}) r"
            " left join ({editions}) e on e.edition = r.edition",
            version=version,
            files=scan(self.records),
            editions=self._editions(),
            still=self._still(),
            where=where,
        )

    def history(self, where: Sql) -> Sql:
        """Select every row: (record, row_id, replaced_at: the earliest moment at which it counts as replaced)."""
        aside = Sql("select cast(null as bigint) as row_id, cast(null as timestamp) as replaced_at where false")
        if self.replaced:
            aside = sql(
                "select row_id, min(replaced_at) as replaced_at from {files} group by row_id", files=scan(self.replaced)
            )
        return sql(
            "select r.record, r.row_id, least(r.replaced_at, s.replaced_at) as replaced_at from {files} r"
            " left join ({aside}) s on s.row_id = r.row_id where {where}",
            files=scan(self.records),
            aside=aside,
            where=where,
        )

    def _still(self) -> Sql:
        if not self.replaced:
            return Sql("true")
        return sql("not exists (select 1 from {files} s where s.row_id = r.row_id)", files=scan(self.replaced))

    def _editions(self) -> Sql:
        rows = [
            sql(
                "({batch}, {earliest}, {latest})",
                batch=value(batch),
                earliest=timestamp(earliest),
                latest=timestamp(latest),
            )
            for batch, earliest, latest in self.editions
        ]
        if not rows:
            return Sql(
                "select 0 as edition, timestamp '0001-01-01' as earliest, timestamp '0001-01-01' as latest where false"
            )
        return sql("select * from (values {rows}) as edition(edition, earliest, latest)", rows=comma(rows))


def read_standing(
    workspace: Workspace, kind: Kind, batches: Sequence[Batch], source: str, unheard: frozenset[int]
) -> Standing:
    """Look up what the ledger holds of a kind, and until when each batch of a source speaks."""
    committed = len(batches)
    replaced = replaced_table(workspace, kind.name).segments(committed)
    records = record_table(workspace, kind.name).segments(committed)
    return Standing(
        kind=kind,
        records=tuple(segment.path for segment in records),
        replaced=tuple(segment.path for segment in replaced),
        editions=_editions(kind.name, batches, source, unheard),
        last_row=max((batch.tables[kind.name].last_row for batch in batches if kind.name in batch.tables), default=0),
    )


def _editions(
    kind: str, batches: Sequence[Batch], source: str, unheard: frozenset[int]
) -> tuple[tuple[int, datetime, datetime], ...]:
    """
    Tell for each batch from when and up to when its rows may have been so.

    A later batch of a known day that found rows known already says of each of them that it was still so then; which
    ones is not kept, so all rows before it count as confirmed. The batches `unheard` confirm nothing: they left open
    the very rows that are now brought back.
    """
    editions: list[tuple[int, datetime, datetime]] = []
    confirmed: datetime | None = None
    for batch in reversed(batches):
        of_kind = [file for file in batch.files if file.kind == kind]
        if batch.source != source or not of_kind:
            continue
        latest = max(batch.latest, confirmed) if confirmed else batch.latest
        editions.append((batch.number, batch.earliest, latest))
        dated = batch.earliest > NOWHEN and batch.number not in unheard
        if dated and any(file.counts.known for file in of_kind):
            confirmed = latest
    return tuple(reversed(editions))
