"""Build subject keys in SQL, as `subject_key` builds them; names that are not plain go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.canonical import canonical_column
from zhiheng.ledger.reading.statement import Sql, name, sql, value
from zhiheng.vocabulary import FieldType, SubjectUnknown, subject_key

if TYPE_CHECKING:
    from zhiheng.ledger.reading.settle import Reading, TextTable
    from zhiheng.vocabulary import Field, Kind

_UNBRACKETED = r"[0-9A-Za-z\x{4E00}-\x{9FFF}]+"
_PLAIN = r"[0-9A-Za-z\x{4E00}-\x{9FFF}()]*[0-9A-Za-z\x{4E00}-\x{9FFF}][0-9A-Za-z\x{4E00}-\x{9FFF}()]*"


def subject_of(kind: Kind, names: Sql) -> Sql:
    """
    Write the key of a row's subject, from its typed columns.

    `names` is the table of comparable names (`compare_names`), joined by the name; only provisional keys use it.
    """
    key = kind.subject
    parts = [_part(kind.fields[field]) for field in key.fields]
    if key.provisional:
        region = sql("coalesce({region}, '')", region=_escaped(parts[1], "@") if len(parts) > 1 else Sql("''"))
        return sql(
            "coalesce({names}._comparable, {plain}) || case when {region} <> '' then '@' || {region} else '' end",
            names=names,
            plain=parts[0],
            region=region,
        )
    if len(parts) == 1:
        return parts[0]
    return Sql(" || '/' || ".join(_escaped(part, "/") for part in parts))


def compare_names(table: TextTable, kind: Kind, reading: Reading, names: Sql) -> None:
    """Make the table of names that are not plain and their comparable forms; a name of nothing is a fault."""
    found = table.fetch(
        sql(
            "select distinct {typed} from {table} r {join}"
            " where {data} and {typed} is not null and not regexp_full_match({typed}, {plain})",
            typed=reading.typed,
            table=table.name,
            join=reading.join,
            data=table.data,
            plain=value(_UNBRACKETED if kind.subject.markers else _PLAIN),
        )
    )
    compared = {str(written): _compare(kind, str(written)) for (written,) in found}
    # No field begins with an underscore: these columns hide none of them.
    table.run(sql("create table {names} (_name varchar, _comparable varchar)", names=names))
    table.run(
        sql("insert into {names} select unnest(?::varchar[]), unnest(?::varchar[])", names=names),
        [list(compared), list(compared.values())],
    )
    if None in compared.values():
        _note_nameless(table, reading, names)


def _note_nameless(table: TextTable, reading: Reading, names: Sql) -> None:
    table.run(
        sql(
            "insert into {faults} select r.file_row, {heading}, 'ledger.subject-missing', {cell}, {facts}"
            " from {table} r {join} join {names} on {names}._name = {typed}"
            " where {names}._comparable is null and {data}",
            faults=table.faults,
            heading=value(reading.column.heading),
            cell=reading.column.cell,
            facts=reading.column.facts,
            table=table.name,
            join=reading.join,
            names=names,
            typed=reading.typed,
            data=table.data,
        )
    )


def _compare(kind: Kind, written: str) -> str | None:
    try:
        return subject_key(kind, {kind.subject.fields[0]: written})
    except SubjectUnknown:
        return None


def _part(field: Field) -> Sql:
    if field.type in (FieldType.DATE, FieldType.MONTH):
        return sql("strftime({column}, '%Y%m%d')", column=name(field.name))
    return canonical_column(field, name(field.name))


def _escaped(part: Sql, mark: str) -> Sql:
    return sql(
        "replace(replace({part}, '%', '%25'), {mark}, {code})",
        part=part,
        mark=value(mark),
        code=value(f"%{ord(mark):02X}"),
    )
