"""Read a delimited text file: at DuckDB's speed where it is regular, record by record where it is not."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import duckdb

from zhiheng.errors import Place
from zhiheng.ledger.reading.encodings import prepare_text
from zhiheng.ledger.reading.raw import RawTable, judged_rows, kept_columns, said_by_title
from zhiheng.ledger.reading.records import read_records, sniff_delimiter
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value, values
from zhiheng.ledger.reading.tables import LOOK_THROUGH, find_heading
from zhiheng.ledger.reading.walk import Sheet, heading_not_found, titles_of, walk_tables
from zhiheng.vocabulary import headings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from zhiheng.ledger.reading.encodings import TextFile
    from zhiheng.ledger.reading.headings import HeadingIndex, Layout
    from zhiheng.ledger.reading.tables import Found, Row

_WIDEST = 400  # columns; beyond, one statement over all of them is slower than reading row by row


def read_delimited(
    path: Path,
    folder: Path,
    indexes: Sequence[HeadingIndex],
    staging: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] | None,
) -> list[RawTable]:
    """
    Bring the text of a file into staging.

    Raises:
        HeadingNotFound: no row names the columns of a kind.
        FieldsMissing: the headings fit a kind, but not all that it needs.
        KindAmbiguous: they fit several.
    """
    text = prepare_text(path, folder)
    delimiter = sniff_delimiter(text)
    head = list(islice(read_records(text, delimiter), LOOK_THROUGH))
    found = find_heading(head, indexes, file=path.name, sheet="")
    if found is None:
        raise heading_not_found(head, Place(path.name), indexes)
    first = head[: found.at + found.height]
    if text.regular and not text.damaged and _is_plain(first, found):
        table = RawTable(
            "text 1",
            path.name,
            "",
            first[-1].number,
            *_title(found, head, path),
        )
        if _load_regular(staging, text, delimiter, table, progress):
            return [table]
    sheet = Sheet(path.name, "", read_records(text, delimiter), ragged_faulty=True)
    return walk_tables(sheet, indexes, staging, progress, first_number=1)


def _title(found: Found, head: Sequence[Row], path: Path) -> tuple[str, Layout, dict[str, str]]:
    titles = titles_of(head[: found.at], "", path.name)
    return titles[0], found.layout, said_by_title(found.layout, titles)


def _is_plain(first: Sequence[Row], found: Found) -> bool:
    """Tell whether DuckDB would skip the same lines that were read as titles and headings."""
    one_line_each = all(row.lines == 1 and row.cells and not row.whole_fault for row in first)
    return (
        one_line_each and len(found.layout.headings) <= _WIDEST and len(first[-1].cells) == len(found.layout.headings)
    )


def _load_regular(
    staging: duckdb.DuckDBPyConnection,
    text: TextFile,
    delimiter: str,
    table: RawTable,
    progress: Callable[[int], None] | None,
) -> bool:
    """Let DuckDB read the rows; undo it where it read other rows than a careful reader would."""
    loaded, view = name(f"loaded {table.table}"), name(table.table)
    columns = comma(sql("{column}: 'VARCHAR'", column=value(f"c{at}")) for at in range(len(table.layout.headings)))
    source = sql(
        "read_csv({path}, auto_detect = false, header = false, skip = {skip}, delim = {delimiter}, quote = '\"',"
        " escape = '\"', strict_mode = true, null_padding = false, ignore_errors = false, columns = {{{columns}}})",
        path=value(str(text.path)),
        skip=value(table.heading_row),
        delimiter=value(delimiter),
        columns=columns,
    )
    staging.execute("set preserve_insertion_order = true")
    judged = judged_rows(source, table.layout, numbered=False)
    try:
        staging.execute(sql("create table {loaded} as {judged}", loaded=loaded, judged=judged))
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    (rows,) = staging.execute(sql("select count(*) from {loaded}", loaded=loaded)).fetchall()[0]
    if rows != text.records - table.heading_row or _names_columns_again(staging, loaded, table):
        staging.execute(sql("drop table {loaded}", loaded=loaded))
        return False
    kept = comma(name(f"c{at}") for at in kept_columns(table.layout))
    staging.execute(
        sql(
            "create view {view} as select rowid + {before} as file_row, ignored, first, whole_fault, {kept} from {loaded}",
            view=view,
            before=value(table.heading_row + 1),
            kept=kept,
            loaded=loaded,
        )
    )
    if progress:
        progress(rows)
    return True


def _names_columns_again(staging: duckdb.DuckDBPyConnection, loaded: Sql, table: RawTable) -> bool:
    """Tell whether a heading stands further down: several tables in one file."""
    subject = table.kind.subject.fields[0]
    if subject not in table.layout.columns:
        return False
    at = table.layout.columns[subject][0]
    field = table.kind.fields[subject]
    spellings = {field.name, field.label.zh, field.label.en, *field.aliases, *headings_of(field)}
    spellings.add(table.layout.headings[at].lower)
    query = sql(
        "select count(*) from {loaded} where {cell} in ({spellings})",
        loaded=loaded,
        cell=name(f"c{at}"),
        spellings=values(sorted(spellings)),
    )
    return bool(staging.execute(query).fetchall()[0][0])
