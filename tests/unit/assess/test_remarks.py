"""What the method reads and no record says is told, whatever the grades look like."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from tests.unit.assess.shops import register, visit

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
