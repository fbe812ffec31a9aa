"""Lists of spot checks are read as authorities word them; all firms are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.packs.lists import read_text

if TYPE_CHECKING:
    from pathlib import Path


def test_a_list_of_failed_food_is_read_with_its_items_and_the_verdict_of_its_title(tmp_path: Path) -> None:
    text = (
        "肉制品监督抽检不合格产品信息\n"
        "抽样编号,序号,标称生产企业名称,标称生产企业地址,被抽样单位名称,被抽样单位地址,食品名称,规格型号,商标,生产日期/批号,"
        "不合格项目║检验结果║标准值,分类,公告号,公告日期,任务来源/项目名称,检验机构,备注\n"
        "GC99,1,样例食品一厂,样例市甲路1号,样例超市,样例市乙路2号,酱牛肉,200g/袋,/,2020-05-01,"
        "菌落总数║20000║10000；山梨酸║0.5g/kg║0.075,肉制品,2020年第9号,2020/7/8,样例省/抽检,样例检验所,——\n"
    )
    read = read_text(tmp_path, "cn-spot-checks", "sampling", text)
    [row] = read.rows
    assert (row["producer"], row["product"], row["verdict"], row["year"]) == ("样例食品一厂", "酱牛肉", "fail", 2020)
    assert (row["brand"], row["remarks"]) == (None, None)
    assert [item[2:] for item in read.items] == [("菌落总数", "20000", "10000"), ("山梨酸", "0.5g/kg", "0.075")]
    assert read.table.unmapped == ("序号",)


@pytest.mark.parametrize(
    ("heading", "value", "verdict"),
    [
        ("检验结论", "合格", "pass"),
        ("抽查结果", "不合格", "fail"),
        ("检验结果", "合格", "pass"),
        ("检验结论", "拒检", "refused"),
    ],
)
def test_the_verdict_stands_under_several_headings(tmp_path: Path, heading: str, value: str, verdict: str) -> None:
    text = f"2019年样例产品监督抽查结果,,\n序号,标称生产企业,{heading}\n1,样例一厂,{value}\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert (row["verdict"], row["result"], row["year"]) == (verdict, value, 2019)


def test_the_result_of_a_second_test_is_not_the_verdict(tmp_path: Path) -> None:
    text = "2017年样例产品不合格企业后处理结果,,,\n序号,企业名称,企业所在地,复查检验结果\n1,样例一厂,样例市,复查合格\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert (row["verdict"], row["recheck"], row["region"]) == ("fail", "复查合格", "样例市")


def test_a_list_that_gives_no_verdict_leaves_it_unknown(tmp_path: Path) -> None:
    text = "2014年样例产品风险监测结果汇总表,,\n序号,规格型号,标称生产企业\n1,A1,样例一厂\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert row["verdict"] is None


def test_the_firm_inspected_is_the_producer_where_no_producer_is_named(tmp_path: Path) -> None:
    alone = "2016年样例产品监督抽查结果,,\n序号,受检企业名称,检验结论\n1,样例一厂,合格\n"
    both = "2016年样例产品监督抽查结果,,,\n序号,受检企业,生产企业,检验结论\n1,样例商场,样例一厂,合格\n"
    rows = [*read_text(tmp_path, "cn-spot-checks", "sampling", alone).rows]
    rows += read_text(tmp_path, "cn-spot-checks", "sampling", both).rows
    assert [row["subject"] for row in rows] == ["样例一厂", "样例一厂"]


@pytest.mark.parametrize(
    "heading", ["生产厂家名称", "标注生产单位", "（标称）生产者名称", "被抽样生产企业名称", "标称制造商"]
)
def test_the_shop_is_not_the_producer_where_one_is_named(tmp_path: Path, heading: str) -> None:
    text = f"2018年样例产品监督抽查结果,,,\n受检单位,{heading},产品名称,抽查结果\n样例商店,样例一厂,电线,合格\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert (row["producer"], row["sampled_at"]) == ("样例一厂", "样例商店")


@pytest.mark.parametrize(
    ("field", "heading"),
    [
        ("region", "标称生产企业所在地"),
        ("region", "企业所在市"),
        ("region", "省（自治区、直辖市）"),
        ("sampled_at", "网店名称"),
        ("sampled_at", "被抽样销售者"),
        ("sampled_at", "经营者名称"),
        ("spec", "规格/型号/等级"),
        ("lot", "批号或生产日期"),
        ("failed_items", "不合格项目（标准值、实测值）"),
        ("lab", "承检单位/机构"),
        ("address", "标示生产企业地址"),
    ],
)
def test_typical_wordings_of_headings_are_known(tmp_path: Path, field: str, heading: str) -> None:
    text = f"2018年样例产品监督抽查结果,\n标称生产企业,{heading}\n样例一厂,某值\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert row[field] == "某值"


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("合格。", "pass"),
        ("本次抽查所检项目合格", "pass"),
        ("所检项目未发现不合格", "pass"),
        ("经检验，所检项目符合标准要求", "pass"),
        ("不合格（标识）", "fail"),
        ("标签不合格", "fail"),
        ("不合格*", "fail"),
        ("拒绝监督抽查", "refused"),
        ("未抽样", None),
        ("停产", None),
        ("基本合格", None),
        ("不合格（复检合格）", None),
        ("实物质量合格、标识不合格", None),
    ],
)
def test_a_verdict_is_known_by_its_words(tmp_path: Path, written: str, verdict: str | None) -> None:
    text = f"2018年样例产品监督抽查结果,\n标称生产企业,抽查结果\n样例一厂,{written}\n"
    read = read_text(tmp_path, "cn-spot-checks", "sampling", text)
    assert [row["verdict"] for row in read.rows] == ([verdict] if verdict else [])
    assert read.table.quarantined_rows == (0 if verdict else 1)


def test_what_was_measured_is_not_the_verdict(tmp_path: Path) -> None:
    text = "2020年样例食品不合格信息,,,\n标称生产企业名称,不合格项目,检验结果,标准值\n样例一厂,菌落总数,4.5×10⁴,≤10⁴\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert (row["verdict"], row["result"], row["failed_items"]) == ("fail", None, "菌落总数")


def test_sums_by_firm_take_no_verdict_from_their_title(tmp_path: Path) -> None:
    text = "2019年监督抽查合格企业名单,,,\n企业名称,抽查批次,合格批次,合格率\n样例一厂,3,2,66.7%\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert (row["verdict"], row["year"]) == (None, 2019)


def test_what_is_written_beside_a_producers_name_makes_no_other_firm(tmp_path: Path) -> None:
    names = ["标称：样例一厂", "（标称）样例一厂", "样例一厂（标称）", "样例一厂*", "标称生产者：样例一厂", "样例一厂"]
    text = "2018年样例产品监督抽查结果,\n企业名称,抽查结果\n" + "".join(f"{name},合格\n" for name in names)
    rows = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert {row["subject"] for row in rows} == {"样例一厂"}
    assert rows[0]["producer"] == "标称：样例一厂"
