"""The rows that one import offers of one kind: which record each is, before the ledger is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.ledger.reading import short_hash
from zhiheng.ledger.reading.statement import Sql, name, sql, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import duckdb

    from zhiheng.ledger.reading import StagedTable
    from zhiheng.vocabulary import Kind

MARK = "\u001e"


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a file, staged: the batch's `number` for it, and where its rows start in the ledger."""

    number: int
    file: int  # which file on disk; a file may hold several tables
    path_name: str
    sha256: str
    schema: str
    table: StagedTable
    offset: int  # row_id = offset + file_row

    def staged(self, table: str) -> Sql:
        """Name one of its tables in staging."""
        return sql("{schema}.{table}", schema=name(self.schema), table=name(table))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a batch is taken in and when its source says that the authority knew, as SQL over the staged rows."""

    recorded_at: datetime
    received: datetime | None

    @property
    def recorded(self) -> Sql:
        """The moment at which the ledger takes the batch in."""
        return timestamp(self.recorded_at)

    @property
    def declared(self) -> Sql:
        """The declared moment, null where there is none or it has not come yet."""
        received = timestamp(self.received) if self.received else Sql("cast(null as timestamp)")
        return sql(
            "case when coalesce(cast(known_on as timestamp), {received}) <= {recorded}"
            " then coalesce(cast(known_on as timestamp), {received}) end",
            received=received,
            recorded=self.recorded,
        )

    @property
    def known_at(self) -> Sql:
        """When the authority knew."""
        return sql("coalesce({declared}, {recorded})", declared=self.declared, recorded=self.recorded)


def timestamp(moment: datetime) -> Sql:
    """Write a moment (UTC without a zone)."""
    return sql("cast({text} as timestamp)", text=value(moment.isoformat(sep=" ")))


def record_id(kind: str, source: str, *, occurrence: Sql | None = None) -> Sql:
    """Hash what names a record: its key, or its content and which of the equal rows of the file it is."""
    named = sql(
        "case when key is not null then concat({keyed}, key) else concat({unkeyed}, content, {mark}, {occurrence}) end",
        keyed=value(MARK.join((kind, source, "key", ""))),
        unkeyed=value(MARK.join((kind, source, "content", ""))),
        mark=value(MARK),
        occurrence=occurrence or Sql("1"),
    )
    return short_hash(named)


@dataclass(frozen=True, slots=True)
class Offer:
    """The rows of one file on disk that are of one kind."""

    kind: str
    source: str
    entries: tuple[Entry, ...]
    rows: int
    doubled: bool  # some record is offered more than once, or some content without a key

    def narrow(self, moment: Moment) -> Sql:
        """Select (entry, file_row, row_id, record, content, version, known_at) of every row."""
        staged = _union(self.entries, moment)
        if not self.doubled:
            return sql(
                "select * exclude (key), {record} as record from ({staged})", record=self._record(), staged=staged
            )
        return sql(
            "select * exclude (key, occurrence), {record} as record from (select *, case when key is null then"
            " row_number() over (partition by key is null, content order by entry, file_row) end as occurrence"
            " from ({staged}))",
            record=self._record(Sql("occurrence")),
            staged=staged,
        )

    def _record(self, occurrence: Sql | None = None) -> Sql:
        return record_id(self.kind, self.source, occurrence=occurrence)


def make_offers(
    connection: duckdb.DuckDBPyConnection, kind: Kind, source: str, entries: Iterable[Entry], moment: Moment
) -> tuple[Offer, ...]:
    """Group what is staged of one kind by file."""
    named = name("key" if kind.key else "content")  # no row without its key was kept
    files: dict[int, list[Entry]] = {}
    for entry in entries:
        files.setdefault(entry.file, []).append(entry)
    offers = []
    for group in files.values():
        query = sql(
            "select count(*), count(distinct {named}) from ({staged})",
            named=named,
            staged=_union(group, moment),
        )
        rows, different = connection.execute(query).fetchall()[0]
        offers.append(Offer(kind.name, source, tuple(group), rows, different < rows))
    return tuple(offers)


def _union(entries: Sequence[Entry], moment: Moment) -> Sql:
    selects = [
        sql(
            "select cast({number} as bigint) as entry, file_row, file_row + {offset} as row_id, key, content, version,"
            " {known} as known_at from {rows}",
            number=value(entry.number),
            offset=value(entry.offset),
            known=moment.known_at,
            rows=entry.staged(entry.table.rows),
        )
        for entry in entries
    ]
    return Sql(" union all ".join(selects))
