"""Workbooks, as offices publish them: titles, merged cells, several sheets, notes at the foot."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
import xlwt

from zhiheng.errors import Place
from zhiheng.ledger.reading import (
    FileDamaged,
    FileTooLarge,
    FileUnreadable,
    LockFile,
    TooDemanding,
    TooManyColumns,
    WorkbookLocked,
    workbook,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ledger.reading.conftest import Kinds, Reader

    from zhiheng.ledger.reading import StagedTable
    from zhiheng.vocabulary import Kind

HEADINGS = ["序号", "生产企业名称", "所在地", "产品名称", "抽查结果"]


class Book(xlsxwriter.Workbook):
    def __init__(self, path: Path, **options: object) -> None:
        super().__init__(path, options)
        self.path = path


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "2016年抽查名单.xlsx")


def read(reader: Reader, book: Book, *kinds: Kind) -> tuple[StagedTable, ...]:
    book.close()
    return reader.read(book.path, *kinds)


def test_titles_merged_over_the_table_and_notes_at_the_foot_are_told_from_rows(reader: Reader, book: Book):
    sheet = book.add_worksheet("附件")
    sheet.write(0, 0, "附件2：")
    sheet.merge_range(1, 0, 1, 4, "2015年床品质量监督抽查不合格产品名单")
    sheet.write_row(2, 0, HEADINGS[:4])
    sheet.write_row(3, 0, [1, "甲某公司", "某省", "床单"])
    sheet.merge_range(4, 0, 4, 4, "二、邻省")
    sheet.write_row(5, 0, [2, "乙某公司", "邻省", "枕套"])
    sheet.merge_range(7, 0, 8, 4, "备注：按行政区域排序。")
    (table,) = read(reader, book)
    assert (table.heading_row, table.sheet) == (3, "附件")
    assert table.from_title == {"year": "2015", "verdict": "fail"}
    assert reader.rows(table, "subject", "verdict") == [(4, "甲某公司@某省", "fail"), (6, "乙某公司@邻省", "fail")]
    assert [(row.file_row, row.why) for row in table.ignored] == [(5, "section"), (8, "note")]


def test_one_firm_merged_over_its_products_is_written_into_each_row(reader: Reader, book: Book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.merge_range(1, 0, 3, 0, 1)
    sheet.merge_range(1, 1, 3, 1, "甲某公司")
    for row, product in enumerate(["床单", "枕套", "被套"], 1):
        sheet.write_row(row, 2, ["某省", product, "合格"])
    sheet.merge_range(4, 1, 5, 1, "乙某公司")
    sheet.write_row(4, 2, ["某省", "毯", "不合格"])
    (table,) = read(reader, book)
    assert reader.rows(table, "producer", "product") == [
        (2, "甲某公司", "床单"),
        (3, "甲某公司", "枕套"),
        (4, "甲某公司", "被套"),
        (5, "乙某公司", "毯"),
    ]


def test_headings_of_two_rows_are_joined(reader: Reader, book: Book):
    sheet = book.add_worksheet()
    for column, heading in enumerate(["序号", "产品名称", "检验结果"]):
        sheet.merge_range(0, column, 1, column, heading)
    sheet.merge_range(0, 3, 0, 4, "生产企业")
    sheet.write_row(1, 3, ["名称", "地址"])
    sheet.merge_range(0, 5, 0, 6, "输入功率")
    sheet.write_row(1, 5, ["额定/W", "实测/W"])
    sheet.write_row(2, 0, [1, "电水壶", "合格", "甲某公司", "某路1号", 1500, 1403.8])
    (table,) = read(reader, book)
    assert table.heading_row == 2
    assert reader.rows(table, "producer", "product", "verdict") == [(3, "甲某公司", "电水壶", "pass")]
    assert "输入功率 额定/W" in table.unmapped


def test_two_rows_of_headings_are_joined_where_no_cell_says_that_it_is_merged(reader: Reader):
    table = reader.read_text("序号,产品名称,生产企业,\n,,名称,地址\n1,床单,甲某公司,某路\n")
    assert table.heading_row == 2
    assert reader.rows(table, "producer", "product") == [(3, "甲某公司", "床单")]


def test_a_row_of_limits_below_the_headings_is_no_record(reader: Reader, book: Book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["序号", "规格型号", "生产企业", "外观", "振动"])
    sheet.write_row(1, 3, ["符合标准要求", "不泄露、不破裂"])
    sheet.write_row(2, 0, [1, "L10", "甲某公司", "符合", "符合"])
    (table,) = read(reader, book)
    assert reader.rows(table, "producer") == [(3, "甲某公司")]
    assert [(row.file_row, row.why) for row in table.ignored] == [(2, "nothing_known")]


def test_numbers_days_and_truths_become_the_text_that_a_person_sees(reader: Reader, book: Book, kinds: Kinds):
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["决定书文号", "信用代码", "决定日期", "罚款金额"])
    sheet.write_row(1, 0, [140703, "007"])
    sheet.write_datetime(1, 2, datetime(2020, 1, 31), day)
    sheet.write_number(1, 3, 0.1 + 0.2)
    sheet.write_row(2, 0, ["甲", "X", 43861, "1,200元"])
    (table,) = read(reader, book, kinds.penalty)
    assert reader.rows(table, "decision_no", "code", "decided_on") == [
        (2, "140703", "007", date(2020, 1, 31)),
        (3, "甲", "X", date(2020, 1, 31)),
    ]
    amounts = reader.staging.execute(f'select cast(fine as varchar) from "{table.rows}" order by file_row').fetchall()
    assert amounts == [("0.30",), ("1200.00",)]


def test_an_identifier_that_the_workbook_has_rounded_is_quarantined(reader: Reader, book: Book, kinds: Kinds):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["决定书文号", "信用代码"])
    sheet.write_row(1, 0, ["甲", 911407001234567890])
    (table,) = read(reader, book, kinds.penalty)
    assert [rule for _, _, rule, _ in reader.faults(table)] == ["vocabulary.damaged-identifier"]


def test_days_are_counted_from_where_the_workbook_counts_them(reader: Reader, tmp_path: Path, kinds: Kinds):
    book = Book(tmp_path / "mac.xlsx", date_1904=True)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["决定书文号", "信用代码", "决定日期"])
    sheet.write_row(1, 0, ["甲", "X", 42399])
    sheet.write_row(2, 0, ["乙", "X"])
    sheet.write_datetime(2, 2, datetime(2020, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
    (table,) = read(reader, book, kinds.penalty)
    assert reader.rows(table, "decided_on") == [(2, date(2020, 1, 31)), (3, date(2020, 1, 31))]


def test_a_formula_is_read_as_what_it_came_to_and_text_that_looks_like_one_stays_text(reader: Reader, book: Book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["生产企业", "产品名称", "规格型号"])
    sheet.write_string(1, 0, "=cmd|'/c calc'!A0")
    sheet.write_formula(1, 1, '="床"&"单"', None, "床单")
    sheet.write_string(1, 2, "+1")
    (table,) = read(reader, book)
    assert reader.rows(table, "producer", "product", "spec") == [(2, "=cmd|'/c calc'!A0", "床单", "+1")]


def test_every_sheet_is_a_table_and_those_that_are_none_are_told(reader: Reader, book: Book):
    for name, product in (("合格产品", "床单"), ("不合格产品", "枕套")):
        sheet = book.add_worksheet(name)
        sheet.write_row(2, 1, ["生产企业", "产品名称"])
        sheet.write_row(3, 1, ["甲某公司", product])
    summary = book.add_worksheet("汇总")
    summary.write_row(0, 0, ["地区数", "批次", "合格率"])
    summary.write_row(1, 0, [3, 40, 0.95])
    book.add_worksheet("空表")
    hidden = book.add_worksheet("旧稿")
    hidden.write_row(0, 0, ["生产企业", "产品名称"])
    hidden.write_row(1, 0, ["丙某公司", "毯"])
    hidden.hide()
    passed, failed = read(reader, book)
    assert [(table.sheet, table.from_title) for table in (passed, failed)] == [
        ("合格产品", {"year": "2016", "verdict": "pass"}),
        ("不合格产品", {"year": "2016", "verdict": "fail"}),
    ]
    assert reader.rows(failed, "producer", "product", "verdict") == [(4, "甲某公司", "枕套", "fail")]
    assert [(sheet.sheet, sheet.why, sheet.rows) for sheet in passed.passed] == [
        ("汇总", "unknown", 2),
        ("旧稿", "hidden", 2),
    ]


def test_an_old_workbook_is_read_alike(reader: Reader, tmp_path: Path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, 4, "2012年4季度某产品监督抽查结果")
    for column, heading in enumerate(["序号", "产品\n名称", "生产企业名称", "规 格 型 号", "检验结果"]):
        sheet.write(1, column, heading)
    sheet.write_merge(2, 3, 2, 2, "甲某公司")
    for row, product in enumerate(["离心机", "混合机"], 2):
        for column, text in ((0, row - 1), (1, product), (3, 201210), (4, "合格")):
            sheet.write(row, column, text)
    book.add_sheet("Sheet2")
    book.save(str(tmp_path / "old.xls"))
    (table,) = reader.read(tmp_path / "old.xls")
    assert reader.rows(table, "producer", "product", "spec", "verdict", "year") == [
        (3, "甲某公司", "离心机", "201210", "pass", 2012),
        (4, "甲某公司", "混合机", "201210", "pass", 2012),
    ]
    assert table.passed == ()


def test_what_the_file_is_counts_not_what_it_is_called(reader: Reader, book: Book, tmp_path: Path):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["生产企业", "产品名称"])
    sheet.write_row(1, 0, ["甲某公司", "床单"])
    book.close()
    misnamed = tmp_path / "list.csv"
    misnamed.write_bytes(book.path.read_bytes())
    assert reader.read(misnamed)[0].valid == 1
    (tmp_path / "list.xls").write_text("企业名称,产品名称\n甲某公司,床单\n")
    assert reader.read(tmp_path / "list.xls")[0].valid == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "HTML"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"PK\x03\x04 not really", "ZIP"),
        (b'[{"a": 1}]', "JSON"),
        (b'{\n  "rows": [{"a": 1}]\n}', "JSON"),
        (b'{"rows": [{"a": 1}]}', "JSON"),
    ],
)
def test_other_files_are_named_for_what_they_are(reader: Reader, content: bytes, said: str):
    with pytest.raises(FileUnreadable, match=said):
        reader.read_text(content, name="list.xls")


def test_a_file_that_is_not_there_is_no_traceback(reader: Reader, tmp_path: Path):
    with pytest.raises(FileUnreadable):
        reader.read(tmp_path / "none.xlsx")
    with pytest.raises(FileUnreadable):
        reader.read(tmp_path)


def test_what_lies_beside_an_open_workbook_is_called_what_it_is(reader: Reader, tmp_path: Path):
    (tmp_path / "~$list.xlsx").write_bytes(b"\x05owner" + b" " * 158)
    with pytest.raises(LockFile):
        reader.read(tmp_path / "~$list.xlsx")


@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_a_cut_workbook_is_refused(reader: Reader, book: Book, tmp_path: Path, part: float):
    book.add_worksheet().write_row(0, 0, ["生产企业", "产品名称"])
    book.close()
    content = book.path.read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(content[: int(len(content) * part)])
    with pytest.raises(FileDamaged):
        reader.read(tmp_path / "cut.xlsx")


def test_a_cut_old_workbook_is_refused(reader: Reader, tmp_path: Path):
    (tmp_path / "cut.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(FileDamaged):
        reader.read(tmp_path / "cut.xls")


def test_two_cells_at_the_far_corners_end_only_the_process_that_reads_them(reader: Reader, book: Book):
    sheet = book.add_worksheet()
    sheet.write(0, 0, "生产企业")
    sheet.write(1048575, 16383, "x")
    with pytest.raises(TooDemanding):
        read(reader, book)


def test_a_zip_that_swells_is_refused_before_it_is_unpacked(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workbook, "_HARMLESS", 1024)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    with pytest.raises(FileTooLarge):
        reader.read(tmp_path / "bomb.xlsx")


def test_entities_that_multiply_are_not_expanded(reader: Reader, book: Book, tmp_path: Path):
    book.add_worksheet().write_row(0, 0, ["生产企业", "产品名称"])
    book.close()
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    strings = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]><sst><si><t>&a11;</t></si></sst>'
    with zipfile.ZipFile(book.path) as packed, zipfile.ZipFile(tmp_path / "laughs.xlsx", "w") as bomb:
        for part in packed.namelist():
            bomb.writestr(part, strings if part.endswith("sharedStrings.xml") else packed.read(part))
    with pytest.raises(FileUnreadable):
        reader.read(tmp_path / "laughs.xlsx")


def test_a_sheet_of_thousands_of_columns_is_refused(reader: Reader, book: Book):
    book.add_worksheet().write_row(0, 0, ["生产企业", *map(str, range(2500))])
    with pytest.raises(TooManyColumns):
        read(reader, book)


def test_an_encrypted_workbook_is_said_to_have_a_password(reader: Reader):
    sealed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
    with pytest.raises(WorkbookLocked):
        reader.read_text(sealed, name="list.xlsx")


def test_a_password_is_named():
    said = "_python_calamine.PasswordError: Workbook is password protected"
    assert isinstance(workbook._refusal(said, 1, Place("a.xlsx")), WorkbookLocked)


def test_a_word_below_the_heading_of_another_field_is_not_taken_alone(reader: Reader, book: Book):
    sheet = book.add_worksheet("附件")
    sheet.merge_range(0, 0, 1, 0, "生产企业")
    sheet.merge_range(0, 1, 0, 2, "不合格项目")
    sheet.write_row(1, 1, ["项目名称", "检验结果"])
    sheet.write_row(2, 0, ["甲某公司", "甲醛", "80"])
    (table,) = read(reader, book)
    assert table.mapping == {"生产企业": ("producer",), "不合格项目 项目名称": ("failed_items",)}
    assert (table.heading_row, table.unmapped) == (2, ("不合格项目 检验结果",))


def test_an_upper_heading_that_ends_as_the_lower_begins_is_joined_with_it_once(reader: Reader, book: Book):
    sheet = book.add_worksheet("附件")
    sheet.merge_range(0, 0, 0, 1, "生产企业")
    sheet.write_row(1, 0, ["企业名称", "电话"])
    sheet.write(0, 2, "产品名称")
    sheet.write_row(2, 0, ["甲某公司", "1", "床单"])
    (table,) = read(reader, book)
    assert reader.rows(table, "producer") == [(3, "甲某公司")]
    assert "生产企业 企业名称" in table.mapping


def test_a_formula_that_no_program_has_worked_out_is_not_taken_for_an_empty_cell(reader: Reader, tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADINGS, [1, "甲公司", "某省", "床单", "合格"], [2, '="乙"&"公司"', "某省", "床单", "合格"]):
        sheet.append(row)
    sheet.append([3, "丙公司", "某省", "=D2", "合格"])
    sheet.append(["合计", "=COUNTA(B2:B4)"])
    book.save(tmp_path / "2016.xlsx")
    (table,) = reader.read(tmp_path / "2016.xlsx")
    assert [row for row, *_ in reader.rows(table, "subject")] == [2]
    assert [(row, rule) for row, _, rule, *_ in reader.faults(table)] == [
        (3, "ledger.formula-unvalued"),
        (4, "ledger.formula-unvalued"),
    ]
    assert table.ignored[0].why == "total"


def test_a_formula_that_came_to_nothing_is_empty(reader: Reader, book: Book, tmp_path: Path):
    sheet = book.add_worksheet("附件")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, [1, "甲公司"])
    sheet.write_formula(1, 2, "=B9", value="x")
    sheet.write_row(1, 3, ["床单", "合格"])
    book.close()
    with zipfile.ZipFile(book.path) as packed, zipfile.ZipFile(tmp_path / "2017.xlsx", "w") as made:
        for name in packed.namelist():
            made.writestr(name, packed.read(name).replace(b"<v>x</v>", b"<v></v>"))
    (table,) = reader.read(tmp_path / "2017.xlsx")
    assert (table.valid, table.quarantined_rows) == (1, 0)


def test_one_text_in_thousands_of_cells_is_bounded(reader: Reader, book: Book, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "_HARMLESS", 1024**2)
    sheet = book.add_worksheet("附件")
    sheet.write_row(0, 0, HEADINGS)
    for number in range(1, 400):
        sheet.write_row(number, 0, [number, "甲公司", "某省", "长" * 32_000, "合格"])
    with pytest.raises(FileTooLarge, match="MiB"):
        read(reader, book)
