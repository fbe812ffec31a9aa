"""Build subject keys in SQL, as `subject_key` builds them; names that are not plain go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.canonical import canonical_column
from zhiheng.ledger.reading.settle import add_facts
from zhiheng.ledger.reading.statement import Sql, name, sql, value
from zhiheng.vocabulary import FieldType, SubjectUnknown, subject_key

if TYPE_CHECKING:
    import duckdb

    from zhiheng.ledger.reading.settle import Reading, Table
    from zhiheng.vocabulary import Field, Kind

_PLAIN = r"[0-9A-Za-z\x{4E00}-\x{9FFF}()]*[0-9A-Za-z\x{4E00}-\x{9FFF}][0-9A-Za-z\x{4E00}-\x{9FFF}()]*"


def subject_of(kind: Kind, names: Sql) -> Sql:
    """
    Write the key of a row's subject, from its typed columns.

    `names` is the table of comparable names (`compare_names`), joined by the name; only provisional keys use it.
    """
    key = kind.subject
    parts = [_part(kind.fields[field]) for field in key.fields]
    if key.provisional:
        region = _escaped(parts[1], "@") if len(parts) > 1 else Sql("''")
        named = sql("{names}.comparable", names=names)
        return sql(
            "coalesce({named}, {plain}) || case when {region} <> '' then '@' || {region} else '' end",
            named=named,
            plain=parts[0],
            region=sql("coalesce({region}, '')", region=region),
        )
    if len(parts) == 1:
        return parts[0]
    return Sql(" || '/' || ".join(_escaped(part, "/") for part in parts))


def compare_names(
    staging: duckdb.DuckDBPyConnection, table: Table, kind: Kind, reading: Reading, names: Sql, faults: Sql
) -> None:
    """Make the table of names that are not plain and their comparable forms; a name of nothing is a fault."""
    staging.execute(sql("create table {names} (name varchar, comparable varchar)", names=names))
    found = staging.execute(
        sql(
            "select distinct {typed} from {table} r {join}"
            " where {data} and {typed} is not null and not regexp_full_match({typed}, {plain})",
            typed=reading.typed,
            table=table.name,
            join=reading.join,
            data=table.data,
            plain=value(_PLAIN),
        )
    ).fetchall()
    compared = {str(written): _compare(kind, str(written)) for (written,) in found}
    staging.execute(
        sql("insert into {names} select unnest(?::varchar[]), unnest(?::varchar[])", names=names),
        [list(compared), list(compared.values())],
    )
    if None not in compared.values():
        return
    label = reading.column.field.label
    staging.execute(
        sql(
            "insert into {faults} select r.file_row, {heading}, 'ledger.subject-missing', {cell}, {facts}"
            " from {table} r {join} join {names} on {names}.name = {typed}"
            " where {names}.comparable is null and {data}",
            faults=faults,
            heading=value(reading.column.heading),
            cell=reading.column.cell,
            facts=add_facts({"field": reading.column.field.name, "label_zh": label.zh, "label_en": label.en}),
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
