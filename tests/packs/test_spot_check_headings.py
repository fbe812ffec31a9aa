"""Whom and what a list of spot checks names is known however its headings are worded; all firms are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.packs.lists import ReadTable, read_text

from zhiheng.ledger.reading.headings import Heading, index_headings
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from pathlib import Path


def read_sampling(tmp_path: Path, title: str, headings: str, *rows: str) -> ReadTable:
    commas = "," * headings.count(",")
    return read_text(tmp_path, "cn-spot-checks", "sampling", "\n".join([title + commas, headings, *rows, ""]))


def fed(*headings: str) -> dict[str, str]:
    """Tell which heading feeds each field first."""
    layout = index_headings(find_pack("cn-spot-checks").kinds["sampling"]).match([Heading(one) for one in headings])
    return {field: headings[columns[0]] for field, columns in layout.columns.items()}


FOOD_THAT_FAILED = "2019年样例食品监督抽检不合格样品信息"


@pytest.mark.parametrize("shop", ["被抽检单位", "被抽样单位名称", "受检单位", "被抽样单位（人）名称"])
@pytest.mark.parametrize(
    "heading",
    [
        "标称生产经营企业名称",
        "标识种植企业名称",
        "标称生产单位/供应商",
        "标称生产者或产地",
        "标示生产者名称或地址",
        "标示企业名称",
        "产品标识生产者",
        "检品生产单位",
        "标称生产企业或农民专业合作社",
        "生产经营单位名称及所在地",
        "标示生产经营者",
        "标称委托加工、制造企业",
        "供应商/生产企业",
        "生产单位（标称）及地址",
        "厂家（标称）",
        "标称养殖场（户）名称",
        "标示化妆品注册人/备案人、受托生产企业、境内责任人（经销商）等名称",
    ],
)
def test_a_producer_is_known_however_its_heading_is_worded(shop: str, heading: str) -> None:
    found = fed("序号", "样品名称", shop, heading, "规格型号", "不合格项目")
    assert (found["producer"], found["sampled_at"]) == (heading, shop)


def test_the_shop_beside_a_producer_in_other_words_is_not_it(tmp_path: Path) -> None:
    headings = "序号,样品名称,受检单位,受检单位所在地,标识种植（养殖）企业名称"
    [row] = read_sampling(tmp_path, FOOD_THAT_FAILED, headings, "1,样例菜,样例商店,样例市,样例农场").rows
    assert (row["subject"], row["sampled_at"], row["sampled_at_region"]) == ("样例农场", "样例商店", "样例市")


@pytest.mark.parametrize(
    "heading",
    [
        "标称生产企业许可证号",
        "标称生产企业联系电话",
        "标示生产批号",
        "生产企业所属区县",
        "标称商标",
        "标称商品条码",
        "标称被抽样单位",
        "检测值(标注单位)",
        "标准值（标注单位）",
        "生产企业确认情况",
        "加工日期",
        "标称产品名称",
    ],
)
def test_what_else_is_said_of_a_producer_is_not_its_name(heading: str) -> None:
    assert fed("序号", "样品名称", "企业名称", heading)["producer"] == "企业名称"


def test_the_better_known_heading_of_a_producer_counts() -> None:
    headings = ["序号", "标称经销商", "标称生产经营企业", "生产企业名称", "样品名称"]
    assert fed(*headings)["producer"] == "生产企业名称"
    headings.remove("生产企业名称")
    assert fed(*headings)["producer"] == "标称生产经营企业"


def test_a_sentence_above_the_headings_names_no_producer(tmp_path: Path) -> None:
    text = "标称生产企业名单\n食品,甲加工厂\n企业名称,检验结论\n样例一厂,合格\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert row["producer"] == "样例一厂"


@pytest.mark.parametrize(
    "heading",
    [
        "受检单位所在地",
        "被抽查单位所在地区",
        "受检单位及地区",
        "被抽检单位及所在地",
        "受检企业所在地",
        "所在地",
        "区县",
        "地市",
        "省份",
        "地址",
        "受检单位地址",
        "受检企业地址",
    ],
)
def test_where_the_shop_is_is_not_where_the_producer_is(heading: str) -> None:
    found = fed("序号", "样品名称", "被抽样单位", heading, "标称生产企业名称", "不合格项目")
    assert found["producer"] == "标称生产企业名称"
    assert not {"region", "address"} & found.keys()


def test_a_shop_alone_says_nothing_of_the_producers_place() -> None:
    found = fed("样品名称", "受检单位所在地", "标称生产企业名称")
    assert "region" not in found
    assert found["sampled_at_region"] == "受检单位所在地"


def test_a_place_that_is_not_given_is_not_taken_from_another_column(tmp_path: Path) -> None:
    headings = "序号,区县,被抽样单位,标称生产企业,生产企业所在地,产品名称"
    rows = ("1,甲区,样例商店,样例一厂,样例省,饼", "2,乙区,样例商店,样例二厂,/,饼")
    read = read_sampling(tmp_path, FOOD_THAT_FAILED, headings, *rows)
    assert [row["region"] for row in read.rows] == ["样例省", None]


@pytest.mark.parametrize(
    ("headings", "region"),
    [
        ("生产企业,所在地,产品名称", "所在地"),
        ("受检单位,所在地,产品名称", "所在地"),
        ("受检单位,受检单位所在地,产品名称", "受检单位所在地"),
        ("受检企业名称,受检企业所在地,产品名称", "受检企业所在地"),
        ("企业名称,所在地,电商平台,产品名称", "所在地"),
        ("被抽样单位,标称生产者,标识生产者所属省市,产品名称", "标识生产者所属省市"),
        ("被抽样单位,标称生产者,标示生产企业所在省份,产品名称", "标示生产企业所在省份"),
    ],
)
def test_where_the_producer_is_is_known_where_it_is_said(headings: str, region: str) -> None:
    assert fed(*headings.split(","))["region"] == region


@pytest.mark.parametrize("heading", ["标称生产单位或代理商地址", "标识种植企业地址", "检品生产单位联系地址"])
def test_the_address_of_a_producer_is_known_however_its_heading_is_worded(heading: str) -> None:
    found = fed("样品名称", "被抽样单位", "被抽样单位地址", "标称生产企业", heading)
    assert (found["producer"], found["address"]) == ("标称生产企业", heading)


@pytest.mark.parametrize("heading", ["被抽样单位名称", "被抽检人", "被抽样单位（人）名称", "被采样单位"])
def test_who_was_inspected_made_it_where_nobody_else_is_named(heading: str) -> None:
    found = fed("序号", heading, "样品名称")
    assert (found["producer"], found["sampled_at"]) == (heading, heading)


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("2021年样例产品监督抽查未发现不合格产品及企业名单", "pass"),
        ("2021年第2期食品抽检未检出不合格样品信息", "pass"),
        ("2021年监督抽查没有发现不合格产品的企业名单", "pass"),
        ("2021年监督抽查无不合格项目产品名单", "pass"),
        ("2021年监督抽查合格（未检出不合格项目）产品名单", "pass"),
        ("2021年食品监督抽检合格样品明细（所检项目未发现不合格）", "pass"),
        ("2021年监督抽查检出不合格产品名单", "fail"),
        ("2021年监督抽查质量不达标产品名单", "fail"),
        ("2021年不合格产品情况一览表", "fail"),
        ("2021年监督抽查产品合格情况一览表", None),
        ("2021年监督抽查合格与不合格情况一览表", None),
        ("2021年监督抽查合格和不合格产品名单", None),
        ("2021年监督抽查结果及不合格项目情况表", None),
        ("2021年食品抽检不合格项目小知识", None),
        ("2021年监督抽查不合格企业整改复查合格名单", None),
        ("2021年监督抽查不合格产品后处理及整改合格名单", None),
        ("2021年监督抽查不合格产品生产企业复检合格名单", None),
        ("2021年样例食品不合格样品核查处置情况", None),
        ("2021年监督抽查复查仍不合格企业名单", None),
    ],
)
def test_a_title_gives_the_verdict_only_where_it_says_one(tmp_path: Path, title: str, verdict: str | None) -> None:
    [row] = read_sampling(tmp_path, title, "序号,生产企业,产品名称", "1,样例一厂,样例饼").rows
    assert row["verdict"] == verdict


def test_no_name_is_nobody(tmp_path: Path) -> None:
    nobody = ["无", "不详", "未标注", "无标识", "散装", "自制", "标称：/", "标称：无", "*", "——"]
    rows = [*(f"{name},样例市,瓜子" for name in nobody), "样例一厂,不详,瓜子", "样例二厂,无,饼"]
    read = read_sampling(tmp_path, FOOD_THAT_FAILED, "生产企业,所在地,产品名称", *rows)
    assert [row["subject"] for row in read.rows] == ["样例一厂", "样例二厂"]
    assert read.table.quarantined_rows == len(nobody)


FURTHER_WORDS = {
    "不存在不合格项": "pass",
    "未出现不合格项目": "pass",
    "未检测到不合格": "pass",
    "不合格项目：无": "pass",
    "不合格项目：无机砷": "fail",
    "不合格项数:0": "pass",
    "检出0项不合格": "pass",
    "检出10项不合格": "fail",
    "甲醛超标": "fail",
    "未超标": "pass",
    "不符GB 6675": "fail",
    "达到标准要求": "pass",
    "达不到标准要求": "fail",
    "满足标准要求": "pass",
    "不满足标准要求": "fail",
    "未见异常": "pass",
    "问题样品": "fail",
    "未通过": "fail",
    "是": "pass",
    "否": "fail",
    "√": "pass",
    "×": "fail",
    "Y": "pass",
    "仅提供实测数据，不作合格判定": None,
}


def test_a_verdict_is_known_in_further_words(tmp_path: Path) -> None:
    rows = [f"样例一厂,{written}" for written in FURTHER_WORDS]
    read = read_sampling(tmp_path, "2018年样例产品监督抽查结果", "标称生产企业,是否合格", *rows)
    assert {row["result"]: row["verdict"] for row in read.rows} == {
        written: verdict for written, verdict in FURTHER_WORDS.items() if verdict
    }


@pytest.mark.parametrize("heading", ["检验是否合格", "报告结论", "总判定", "实物质量判定", "合格判定", "检验报告结果"])
def test_a_verdict_stands_under_further_headings(heading: str) -> None:
    found = fed("标称生产企业", heading)
    assert (found["verdict"], found["result"]) == (heading, heading)


@pytest.mark.parametrize(
    "heading",
    ["标示产品名称", "样品名称及规格", "保健食品名称", "药品品名", "产品名称及规格型号", "所检产品", "标示化妆品名称"],
)
def test_a_product_is_known_however_its_heading_is_worded(heading: str) -> None:
    found = fed("生产企业名称", heading, "生产批号")
    assert (found["producer"], found["product"]) == ("生产企业名称", heading)


@pytest.mark.parametrize("bar", ["║", "‖", "∥", "|", "∣"])
def test_items_are_parted_by_whatever_bar(tmp_path: Path, bar: str) -> None:
    headings = f"标称生产企业名称,食品名称,不合格项目{bar}检验结果{bar}标准值"
    cell = f"菌落总数{bar}2{bar}1；霉菌{bar}4{bar}3;色素{bar}6{bar}5"
    read = read_sampling(tmp_path, FOOD_THAT_FAILED, headings, f"样例一厂,饼,{cell}")
    assert [item[2:] for item in read.items] == [("菌落总数", "2", "1"), ("霉菌", "4", "3"), ("色素", "6", "5")]


def test_the_day_of_sampling_comes_before_that_of_the_notice(tmp_path: Path) -> None:
    headings = "生产企业,产品名称,公告日期,检验日期,抽样日期"
    [row] = read_sampling(tmp_path, "监督抽查名单", headings, "样例一厂,饼,2017-01-20,2016-01-20,2015-12-20").rows
    assert row["year"] == 2015


def test_marks_beside_a_producers_name_make_no_other_firm(tmp_path: Path) -> None:
    names = ["*样例一厂", "样例一厂①", "样例一厂★", "☆样例一厂", "“样例一厂”", "生产商：样例一厂", "制造商:样例一厂"]
    names += ["标称生产企业名称：样例一厂", "委托方：样例一厂"]
    rows = read_sampling(tmp_path, FOOD_THAT_FAILED, "生产企业,产品名称", *(f"{name},饼" for name in names)).rows
    assert {row["subject"] for row in rows} == {"样例一厂"}
