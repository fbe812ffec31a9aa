"""What the method reads and no record says is told, whatever the grades look like."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from tests.unit.assess.shops import notice, register, visit

from zhiheng.assess import remark_on

if TYPE_CHECKING:
    from tests.unit.assess.shops import City


def test_a_kind_without_a_record_is_told_in_a_workspace_too(city: City) -> None:
    city.bring("register", register("S1"))
    city.bring("visit", visit("S1", 1, "2026-06-01"), visit("S1", 3, "2026-08-01"))
    told = {(one.facts["kind"], one.code): one.facts for one in remark_on(city.assess("one"), city.engine)}
    assert told["visit", "assess.records-later"]["count"] == 1
    assert ("notice", "assess.kind-without-records") in told


def test_an_attestation_is_no_kind_that_grades_rest_on(city: City) -> None:
    city.bring("register", register("S1"))
    assert "attest" not in {one.facts["kind"] for one in remark_on(city.assess("one"), city.engine)}


def test_a_moment_before_any_import_is_told_to_be_the_cause(city: City) -> None:
    city.bring("register", register("S1"))
    early = city.assess("early", known_at=datetime(2000, 1, 1))
    assert early.manifest.subjects == 0
    told = {one.code: one.facts for one in remark_on(early, city.engine)}
    assert told["assess.kind-not-known-yet"]["known_at"] == "2000-01-01 00:00"


def test_a_kind_not_known_yet_is_told_with_the_moment_of_knowing_not_of_recording(city: City) -> None:
    city.bring("register", register("S1"), received_on=date(2025, 3, 20))
    early = city.assess("early", known_at=datetime(2025, 3, 10))
    told = {one.code: one.facts for one in remark_on(early, city.engine)}
    assert str(told["assess.kind-not-known-yet"]["came"])[:10] == "2025-03-20"


def test_a_kind_whose_records_are_all_about_others_is_told(city: City) -> None:
    city.bring("register", register("S1"))
    city.bring("visit", visit("T9", 1, "2026-06-01"), visit("T8", 2, "2026-06-01"))
    (told,) = (one for one in remark_on(city.assess("one"), city.engine) if one.code == "assess.records-about-others")
    assert (told.facts["kind"], told.facts["count"], told.facts["theirs"], told.facts["ours"]) == (
        "visit",
        2,
        "T8",
        "S1",
    )
    assert "T8" in told.render("en")
    assert "T8" in told.render("zh")


def test_one_record_about_an_assessed_subject_is_enough(city: City) -> None:
    city.bring("register", register("S1"), register("S2", recorded_on="2026-07-20"))
    city.bring("visit", visit("T9", 1, "2026-06-01"), visit("S1", 2, "2026-06-01"))
    city.bring("notice", notice("T9", 1, "2026-08-01"))
    codes = {(one.facts["kind"], one.code) for one in remark_on(city.assess("one"), city.engine)}
    assert ("notice", "assess.records-later") in codes
    assert "assess.records-about-others" not in {code for _, code in codes}
