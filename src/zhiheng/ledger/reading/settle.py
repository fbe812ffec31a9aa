"""Read the columns of a staged table: plain values in SQL, all others once each through `read_value`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.fast import FastPath, plan_fast
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.vocabulary import FieldType, ValueRefused, canonical_text, read_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from zhiheng.vocabulary import Field

_PAGE = 50_000
_MANY = 10**12
_WORDS = name("words to read")


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of text in staging: which of its rows are data, and where their faults go."""

    staging: duckdb.DuckDBPyConnection
    name: Sql
    data: Sql  # condition over the alias `r`
    faults: Sql  # table of (file_row, column, rule, value, facts)
    prefix: str  # begins the names of the tables made on the way
    day_first: bool | None

    def fetch(self, query: Sql) -> list[tuple[object, ...]]:
        """Run a query."""
        rows: list[tuple[object, ...]] = self.staging.execute(query).fetchall()
        return rows

    def pages(self, table: Sql, *columns: str) -> Iterator[list[tuple[object, ...]]]:
        """Read columns of a table that was made on the way, some rows at a time."""
        ((most,),) = self.fetch(sql("select count(*) from {table}", table=table))
        for start in range(0, int(str(most)), _PAGE):
            yield self.fetch(
                sql(
                    "select {columns} from {table} where rowid between {start} and {last}",
                    columns=comma(map(name, columns)),
                    table=table,
                    start=value(start),
                    last=value(start + _PAGE - 1),
                )
            )

    def run(self, statement: Sql, parameters: Sequence[object] = ()) -> None:
        """Run a statement."""
        self.staging.execute(statement, list(parameters))


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table, and where its text comes from."""

    field: Field
    cell: Sql  # over the alias `r`; a constant where only the title says it; null where nothing does
    heading: str  # as the file writes it; the field's name where the file has no such column
    unit: str = ""
    missing: str = ""  # rule by which a row without it is quarantined
    heading_cell: Sql | None = None  # over the alias `r`, where rows come from different columns

    @property
    def told_as(self) -> Sql:
        """The heading that a fault names."""
        return value(self.heading) if self.heading_cell is None else self.heading_cell

    @property
    def facts(self) -> Sql:
        """What a message about the field tells."""
        label = self.field.label
        return as_json({"field": self.field.name, "label_zh": label.zh, "label_en": label.en})


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: an expression over `r`, and the join that it needs."""

    column: Column
    typed: Sql
    join: Sql


@dataclass(frozen=True, slots=True)
class _Work:
    """One column on its way: its plan, the table of what was read in Python, and how much there is of it."""

    column: Column
    plan: FastPath
    settled: Sql
    unsettled: bool
    empty: bool

    @property
    def left_over(self) -> Sql:
        return sql("not {empty} and not {settles}", empty=self.plan.empty, settles=self.plan.settles)

    @property
    def join(self) -> Sql:
        on = sql("left join {settled} on {cell} = {settled}.word", settled=self.settled, cell=self.column.cell)
        return on if self.unsettled else Sql("")

    @property
    def reading(self) -> Reading:
        cases = []
        if self.empty:
            cases.append(sql("when {empty} then null", empty=self.plan.empty))
        if self.unsettled:
            settles = sql("when not {settles} then {settled}.value", settles=self.plan.settles, settled=self.settled)
            cases.append(settles)
        typed = self.plan.typed
        if cases:
            typed = sql("case {cases} else {typed} end", cases=Sql(" ".join(cases)), typed=typed)
        return Reading(self.column, typed, self.join)


def settle(table: TextTable, columns: Sequence[Column]) -> tuple[Reading, ...]:
    """Read every column; add each value that its field cannot take, and each that is missing, to the faults."""
    readings = []
    for work in _look_over(table, columns):
        if work.unsettled:
            _read_words(table, work)
            _note_refused(table, work)
        if work.column.missing and (work.unsettled or work.empty):
            _note_missing(table, work)
        readings.append(work.reading)
    return tuple(readings)


def as_json(facts: Mapping[str, object]) -> Sql:
    """Write the facts of a fault as JSON."""
    return value(json.dumps(dict(facts), ensure_ascii=False, default=str))


def from_canonical(field: Field, text: Sql) -> Sql:
    """Turn canonical text back into the field's type."""
    if field.type is FieldType.LIST:
        parted = sql("string_split({text}, chr(31))", text=text)
        return sql("case when {text} = '' then []::varchar[] else {parted} end", text=text, parted=parted)
    return sql("cast({text} as {type})", text=text, type=Sql(field.sql_type))


def _look_over(table: TextTable, columns: Sequence[Column]) -> list[_Work]:
    """Count, for each column, the values that are left over and those that are empty, in one scan."""
    if not columns:
        return []
    plans = [plan_fast(column.field, column.cell, column.unit) for column in columns]
    tallies = comma(_tally(plan) for plan in plans)
    query = sql("select {tallies} from {table} r where {data}", tallies=tallies, table=table.name, data=table.data)
    counts = [divmod(int(str(tally or 0)), _MANY) for tally in table.fetch(query)[0]]
    return [
        _Work(column, plan, name(f"{table.prefix} {number}"), unsettled=unsettled > 0, empty=empty > 0)
        for number, (column, plan, (unsettled, empty)) in enumerate(zip(columns, plans, counts, strict=True))
    ]


def _tally(plan: FastPath) -> Sql:
    """Sum 1 for each empty cell and a number beyond all rows for each that is left over: no test is made twice."""
    cases = [sql("when {empty} then 1", empty=plan.empty), sql("when {settles} then 0", settles=plan.settles)]
    ordered = Sql(" ".join(reversed(cases) if plan.never_both else cases))
    return sql("sum(case {cases} else {many} end)", cases=ordered, many=value(_MANY))


def _read_words(table: TextTable, work: _Work) -> None:
    """Read each different text once."""
    table.run(
        sql(
            "create or replace table {words} as select distinct {cell} as word from {table} r"
            " where {data} and {left_over}",
            words=_WORDS,
            cell=work.column.cell,
            table=table.name,
            data=table.data,
            left_over=work.left_over,
        )
    )
    table.run(
        sql(
            "create table {settled} (word varchar, value {type}, rule varchar, facts varchar)",
            settled=work.settled,
            type=Sql(work.column.field.sql_type),
        )
    )
    for page in table.pages(_WORDS, "word"):
        _read_page(table, work, [str(word) for (word,) in page])
    table.run(sql("drop table {words}", words=_WORDS))


def _read_page(table: TextTable, work: _Work, words: list[str]) -> None:
    read = [_read_word(table, work.column, word) for word in words]
    table.run(
        sql(
            "insert into {settled} select word, {typed}, rule, facts from (select unnest(?::varchar[]) as word,"
            " unnest(?::varchar[]) as said, unnest(?::varchar[]) as rule, unnest(?::varchar[]) as facts)",
            settled=work.settled,
            typed=from_canonical(work.column.field, Sql("said")),
        ),
        [words, *(list(part) for part in zip(*read, strict=True))],
    )


def _read_word(table: TextTable, column: Column, word: str) -> tuple[str | None, str | None, str | None]:
    try:
        read = read_value(column.field, word, day_first=table.day_first, heading_unit=column.unit)
    except ValueRefused as refused:
        return None, refused.rule, json.dumps(dict(refused.facts), ensure_ascii=False, default=str)
    return (None if read is None else canonical_text(column.field, read)), None, None


def _note_refused(table: TextTable, work: _Work) -> None:
    table.run(
        sql(
            "insert into {faults} select r.file_row, {heading}, {settled}.rule, {cell}, {settled}.facts"
            " from {table} r join {settled} on {cell} = {settled}.word where {settled}.rule is not null and {data}",
            faults=table.faults,
            heading=work.column.told_as,
            settled=work.settled,
            cell=work.column.cell,
            table=table.name,
            data=table.data,
        )
    )


def _note_missing(table: TextTable, work: _Work) -> None:
    nothing = sql(
        "(not {settles} and {settled}.value is null and {settled}.rule is null)",
        settles=work.plan.settles,
        settled=work.settled,
    )
    table.run(
        sql(
            "insert into {faults} select r.file_row, {heading}, {rule}, nullif({cell}, ''), {facts}"
            " from {table} r {join} where ({empty} or {nothing}) and {data}",
            faults=table.faults,
            heading=work.column.told_as,
            rule=value(work.column.missing),
            cell=work.column.cell,
            facts=work.column.facts,
            table=table.name,
            join=work.join,
            empty=work.plan.empty,
            nothing=nothing if work.unsettled else Sql("false"),
            data=table.data,
        )
    )
