"""In every pack the points that an explanation shows add up."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from tests.unit.assess.adding_up import assert_adds_up, assert_as_written
from tests.unit.assess.shops import write_csv

from zhiheng.assess import explain, open_assessment, try_files
from zhiheng.method import load_method
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.engine import Engine


def hygiene(number: int, status: object, *scores: int) -> dict[str, object]:
    named = dict(zip(("hygiene", "structural", "confidence"), scores, strict=False))
    return {"fhrs_id": number, "name": f"Nook {number}", "status": status, "rated_on": "2026-01-01"} | named


def home(number: int, *stars: object) -> dict[str, object]:
    named = dict(zip(("health", "staffing", "quality"), stars, strict=True))
    return {"CCN": f"A{number}", "name": "Elm", "processed_on": "2023-04-01"} | named


def violation(risk: str, what: str) -> dict[str, object]:
    return {"business_id": 19, "inspected_on": "2017-12-11", "risk": risk, "description": what}


def sampling(number: int) -> dict[str, object]:
    verdict = "合格" if number % 3 else "不合格"
    return {"企业名称": f"甲{number % 4}厂", "产品名称": "茶", "检验结论": verdict, "年份": 2013 + number % 3}


def cafe(number: int) -> dict[str, object]:
    return {"name": f"Cafe {number % 3}", "inspection_score": 80 + number, "year": 2015 + number % 5}


PACKED = {
    "uk-food-hygiene": (
        date(2026, 7, 1),
        {"inspection": [hygiene(1, 4, 5, 10, 5), hygiene(2, 5), hygiene(3, "Exempt")]},
    ),
    "us-nursing-homes": (date(2023, 4, 1), {"home": [home(1, 1, 5, 5), home(2, 4, "", 1), home(3, "", 2, 1)]}),
    "sf-restaurants": (
        date(2018, 12, 31),
        {
            "inspection": [{"business_id": 19, "inspected_on": "2017-12-11", "type": "Routine - Unscheduled"}],
            "violation": [
                violation("High Risk", "vermin"),
                violation("Low Risk", "floor"),
                violation("Low Risk", "floor"),
            ],
        },
    ),
    "cn-spot-checks": (date(2015, 12, 31), {"sampling": [sampling(number) for number in range(12)]}),
    "anchorage-restaurants": (date(2019, 12, 31), {"inspection": [cafe(number) for number in range(12)]}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKED)
def test_the_points_add_up_in_every_pack(name: str, engine: Engine, tmp_path: Path):
    as_of, records = PACKED[name]
    pack = find_pack(name)
    method = load_method(pack.method_files[0], pack.kinds)
    files = [(kind, write_csv(tmp_path / f"{kind}.csv", rows)) for kind, rows in records.items()]
    trial = try_files(
        pack,
        method,
        files,
        engine=engine,
        as_of=as_of,
        extract_date=as_of,
        out=tmp_path / "out",
        now=datetime(as_of.year, as_of.month, as_of.day, 12),
    )
    subjects = pq.read_table(trial.assessment.path / "assessment.parquet").column("subject").to_pylist()
    assert subjects
    for subject in subjects:
        told = explain(trial.assessment, subject, engine=engine)
        assert_adds_up(told)
        assert_as_written(told, trial.assessment)
        assert told.text("zh") != told.text("en")


@pytest.mark.slow
def test_a_day_in_a_key_may_be_written_with_hyphens(engine: Engine, tmp_path: Path):
    test_the_points_add_up_in_every_pack("sf-restaurants", engine, tmp_path)
    told = explain(open_assessment(tmp_path / "out"), "19/2017-12-11", engine=engine)
    assert (told.subject, told.score, told.grade) == ("19/20171211", 89, "Adequate")
