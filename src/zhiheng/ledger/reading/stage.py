"""Turn the text of one table into typed rows and quarantined rows, and account for every row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_DEFECT, Place, ZhihengError
from zhiheng.ledger.reading.canonical import BETWEEN, content_texts, hashed, joined_key, put_together, sortable_version
from zhiheng.ledger.reading.checks import check_columns, note_contradictions, note_lone_rows, without_doubtful
from zhiheng.ledger.reading.children import split_child
from zhiheng.ledger.reading.desk import clear_way
from zhiheng.ledger.reading.headings import needed_fields
from zhiheng.ledger.reading.ignored import is_filled
from zhiheng.ledger.reading.moments import WRITTEN_DAY, date_of, true_on, written_day
from zhiheng.ledger.reading.raw import NO_CELL, cell
from zhiheng.ledger.reading.said import show_rows
from zhiheng.ledger.reading.settle import TextTable, settle
from zhiheng.ledger.reading.staged import IgnoredRow, StagedTable
from zhiheng.ledger.reading.statement import Sql, comma, joined, name, sql, value
from zhiheng.ledger.reading.subjects import compare_names, subject_of
from zhiheng.ledger.reading.tables import unfit_facts
from zhiheng.vocabulary import FieldType, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.settle import Reading
    from zhiheng.vocabulary import Kind

_LISTED = 1000
_DATA = Sql("r.ignored is null and r.whole_fault is null")


class CountsDiffer(ZhihengError):
    """Rows were lost or doubled while a file was read: a defect."""

    code: ClassVar[str] = "ledger.counts-differ"
    exit_code: ClassVar[int] = EXIT_DEFECT


@dataclass(frozen=True, slots=True)
class _Names:
    """The tables that one table of a file becomes, and those made on the way."""

    raw: RawTable

    @property
    def rows(self) -> str:
        return f"rows {self.raw.number}"

    @property
    def quarantined(self) -> str:
        return f"quarantined {self.raw.number}"

    @property
    def said(self) -> str:
        return self.raw.on_the_way("said")

    @property
    def comparable(self) -> Sql:
        return name(self.raw.on_the_way("names"))

    def child(self, child: str) -> str:
        return f"{self.rows}.{child}"


def stage_table(desk: Desk, raw: RawTable, *, extract_date: date, declared: bool) -> StagedTable:
    """
    Type the rows of one table, quarantine those with faults, and count both.

    Raises:
        FieldsMissing: neither the title nor a declared day of the extract says what no column says.
        HeadingTwice: two columns of the same heading differ.
        CountsDiffer: never, unless this code is wrong.
    """
    raw = raw if desk.mended else without_doubtful(desk, raw)
    check_columns(desk, raw, extract_declared=declared)
    names, columns = _Names(raw), raw.columns(extract_date if declared else None)
    faults, prefix = name(raw.on_the_way("faults")), raw.on_the_way("settled")
    table = TextTable(desk.staging, name(raw.table), _DATA, faults, prefix, raw.kind.day_first)
    table.run(
        sql(
            "create table {faults} (file_row bigint, {column} varchar, rule varchar, value varchar, facts varchar)",
            faults=faults,
            column=name("column"),
        )
    )
    _note_whole_rows(table)
    note_lone_rows(table, raw)
    note_contradictions(table, raw)
    read = settle(table, columns)
    if raw.kind.subject.provisional:
        subject = next(one for one in read if one.column.field.name == raw.kind.subject.fields[0])
        compare_names(table, raw.kind, subject, names.comparable)
    children = {child: _settle_child(table, raw, child) for child in raw.kind.children}
    for child, query in children.items():
        kept = name(names.child(child))
        table.run(sql("create table {kept} as {query}", kept=kept, query=query))
    resting = _rests_on_text(table, raw.kind)
    _keep_rows(table, raw.kind, read, names, extract_date, resting=resting)
    table.run(show_rows(raw, columns, names.said))
    _keep_quarantined(table, names)
    staged = _account(table, raw, names, resting=resting)
    staged = staged if declared else replace(staged, undated=_undated(table, raw.kind, names))
    if not resting:
        clear_way(desk.staging, raw.on_the_way(""), {raw.table, raw.on_the_way("loaded"), names.said})
    return staged


def _note_whole_rows(table: TextTable) -> None:
    """Rows that are faulty as a whole (too few cells, an open quotation mark) have no column to blame."""
    table.run(
        sql(
            "insert into {faults} select r.file_row, '', r.whole_fault, r.first, {facts} from {table} r"
            " where r.ignored is null and r.whole_fault is not null",
            faults=table.faults,
            facts=value("{}"),
            table=table.name,
        )
    )


def _settle_child(parent: TextTable, raw: RawTable, child: str) -> Sql:
    """Read a child's rows; give the query of those whose parent is without a fault."""
    texts = name(f"{parent.prefix} {child} texts")
    columns = split_child(parent, raw.kind.children[child], raw.child_cells, raw.child_written, texts)
    read = settle(replace(parent, name=texts, data=Sql("true"), prefix=f"{parent.prefix} {child}"), columns)
    return sql(
        "select r.file_row, r.position, {columns} from {texts} r {joins}"
        " where not exists (select 1 from {faults} f where f.file_row = r.file_row)",
        columns=_typed(read),
        texts=texts,
        joins=_joins(read),
        faults=parent.faults,
    )


def _rests_on_text(table: TextTable, kind: Kind) -> bool:
    """Tell whether a view of the text will do for the typed rows: one look at it, when they are written, is cheap."""
    return not kind.children and not kind.subject.provisional and not _has_faults(table)


def _keep_rows(
    table: TextTable, kind: Kind, read: Sequence[Reading], names: _Names, extract_date: date, *, resting: bool
) -> None:
    derived = {
        "subject": subject_of(kind, names.comparable),
        "key": joined_key([kind.fields[field] for field in kind.key]),
        "fact": joined_key([kind.fields[field] for field in kind.same_fact]),
        "version": sortable_version(kind.fields[kind.version]) if kind.version else NO_CELL,
        "true_on": true_on(kind, extract_date),
        "true_until": date_of(kind.true_until),
        "known_on": date_of(kind.known_on),
        "content": _content(kind, names),
    }
    table.run(
        sql(
            "create {form} {rows} as select t.* exclude ({written}), {derived} from"
            " (select r.file_row, {day} as {written}, {columns} from {table} r {reading}"
            " where {data} and {faultless}) t {joins}",
            form=Sql("view" if resting else "table"),
            written=name(WRITTEN_DAY),
            day=_written_day(kind, read),
            rows=name(names.rows),
            derived=comma(
                sql("{part} as {column}", part=part, column=name(column)) for column, part in derived.items()
            ),
            columns=_typed(read),
            table=table.name,
            reading=_joins(read),
            data=table.data,
            faultless=_faultless(table),
            joins=_joined_to_rows(kind, names),
        )
    )


def _written_day(kind: Kind, read: Sequence[Reading]) -> Sql:
    """Take the day as written where the kind's day is a moment, which is kept in UTC."""
    cells = [one.column.cell for one in read if one.column.field.name == kind.true_on.field]
    if not cells or kind.fields[kind.true_on.field].type is not FieldType.DATETIME:
        return Sql("cast(null as date)")
    return written_day(cells[0])


def _content(kind: Kind, names: _Names) -> Sql:
    """Hash a row with the rows of its children: a changed item is a changed record."""
    texts = content_texts(kind.fields)
    texts += [sql("coalesce({child}.content, '0')", child=name(names.child(child))) for child in kind.children]
    return hashed(texts)


def _joined_to_rows(kind: Kind, names: _Names) -> Sql:
    joins = []
    if kind.subject.provisional:
        on = sql("{names}._name = t.{field}", names=names.comparable, field=name(kind.subject.fields[0]))
        joins.append(sql("left join {names} on {on}", names=names.comparable, on=on))
    for child, declared in kind.children.items():
        joins.append(
            sql(
                "left join (select file_row as _child_of,"
                " concat_ws({between}, count(*), string_agg({one}, {between} order by position)) as content"
                " from {child} group by file_row) {child} on {child}._child_of = t.file_row",
                between=value(BETWEEN),
                one=put_together(content_texts(declared.fields)),
                child=name(names.child(child)),
            )
        )
    return Sql(" ".join(joins))


def _has_faults(table: TextTable) -> bool:
    return bool(table.fetch(sql("select 1 from {faults} limit 1", faults=table.faults)))


def _faultless(table: TextTable) -> Sql:
    if not _has_faults(table):
        return Sql("true")
    return sql("not exists (select 1 from {faults} f where f.file_row = r.file_row)", faults=table.faults)


def _keep_quarantined(table: TextTable, names: _Names) -> None:
    """Keep each fault with the row as it was."""
    table.run(
        sql(
            "create table {quarantined} as select f.*, s.raw from {faults} f"
            " join {said} s on s.file_row = f.file_row order by f.file_row",
            quarantined=name(names.quarantined),
            said=name(names.said),
            faults=table.faults,
        )
    )


def _account(table: TextTable, raw: RawTable, names: _Names, *, resting: bool) -> StagedTable:
    seen, ignored = table.staging.execute(
        sql("select count(*), count(r.ignored) from {table} r", table=table.name)
    ).fetchall()[0]
    valid, last_row = table.staging.execute(
        sql("select count(*), coalesce(max(file_row), 0) from {rows}", rows=name(names.rows))
    ).fetchall()[0]
    (quarantined,) = table.staging.execute(
        sql("select count(distinct file_row) from {table}", table=name(names.quarantined))
    ).fetchall()[0]
    if seen != valid + quarantined + ignored:
        place = Place(raw.file, raw.heading_row, part=raw.sheet)
        raise CountsDiffer(place, seen=seen, valid=valid, quarantined=quarantined, ignored=ignored)
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
        ignored=_ignored(table, raw.sheet),
        reasons=_reasons(table),
        doubtful_rows=_doubtful(table, raw),
        rows=names.rows,
        last_row=last_row,
        resting=resting,
        quarantined=names.quarantined,
        said=names.said,
        way=raw.on_the_way(""),
        headings=_headings(raw),
        unfit=tuple(unfit_facts(raw.layout, one) for one in raw.layout.unfit),
        children={child: names.child(child) for child in raw.kind.children},
    )


def _undated(table: TextTable, kind: Kind, names: _Names) -> int:
    """Count the rows that take the day of the extract for want of their own."""
    if not kind.true_on.field:
        return 0
    query = sql("select count(*) from {rows} where {day} is null", rows=name(names.rows), day=name(kind.true_on.field))
    return int(str(table.fetch(query)[0][0]))


def _headings(raw: RawTable) -> dict[str, tuple[str, ...]]:
    shown = raw.shown_headings
    return {field: tuple(shown[one] for one in at) for field, at in raw.layout.columns.items()}


def _ignored(table: TextTable, sheet: str) -> tuple[IgnoredRow, ...]:
    listed = table.staging.execute(
        sql(
            "select r.file_row, r.ignored, coalesce(r.first, '') from {table} r where r.ignored <> 'blank'"
            " order by 1 limit {most}",
            table=table.name,
            most=value(_LISTED),
        )
    ).fetchall()
    return tuple(IgnoredRow(sheet, row, why, shorten(text)) for row, why, text in listed)


def _reasons(table: TextTable) -> dict[str, int]:
    counted = table.fetch(
        sql(
            "select r.ignored, count(*) from {table} r where r.ignored <> 'blank' group by all order by all",
            table=table.name,
        )
    )
    return {str(why): int(str(rows)) for why, rows in counted}


def _doubtful(table: TextTable, raw: RawTable) -> int:
    """Count the rows of other tables, and those taken for notes, sums or sections that fill all a record needs."""
    needed = [raw.layout.columns[one][0] for one in needed_fields(raw.kind) if one in raw.layout.columns]
    query = sql(
        "select count(*) from {table} r"
        " where r.ignored = 'other_table' or (r.ignored in ('note', 'total', 'section') and {filled})",
        table=table.name,
        filled=joined("and", [is_filled(cell(at)) for at in needed], none="false"),
    )
    return int(str(table.fetch(query)[0][0]))


def _typed(read: Sequence[Reading]) -> Sql:
    return comma(sql("{typed} as {field}", typed=one.typed, field=name(one.column.field.name)) for one in read)


def _joins(read: Sequence[Reading]) -> Sql:
    return Sql(" ".join(one.join for one in read if one.join))
