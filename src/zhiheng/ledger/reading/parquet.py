"""Read a Parquet file: its columns as text, by the same rules as any other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from zhiheng.errors import Place
from zhiheng.ledger.reading.desk import load_at_once, plain_path
from zhiheng.ledger.reading.headings import Heading
from zhiheng.ledger.reading.raw import RawTable
from zhiheng.ledger.reading.refusals import MOST_COLUMNS, FileDamaged, TooManyColumns
from zhiheng.ledger.reading.statement import comma, joined, name, sql, value
from zhiheng.ledger.reading.tables import choose_kind
from zhiheng.ledger.reading.titles import titles_of

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.statement import Sql


def read_parquet(path: Path, desk: Desk) -> list[RawTable]:
    """
    Bring the text of a Parquet file into staging.

    Raises:
        FileDamaged, TooManyColumns: it is not whole, or too wide.
        FieldsMissing, HeadingNotFound, KindAmbiguous: its columns are not those of one kind.
    """
    file = sql("read_parquet({path}, hive_partitioning = false)", path=plain_path(path, desk.folder))
    try:
        described = desk.staging.execute(sql("describe select * from {file}", file=file)).fetchall()
        columns = [(str(column), str(type_)) for column, type_, *_ in described]
        if len(columns) > MOST_COLUMNS:
            raise TooManyColumns(Place(desk.file), columns=len(columns), most=MOST_COLUMNS)
        return [_load(desk, file, columns)]
    except duckdb.Error as error:
        raise FileDamaged(Place(desk.file), shape="Parquet") from error


def _load(desk: Desk, file: Sql, columns: list[tuple[str, str]]) -> RawTable:
    headings = tuple(Heading(column) for column, _ in columns)
    layout = choose_kind(headings, desk.indexes, Place(desk.file))
    titles = titles_of((), "", desk.file)
    table = RawTable(desk.next_table(), desk.file, "", 0, titles, layout)
    texts = comma(
        sql("{text} as {alias}", text=_as_text(column, type_), alias=name(f"c{at}"))
        for at, (column, type_) in enumerate(columns)
    )
    source = sql("(select {texts} from {file})", texts=texts, file=file)
    bytes_ = [name(f"c{at}") for at, (_, type_) in enumerate(columns) if type_ == "BLOB" and at in layout.mapped]
    broken = joined("or", [sql("{cell} = chr(65533)", cell=one) for one in bytes_], none="false")
    fault = sql("case when {broken} then {rule} end", broken=broken, rule=value("ledger.bytes-damaged"))
    desk.advance(load_at_once(desk, table, source, fault))
    return table


def _as_text(column: str, type_: str) -> Sql:
    """Write whole numbers kept as floats without `.0`, and lists with the mark between entries."""
    plain = name(column)
    if type_ in ("DOUBLE", "FLOAT"):
        return sql(
            "case when {plain} = trunc({plain}) and abs({plain}) < 1e15 then cast(cast({plain} as bigint) as varchar)"
            " else cast({plain} as varchar) end",
            plain=plain,
        )
    if type_ == "BLOB":  # text whose writer did not say that it is
        return sql("case when {plain} is not null then coalesce(try(decode({plain})), chr(65533)) end", plain=plain)
    if type_ == "VARCHAR[]":
        return sql("array_to_string({plain}, chr(31))", plain=plain)
    return sql("cast({plain} as varchar)", plain=plain)
