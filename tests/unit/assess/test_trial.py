"""A trial tells what nobody gave it, and counts published results by whom they are about."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import NOON

from zhiheng.assess import KindNotGiven, NothingTaken, remarks_as_json, try_files
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
    def run(pack: str, as_of: str = "2018-12-31", without: tuple[str, ...] = (), **texts: str) -> Trial:
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
            without=without,
        )

    return run


def codes(trial: Trial) -> dict[str, object]:
    return {fault.code.partition(".")[2]: fault.facts.get("fields", fault.facts["kind"]) for fault in trial.remarks}


def test_a_kind_that_nobody_gave_is_no_kind_without_records(trying: Try) -> None:
    with pytest.raises(KindNotGiven, match="--without violation") as refused:
        trying("sf-restaurants", inspection=VISITS)
    assert "violation=FILE" in refused.value.render("zh")


def test_a_kind_declared_to_be_empty_is_told_beside_the_grades(trying: Try) -> None:
    trial = trying("sf-restaurants", inspection=VISITS, without=("violation",))
    assert codes(trial)["kind-without-records"] == "violation"
    assert all(fault.render("en") != fault.render("zh") for fault in trial.remarks)
    assert json.loads(json.dumps(remarks_as_json(trial.remarks)))[-1]["kind"] == "violation"


def test_fields_that_no_column_gives_are_told_apart_from_empty_ones(trying: Try) -> None:
    trial = trying(
        "us-nursing-homes",
        home="CCN,Health Inspection Rating,QM Rating,Stars of Staff,Processing Date\n1,4,,5,2018-12-01\n",
    )
    assert codes(trial) == {"fields-not-given": ["staffing"], "fields-empty": ["quality"]}
    assert trial.imports[0].unmapped == {"home.csv": ("Stars of Staff",)}


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
