"""Lines at the foot of a table are no records, and records are no lines at the foot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ledger.reading.conftest import field

from zhiheng.ledger.reading.ignored import BLANKS, is_filled
from zhiheng.ledger.reading.statement import Sql

if TYPE_CHECKING:
    from tests.unit.ledger.reading.conftest import Kinds, Reader

HEAD = "2023年抽查,,,\n生产企业,产品名称,规格型号,结论\n甲厂,电线,10,合格\n乙厂,电缆,20,不合格\n"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("数据来源：某市市场监督管理局,,,", "note"),
        ("填表人：张三,,审核人：李四,", "note"),
        ("制表日期：2023-05-01,,,", "note"),
        ("备　注：按名称排序,,,", "note"),
        ("以下空白,,,", "note"),
        ("（以下空白）,,,", "note"),
        ("合　计,2批次,,", "total"),
        (" 总 计：,,2,", "total"),
        ("合计2批次,,,", "total"),
        ("Grand Total,,2,", "total"),
    ],
)
def test_a_line_at_the_foot_is_ignored_where_the_firm_stands_first(reader: Reader, line: str, why: str):
    table = reader.read_text(f"{HEAD}{line}\n")
    assert [row[1] for row in reader.rows(table, "producer")] == ["甲厂", "乙厂"]
    assert [(row.file_row, row.why) for row in table.ignored] == [(5, why)]


@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "\u00a0", "\ufeff", " \u3000 "])
def test_a_cell_of_blanks_is_empty_whatever_blanks_they_are(reader: Reader, blank: str):
    cells = ",".join([blank] * 4)
    table = reader.read_text(f"{HEAD}{cells}\n合计,{blank},2,{blank}\n丙厂,电线,10,合格\n{cells}\n")
    assert [row[1] for row in reader.rows(table, "producer")] == ["甲厂", "乙厂", "丙厂"]
    assert [(row.file_row, row.why) for row in table.ignored] == [(6, "total")]
    assert (table.ignored_rows, table.quarantined_rows) == (3, 0)


@given(st.lists(st.text(" \t\u3000\u00a0\ufeff!~a0甲龥\u2028é\x7f", max_size=3), min_size=1))
def test_a_cell_is_filled_where_stripping_blanks_leaves_something(cells: list[str]):
    answers = duckdb.execute(f"select {is_filled(Sql('cell'))} from (select unnest(?) as cell)", [cells]).fetchall()
    assert [filled for (filled,) in answers] == [bool(cell.strip(BLANKS)) for cell in cells]


def test_a_row_of_one_cell_at_the_foot_is_quarantined(reader: Reader):
    table = reader.read_text(f"{HEAD}本次抽查由某市局组织实施。,,,\n")
    assert (table.valid, table.quarantined_rows) == (2, 1)
    assert reader.faults(table) == [(5, "", "ledger.row-of-one-cell", "本次抽查由某市局组织实施。")]


def test_the_foot_of_a_short_list_is_no_list_of_names(reader: Reader):
    head = "2023年不合格产品,,\n生产企业,产品名称,规格型号\n甲厂,电线,10\n"
    table = reader.read_text(f"{head}2.排名不分先后；,,\n某省质量技术监督局,,\n2023年12月1日,,\n")
    assert [row[1] for row in reader.rows(table, "producer")] == ["甲厂"]
    assert table.quarantined_rows == 3


def test_a_sum_beside_a_merged_cell_is_a_sum(reader: Reader):
    text = "产品名称,生产企业,结论,规格型号\n酱油,甲厂,合格,1\n酱油,小 计,合格1批次,\n"
    table = reader.read_text(text, name="2023年.csv")
    assert [row[1] for row in reader.rows(table, "producer")] == ["甲厂"]
    assert dict(table.reasons) == {"total": 1}


def test_a_list_of_names_alone_is_a_list(reader: Reader):
    table = reader.read_text("2023年抽查,,,\n生产企业,产品名称,规格型号,结论\n甲厂,电线,,\n乙厂,,,\n丙厂,,,\n丁厂,,,\n")
    assert table.valid == 4


def test_a_firm_called_as_a_sum_is_a_firm(reader: Reader, kinds: Kinds):
    kind = replace(kinds.penalty, fields={"name": field("name", "text", "名称"), **kinds.penalty.fields})
    table = reader.read_text(
        "名称,决定书文号,信用代码,决定日期\nTotal,1,X,2020-01-01\nNote: Cafe,2,X,2020-01-01\n"
        "Source: Cafe,3,X,2020-01-01\nTotal,,2,\n",
        kind,
    )
    assert [row[1] for row in reader.rows(table, "name")] == ["Total", "Note: Cafe", "Source: Cafe"]
    assert [(row.file_row, row.why) for row in table.ignored] == [(5, "total")]


def test_a_producer_written_after_a_word_is_kept(reader: Reader):
    table = reader.read_text(f"{HEAD}生产单位：丙厂,灯,,合格\n")
    assert table.valid == 3
