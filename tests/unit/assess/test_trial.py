"""A trial tells what nobody gave it, and counts published results by whom they are about."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import NOON

from zhiheng.assess import FolderInUse, NothingTaken, explain, open_assessment, remarks_as_json, try_files
from zhiheng.errors import ZhihengError
from zhiheng.method import load_method
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.assess import Trial
    from zhiheng.engine import Engine

    Try = Callable[..., Trial]

VISITS = "business_id,date,type,score\n1,20180102,Routine - Unscheduled,93\n2,20180102,Routine - Unscheduled,100\n"
VIOLATIONS = "business_id,date,risk_category\n1,20180102,High Risk\n"


@pytest.fixture
def trying(tmp_path: Path, engine: Engine) -> Try:
    def run(pack: str, as_of: str = "2018-12-31", **texts: str) -> Trial:
        found = find_pack(pack)
        files = []
        for kind, text in texts.items():
            files.append((kind, tmp_path / f"{kind}.csv"))
            files[-1][1].write_text(text, "utf-8")
        day = date.fromisoformat(as_of)
        return try_files(
            found,
            load_method(found.method_files[0], found.kinds),
            files,
            engine=engine,
            as_of=day,
            extract_date=day,
            out=tmp_path / "out",
            now=NOON,
        )

    return run


def codes(trial: Trial) -> dict[str, object]:
    return {fault.code.partition(".")[2]: fault.facts.get("fields", fault.facts["kind"]) for fault in trial.remarks}


def test_a_kind_that_nobody_gave_is_no_kind_without_records(trying: Try) -> None:
    trial = trying("sf-restaurants", inspection=VISITS)
    first, *others = trial.remarks
    assert (first.code, first.facts["kinds"]) == ("assess.kind-not-given", ["violation"])
    assert "violation" not in {one.facts.get("kind") for one in others}
    assert all(fault.render("en") != fault.render("zh") for fault in trial.remarks)
    assert json.loads(json.dumps(remarks_as_json(trial.remarks)))[0]["kinds"] == ["violation"]


def test_whoever_reads_the_results_is_told_what_was_not_given(trying: Try, engine: Engine) -> None:
    trial = trying("sf-restaurants", inspection=VISITS)
    written = json.loads((trial.assessment.path / "manifest.json").read_text("utf-8"))
    assert written["beside"]["without_records"] == ["violation"]
    told = explain(open_assessment(trial.assessment.path), "1/20180102", engine=engine)
    assert [one.name for one in told.without] == ["violation"]
    assert "not the same as none" in told.text("en")
    assert "没有任何此类记录" in told.text("zh")


def test_a_kind_whose_file_holds_no_record_is_told_beside_the_grades(trying: Try) -> None:
    trial = trying("sf-restaurants", inspection=VISITS, violation="business_id,date,risk_category\n")
    assert codes(trial)["kind-without-records"] == "violation"


def test_a_trial_that_fails_leaves_nothing_in_its_way(trying: Try, tmp_path: Path) -> None:
    homes = "CCN,Health Inspection Rating,QM Rating,Staff Rating,Processing Date\n1,4,3,5,2018-12-01\n"
    with pytest.raises(ZhihengError):
        trying("us-nursing-homes", home="no,headings,known\n1,2,3\n")
    assert not (tmp_path / "out").exists()
    with pytest.raises(NothingTaken):
        trying("us-nursing-homes", home="CCN,Health Inspection Rating\n1,9\n")
    assert trying("us-nursing-homes", home=homes).assessment.manifest.subjects == 1
    with pytest.raises(FolderInUse):
        trying("us-nursing-homes", home=homes)


def test_what_a_user_keeps_is_never_taken_for_a_trial(trying: Try, tmp_path: Path) -> None:
    with pytest.raises(NothingTaken):
        trying("us-nursing-homes", home="CCN,Health Inspection Rating\n1,9\n")
    (tmp_path / "out" / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(FolderInUse):
        trying("us-nursing-homes", home="CCN,Health Inspection Rating\n1,9\n")


def test_fields_that_no_column_gives_are_told_apart_from_empty_ones(trying: Try) -> None:
    trial = trying(
        "us-nursing-homes",
        home="CCN,Health Inspection Rating,QM Rating,Stars of Staff,Processing Date\n1,4,,5,2018-12-01\n",
    )
    assert codes(trial) == {"fields-not-given": ["staffing"], "fields-empty": ["quality"]}
    assert trial.imports[0].unmapped == {"home.csv": ("Stars of Staff",)}


def test_a_date_that_no_column_gives_is_told(trying: Try) -> None:
    text = "FHRSID,RatingValue,Rated,Hygiene,Structural,ConfidenceInManagement\n1,5,1/2/2018,0,0,0\n"
    [fault] = trying("uk-food-hygiene", inspection=text).remarks
    assert fault.code == "assess.days-not-given"
    assert "Rating date (rated_on)" in fault.what("en")


def test_nothing_is_told_where_all_is_said(trying: Try) -> None:
    home = "CCN,Health Inspection Rating,QM Rating,Staff Rating,Processing Date\n1,4,3,5,2018-12-01\n"
    assert trying("us-nursing-homes", home=home).remarks == ()


def test_records_of_later_days_are_counted(trying: Try) -> None:
    later = VISITS + "3,20190102,Routine - Unscheduled,100\n"
    trial = trying("sf-restaurants", inspection=later, violation=VIOLATIONS)
    [fault] = [one for one in trial.remarks if one.code == "assess.records-later"]
    assert (fault.facts["count"], fault.facts["undated"]) == (1, 0)


def test_a_file_of_which_no_row_is_taken_is_refused_with_the_reasons(trying: Try) -> None:
    with pytest.raises(NothingTaken, match="all 4 are quarantined") as refused:
        trying("us-nursing-homes", home="CCN,Health Inspection Rating\n1,9\n2,x\n3,7\n4,8\n")
    assert len(refused.value.faults) == 4
    assert "home.csv:2:Health Inspection Rating" in refused.value.render("en")
    assert "-w " in refused.value.render("zh")


def test_published_results_are_counted_by_subject(trying: Try) -> None:
    combined = (
        "business_id,inspection_id,inspection_date,inspection_score,inspection_type,violation_id,risk_category\n"
        "1,1_20180102,2018-01-02,93,Routine - Unscheduled,1_1,High Risk\n"
        "2,2_20180102,2018-01-02,91,Routine - Unscheduled,2_1,Low Risk\n"
        "2,2_20180102,2018-01-02,91,Routine - Unscheduled,2_2,Moderate Risk\n"
    )
    [agreement] = trying("sf-restaurants", inspection=combined, violation=combined).agreements
    assert (agreement.compared, agreement.equal) == (2, 1)
    assert [(one.subject, one.published, one.computed) for one in agreement.different] == [("2/20180102", "91", "94")]


def test_the_results_published_last_are_compared(trying: Try) -> None:
    home = "CCN,Overall Rating,Health Inspection Rating,Processing Date\n1,4,4,2018-11-01\n1,3,3,2018-12-01\n"
    [agreement] = trying("us-nursing-homes", home=home).agreements
    assert (agreement.compared, agreement.equal) == (1, 1)


def test_a_result_that_is_no_more_is_not_compared_where_none_is_found(trying: Try) -> None:
    header = "CCN,Overall Rating,Health Inspection Rating,Processing Date\n"
    home = header + "1,4,4,2018-11-01\n1,,,2018-12-01\n2,3,3,2018-12-01\n"
    [agreement] = trying("us-nursing-homes", home=home).agreements
    assert (agreement.compared, agreement.equal) == (1, 1)


def test_a_result_found_is_compared_with_the_last_published_before_a_record_without_one(trying: Try) -> None:
    home = "CCN,Overall Rating,Health Inspection Rating,Processing Date\n1,4,4,2018-11-01\n1,,3,2018-12-01\n"
    [agreement] = trying("us-nursing-homes", home=home).agreements
    assert [(one.published, one.computed) for one in agreement.different] == [("4", "3")]


def test_results_published_under_another_version_are_not_compared(trying: Try) -> None:
    header = "CCN,Overall Rating,Health Inspection Rating,Staff Rating,QM Rating,Processing Date\n"
    home = header + "1,5,3,4,5,2022-06-01\n2,4,3,4,5,2022-08-01\n"
    [agreement] = trying("us-nursing-homes", "2022-12-31", home=home).agreements
    assert (agreement.compared, agreement.equal) == (1, 1)


def test_where_nothing_was_published_nothing_is_equal(trying: Try) -> None:
    [agreement] = trying(
        "us-nursing-homes", home="CCN,Health Inspection Rating,Processing Date\n1,4,2018-12-01\n"
    ).agreements
    assert "0 of 0" not in agreement.text("en")
    assert "没有可比对的公布结果" in agreement.text("zh")
