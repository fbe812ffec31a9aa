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
