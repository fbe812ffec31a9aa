"""The packs know the headings of real files, over the years and from several authorities; all rows are invented."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.packs.lists import read_text

if TYPE_CHECKING:
    from pathlib import Path


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


def test_restaurants_of_one_name_are_one_subject(tmp_path: Path) -> None:
    text = (
        "business_name,inspection_score,Year,NumberofLocations,Weekend\n"
        "INVENTED DINER #1,94,2017,9,FALSE\ninvented Ｄiner,86,2015,2,TRUE\nINVENTED DINER #1,94,2017,9,FALSE\n"
    )
    rows = read_text(tmp_path, "anchorage-restaurants", "inspection", text).rows
    assert sorted(str(row["subject"]) for row in rows) == ["INVENTED DINER #1", "INVENTED DINER #1", "invented Diner"]
    assert {row["weekend"] for row in rows} == {True, False}


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


def test_a_new_number_beside_an_old_empty_one_names_the_home(tmp_path: Path) -> None:
    text = (
        "CMS Certification Number (CCN),Federal Provider Number,Health Inspection Rating,Processing Date\n"
        "999001,,3,2023-11-01\n999002,999003,3,2023-11-01\n"
    )
    read = read_text(tmp_path, "us-nursing-homes", "home", text)
    assert [row["provider_number"] for row in read.rows] == ["999001"]
    assert read.table.quarantined_rows == 1
