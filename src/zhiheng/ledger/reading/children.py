"""Take the rows within rows apart: several entries in one cell, or the columns of a wide file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.ignored import BLANKS
from zhiheng.ledger.reading.settle import Column
from zhiheng.ledger.reading.statement import Sql, comma, joined, name, sql, value, values
from zhiheng.vocabulary import EMPTY_MARKS, normalise_heading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.ledger.reading.settle import TextTable
    from zhiheng.vocabulary import Child, Field, Split, Unpivot

_LARGEST_SPLIT = 1000  # entries of one cell that are read; one more is a fault of the row


def split_child(
    table: TextTable, child: Child, cells: Mapping[str, Sql], headings: Mapping[str, str], raw: Sql
) -> tuple[Column, ...]:
    """
    Make the table of a child's text: (file_row, position, one column a field), and say how it is read.

    `cells` gives the cell of each heading that the child reads, `headings` how the file writes it; a child whose
    headings the file lacks is empty. A cell of more entries than are read is added to the faults.
    """
    fields = child.fields
    written = _written(headings, child.split.column) if child.split else ""
    if child.split:
        rows = _split_rows(table, child.split, cells, fields, written)
    elif child.unpivot:
        rows = _unpivoted(table, child.unpivot, cells, headings, fields)
    else:
        rows = None
    empty = [sql("cast(null as varchar) as {column}", column=name(field)) for field in fields]
    nothing = sql(
        "select cast(0 as bigint) as file_row, cast(0 as bigint) as position, {empty} where false", empty=comma(empty)
    )
    table.run(sql("create table {raw} as {rows}", raw=raw, rows=rows or nothing))
    turned = child.unpivot.into if child.unpivot and rows else ()
    return tuple(
        Column(
            field,
            sql("r.{column}", column=name(field.name)),
            written or field.name,
            missing=_missing(field),
            heading_cell=sql("r.{column}", column=_heading_of(field.name)) if field.name in turned else None,
        )
        for field in fields.values()
    )


def _written(headings: Mapping[str, str], spelled: str) -> str:
    return headings.get(spelled) or headings.get(normalise_heading(spelled)) or ""


def _heading_of(field: str) -> Sql:
    """Name the column with the heading that a field came from; no field begins with an underscore."""
    return name(f"_heading {field}")


def _says(text: Sql) -> Sql:
    """Tell whether a cell, or an entry of one, holds anything but what every type reads as empty; never null."""
    return sql(
        "coalesce(lower(trim({text}, {blanks})) not in ({marks}), false)",
        text=text,
        blanks=value(BLANKS),
        marks=values(sorted(EMPTY_MARKS | {"／", "－"})),
    )


def _missing(field: Field) -> str:
    return "ledger.value-missing" if field.required else ""


def _split_rows(
    table: TextTable, split: Split, cells: Mapping[str, Sql], fields: Mapping[str, Field], written: str
) -> Sql | None:
    cell = cells.get(split.column) or cells.get(normalise_heading(split.column))
    if cell is None:
        return None
    between, parted = (marks[0] if marks else "" for marks in (split.rows, split.parts))
    written_cell, cell = cell, _with_one_mark(_with_one_mark(cell, split.rows), split.parts)
    _note_too_many(table, split, written_cell, cell, written)
    last = len(fields)
    parts = []
    for number, field in enumerate(fields, 1):
        part = sql("_parts[{number}]", number=value(number))
        if number == last:  # what is too much stays with the last field rather than getting lost
            part = sql("array_to_string(_parts[{number}:], {mark})", number=value(number), mark=value(parted))
        parts.append(sql("nullif({part}, '') as {field}", part=part, field=name(field)))
    return sql(
        "select file_row, position, {parts} from"
        " (select file_row, position, string_split(_entry, {mark}) as _parts from ("
        "select r.file_row, unnest(string_split({cell}, {between})[:{most}]) as _entry,"
        " generate_subscripts(string_split({cell}, {between})[:{most}], 1) as position"
        " from {table} r where {data} and {says}) where {entry_says})",
        parts=comma(parts),
        mark=value(parted),
        cell=cell,
        between=value(between),
        most=value(_LARGEST_SPLIT),
        table=table.name,
        data=table.data,
        says=_says(written_cell),
        entry_says=_says(Sql("_entry")),
    )


def _with_one_mark(cell: Sql, marks: Sequence[str]) -> Sql:
    """Write the first of the marks for each of the others."""
    for mark in marks[1:]:
        cell = sql("replace({cell}, {mark}, {first})", cell=cell, mark=value(mark), first=value(marks[0]))
    return cell


def _note_too_many(table: TextTable, split: Split, written_cell: Sql, cell: Sql, written: str) -> None:
    table.run(
        sql(
            "insert into {faults} select r.file_row, {heading}, {rule}, {cell},"
            " cast(json_object('entries', {entries}, 'most', {most}) as varchar)"
            " from {table} r where {data} and {entries} > {most}",
            faults=table.faults,
            heading=value(written or split.column),
            rule=value("ledger.too-many-entries"),
            cell=written_cell,
            entries=sql("len(string_split({cell}, {between}))", cell=cell, between=value("".join(split.rows[:1]))),
            most=value(_LARGEST_SPLIT),
            table=table.name,
            data=table.data,
        )
    )


def _unpivoted(
    table: TextTable,
    unpivot: Unpivot,
    cells: Mapping[str, Sql],
    headings: Mapping[str, str],
    fields: Mapping[str, Field],
) -> Sql | None:
    selects = []
    for position, (named, group) in enumerate(unpivot.columns.items(), 1):
        at = {field: cells.get(normalise_heading(heading)) for field, heading in zip(unpivot.into, group, strict=False)}
        found = [cell for cell in at.values() if cell is not None]
        if not found:
            continue
        texts = {**at, unpivot.name_as: value(named)}
        columns = [
            sql("cast({text} as varchar) as {field}", text=texts.get(field) or Sql("null"), field=name(field))
            for field in fields
        ]
        columns += [
            sql("{heading} as {column}", heading=value(_written(headings, heading) or field), column=_heading_of(field))
            for field, heading in zip(unpivot.into, group, strict=False)
        ]
        held = joined("or", [_says(cell) for cell in found], none="false")
        selects.append(
            sql(
                "select r.file_row, cast({position} as bigint) as position, {columns} from {table} r"
                " where {data} and ({held})",
                position=value(position),
                columns=comma(columns),
                table=table.name,
                data=table.data,
                held=held,
            )
        )
    return Sql(" union all ".join(selects)) if selects else None
