"""Read the columns of a staged table: plain values in SQL, all others once each through `read_value`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.fast import FastPath, plan_fast
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.vocabulary import FieldType, ValueRefused, canonical_text, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from zhiheng.vocabulary import Field

_PAGE = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table, and where its text comes from."""

    field: Field
    cell: Sql  # over the alias `r`; a constant where only the title says it; null where nothing does
    heading: str  # as the file writes it; the field's name where the file has no such column
    unit: str = ""
    missing: str = ""  # rule by which a row without it is quarantined


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text in staging, and which of its rows are data."""

    name: Sql
    data: Sql  # condition over the alias `r`


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: an expression over `r`, and the join that it needs."""

    column: Column
    typed: Sql
    join: Sql


def settle(
    staging: duckdb.DuckDBPyConnection,
    table: Table,
    columns: Sequence[Column],
    *,
    prefix: str,
    faults: Sql,
    day_first: bool | None,
) -> tuple[Reading, ...]:
    """Read every column; add each value that no field can take, and each that is missing, to the faults."""
    plans = [plan_fast(column.field, column.cell, column.unit) for column in columns]
    counted = _count(staging, table, plans)
    readings = []
    for number, (column, plan, (unsettled, empty)) in enumerate(zip(columns, plans, counted, strict=True)):
        settled = name(f"{prefix}_{number}")
        if unsettled:
            _read_words(staging, table, column, plan, settled, day_first)
            _note_refused(staging, table, column, settled, faults)
        reading = _reading(column, plan, settled, unsettled=unsettled > 0, empty=empty > 0)
        if column.missing and (unsettled or empty):
            _note_missing(staging, table, reading, plan, settled, faults, unsettled=unsettled > 0)
        readings.append(reading)
    return tuple(readings)


def add_facts(facts: Mapping[str, object]) -> Sql:
    """Write the facts of a fault as JSON."""
    return value(json.dumps(facts, ensure_ascii=False, default=str))


def _count(staging: duckdb.DuckDBPyConnection, table: Table, plans: Sequence[FastPath]) -> list[tuple[int, int]]:
    """Count, for each column, the values that are left over and those that are empty, in one scan."""
    wanted = []
    for plan in plans:
        wanted.append(sql("count_if(not {empty} and not {settles})", empty=plan.empty, settles=plan.settles))
        wanted.append(sql("count_if({empty})", empty=plan.empty))
    if not wanted:
        return []
    query = sql("select {wanted} from {table} r where {data}", wanted=comma(wanted), table=table.name, data=table.data)
    counts = staging.execute(query).fetchall()[0]
    return list(zip(counts[::2], counts[1::2], strict=True))


def _reading(column: Column, plan: FastPath, settled: Sql, *, unsettled: bool, empty: bool) -> Reading:
    cases = []
    if empty:
        cases.append(sql("when {empty} then null", empty=plan.empty))
    if unsettled:
        cases.append(sql("when not {settles} then {settled}.value", settles=plan.settles, settled=settled))
    typed = sql("case {cases} else {typed} end", cases=Sql(" ".join(cases)), typed=plan.typed) if cases else plan.typed
    join = sql("left join {settled} on {cell} = {settled}.word", settled=settled, cell=column.cell)
    return Reading(column, typed, join if unsettled else Sql(""))


def _read_words(
    staging: duckdb.DuckDBPyConnection,
    table: Table,
    column: Column,
    plan: FastPath,
    settled: Sql,
    day_first: bool | None,
) -> None:
    """Read each different text once."""
    words = name("words to read")
    staging.execute(
        sql(
            "create table {words} as select distinct {cell} as word from {table} r"
            " where {data} and not {empty} and not {settles}",
            words=words,
            cell=column.cell,
            table=table.name,
            data=table.data,
            empty=plan.empty,
            settles=plan.settles,
        )
    )
    staging.execute(
        sql(
            "create table {settled} (word varchar, value {type}, rule varchar, facts varchar)",
            settled=settled,
            type=Sql(column.field.sql_type),
        )
    )
    (most,) = staging.execute(sql("select count(*) from {words}", words=words)).fetchall()[0]
    for start in range(0, most, _PAGE):
        page = sql(
            "select word from {words} where rowid between {start} and {last}",
            words=words,
            start=value(start),
            last=value(start + _PAGE - 1),
        )
        _read_page(staging, [word for (word,) in staging.execute(page).fetchall()], column, settled, day_first)
    staging.execute(sql("drop table {words}", words=words))


def _read_page(
    staging: duckdb.DuckDBPyConnection, words: list[str], column: Column, settled: Sql, day_first: bool | None
) -> None:
    read = [_read_word(column, word, day_first) for word in words]
    texts, rules, facts = (list(part) for part in zip(*read, strict=True))
    staging.execute(
        sql(
            "insert into {settled} select word, {typed}, rule, facts from (select unnest(?::varchar[]) as word,"
            " unnest(?::varchar[]) as said, unnest(?::varchar[]) as rule, unnest(?::varchar[]) as facts)",
            settled=settled,
            typed=from_canonical(column.field, Sql("said")),
        ),
        [words, texts, rules, facts],
    )


def _read_word(column: Column, word: str, day_first: bool | None) -> tuple[str | None, str | None, str | None]:
    try:
        read = read_value(column.field, word, day_first=day_first, heading_unit=column.unit)
    except ValueRefused as refused:
        return None, refused.rule, json.dumps(dict(refused.facts), ensure_ascii=False, default=str)
    return (None if read is None else canonical_text(column.field, read)), None, None


def from_canonical(field: Field, text: Sql) -> Sql:
    """Turn canonical text back into the field's type."""
    if field.type is FieldType.LIST:
        parted = sql("string_split({text}, chr(31))", text=text)
        return sql("case when {text} = '' then []::varchar[] else {parted} end", text=text, parted=parted)
    return sql("cast({text} as {type})", text=text, type=Sql(field.sql_type))


def _note_refused(staging: duckdb.DuckDBPyConnection, table: Table, column: Column, settled: Sql, faults: Sql) -> None:
    staging.execute(
        sql(
            "insert into {faults} select r.file_row, {heading}, {settled}.rule, {cell}, {settled}.facts"
            " from {table} r join {settled} on {cell} = {settled}.word where {settled}.rule is not null and {data}",
            faults=faults,
            heading=value(column.heading),
            settled=settled,
            cell=column.cell,
            table=table.name,
            data=table.data,
        )
    )


def _note_missing(
    staging: duckdb.DuckDBPyConnection,
    table: Table,
    reading: Reading,
    plan: FastPath,
    settled: Sql,
    faults: Sql,
    *,
    unsettled: bool,
) -> None:
    column = reading.column
    nothing = sql(
        "(not {settles} and {settled}.value is null and {settled}.rule is null)", settles=plan.settles, settled=settled
    )
    label = column.field.label
    staging.execute(
        sql(
            "insert into {faults} select r.file_row, {heading}, {rule}, {cell}, {facts}"
            " from {table} r {join} where ({empty} or {nothing}) and {data}",
            faults=faults,
            heading=value(column.heading),
            rule=value(column.missing),
            cell=column.cell,
            facts=add_facts({"field": column.field.name, "label_zh": label.zh, "label_en": label.en}),
            table=table.name,
            join=reading.join,
            empty=plan.empty,
            nothing=nothing if unsettled else Sql("false"),
            data=table.data,
        )
    )
