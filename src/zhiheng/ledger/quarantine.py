"""The rows that imports did not take: kept outside the chain, each with the rule that it broke."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from zhiheng.errors import Fault, Place
from zhiheng.ledger.batches import BatchUnknown, list_batches
from zhiheng.ledger.chain import scan
from zhiheng.ledger.classify import QUARANTINED, TWO_CONTENTS, Verdicts
from zhiheng.ledger.database import ask
from zhiheng.ledger.reading.canonical import canonical_column
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value, values
from zhiheng.vocabulary import ENTRY_MARK, ValueRefused, canonical_text, heading_unit, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from zhiheng.errors import Lang
    from zhiheng.ledger.batch import Batch
    from zhiheng.ledger.offer import Entry
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Field, Kind

MOST_REFUSED = 1_000  # rows that the report of a dry run lists
_MOST_SPARED = 200_000
_READ = ("number", "entry", "file_row", "column", "rule", "value", "raw", "facts")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that was not taken, with everything that is wrong with it; (`batch`, `number`) names it."""

    batch: int
    number: int
    kind: str
    source: str
    file: str
    sheet: str
    file_row: int
    faults: tuple[Fault, ...]
    raw: Mapping[str, str]  # heading -> what the cell said
    resolved_by: int | None = None  # the batch that took the mended row

    def render(self, lang: Lang) -> str:
        """Say where the row stands and what is wrong with it."""
        return "\n".join(fault.render(lang) for fault in self.faults)

    def as_json(self) -> dict[str, Any]:
        """Write the row for programs."""
        plain = asdict(self)
        plain["faults"] = [
            {"rule": fault.code, "column": fault.place.column or "", "value": fault.facts.get("value", ""),
             "zh": fault.what("zh"), "en": fault.what("en"), "do_zh": fault.todo("zh"), "do_en": fault.todo("en")}
            for fault in self.faults
        ]  # fmt: skip
        return plain


def write_quarantine(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, batch: Batch, judged: Sequence[Verdicts]
) -> str:
    """Write the rows that a batch does not take; returns the SHA-256 of the file, '' where there are none."""
    if not batch.counts.quarantined:
        return ""
    path = workspace.quarantine(batch.number)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        sql(
            "copy ({rows} order by number) to {path} (format parquet, compression zstd)",
            rows=_numbered(judged),
            path=value(str(path)),
        )
    )
    with path.open("rb+") as written:
        os.fsync(written.fileno())
        return hashlib.file_digest(written, "sha256").hexdigest()


def refused_rows(
    connection: duckdb.DuckDBPyConnection, batch: Batch, judged: Sequence[Verdicts]
) -> tuple[QuarantinedRow, ...]:
    """List the first rows that a batch would not take, without writing anything; its counts tell of how many."""
    if not batch.counts.quarantined:
        return ()
    query = sql("select {columns} from ({rows}) where number <= {most} order by number, {column}, rule",
                columns=comma(map(name, _READ)), rows=_numbered(judged), most=value(MOST_REFUSED),
                column=name("column"))  # fmt: skip
    return tuple(_grouped(batch, connection.execute(query).fetchall()))


def _numbered(judged: Sequence[Verdicts]) -> Sql:
    selects = [part for verdicts in judged for part in _selects(verdicts)]
    return sql(
        "select dense_rank() over (order by entry, file_row)::bigint as number, * from ({rows})",
        rows=Sql(" union all ".join(selects)),
    )


def _selects(verdicts: Verdicts) -> list[Sql]:
    """Select (entry, file_row, column, rule, value, raw, facts) of what reading refused, and of what the ledger did."""
    selects = []
    if verdicts.count(TWO_CONTENTS):
        _compare(verdicts)
    for entry in verdicts.entries:
        if entry.table.quarantined_rows:
            selects.append(
                sql(
                    "select {entry}::bigint as entry, file_row, {column}, rule, value::varchar as value,"
                    " raw::varchar as raw, facts::varchar as facts from {rows}",
                    entry=value(entry.number),
                    column=name("column"),
                    rows=entry.staged(entry.table.quarantined),
                )
            )
        if verdicts.refused(entry):
            selects.append(_refused(verdicts, entry))
    return selects


def _refused(verdicts: Verdicts, entry: Entry) -> Sql:
    kind = verdicts.ground.standing.kind
    called = _called(kind, entry)
    return sql(
        "select {entry}::bigint as entry, v.file_row, {key} as {column}, {prefix} || v.verdict as rule,"
        " s.named as value, s.raw, {facts} as facts"
        " from {said} s join {offered} v on v.entry = {entry} and v.file_row = s.file_row and v.verdict in ({refused})",
        entry=value(entry.number),
        key=value(", ".join(dict.fromkeys(called[field] for field in kind.key))),
        column=name("column"),
        prefix=value("ledger."),
        facts=_differing(verdicts, called),
        said=entry.staged(entry.table.said),
        offered=verdicts.offered,
        refused=comma(value(verdict) for verdict in QUARANTINED),
    )


def _called(kind: Kind, entry: Entry) -> dict[str, str]:
    """Name the fields as the rows do; where no column is a field's, by its label in the language of the file."""
    headings = entry.table.headings
    lang: Lang = "zh" if any(_HAN.search(heading) for heading in entry.table.mapping) else "en"
    own = {field: at[0] for field, at in headings.items()} | {one: one for one in entry.table.from_title}
    return {field.name: own.get(field.name, field.label[lang]) for field in kind.fields.values()}


def _torn(verdicts: Verdicts) -> Sql:
    """Name the table (record, fields) of the records whose rows on offer differ, and in which fields."""
    return name(f"torn {verdicts.ground.kind}")


def _compare(verdicts: Verdicts) -> None:
    """Find the fields in which the rows of one key differ, whichever of the files they stand in."""
    fields = verdicts.ground.standing.kind.fields.values()
    rows = (
        sql(
            "select v.record, {fields} from {rows} s join {offered} v"
            " on v.entry = {entry} and v.file_row = s.file_row and v.verdict = {torn}",
            fields=comma(_comparable(field) for field in fields),
            rows=entry.staged(entry.table.rows),
            offered=verdicts.offered,
            entry=value(entry.number),
            torn=value(TWO_CONTENTS),
        )
        for entry in verdicts.entries
        if verdicts.counts[entry.number].get(TWO_CONTENTS)
    )
    cases = comma(
        sql(
            "case when min({field}) is distinct from max({field}) or count({field}) not in (0, count(*))"
            " then {called} end",
            field=name(field.name),
            called=value(field.name),
        )
        for field in fields
    )
    verdicts.ground.connection.execute(
        sql(
            "create table {torn} as select record, [{cases}] as fields from ({rows}) group by record",
            torn=_torn(verdicts),
            cases=cases,
            rows=Sql(" union all ".join(rows)),
        )
    )


def _comparable(field: Field) -> Sql:
    text = canonical_column(field, sql("s.{field}", field=name(field.name)))
    return sql("{text} as {field}", text=text, field=name(field.name))


def _differing(verdicts: Verdicts, called: Mapping[str, str]) -> Sql:
    """Name the columns in which the rows of one key differ; where they agree, it is in what their children say."""
    if not verdicts.count(TWO_CONTENTS):
        return Sql("'{}'")
    fields: dict[str, list[str]] = {}
    for field, heading in called.items():
        fields.setdefault(heading, []).append(field)
    cases = comma(
        sql(
            "case when list_has_any(t.fields, [{fields}]) then {heading} end", fields=values(of), heading=value(heading)
        )
        for heading, of in fields.items()
    )
    children = verdicts.ground.standing.kind.children.values()
    otherwise = ", ".join(child.split.column if child.split else child.name for child in children)
    return sql(
        "case v.verdict when {two} then (select cast(json_object('columns',"
        " coalesce(nullif(concat_ws(', ', {cases}), ''), {other})) as varchar)"
        " from {torn} t where t.record = v.record) else '{{}}' end",
        two=value(TWO_CONTENTS),
        cases=cases,
        other=value(otherwise or "—"),
        torn=_torn(verdicts),
    )


def spared_keys(
    connection: duckdb.DuckDBPyConnection, kind: Kind, entries: Sequence[Entry]
) -> tuple[tuple[str, ...], bool]:
    """
    Read the keys of the rows that were quarantined while they were read: their records are not missing.

    Returns the keys, and whether all of them could be read. Of a kind without a key nothing tells which record a row
    that could not be read is.
    """
    if not kind.key:
        return (), not any(entry.table.quarantined_rows for entry in entries)
    keys: list[str] = []
    for entry in entries:
        if not entry.table.quarantined_rows:
            continue
        if entry.table.quarantined_rows > _MOST_SPARED:
            return (), False
        query = sql("select distinct raw from {rows}", rows=entry.staged(entry.table.quarantined))
        for (raw,) in connection.execute(query).fetchall():
            key = _key(kind, entry, json.loads(raw))
            if key is None:
                return (), False
            keys.append(key)
    return tuple(keys), True


def _key(kind: Kind, entry: Entry, raw: Mapping[str, str | None]) -> str | None:
    parts = []
    for wanted in kind.key:
        field = kind.fields[wanted]
        try:
            said = (_read(field, text, kind, unit) for text, unit in _said(field, entry, raw))
            read = next((found for found in said if found is not None), None)
        except ValueRefused:
            return None
        if read is None:
            return None
        parts.append(read)
    return ENTRY_MARK.join(parts)


def _said(field: Field, entry: Entry, raw: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """List what a row says of a field, each with the unit of its column; where no column does, what told it instead."""
    headings = entry.table.headings.get(field.name, ())
    if not headings:
        return [(raw.get(field.name) or "", "")]
    return [(text, heading_unit(field, heading)) for heading in headings if (text := raw.get(heading))]


def _read(field: Field, text: str, kind: Kind, unit: str) -> str | None:
    found = read_value(field, text, day_first=kind.day_first, heading_unit=unit)
    return None if found is None else canonical_text(field, found)


def quarantined(
    workspace: Workspace, batch: int | None = None, *, resolved: bool = False, most: int | None = None
) -> tuple[QuarantinedRow, ...]:
    """
    List the quarantined rows, of one batch or all, the first of each if asked; mended ones only on request.

    Raises:
        BatchUnknown: no such batch.

    """
    batches = list_batches(workspace)
    if batch is not None and not 1 <= batch <= len(batches):
        raise BatchUnknown(batch=batch, last=len(batches))
    found: list[QuarantinedRow] = []
    for one in batches:
        if batch in (None, one.number) and one.quarantine and workspace.quarantine(one.number).is_file():
            found += _read_batch(workspace, one, _Mended(batches, one.number), most)
    return tuple(row for row in found if resolved or row.resolved_by is None)


class _Mended:
    """By which later batch, the first that did, each quarantined row of a batch was mended or read anew."""

    def __init__(self, batches: Sequence[Batch], number: int) -> None:
        later = batches[number:]
        self._read = {entry: one.number for one in reversed(later) for at, entry in one.rereads if at == number}
        self._mended = {
            row: one.number
            for one in reversed(later)
            for at, first, last in one.resolves
            if at == number
            for row in range(first, last + 1)
        }

    def by(self, number: int, entry: int) -> int | None:
        """Name the batch, if any, for a row and the table that it stands in."""
        return min((by[one] for by, one in ((self._mended, number), (self._read, entry)) if one in by), default=None)


def _read_batch(workspace: Workspace, batch: Batch, mended: _Mended, most: int | None) -> list[QuarantinedRow]:
    query = sql(
        "select {columns} from {files} where {first} order by number, {column}, rule",
        columns=comma(map(name, _READ)),
        column=name("column"),
        first=Sql("true") if most is None else sql("number <= {most}", most=value(most)),
        files=scan([str(workspace.quarantine(batch.number))]),
    )
    with ask() as connection:
        return _grouped(batch, connection.execute(query).fetchall(), mended)


def _grouped(batch: Batch, rows: Sequence[tuple[Any, ...]], mended: _Mended | None = None) -> list[QuarantinedRow]:
    """Make one row of all its faults."""
    files = {file.number: file for file in batch.files}
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        grouped.setdefault(row[0], []).append(row)
    return [
        QuarantinedRow(
            batch=batch.number,
            number=number,
            kind=files[group[0][1]].kind,
            source=batch.source,
            file=files[group[0][1]].name,
            sheet=files[group[0][1]].sheet,
            file_row=group[0][2],
            faults=tuple(_fault(files[group[0][1]].name, files[group[0][1]].sheet, row) for row in group),
            raw={heading: text or "" for heading, text in json.loads(group[0][6]).items()},
            resolved_by=mended.by(number, group[0][1]) if mended else None,
        )
        for number, group in grouped.items()
    ]


def _fault(file: str, sheet: str, row: tuple[Any, ...]) -> Fault:
    _, _, file_row, column, rule, given, _, facts = row
    shown = f"{file}[{sheet}]" if sheet else file
    return Fault(rule, Place(shown, file_row, column or None), {"value": given or "", **json.loads(facts or "{}")})
