"""Turn the text of one table into typed rows and quarantined rows, and account for every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_DEFECT, Place, ZhihengError
from zhiheng.ledger.reading.canonical import content_parts, joined_key, sortable_version
from zhiheng.ledger.reading.children import split_child
from zhiheng.ledger.reading.moments import date_of, true_on
from zhiheng.ledger.reading.raw import NO_CELL, RawTable
from zhiheng.ledger.reading.settle import Column, Table, settle
from zhiheng.ledger.reading.staged import IgnoredRow, StagedTable
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.ledger.reading.subjects import compare_names, subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import duckdb

    from zhiheng.ledger.reading.settle import Reading
    from zhiheng.vocabulary import Kind

_LISTED = 1000
_DATA = Sql("r.ignored is null and r.whole_fault is null")


class CountsDiffer(ZhihengError):
    """Rows were lost or doubled while a file was read: a defect."""

    code: ClassVar[str] = "ledger.counts-differ"
    exit_code: ClassVar[int] = EXIT_DEFECT


@dataclass(frozen=True, slots=True)
class Names:
    """The tables that one table of a file becomes in staging."""

    rows: str
    quarantined: str
    prefix: str

    def child(self, child: str) -> str:
        """The table of a child's rows."""
        return f"{self.rows}.{child}"


def stage_table(
    staging: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column], *, number: int, extract_date: date
) -> StagedTable:
    """Type the rows of one table, quarantine those with faults, and count both."""
    kind, names = raw.kind, Names(f"rows {number}", f"quarantined {number}", f"settled {number}")
    table, faults = Table(name(raw.table), _DATA), name(f"faults {number}")
    staging.execute(
        sql(
            "create table {faults} (file_row bigint, {column} varchar, rule varchar, value varchar, facts varchar)",
            faults=faults,
            column=name("column"),
        )
    )
    _note_whole_rows(staging, table, faults)
    read = settle(staging, table, columns, prefix=names.prefix, faults=faults, day_first=kind.day_first)
    comparable = name(f"names {number}")
    if kind.subject.provisional:
        subject = next(one for one in read if one.column.field.name == kind.subject.fields[0])
        compare_names(staging, table, kind, subject, comparable, faults)
    children = {child: _settle_child(staging, raw, table, child, names, faults) for child in kind.children}
    _keep_rows(staging, table, kind, read, children, names, faults, comparable, extract_date)
    _keep_quarantined(staging, table, raw, columns, names, faults)
    return _account(staging, raw, columns, names, table)


def _note_whole_rows(staging: duckdb.DuckDBPyConnection, table: Table, faults: Sql) -> None:
    """Rows that are faulty as a whole (too few cells, an open quotation mark) have no columns to blame."""
    staging.execute(
        sql(
            "insert into {faults} select r.file_row, '', r.whole_fault, r.first, '{{}}' from {table} r"
            " where r.ignored is null and r.whole_fault is not null",
            faults=faults,
            table=table.name,
        )
    )


def _settle_child(
    staging: duckdb.DuckDBPyConnection, raw: RawTable, table: Table, child: str, names: Names, faults: Sql
) -> Sql:
    """Read a child's rows; leave the query of those without a fault."""
    declared = raw.kind.children[child]
    texts = name(f"{names.prefix} {child} texts")
    columns = split_child(staging, table, declared, raw.child_cells, texts)
    read = settle(
        staging,
        Table(texts, Sql("true")),
        columns,
        prefix=f"{names.prefix} {child}",
        faults=faults,
        day_first=raw.kind.day_first,
    )
    return sql(
        "select r.file_row, r.position, {columns} from {texts} r {joins}"
        " where not exists (select 1 from {faults} f where f.file_row = r.file_row)",
        columns=_typed(read),
        texts=texts,
        joins=_joins(read),
        faults=faults,
    )


def _keep_rows(
    staging: duckdb.DuckDBPyConnection,
    table: Table,
    kind: Kind,
    read: Sequence[Reading],
    children: Mapping[str, Sql],
    names: Names,
    faults: Sql,
    comparable: Sql,
    extract_date: date,
) -> None:
    content = [content_parts(kind.fields)]
    joins = []
    if kind.subject.provisional:
        on = sql("{names}.name = t.{field}", names=comparable, field=name(kind.subject.fields[0]))
        joins.append(sql("left join {names} on {on}", names=comparable, on=on))
    for child, query in children.items():
        kept, texts = name(names.child(child)), name(f"content of {child}")
        staging.execute(sql("create table {kept} as {query}", kept=kept, query=query))
        joins.append(_child_content(kept, texts, content_parts(kind.children[child].fields)))
        content.append(sql("coalesce({texts}.content, '')", texts=texts))
    derived = {
        "subject": subject_of(kind, comparable),
        "key": joined_key([kind.fields[field] for field in kind.key]),
        "fact": joined_key([kind.fields[field] for field in kind.same_fact]),
        "version": sortable_version(kind.fields[kind.version]) if kind.version else Sql("cast(null as varchar)"),
        "true_on": true_on(kind, extract_date),
        "true_until": date_of(kind.true_until),
        "known_on": date_of(kind.known_on),
        "content": sql("sha256({parts})", parts=Sql(" || chr(30) || ".join(content))),
    }
    staging.execute(
        sql(
            "create table {rows} as select t.*, {derived} from (select r.file_row, {columns} from {table} r {reading}"
            " where {data} and {faultless}) t {joins}",
            rows=name(names.rows),
            derived=comma(
                sql("{part} as {column}", part=part, column=name(column)) for column, part in derived.items()
            ),
            columns=_typed(read),
            table=table.name,
            reading=_joins(read),
            data=table.data,
            faultless=_faultless(staging, faults),
            joins=Sql(" ".join(joins)),
        )
    )


def _faultless(staging: duckdb.DuckDBPyConnection, faults: Sql) -> Sql:
    (count,) = staging.execute(sql("select count(*) from {faults}", faults=faults)).fetchall()[0]
    if not count:
        return Sql("true")
    return sql("not exists (select 1 from {faults} f where f.file_row = r.file_row)", faults=faults)


def _child_content(kept: Sql, texts: Sql, parts: Sql) -> Sql:
    return sql(
        "left join (select file_row as child_of, string_agg({parts}, chr(30) order by position) as content"
        " from {kept} group by file_row) {texts} on {texts}.child_of = t.file_row",
        parts=parts,
        kept=kept,
        texts=texts,
    )


def _keep_quarantined(
    staging: duckdb.DuckDBPyConnection,
    table: Table,
    raw: RawTable,
    columns: Sequence[Column],
    names: Names,
    faults: Sql,
) -> None:
    """Keep each fault with the row as it was: only the columns that feed fields, and what the title said."""
    cells = {column.heading: column.cell for column in columns if column.cell != NO_CELL} | raw.child_headings
    pairs = comma(part for heading, cell in cells.items() for part in (value(heading), cell))
    staging.execute(
        sql(
            "create table {quarantined} as select f.*, cast(json_object({pairs}) as varchar) as raw"
            " from {faults} f join {table} r on r.file_row = f.file_row order by f.file_row",
            quarantined=name(names.quarantined),
            pairs=pairs,
            faults=faults,
            table=table.name,
        )
    )


def _account(
    staging: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column], names: Names, table: Table
) -> StagedTable:
    seen, ignored = staging.execute(
        sql("select count(*), count(r.ignored) from {table} r", table=table.name)
    ).fetchall()[0]
    (valid,) = staging.execute(sql("select count(*) from {rows}", rows=name(names.rows))).fetchall()[0]
    (quarantined,) = staging.execute(
        sql("select count(distinct file_row) from {table}", table=name(names.quarantined))
    ).fetchall()[0]
    if seen != valid + quarantined + ignored:
        place = Place(raw.file, raw.heading_row, part=raw.sheet)
        raise CountsDiffer(place, seen=seen, valid=valid, quarantined=quarantined, ignored=ignored)
    listed = staging.execute(
        sql(
            "select r.file_row, r.ignored, r.first from {table} r where r.ignored <> 'blank' order by 1 limit {most}",
            table=table.name,
            most=value(_LISTED),
        )
    ).fetchall()
    return StagedTable(
        kind=raw.kind.name,
        sheet=raw.sheet,
        heading_row=raw.heading_row,
        title=raw.title,
        mapping=raw.mapping,
        from_title=raw.from_title,
        unmapped=raw.unmapped,
        rows_seen=seen,
        valid=valid,
        quarantined_rows=quarantined,
        ignored_rows=ignored,
        ignored=(*raw.ignored, *(IgnoredRow(raw.sheet, row, why, text or "") for row, why, text in listed)),
        rows=names.rows,
        quarantined=names.quarantined,
        children={child: names.child(child) for child in raw.kind.children},
    )


def _typed(read: Sequence[Reading]) -> Sql:
    return comma(sql("{typed} as {field}", typed=one.typed, field=name(one.column.field.name)) for one in read)


def _joins(read: Sequence[Reading]) -> Sql:
    return Sql(" ".join(one.join for one in read if one.join))
