"""Read a delimited text file: at DuckDB's speed where it is regular, record by record where it is not."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import duckdb

from zhiheng.errors import Place
from zhiheng.ledger.reading.desk import load_at_once, plain_path, unload
from zhiheng.ledger.reading.encodings import prepare_text
from zhiheng.ledger.reading.headings import may_be_titled
from zhiheng.ledger.reading.ignored import BLANKS
from zhiheng.ledger.reading.raw import RawTable, kept_columns
from zhiheng.ledger.reading.records import read_records, sniff_delimiter
from zhiheng.ledger.reading.refusals import MOST_COLUMNS, TooManyColumns
from zhiheng.ledger.reading.statement import Sql, comma, name, sql, value
from zhiheng.ledger.reading.tables import LOOK_THROUGH, find_heading
from zhiheng.ledger.reading.titles import is_plain_title, title_of, titles_of
from zhiheng.ledger.reading.walk import Sheet, heading_words, walk_tables
from zhiheng.vocabulary import normalise_heading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.encodings import TextFile
    from zhiheng.ledger.reading.tables import Found, Row

_LOOKED_AT = 3  # columns in which a further heading would show
_SPACED = r"[^0-9A-Za-z\s][\s\x{3000}]|[*:：（(]$"  # within a heading: 检 验 结 论, 检验结论*
_WORDS = name("heading words")
_WIDEST = 400  # columns; beyond, one statement over all of them is slower than reading row by row


def read_delimited(path: Path, desk: Desk) -> list[RawTable]:
    """
    Bring the text of a file into staging.

    Raises:
        HeadingNotFound: no row names the columns of a kind.
        FieldsMissing: the headings fit a kind, but not all that it needs.
        KindAmbiguous: they fit several.
        NotText, FileTooLarge, TooManyColumns: it is no text, or too much of it.
    """
    text = prepare_text(path, desk.folder, desk.file, presume=True)
    delimiter = sniff_delimiter(text)
    head = list(islice(read_records(text, delimiter), LOOK_THROUGH))
    widest = max((len(row.cells) for row in head), default=0)
    if widest > MOST_COLUMNS:
        raise TooManyColumns(Place(desk.file), columns=widest, most=MOST_COLUMNS)
    found = find_heading(head, desk.indexes, file=desk.file, sheet="")
    if found is not None and _is_plain(text, head, found):
        above, heading_row = head[: found.at], head[found.at + found.height - 1].number
        titles = titles_of(above, "", desk.file)
        table = RawTable(desk.next_table(), desk.file, "", heading_row, titles, found.layout, title_of(above))
        if _load_regular(desk, text, delimiter, table):
            return [table]
    if text.presumed:
        text = prepare_text(path, desk.folder, desk.file)
        delimiter = sniff_delimiter(text)
    sheet = Sheet("", read_records(text, delimiter), ragged_faulty=True)
    return walk_tables(sheet, desk)


def _is_plain(text: TextFile, head: Sequence[Row], found: Found) -> bool:
    """Tell whether DuckDB would skip the same lines that were read as titles and headings."""
    first = head[: found.at + found.height]
    one_line_each = all(row.lines == 1 and row.cells and not row.whole_fault for row in first)
    width = len(found.layout.headings)
    if not all(is_plain_title(row) for row in first[: found.at]):
        return False
    return text.regular and not text.damaged and one_line_each and width <= _WIDEST and len(first[-1].cells) == width


def _load_regular(desk: Desk, text: TextFile, delimiter: str, table: RawTable) -> bool:
    """Let DuckDB read the rows; undo it where it read other rows than a careful reader would."""
    columns = comma(sql("{column}: 'VARCHAR'", column=value(f"c{at}")) for at in range(len(table.layout.headings)))
    source = sql(
        "read_csv({path}, auto_detect = false, header = false, skip = {skip}, delim = {delimiter}, quote = '\"',"
        " escape = '\"', strict_mode = true, null_padding = false, ignore_errors = false, columns = {{{columns}}},"
        " hive_partitioning = false)",
        path=plain_path(text.path, desk.folder),
        skip=value(table.heading_row),
        delimiter=value(delimiter),
        columns=columns,
    )
    try:
        rows = load_at_once(desk, table, source)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    if rows != text.records - table.heading_row or _is_more_than_rows(desk, table):
        unload(desk, table)
        return False
    desk.advance(rows)
    return True


def _is_more_than_rows(desk: Desk, table: RawTable) -> bool:
    """Tell whether there are headings or sections among the rows that only a careful reader knows."""
    return _names_columns_again(desk, table) or _has_sections(desk, table)


def _has_sections(desk: Desk, table: RawTable) -> bool:
    """Tell whether a row of one cell within the table may say what only the title said."""
    layout = table.layout
    if not any(may_be_titled(one) and one.name not in layout.columns for one in layout.kind.fields.values()):
        return False
    query = sql("select 1 from {table} where lone limit 1", table=name(table.table))
    return bool(desk.staging.execute(query).fetchall())


def _names_columns_again(desk: Desk, table: RawTable) -> bool:
    """Tell whether headings stand further down, of this table or of another, however they are spaced."""
    layout = table.layout
    looked_at = sorted({*layout.mapped[:_LOOKED_AT], *(at for at in kept_columns(layout) if at == 0)})
    if not looked_at:
        return False
    own = [layout.headings[at].lower for at in looked_at]
    spellings = sorted({*heading_words(desk.indexes), *own, *map(normalise_heading, own)})
    make = sql("create or replace temp table {words} as select unnest(?::varchar[]) as word", words=_WORDS)
    desk.staging.execute(make, [spellings])
    likely = (
        sql(
            "select {cell} as cell from {table} where strlen({cell}) <= {longest}"
            " and ({cell} in (select word from {words}) or regexp_matches({cell}, {spaced}))",
            cell=name(f"c{at}"),
            table=name(table.table),
            longest=value(3 * max(len(spelled.encode()) for spelled in spellings)),
            words=_WORDS,
            spaced=value(_SPACED),
        )
        for at in looked_at
    )
    # Materialized, since else each cell would be translated before the cheaper tests.
    query = sql(
        "with likely as materialized (select distinct cell from ({likely})) select count(*) from likely"
        " where cell in (select word from {words})"
        " or translate(lower(cell), {marks}, '()') in (select word from {words})",
        likely=Sql(" union all ".join(likely)),
        words=_WORDS,
        marks=value("（）*:：" + BLANKS),
    )
    found = bool(desk.staging.execute(query).fetchall()[0][0])
    desk.staging.execute(sql("drop table {words}", words=_WORDS))
    return found
