"""Tables below each other: which go on, which begin anew, and which are none of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.unit.ledger.reading.conftest import Reader

FIRST = "序号,生产企业,产品名称,结论\n1,甲厂,电线,合格\n"


@pytest.mark.parametrize(
    "other",
    [
        "附表：样品清单,,,\n序号,产品名称,规格型号,结论\n1,电线,10型,合格\n2,电缆,20型,不合格\n",
        "承检机构名单,,,\n序号,机构名称,地址,电话\n1,某省质检院,某路1号,\n2,某市质检所,某路2号,\n",
        "附表,,,\n产品名称,规格型号,地区,结论\n电线,10型,某县,合格\n电缆,20型,某县,合格\n",
    ],
)
def test_a_table_that_fits_no_kind_is_not_read_under_the_headings_of_another(reader: Reader, other: str):
    table = reader.read_text(FIRST + other, name="2023年.csv")
    assert [row[1] for row in reader.rows(table, "producer")] == ["甲厂"]
    assert table.reasons["other_table"] == 4  # with its title
    assert table.doubtful_rows == 4
    assert table.rows_seen == 5


def test_after_another_table_the_first_may_go_on(reader: Reader):
    text = f"{FIRST}序号,产品名称,规格型号,结论\n1,电线,10型,合格\n序号,生产企业,产品名称,结论\n2,乙厂,灯,合格\n"
    table = reader.read_text(text, name="2023年.csv")
    assert [row[1] for row in reader.rows(table, "producer")] == ["甲厂", "乙厂"]
    assert dict(table.reasons) == {"heading": 1, "other_table": 2}


def test_headings_are_seen_again_however_they_are_spaced(reader: Reader):
    book = openpyxl.Workbook()
    sheet = book.active
    head = ["序号", "生产企业\n名称", "产 品 名 称", "结 论"]
    for row in (head, [1, "甲厂", "电线", "合格"], head, [2, "乙厂", "电缆", "不合格"]):
        sheet.append(row)
    for row in (["序号", "结 论", "生产企业\n名称", "产 品 名 称"], [3, "合格", "丙厂", "灯"]):
        sheet.append(row)
    path = reader.folder / "2023年.xlsx"
    book.save(path)
    first, second = reader.read(path)
    assert [row[1] for row in reader.rows(first, "producer")] == ["甲厂", "乙厂"]
    assert reader.rows(second, "producer", "product", "verdict") == [(6, "丙厂", "灯", "pass")]


def test_in_text_too(reader: Reader):
    path = reader.folder / "2023年.csv"
    path.write_text("生产 企业,产品 名称,结 论\n甲厂,电线,合格\n产品 名称,生产 企业,结 论\n灯,乙厂,合格\n")
    first, second = reader.read(path)
    assert [row[1] for table in (first, second) for row in reader.rows(table, "producer")] == ["甲厂", "乙厂"]


def test_a_record_that_holds_a_word_of_a_heading_is_a_record(reader: Reader):
    table = reader.read_text(f"{FIRST}2,产品名称,电线,合格\n3,地区,规格型号厂,合格\n", name="2023年.csv")
    assert table.valid == 3


def test_a_column_without_a_heading_ends_no_table(reader: Reader):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "生产企业", "产品名称", "不合格项目", None, "结论"])
    for number in range(1, 6):
        sheet.append([number, f"{number}厂", "电线", None, None, "合格"])
    path = reader.folder / "2023年.xlsx"
    book.save(path)
    [table] = reader.read(path)
    assert (table.valid, table.ignored_rows) == (5, 0)


def test_a_section_says_otherwise_what_the_title_said(reader: Reader):
    path = reader.folder / "2023年.csv"
    rows = "甲厂,电线,10\n二、不合格产品,,\n乙厂,电缆,20\n丙厂,灯,5\n"
    path.write_text(f"一、合格产品,,\n生产企业,产品名称,规格型号\n{rows}")
    first, second = reader.read(path)
    said = [row[1:] for table in (first, second) for row in reader.rows(table, "producer", "verdict", "year")]
    assert said == [("甲厂", "pass", 2023), ("乙厂", "fail", 2023), ("丙厂", "fail", 2023)]
    assert (first.rows_seen, second.rows_seen, dict(second.reasons)) == (1, 3, {"section": 1})


def test_a_section_that_says_nothing_of_the_kind_leaves_the_title_standing(reader: Reader):
    text = "2023年不合格产品,,\n生产企业,产品名称,规格型号\n甲厂,电线,10\n二、服装,,\n乙厂,衬衫,20\n"
    table = reader.read_text(text)
    assert [row[1] for row in reader.rows(table, "verdict")] == ["fail", "fail"]
    assert dict(table.reasons) == {"section": 1}


@pytest.mark.parametrize(
    "below",
    [
        "公布日期：2016年1月20日",
        "填报日期：2016年1月5日",
        "公告2016年第3号",
        "晋质监〔2016〕3号",
        "对抽查不合格的企业，已责令整改。",
        "不合格产品名单另行公布",
    ],
)
def test_the_title_of_a_list_outranks_the_line_below_it(reader: Reader, below: str):
    table = reader.read_text(f"2015年抽查合格产品名单,,\n{below},,\n生产企业,产品名称,规格型号\n甲厂,电线,10\n")
    assert reader.rows(table, "verdict", "year") == [(4, "pass", 2015)]


def test_a_line_below_the_title_may_say_what_the_title_does_not(reader: Reader):
    table = reader.read_text("抽查不合格产品名单,,\n公布日期：2016年1月,,\n生产企业,产品名称,规格型号\n甲厂,电线,10\n")
    assert reader.rows(table, "verdict", "year") == [(4, "fail", 2016)]


def test_a_row_that_numbers_the_columns_is_part_of_the_heading(reader: Reader):
    book = openpyxl.Workbook()
    for row in (
        ["生产企业", "产品名称", "结论"],
        ["（1）", "（2）", "（3）"],
        ["甲厂", "电线", "合格"],
        ["1", "2", "3"],
    ):
        book.active.append(row)
    path = reader.folder / "2023年.xlsx"
    book.save(path)
    [table] = reader.read(path)
    assert (table.valid, table.quarantined_rows, dict(table.reasons)) == (1, 1, {"heading": 1})
