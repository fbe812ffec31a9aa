"""Delimited text: whatever its encoding, its delimiter, and the state it is in."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from zhiheng.ledger.reading import (
    FieldsMissing,
    FileDamaged,
    FileTooLarge,
    HeadingNotFound,
    HeadingTwice,
    KindAmbiguous,
    clear_way,
    delimited,
    encodings,
    read_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ledger.reading.conftest import Kinds, Reader

    from zhiheng.ledger.reading import StagedTable

LIST = """2015年某市床品监督抽查结果,,,,
序号,生产企业名称,所在地,产品名称,抽查结果
1,甲某纺织有限公司,某县,床单,合格
2,乙某纺织有限公司,某区,被套,不合格
"""


def test_a_clean_file_is_read_with_the_title_above_it(reader: Reader):
    table = reader.read_text(LIST)
    assert (table.kind, table.heading_row, table.title) == ("sampling", 2, "2015年某市床品监督抽查结果")
    assert table.from_title == {"year": "2015"}
    assert table.unmapped == ("序号",)
    assert table.mapping["抽查结果"] == ("verdict",)
    assert reader.rows(table, "subject", "year", "verdict", "true_on") == [
        (3, "甲某纺织有限公司@某县", 2015, "pass", date(2015, 12, 31)),
        (4, "乙某纺织有限公司@某区", 2015, "fail", date(2015, 12, 31)),
    ]
    assert (table.rows_seen, table.valid, table.quarantined_rows, table.ignored_rows) == (2, 2, 0, 0)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        *((encoding, ",") for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")),
        *(("gb18030", delimiter) for delimiter in "\t;|"),
    ],
)
def test_encoding_and_delimiter_are_found_out(reader: Reader, encoding: str, delimiter: str):
    table = reader.read_text(LIST.replace(",", delimiter).encode(encoding))
    assert reader.rows(table, "producer") == [(3, "甲某纺织有限公司"), (4, "乙某纺织有限公司")]


def test_western_letters_are_not_taken_for_chinese(reader: Reader):
    table = reader.read_text("Producer,Product\nSociété Générale Café,thé\nMüller Söhne,Öl\n".encode("cp1252"))
    assert reader.rows(table, "producer", "product") == [(2, "Société Générale Café", "thé"), (3, "Müller Söhne", "Öl")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_breaks_within_quotation_marks_are_part_of_the_value(reader: Reader, ending: str):
    lines = ['"产品\n名称",企业名称', '"床单\n大号",甲公司', "枕套,乙公司"]
    table = reader.read_text(ending.join([*lines, ""]))
    assert reader.rows(table, "product", "producer") == [(2, "床单\n大号", "甲公司"), (3, "枕套", "乙公司")]


def test_rows_are_counted_as_a_person_counts_them_empty_lines_included(reader: Reader):
    table = reader.read_text("企业名称,产品名称\n甲公司,床单\n\n,\n乙公司,枕套\n\n\n")
    assert reader.rows(table, "producer") == [(2, "甲公司"), (5, "乙公司")]
    assert (table.rows_seen, table.valid) == (table.valid + table.ignored_rows, 2)


def test_a_row_of_another_width_is_quarantined_not_lost(reader: Reader):
    table = reader.read_text("企业名称,产品名称,规格型号\n甲公司,床单\n乙公司,枕套,A,B\n丙公司,被套,C,\n丁公司,毯,D\n")
    assert reader.rows(table, "producer") == [(4, "丙公司"), (5, "丁公司")]
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [
        (2, "ledger.row-too-short"),
        (3, "ledger.row-too-long"),
    ]


def test_an_open_quotation_mark_costs_one_row_only(reader: Reader):
    rows = "".join(f"{number}公司,产品{number}\n" for number in range(300))
    table = reader.read_text(f'企业名称,产品名称\n"甲公司,床单\n{rows}')
    assert table.valid == 300
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [(2, "ledger.record-broken")]


def test_a_row_cut_in_the_middle_of_a_character_is_quarantined(reader: Reader):
    text = "企业名称,产品名称\n" + "甲公司,床单\n" * 50 + "乙公司,枕"
    table = reader.read_text(text.encode()[:-1])
    assert table.valid == 50
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [(52, "ledger.bytes-damaged")]


@pytest.mark.parametrize("column", ["producer", "note"])
def test_bytes_that_make_no_character_are_found_however_late_they_come(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, column: str
):
    monkeypatch.setattr(encodings, "_SAMPLE", 60)
    rows = [f"甲{number}公司,床单,第{number}次".encode() for number in range(50)]
    rows[40] = b"\xc3\x28,x,y" if column == "producer" else "乙公司,床单,".encode() + b"\xc3\x28"
    table = reader.read_text("企业名称,产品名称,备忘\n".encode() + b"\n".join(rows) + b"\n")
    assert table.unmapped == ("备忘",)
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [(42, "ledger.bytes-damaged")]
    assert table.valid == 49


def test_an_encoding_that_shows_late_is_found_out(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(encodings, "_SAMPLE", 60)
    plain = "".join(f"A{number} Ltd,sheet\n" for number in range(50))
    table = reader.read_text(f"Producer,Product\n{plain}乙某纺织有限公司,被套\n".encode("gb18030"))
    assert reader.rows(table, "producer")[-1] == (52, "乙某纺织有限公司")


def test_all_faults_of_a_row_are_told(reader: Reader):
    table = reader.read_text("企业名称,抽查年度,抽查结果\n——,去年,大概\n甲公司,2015,合格\n")
    assert reader.faults(table) == [
        (2, "企业名称", "ledger.subject-missing", "——"),
        (2, "抽查年度", "vocabulary.not-a-year", "去年"),
        (2, "抽查结果", "vocabulary.unknown-code", "大概"),
    ]
    query = f"select raw, facts from \"{table.quarantined}\" where rule = 'ledger.subject-missing'"
    raw, facts = reader.staging.execute(query).fetchall()[0]
    assert raw == '{"企业名称":"——","抽查年度":"去年","抽查结果":"大概"}'
    assert "生产企业" in facts


def test_what_is_no_record_is_ignored_and_listed(reader: Reader):
    table = reader.read_text(
        "序号,企业名称,产品名称,抽查结果\n一、某县,,,\n1,甲公司,床单,合格\n2,,,\n合计,,1,\n"
        "序号,企业名称,产品名称,抽查结果\n2,乙公司,枕套,合格\n注：按名称排序。,,,\n审核人：张某,,填表人：李某,\n,,,\n"
    )
    assert reader.rows(table, "producer") == [(3, "甲公司"), (7, "乙公司")]
    assert [(row.file_row, row.why) for row in table.ignored] == [
        (2, "section"),
        (4, "nothing_known"),
        (5, "total"),
        (6, "heading"),
        (8, "note"),
        (9, "note"),
    ]
    assert (table.rows_seen, table.valid, table.ignored_rows) == (9, 2, 7)


def test_tables_below_each_other_are_read_each_with_its_own_title(reader: Reader, tmp_path: Path):
    path = tmp_path / "2016年抽查.csv"
    path.write_text(
        "合格产品名单,,\n企业名称,产品名称,规格型号\n甲公司,床单,A\n,,\n"
        "不合格产品名单,,\n企业名称,产品名称,不合格项目\n乙公司,枕套,甲醛\n"
    )
    first, second = reader.read(path)
    assert (first.from_title, second.from_title) == (
        {"verdict": "pass", "year": "2016"},
        {"verdict": "fail", "year": "2016"},
    )
    assert reader.rows(first, "producer", "verdict") == [(3, "甲公司", "pass")]
    assert reader.rows(second, "producer", "verdict", "failed_items") == [(7, "乙公司", "fail", "甲醛")]
    assert second.heading_row == 6


def test_headings_that_fit_nothing_are_an_error_that_shows_them(reader: Reader):
    with pytest.raises(HeadingNotFound) as refused:
        reader.read_text("甲,乙,丙\n1,2,3\n")
    assert "甲, 乙, 丙" in refused.value.render()
    assert "生产企业" in refused.value.render("zh")


def test_a_missing_column_is_named(reader: Reader):
    with pytest.raises(FieldsMissing) as refused:
        reader.read_text("产品名称,规格型号,抽查结果\n床单,A,合格\n")
    assert "Producer" in refused.value.render("en")
    assert "生产企业" in refused.value.render("zh")


def test_a_file_that_fits_two_kinds_needs_a_word(reader: Reader, kinds: Kinds):
    path = reader.folder / "two.csv"
    path.write_text("企业名称,产品名称\n甲公司,床单\n")
    twin = kinds.sampling_like("other")
    with pytest.raises(KindAmbiguous):
        reader.read(path, kinds.sampling, twin)
    (table,) = reader.read(path, kinds.sampling, twin, kind="other")
    assert table.kind == "other"


def test_the_kind_is_told_from_the_headings(reader: Reader, kinds: Kinds):
    path = reader.folder / "penalties.csv"
    path.write_text("决定书文号,统一社会信用代码,处罚日期,罚款金额（万元）\n某罚〔2020〕1号,X1,2020-01-02,3.2\n")
    (table,) = reader.read(path, kinds.sampling, kinds.penalty)
    assert table.kind == "penalty"
    assert reader.rows(table, "subject", "key", "fact", "version", "fine", "true_on", "true_until") == [
        (2, "X1", "某罚〔2020〕1号", "某罚〔2020〕1号", "2020-01-02", 32000, date(2020, 1, 2), None)
    ]


def test_two_columns_of_one_heading_may_agree_but_not_differ(reader: Reader):
    table = reader.read_text("企业名称,产品名称,产品名称\n甲公司,床单,床单\n")
    assert table.valid == 1
    with pytest.raises(HeadingTwice, match="row 3"):
        reader.read_text("企业名称,产品名称,产品名称\n甲公司,床单,床单\n乙公司,床单,枕套\n")


def test_the_better_heading_wins_where_two_name_one_field(reader: Reader):
    table = reader.read_text("企业名称,生产企业名称\n销售公司,生产公司\n")
    assert reader.rows(table, "producer") == [(2, "生产公司")]
    assert table.unmapped == ("企业名称",)


def test_a_compressed_file_is_unpacked_within_bounds(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    assert reader.read_text(gzip.compress(LIST.encode()), name="list.csv.gz").valid == 2
    monkeypatch.setattr(encodings, "_HARMLESS", 1024)
    with pytest.raises(FileTooLarge):
        reader.read_text(gzip.compress(b"a,b\n" * 500_000), name="bomb.csv.gz")
    with pytest.raises(FileDamaged):
        reader.read_text(gzip.compress(LIST.encode())[:40], name="cut.csv.gz")


def test_names_and_values_that_look_like_sql_are_only_text(reader: Reader):
    hostile = "甲'); drop table x; --"
    table = reader.read_text(f'企业名称,产品名称,"规格型号"\n"{hostile}",=1+1,"a""b"\n')
    assert reader.rows(table, "producer", "product", "spec") == [(2, hostile, "=1+1", 'a"b')]
    path = reader.folder / "a'b[1]*?{x}.csv"
    path.write_text(LIST)
    assert reader.read(path)[0].valid == 2


def test_thousands_of_columns_are_read_row_by_row(reader: Reader):
    heads = ",".join(["企业名称", *(f"c{number}" for number in range(1500))])
    cells = ",".join(["甲公司", *("1" for _ in range(1500))])
    assert reader.read_text(f"{heads}\n{cells}\n{cells}\n").valid == 2


def test_nothing_is_left_in_staging_but_the_result_and_what_rows_said(reader: Reader):
    tables = [reader.read_text(LIST), reader.read_text(LIST + "短\n")]
    said = [f'select json_extract_string(raw, \'$."企业名称"\') from "{table.said}"' for table in tables]
    assert [len(reader.staging.execute(query).fetchall()) for query in said] == [table.rows_seen for table in tables]
    for table in tables:
        clear_way(reader.staging, table.way)
    left = {one for (one,) in reader.staging.execute("select table_name from duckdb_tables()").fetchall()}
    assert left == {name for table in tables for name in (table.rows, table.quarantined)}


REGULAR = [
    LIST,
    '企业名称,产品名称\r\n甲公司,床单\r\n乙公司,"枕,套"\r\n',
    '企业名称,产品名称\n甲公司,"床\n\n单"\n,\n',
    "企业名称,产品名称\n甲公司,\n,枕套\n\n",
    '企业名称,产品名称\n甲公司,5"管\n乙公司,"5""管"\n',
    "企业名称,产品名称\n  甲公司 , \t\n/,/\n",
    "企业名称,产品名称\n甲公司,床单\n企业名称,产品名称\n乙公司,枕套\n",
    "企业名称,产品名称\n甲公司,\x01\n乙公司,ａ\n",
    "企业名称\n甲公司\n乙公司",
    "企业名称,产品名称",
]


@pytest.mark.parametrize("text", REGULAR)
def test_the_fast_way_and_the_careful_way_read_the_same(reader: Reader, monkeypatch: pytest.MonkeyPatch, text: str):
    fast = reader.read_text(text)
    monkeypatch.setattr(delimited, "_is_plain", lambda *_: False)
    careful = reader.read_text(text)
    assert reader.rows(fast, "subject", "content") == reader.rows(careful, "subject", "content")
    assert reader.faults(fast) == reader.faults(careful)
    assert (fast.rows_seen, fast.ignored) == (careful.rows_seen, careful.ignored)


def test_row_numbers_hold_in_a_file_that_many_threads_read(reader: Reader):
    reader.staging.execute("set threads = 4")
    rows = "".join(f"{number}公司,产品{number}\n" for number in range(2, 200_002))
    table = reader.read_text(f"企业名称,产品名称\n{rows}")
    wrong = reader.staging.execute(
        f"select count(*) from \"{table.rows}\" where producer <> file_row || '公司'"
    ).fetchall()
    assert (table.valid, wrong) == (200_000, [(0,)])


def test_progress_adds_up_to_the_rows(reader: Reader):
    path = reader.folder / "list.csv"
    path.write_text(LIST)
    told: list[int] = []
    read_file(
        path,
        {"sampling": reader.kinds.sampling},
        kind="sampling",
        extract_date=date(2024, 1, 1),
        staging=reader.staging,
        progress=told.append,
    )
    assert sum(told) == 2


def read_all(reader: Reader, text: str) -> tuple[StagedTable, ...]:
    path = reader.folder / "list.csv"
    path.write_text(text)
    return reader.read(path)


def test_the_first_table_is_read_however_much_fuller_the_next_is(reader: Reader):
    first, second = read_all(
        reader,
        "2018年监督抽查,,\n合格产品,,\n企业名称,产品名称,\n甲公司,床单,\n"
        "不合格产品,,\n企业名称,产品名称,不合格项目\n丙公司,床单,甲醛\n",
    )
    assert reader.rows(first, "producer", "verdict", "year") == [(4, "甲公司", "pass", 2018)]
    assert reader.rows(second, "producer", "verdict", "year") == [(7, "丙公司", "fail", 2018)]


def test_the_title_nearest_to_the_table_speaks_first(reader: Reader):
    text = "2018年产品合格情况,\n不合格产品名单,\n（复查合格的除外）,\n企业名称,产品名称\n甲公司,床单\n"
    assert reader.read_text(text).from_title == {"verdict": "fail", "year": "2018"}


def test_a_row_of_values_above_the_first_heading_is_told(reader: Reader):
    text = "2018年名单,,\n附件,单位：某局,\n床单,3,2\n企业名称,产品名称,规格型号\n甲公司,床单,A\n"
    table = reader.read_text(text)
    assert [(row.file_row, row.why, row.text) for row in table.ignored] == [
        (2, "title", "附件"),
        (3, "nothing_known", "床单"),
    ]
    assert (table.rows_seen, table.valid) == (3, 1)


def test_beside_sums_a_title_gives_no_verdict(reader: Reader, kinds: Kinds):
    verdict = replace(kinds.sampling.fields["verdict"], untitled_with=("合格率",))
    kind = replace(kinds.sampling, fields={**kinds.sampling.fields, "verdict": verdict})
    table = reader.read_text("2018年合格企业,,\n企业名称,抽查批次,合格率（%）\n甲公司,3,66\n", kind)
    assert table.from_title == {"year": "2018"}


def test_a_later_heading_shows_in_a_regular_file_whatever_its_order(reader: Reader):
    first, second = read_all(reader, "企业名称,产品名称\n甲公司,床单\n产品名称,企业名称\n枕套,乙公司\n")
    assert reader.rows(first, "producer") == [(2, "甲公司")]
    assert reader.rows(second, "producer") == [(4, "乙公司")]


@pytest.mark.parametrize("folder", ["verdict=不合格/[x]", "生产企业=谁/a*?", "{a,b}~$"])
def test_the_folder_of_a_file_says_nothing(reader: Reader, folder: str) -> None:
    within = reader.folder / folder
    within.mkdir(parents=True)
    csv, parquet = within / "a.csv", within / "a.parquet"
    csv.write_text("生产企业,产品名称\n甲厂,电线\n", "utf-8")
    reader.staging.execute("copy (select '甲厂' as 生产企业, '电线' as 产品名称) to ? (format parquet)", [str(parquet)])
    for path in (csv, parquet):
        (table,) = reader.read(path)
        assert set(table.mapping) == {"生产企业", "产品名称"}
        assert [row[1] for row in reader.rows(table, "subject")] == ["甲厂"]


def test_a_file_that_begins_with_a_mebibyte_of_ascii_is_read_in_its_encoding(reader: Reader):
    plain = b"".join(b"maker %06d,wire\n" % number for number in range(70_000))
    table = reader.read_text(b"producer,product\n" + plain + "太原厂,电线\n".encode("gb18030"))
    assert len(plain) > 1024**2
    assert reader.rows(table, "subject")[-1] == (70_002, "太原厂")
    assert table.valid == 70_001


def test_a_line_beyond_bounds_is_one_row_of_text_too(reader: Reader):
    long = "乙厂," + "x," * (5 * 1024**2)
    table = reader.read_text(f"生产企业,产品名称\n甲厂,灯\n{long}\n丙厂,灯\n")
    assert [row[:1] + row[2:3] for row in reader.faults(table)] == [(3, "ledger.line-too-long")]
    assert reader.rows(table, "subject") == [(2, "甲厂"), (4, "丙厂")]
