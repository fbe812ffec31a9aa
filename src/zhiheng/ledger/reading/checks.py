"""Check, once its rows are there, that a table says each thing once and leaves nothing needed unsaid."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Fault, FaultsFound, Place, ZhihengError
from zhiheng.ledger.reading.headings import filled_by_extract, index_headings, needed_fields, tells_apart
from zhiheng.ledger.reading.ignored import NARROW, first_filled
from zhiheng.ledger.reading.raw import cell, doubled, first_said, says_something
from zhiheng.ledger.reading.statement import Sql, name, sql, value
from zhiheng.ledger.reading.tables import fields_missing
from zhiheng.vocabulary import FieldType, ValueRefused, read_value, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.raw import RawTable
    from zhiheng.ledger.reading.settle import TextTable
    from zhiheng.vocabulary import Field, Value

_DATA = Sql("r.ignored is null and r.whole_fault is null")
_FOOT = 6  # lines that the foot of a short list may have
_TELLING = r"[;；。]\s*$|^\s*[0-9]{1,2}\s*[.、．]|^\s*(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日\s*$"
_LOOKED_AT = 10_000  # rows that tell whether a column holds codes


class TitleUnitUnused(ZhihengError):
    """The title names a unit, and the only numbers that may be in it are of fields without a unit."""

    code: ClassVar[str] = "ledger.title-unit-unused"


class HeadingTwice(ZhihengError):
    """Two columns of the same heading that say different things."""

    code: ClassVar[str] = "ledger.heading-twice"


def without_doubtful(desk: Desk, raw: RawTable) -> RawTable:
    """
    Leave out columns that are a code's last resort and do not hold its codes: at least half of the values must be.

    检验结果 gives the verdict in one list and what was measured in another; then it gives neither verdict nor wording,
    and the title may speak. Of a large table some rows tell, the same at every reading.
    """
    layout, index = raw.layout, index_headings(raw.kind)
    for field, columns in raw.layout.columns.items():
        heading = raw.layout.headings[columns[0]]
        declared = raw.kind.fields[field]
        if declared.type is FieldType.CODE and index.is_fallback(field, heading):
            for at in columns:
                if not _holds_codes(desk, raw, declared, at):
                    doubtful = [one for one in layout.columns if index.is_fallback(one, heading)]
                    layout = layout.without(at, doubtful)
    return replace(raw, layout=layout)


def _holds_codes(desk: Desk, raw: RawTable, declared: Field, at: int) -> bool:
    query = sql(
        "select word, count(*) from (select {cell} as word from {table} r where {data} and {says}"
        " order by md5(cast(file_row as varchar)), file_row limit {most}) group by 1",
        cell=cell(at),
        table=name(raw.table),
        data=_DATA,
        says=says_something(declared, cell(at)),
        most=value(_LOOKED_AT),
    )
    counted = desk.staging.execute(query).fetchall()
    known = sum(int(times) for text, times in counted if _read(declared, str(text)) is not None)
    return known > 0 and known * 2 >= sum(int(times) for _, times in counted)


def note_lone_rows(table: TextTable, raw: RawTable) -> None:
    """
    Note each row of one cell below the last fuller one of a table: a line at the foot is no record.

    Only where a record of one cell could be, and most rows hold more or a short foot says what no name does.
    """
    if raw.heading_row == 0 or len(raw.layout.headings) < NARROW:
        return
    rows, lone, last = table.fetch(
        sql(
            "select count(*), count(case when lone then 1 end), max(case when not lone then file_row end)"
            " from {table} r where {data}",
            table=table.name,
            data=table.data,
        )
    )[0]
    if not lone or last is None:
        return
    if int(str(lone)) * 2 > int(str(rows)) and not _is_foot(table, raw, int(str(last))):
        return
    table.run(
        sql(
            "insert into {faults} select r.file_row, '', {rule}, {said}, '{{}}' from {table} r"
            " where {data} and lone and file_row > {last}",
            faults=table.faults,
            rule=value("ledger.row-of-one-cell"),
            said=first_filled([cell(at) for at in raw.layout.mapped]),
            table=table.name,
            data=table.data,
            last=value(int(str(last))),
        )
    )


def _is_foot(table: TextTable, raw: RawTable, last: int) -> bool:
    """Tell the foot of a short list from names that stand alone: a line of it is a date, a sentence or numbered."""
    query = sql(
        "select count(*), count(case when regexp_matches({said}, {telling}) then 1 end) from {table} r"
        " where {data} and lone and file_row > {last}",
        said=first_filled([cell(at) for at in raw.layout.mapped]),
        telling=value(_TELLING),
        table=table.name,
        data=table.data,
        last=value(last),
    )
    lines, telling = table.fetch(query)[0]
    return int(str(telling)) > 0 and int(str(lines)) <= _FOOT


def note_contradictions(table: TextTable, raw: RawTable) -> None:
    """Note each row in which two columns say different things of what can be only one: a verdict, a number, a key."""
    for field, columns in raw.layout.columns.items():
        declared = raw.kind.fields[field]
        if tells_apart(raw.kind, declared):
            for other in columns[1:]:
                _note_contradiction(table, raw, declared, columns[: columns.index(other)], other)


def _note_contradiction(table: TextTable, raw: RawTable, declared: Field, better: Sequence[int], other: int) -> None:
    first = first_said(declared, better)
    both = sql(
        "{data} and {first_says} and {other_says} and {first} <> {other}",
        data=table.data,
        first_says=says_something(declared, first),
        other_says=says_something(declared, cell(other)),
        first=first,
        other=cell(other),
    )
    pairs, unlike = (name(f"{table.prefix} {what}") for what in ("pairs", "unlike"))
    table.run(
        sql(
            "create or replace table {pairs} as select distinct {first} as one, {other} as another from {table} r"
            " where {both}",
            pairs=pairs,
            first=first,
            other=cell(other),
            table=table.name,
            both=both,
        )
    )
    heading = raw.shown_headings[better[0]]
    facts = {
        "field": declared.name,
        "label_zh": declared.label.zh,
        "label_en": declared.label.en,
        "heading": heading,
        "other": raw.shown_headings[other],
    }
    _compare_pairs(table, declared, facts, pairs, unlike)
    table.run(
        sql(
            "insert into {faults} select r.file_row, {heading}, {rule}, {first}, u.facts from {table} r"
            " join {unlike} u on {first} = u.one and {other} = u.another where {both}",
            faults=table.faults,
            heading=value(heading),
            rule=value("ledger.columns-contradict"),
            first=first,
            table=table.name,
            unlike=unlike,
            other=cell(other),
            both=both,
        )
    )
    for made in (pairs, unlike):
        table.run(sql("drop table {made}", made=made))


def _compare_pairs(table: TextTable, declared: Field, facts: Mapping[str, str], pairs: Sql, unlike: Sql) -> None:
    """Compare each two texts that stand in one row, and keep those that contradict each other, with the facts."""
    table.run(sql("create or replace table {unlike} (one varchar, another varchar, facts varchar)", unlike=unlike))
    for page in table.pages(pairs, "one", "another"):
        texts = [(str(one), str(another)) for one, another in page]
        found = [pair for pair in texts if _contradict(declared, *pair, table.day_first)]
        told = [
            json.dumps({**facts, "value": shorten(one), "other_value": shorten(another)}, ensure_ascii=False)
            for one, another in found
        ]
        table.run(
            sql(
                "insert into {unlike} select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])",
                unlike=unlike,
            ),
            [[one for one, _ in found], [another for _, another in found], told],
        )


def _contradict(declared: Field, one: str, other: str, day_first: bool | None) -> bool:  # noqa: FBT001
    read, second = _read(declared, one, day_first), _read(declared, other, day_first)
    return read is not None and second is not None and read != second


def _read(declared: Field, text: str, day_first: bool | None = None) -> Value | None:  # noqa: FBT001
    try:
        return read_value(declared, text, day_first=day_first, suggest=False)
    except ValueRefused:
        return None


def check_columns(desk: Desk, raw: RawTable, *, extract_declared: bool) -> None:
    """
    Compare columns of the same heading, and look for what the title or the day of the extract should have said.

    Raises:
        FieldsMissing: neither says what no column says.
        TitleUnitUnused: the title names a unit that may or may not be that of numbers without one.
        HeadingTwice: two columns of the same heading differ (`FaultsFound` where several do).
    """
    place = Place(raw.file, raw.heading_row, part=raw.sheet)
    known = raw.layout.columns.keys() | raw.from_title.keys()
    dated = filled_by_extract(raw.kind)
    needed = [*needed_fields(raw.kind), *([dated] if dated and not extract_declared else [])]
    unsaid = [one for one in needed if one not in known]
    if unsaid:
        raise fields_missing(raw.layout, unsaid, place)
    if unused := raw.unused_units:
        raise TitleUnitUnused(place, unit="、".join(unused), title=shorten(raw.title))
    faults = [
        Fault(HeadingTwice.code, place, {"heading": raw.layout.headings[one].written, "row": row})
        for one, other in doubled(raw.layout)
        if (row := _first_difference(desk, raw, one, other)) is not None
    ]
    if len(faults) == 1:
        raise HeadingTwice(faults[0].place, **faults[0].facts)
    if faults:
        raise FaultsFound(faults)


def _first_difference(desk: Desk, raw: RawTable, one: int, other: int) -> int | None:
    found = desk.staging.execute(
        sql(
            "select min(file_row) from {table} where ignored is null and {one} is distinct from {other}",
            table=name(raw.table),
            one=name(f"c{one}"),
            other=name(f"c{other}"),
        )
    ).fetchall()
    first = found[0][0]
    return None if first is None else int(first)
