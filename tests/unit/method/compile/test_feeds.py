"""Attestations cover a window together, for everyone or for regions."""

from __future__ import annotations

from datetime import date

import pytest
from tests.reference.tables import kinds

from zhiheng.method import Coverage, Version, load_method_text, settle_coverage

AS_OF = date(2026, 6, 30)
YEAR = (date(2025, 7, 1), date(2026, 6, 30))
METHOD = """
method: fed
label: {zh: 甲, en: A}
subject: shop
subjects: register
version: "1"
in_force: {from: 2020-01-01}
places: {value: 0, points: 0, score: 0}
attributes:
  region: {label: {zh: 区, en: R}, from: register, take: latest(region)}
feeds: {from: attest, kind: record_kind, starts: starts_on, ends: ends_on, complete: complete, region: region}
criteria:
  notices:
    label: {zh: 甲, en: A}
    cite: design
    from: notice
    within: 12 months
    measure: count()
    points: "10 - value"
    max: 10
    absent: full_if_feed_complete
score: {sum_of: criteria, over: all}
"""


@pytest.fixture(scope="module")
def version() -> Version:
    return load_method_text(METHOD, kinds()).versions[0]


def settle(version: Version, *spans: tuple[object, ...], by_subject: bool = False) -> Coverage:
    return settle_coverage(version, spans, AS_OF, by_subject=by_subject)["notices"]


def test_an_attestation_without_a_region_counts_for_everyone(version: Version):
    assert settle(version, ("x", "notice", *YEAR, None)) == Coverage(everyone=True)


def test_spans_cover_together_if_no_day_is_missing(version: Version):
    first = ("x", "notice", date(2025, 1, 1), date(2025, 12, 31), None)
    assert settle(version, first, ("x", "notice", date(2026, 1, 1), AS_OF, None)).everyone
    assert settle(version, first, ("x", "notice", date(2026, 1, 2), AS_OF, None)) == Coverage()


def test_an_attestation_without_an_end_lasts_to_the_last_day_of_the_calendar(version: Version):
    assert settle(version, ("x", "notice", date(1, 1, 1), date(9999, 12, 31), None)).everyone


def test_a_region_is_covered_by_its_own_and_by_wider_ones(version: Version):
    half = ("x", "notice", date(2025, 7, 1), date(2025, 12, 31), "14")
    rest = ("x", "notice", date(2026, 1, 1), AS_OF, "1401")
    assert settle(version, half, rest) == Coverage(regions=("1401",))


def test_another_register_attests_nothing(version: Version):
    assert settle(version, ("x", "visit", *YEAR, None)) == Coverage()


def test_each_case_is_judged_by_its_own_attestations(version: Version):
    found = settle(version, ("a", "notice", *YEAR, None), ("b", "notice", *YEAR, "14"), by_subject=True)
    assert found == Coverage(subjects=(("a", ("",)), ("b", ("14",))))
