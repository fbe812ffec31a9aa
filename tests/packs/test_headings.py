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
