"""Decide what every staged row is: accepted, already known, a correction, or one for the quarantine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiheng.ledger.offer import MARK, Entry, Moment, Offer, make_offers, timestamp
from zhiheng.ledger.reading import short_hash
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from zhiheng.ledger.standing import Standing

ACCEPTED, KNOWN, CORRECTION = "accepted", "known", "correction"
TWO_CONTENTS, OLDER, UNCLEAR, GONE = "two-contents", "older-edition", "order-unclear", "gone-since"
QUARANTINED = (TWO_CONTENTS, OLDER, UNCLEAR, GONE)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an import of one kind stands on."""

    connection: duckdb.DuckDBPyConnection
    standing: Standing
    source: str
    batch: int
    moment: Moment
    earliest: datetime  # between these two moments the files were made
    latest: datetime
    behind: bool  # a newer complete extract of the same source is in the ledger

    @property
    def kind(self) -> str:
        """The name of the kind."""
        return self.standing.kind.name


@dataclass(slots=True)
class Verdicts:
    """What became of the rows of one kind: tables in staging, and the counts by entry and verdict."""

    ground: Ground
    entries: tuple[Entry, ...]
    plain: bool = False  # every row is accepted, and no table of verdicts was needed
    counts: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    withdrawn: int = 0
    kept: int = 0
    whole: bool = True  # all of a complete extract was read

    @property
    def offered(self) -> Sql:
        """The table (entry, file_row, row_id, record, content, version, known_at, before, verdict)."""
        return name(f"verdicts {self.ground.kind}")

    @property
    def gone(self) -> Sql:
        """The table of records to withdraw: (record, subject, content, row_id)."""
        return name(f"gone {self.ground.kind}")

    def count(self, verdict: str) -> int:
        """Count the rows with a verdict."""
        return sum(counts.get(verdict, 0) for counts in self.counts.values())

    def rows_brought(self, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
        """List the rows that were read as records, taken or quarantined: (SHA-256 of the file, file_row)."""
        selects = (
            sql("select {file} as file, file_row from {rows}", file=value(one.sha256), rows=one.staged(table))
            for one in self.entries
            for table in (one.table.rows, one.table.quarantined)
        )
        return connection.execute(Sql(" union ".join(selects))).fetchall()

    def refused(self, entry: Entry) -> int:
        """Count the rows of a table that the ledger does not take, though they could be read."""
        return sum(self.counts[entry.number].get(verdict, 0) for verdict in QUARANTINED)

    @property
    def changes(self) -> bool:
        """Whether any row replaces another."""
        return not self.plain and (self.withdrawn > 0 or self._replacing() > 0)

    def _replacing(self) -> int:
        query = sql(
            "select count(*) from {offered} where before is not null and verdict in ({taken})",
            offered=self.offered,
            taken=comma([value(ACCEPTED), value(CORRECTION)]),
        )
        return int(self.ground.connection.execute(query).fetchall()[0][0])


def classify(ground: Ground, entries: Sequence[Entry]) -> Verdicts:
    """Decide about every row of one kind, file by file, in the order of the files."""
    connection = ground.connection
    verdicts = Verdicts(ground, tuple(entries))
    offers = make_offers(connection, ground.standing.kind, ground.source, entries, ground.moment)
    if ground.standing.empty and len(offers) == 1 and not offers[0].doubled:
        verdicts.plain = True
        for entry in entries:
            verdicts.counts[entry.number] = {ACCEPTED: entry.table.valid}
        return verdicts
    connection.execute(
        sql(
            "create table {offered} (entry bigint, file_row bigint, row_id bigint, record varchar, content varchar,"
            " version varchar, known_at timestamp, before bigint, verdict varchar)",
            offered=verdicts.offered,
        )
    )
    for number, offer in enumerate(offers):
        _judge(verdicts, offer, first=number == 0)
    if len(offers) > 1:
        _part_contradictions(verdicts)
    query = sql("select entry, verdict, count(*) from {offered} group by all", offered=verdicts.offered)
    for entry_number, verdict, count in connection.execute(query).fetchall():
        verdicts.counts[entry_number][verdict] = count
    return verdicts


def _judge(verdicts: Verdicts, offer: Offer, *, first: bool) -> None:
    ground = verdicts.ground
    connection, narrow = ground.connection, name(f"offer {ground.kind}")
    connection.execute(sql("create table {narrow} as {rows}", narrow=narrow, rows=offer.narrow(ground.moment)))
    ranked = sql("select *, 1 as turn, false as torn from {narrow}", narrow=narrow)
    if offer.doubled:
        ranked = sql(
            "select *, row_number() over (partition by record order by entry, file_row) as turn,"
            " min(content) over (partition by record) <> max(content) over (partition by record) as torn from {narrow}",
            narrow=narrow,
        )
    connection.execute(
        sql(
            "insert into {offered} by name select o.* exclude (turn, torn), c.row_id as before,"
            " {verdict} as verdict from ({ranked}) o left join ({current}) c on c.record = o.record",
            offered=verdicts.offered,
            verdict=_verdict(ground),
            ranked=ranked,
            current=_current(verdicts, narrow, first=first),
        )
    )
    connection.execute(sql("drop table {narrow}", narrow=narrow))


def _part_contradictions(verdicts: Verdicts) -> None:
    """Files of one batch that say different things under one key are like rows of one file, unless versions decide."""
    verdicts.ground.connection.execute(
        sql(
            "update {offered} set verdict = {two} where record in (select record from {offered} group by record"
            " having min(content) <> max(content) and (count(version) < count(*)"
            " or count(distinct (version, content)) > count(distinct version)))",
            offered=verdicts.offered,
            two=value(TWO_CONTENTS),
        )
    )


def _verdict(ground: Ground) -> Sql:
    versions = Sql("(o.version is not null and c.version is not null)")
    return sql(
        "case when o.torn then {two} when o.turn > 1 then {known}"
        " when c.record is null then {new}"
        " when c.act = 'assert' and c.content = o.content then {known}"
        " when case when {versions} then o.version > c.version else {earliest} >= c.latest end"
        " then case when c.act = 'assert' then {correction} else {accepted} end"
        " when case when {versions} then o.version < c.version else {latest} <= c.earliest end then {older}"
        " else {unclear} end",
        two=value(TWO_CONTENTS),
        known=value(KNOWN),
        new=value(GONE if ground.behind else ACCEPTED),
        versions=versions,
        earliest=timestamp(ground.earliest),
        latest=timestamp(ground.latest),
        correction=value(CORRECTION),
        accepted=value(ACCEPTED),
        older=value(OLDER),
        unclear=value(UNCLEAR),
    )


def _current(verdicts: Verdicts, narrow: Sql, *, first: bool) -> Sql:
    """Select the last edition of the records on offer, those of earlier files of this import included."""
    ground = verdicts.ground
    asked = sql("record in (select record from {narrow})", narrow=narrow)
    parts = []
    if not first:
        asked_pending = sql("{asked} and verdict in ({taken})", asked=asked, taken=_taken())
        parts.append(
            sql(
                "select record, max(row_id) as row_id, arg_max(content, row_id) as content, 'assert' as act,"
                " arg_max(version, row_id) as version, {earliest} as earliest, {latest} as latest from {offered}"
                " where {asked} group by record",
                earliest=timestamp(ground.earliest),
                latest=timestamp(ground.latest),
                offered=verdicts.offered,
                asked=asked_pending,
            )
        )
        pending = sql(
            "select record from {offered} where verdict in ({taken})", offered=verdicts.offered, taken=_taken()
        )
        asked = sql("{asked} and record not in ({pending})", asked=asked, pending=pending)
    if not ground.standing.empty:
        parts.append(
            sql(
                "select record, row_id, content, act, version, earliest, latest from ({current})",
                current=ground.standing.current(asked),
            )
        )
    nothing = "select null::varchar as record, null::bigint as row_id, null::varchar as content, null::varchar as act,"
    nothing += " null::varchar as version, null::timestamp as earliest, null::timestamp as latest where false"
    return Sql(" union all ".join(parts) or nothing)


def _taken() -> Sql:
    return comma([value(ACCEPTED), value(CORRECTION)])


def find_gone(verdicts: Verdicts, spared: Sequence[str], *, whole: bool) -> None:
    """
    Find the records that a complete extract lacks: to be withdrawn if it is newer than they are, kept otherwise.

    `spared` are the keys of rows that were quarantined while they were read: they are not missing. Where the extract
    was not read as a `whole` (such a key is itself unreadable, a sheet was passed over), none can be called missing.
    """
    verdicts.whole = whole
    ground = verdicts.ground
    if ground.standing.empty:
        return
    connection = ground.connection
    keys = name(f"spared {ground.kind}")
    connection.execute(sql("create table {keys} (record varchar)", keys=keys))
    start = MARK.join((ground.kind, ground.source, "key", ""))
    connection.execute(
        sql(
            "insert into {keys} select {record}",
            keys=keys,
            record=short_hash(sql("{start} || unnest(?::varchar[])", start=value(start))),
        ),
        [list(spared)],
    )
    missing = sql(
        "source = {source} and act = 'assert' and record not in (select record from {offered})"
        " and record not in (select record from {keys})",
        source=value(ground.source),
        offered=verdicts.offered,
        keys=keys,
    )
    newer = sql("{earliest} >= latest", earliest=timestamp(ground.earliest)) if whole else Sql("false")
    connection.execute(
        sql(
            "create table {gone} as select record, subject, content, row_id as before, {newer} as newer"
            " from ({current})",
            gone=verdicts.gone,
            newer=newer,
            current=ground.standing.current(missing),
        )
    )
    query = sql("select count(*) filter (newer), count(*) filter (not newer) from {gone}", gone=verdicts.gone)
    verdicts.withdrawn, verdicts.kept = connection.execute(query).fetchall()[0]
