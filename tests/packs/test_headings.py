"""The packs know the headings of real files, over the years and from several authorities; all rows are invented."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest

from zhiheng.ledger.reading import StagedTable, read_file
from zhiheng.ledger.reading.headings import Heading, index_headings
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class ReadTable(NamedTuple):
    """One table of a file as it was read."""

    table: StagedTable
    rows: Sequence[Mapping[str, object]]
    items: Sequence[tuple[object, ...]]


def read_text(tmp_path: Path, pack: str, kind: str, text: str) -> ReadTable:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    with duckdb.connect() as staging:
        [table] = read_file(
            path, find_pack(pack).kinds, kind=kind, extract_date=date(2020, 12, 31), staging=staging, progress=None
        )
        found = staging.table(table.rows)
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
        items = [row for name in table.children.values() for row in staging.table(name).fetchall()]
    return ReadTable(table, rows, items)


STARS = {"health": 3, "staffing": 4, "quality": 5, "overall": 4}


@pytest.mark.parametrize(
    "text",
    [
        (
            "PROVNUM,PROVNAME,OVERALL_RATING,OVERALL_RATING_FN,SURVEY_RATING,QUALITY_RATING,STAFFING_RATING,FILEDATE\n"
            "999001,Invented Manor,4,,3,5,4,2019-11-01\n"
        ),
        (
            "Federal Provider Number,Provider Name,Overall Rating,Health Inspection Rating,QM Rating,"
            "Long-Stay QM Rating,Staffing Rating,Processing Date\n999001,Invented Manor,4.0,3.0,5.0,1,4.0,11/1/2019\n"
        ),
        (
            '"CMS Certification Number (CCN)","Provider Name","Chain Average Overall 5-star Rating","Overall Rating",'
            '"Health Inspection Rating","QM Rating","Staffing Rating","Processing Date"\n'
            "999001,Invented Manor,2.5,4,3,5,4,2019-11-01\n"
        ),
        (
            "federal_provider_number,overall_rating,health_inspection_rating,quality_measure_rating,staff_rating,"
            "rn_staffing_rating,file_date\n999001,4,3,5,4,1,01NOV2019\n"
        ),
        (
            "Provider Number,Overall Rating,Health Rating,Quality Measures Rating,Nurse Staffing Rating,Release Date\n"
            "999001,4,3,5,4,2019-11-01\n"
        ),
    ],
    ids=["before 2020", "2020 to 2023", "since 2023", "in one word", "in other words"],
)
def test_nursing_homes_are_read_under_the_headings_of_every_era(tmp_path: Path, text: str) -> None:
    read = read_text(tmp_path, "us-nursing-homes", "home", text)
    [row] = read.rows
    assert {name: row[name] for name in STARS} == STARS
    assert (row["provider_number"], row["processed_on"]) == ("999001", date(2019, 11, 1))


def test_a_provider_number_that_a_spreadsheet_rewrote_stays_as_it_stands(tmp_path: Path) -> None:
    text = "Federal Provider Number,Health Inspection Rating,Processing Date\n1.40E+96,3,4/1/2023\n15009,2,4/1/2023\n"
    read = read_text(tmp_path, "us-nursing-homes", "home", text)
    assert sorted(str(row["provider_number"]) for row in read.rows) == ["1.40E+96", "15009"]


def test_food_hygiene_scores_are_read_from_the_interface_as_well(tmp_path: Path) -> None:
    text = (
        "FHRSID,BusinessName,RatingValue,RatingDate,scores.Hygiene,scores.Structural,scores.ConfidenceInManagement,"
        "SchemeType\n1,Invented Café,4,2019-11-05T00:00:00,5,5,10,FHRS\n"
        "2,Invented Inn,Improvement Required,2019-11-06T00:00:00,,,,FHIS\n"
    )
    first, second = read_text(tmp_path, "uk-food-hygiene", "inspection", text).rows
    assert (first["status"], first["hygiene"], first["structural"], first["confidence"]) == ("Rated", 5, 5, 10)
    assert (second["status"], second["hygiene"], second["scheme"]) == ("Improvement Required", None, "FHIS")


@pytest.mark.parametrize("heading", ["Scores:{}", "Score_{}", "Scores/{}", "{}_Score", "Scores_{}"])
def test_food_hygiene_scores_are_read_as_flattened_files_head_them(tmp_path: Path, heading: str) -> None:
    scores = ",".join(heading.format(one) for one in ("Hygiene", "Structural", "ConfidenceInManagement"))
    text = f"FHRSID,RatingValue,RatingDate.Element:Text,{scores}\n1,4,2019-11-05,5,5,10\n"
    [row] = read_text(tmp_path, "uk-food-hygiene", "inspection", text).rows
    assert (row["hygiene"], row["structural"], row["confidence"]) == (5, 5, 10)
    assert row["rated_on"] == date(2019, 11, 5)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Pass and eat safe", "Pass and Eat Safe"),
        ("IMPROVEMENT REQUIRED", "Improvement Required"),
        ("awaitinginspection", "AwaitingInspection"),
        ("Awaiting inspection", "Awaiting Inspection"),
    ],
)
def test_a_status_in_another_case_is_the_one_written_with_the_same_spaces(
    tmp_path: Path, written: str, status: str
) -> None:
    [row] = read_text(tmp_path, "uk-food-hygiene", "inspection", f"FHRSID,RatingValue\n1,{written}\n").rows
    assert row["status"] == status


@pytest.mark.parametrize("mark", ["*", "Too New to Rate", ".", "Data Not Available"])
def test_a_star_that_was_not_given_is_none(tmp_path: Path, mark: str) -> None:
    text = f"CCN,Overall Rating,Health Inspection Rating,Processing Date\n1,{mark},{mark},2019-11-01\n"
    [row] = read_text(tmp_path, "us-nursing-homes", "home", text).rows
    assert (row["health"], row["overall"]) == (None, None)


def test_a_score_of_minus_one_is_none_at_all(tmp_path: Path) -> None:
    text = "bid,date,type,score\n19,20171211,Routine - Unscheduled,-1\n"
    [row] = read_text(tmp_path, "sf-restaurants", "inspection", text).rows
    assert row["published_score"] is None


def test_a_combined_file_of_inspections_and_violations_serves_both_kinds(tmp_path: Path) -> None:
    text = (
        "business_id,business_name,inspection_id,inspection_date,inspection_score,inspection_type,violation_id,"
        "violation_description,risk_category\n"
        "1,Invented Diner,1_20190304,2019-03-04T00:00:00.000,94,Routine - Scheduled,1_1,Dirty floor,Low Risk\n"
        "1,Invented Diner,1_20190304,2019-03-04T00:00:00.000,94,Routine - Scheduled,1_2,No soap,Moderate Risk\n"
    )
    visits = read_text(tmp_path, "sf-restaurants", "inspection", text).rows
    violations = read_text(tmp_path, "sf-restaurants", "violation", text).rows
    assert [row["inspection_id"] for row in visits] == ["1_20190304", "1_20190304"]
    assert sorted(str(row["risk"]) for row in violations) == ["low", "moderate"]


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
    assert (row["verdict"], row["recheck"], row["region"]) == (None, "复查合格", "样例市")


def test_a_list_that_gives_no_verdict_leaves_it_unknown(tmp_path: Path) -> None:
    text = "2014年样例产品风险监测结果汇总表,,\n序号,规格型号,标称生产企业\n1,A1,样例一厂\n"
    [row] = read_text(tmp_path, "cn-spot-checks", "sampling", text).rows
    assert row["verdict"] is None


def test_restaurants_of_one_name_are_one_subject(tmp_path: Path) -> None:
    text = (
        "business_name,inspection_score,Year,NumberofLocations,Weekend\n"
        "INVENTED DINER #1,94,2017,9,FALSE\ninvented Ｄiner,86,2015,2,TRUE\nINVENTED DINER #1,94,2017,9,FALSE\n"
    )
    rows = read_text(tmp_path, "anchorage-restaurants", "inspection", text).rows
    assert sorted(str(row["subject"]) for row in rows) == ["INVENTED DINER #1", "INVENTED DINER #1", "invented Diner"]
    assert {row["weekend"] for row in rows} == {True, False}


def test_the_firm_inspected_is_the_producer_where_no_producer_is_named(tmp_path: Path) -> None:
    alone = "2016年样例产品监督抽查结果,,\n序号,受检企业名称,检验结论\n1,样例一厂,合格\n"
    both = "2016年样例产品监督抽查结果,,,\n序号,受检企业,生产企业,检验结论\n1,样例商场,样例一厂,合格\n"
    rows = [*read_text(tmp_path, "cn-spot-checks", "sampling", alone).rows]
    rows += read_text(tmp_path, "cn-spot-checks", "sampling", both).rows
    assert [row["subject"] for row in rows] == ["样例一厂", "样例一厂"]


@pytest.mark.parametrize(
    "headings",
    [
        "fhrs_id,rating_value,rating_date,hygiene_score,structural_score,confidence_in_management_score,business_type_id",
        "FHRSID,Rating,Inspection Date,Food Hygiene and Safety,Structural Compliance,Management,BusinessTypeID",
    ],
)
def test_food_hygiene_is_read_as_programs_write_it(tmp_path: Path, headings: str) -> None:
    read = read_text(tmp_path, "uk-food-hygiene", "inspection", f"{headings}\n1,5.0,06/05/2021,5.0,5.0,10.0,1\n")
    [row] = read.rows
    wanted = ("status", "rating", "rated_on", "hygiene", "structural", "confidence", "business_type_id")
    assert [row[name] for name in wanted] == ["Rated", "5", date(2021, 5, 6), 5, 5, 10, "1"]


@pytest.mark.parametrize("heading", ["ViolationSeverity", "risk_category", "violation_severity"])
def test_violations_are_read_with_the_risk_that_is_published(tmp_path: Path, heading: str) -> None:
    text = f"business_id,date,violation_type,{heading},description\n1,20140102,103,High Risk,a\n1,20140102,9,N/A,b\n"
    read = read_text(tmp_path, "sf-restaurants", "violation", text + "1,20140102,9,,c\n")
    assert [(row["violation_type"], row["risk"]) for row in read.rows] == [
        ("103", "high"),
        ("9", "unranked"),
        ("9", None),
    ]


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


def test_a_new_number_beside_an_old_empty_one_names_the_home(tmp_path: Path) -> None:
    text = (
        "CMS Certification Number (CCN),Federal Provider Number,Health Inspection Rating,Processing Date\n"
        "999001,,3,2023-11-01\n999002,999003,3,2023-11-01\n"
    )
    read = read_text(tmp_path, "us-nursing-homes", "home", text)
    assert [row["provider_number"] for row in read.rows] == ["999001"]
    assert read.table.quarantined_rows == 1


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
