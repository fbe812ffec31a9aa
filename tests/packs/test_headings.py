"""The packs know the headings of real files, over the years and from several authorities; all rows are invented."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest

from zhiheng.ledger.reading import StagedTable, read_file
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
    assert (row["verdict"], row["recheck"], row["region"]) == ("fail", "复查合格", "样例市")


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
