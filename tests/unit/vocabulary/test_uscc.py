"""Unified social credit codes: every part is checked, and the message names the one that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import (
    UsccRefused,
    check_digit,
    check_uscc,
    organisation_check_digit,
    organisation_types,
    region_codes,
)

VALID = "91350100M000100Y43"  # the example of GB 32100-2015
MARKS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def rule_of(code: str) -> str:
    with pytest.raises(UsccRefused) as refused:
        check_uscc(code)
    return refused.value.rule.removeprefix("vocabulary.")


def make(start: str, body: str) -> str:
    first = start + body + organisation_check_digit(body)
    return first + check_digit(first)


def test_the_standards_own_example_is_valid():
    checked = check_uscc(VALID)

    assert checked.organisation_type.en == "Enterprise"
    assert checked.region.name == "福建省福州市"
    assert checked.organisation_code == "M000100Y4"


def test_width_spaces_and_case_make_no_difference():
    assert check_uscc(" ９１３５０１００ m000100y43 ").code == VALID


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (VALID[:-1], "uscc-length"),
        (VALID.replace("M", "I"), "uscc-character"),
        ("99" + VALID[2:], "uscc-organisation-type"),
        ("91990100" + VALID[8:], "uscc-region"),
        (VALID[:16] + "5" + VALID[17:], "uscc-organisation-code"),
        (VALID[:17] + "4", "uscc-check-digit"),
    ],
)
def test_the_part_that_is_wrong_is_named(code: str, rule: str):
    assert rule_of(code) == rule


def test_the_right_check_digit_is_suggested():
    with pytest.raises(UsccRefused) as refused:
        check_uscc(VALID[:17] + "4")

    assert refused.value.facts["expected"] == "3"
    assert "`3`" in refused.value.render("en")


def test_a_former_region_is_accepted_and_said_so():
    checked = check_uscc(make("91140726", "MA0G1234"))

    assert checked.region.status == "historical"
    assert checked.region.now == ("140703",)


def test_the_code_of_the_country_is_accepted():
    assert check_uscc(make("53100000", "50000123")).region.name == "国家"


def test_a_code_of_a_development_zone_is_accepted_as_unlisted():
    assert check_uscc(make("91140791", "MA0G1234")).region.status == "unlisted"


bodies = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
codes = st.builds(
    make,
    st.builds(str.__add__, st.sampled_from(sorted(organisation_types())), st.sampled_from(sorted(region_codes()))),
    bodies,
)


@given(codes)
def test_a_code_made_as_the_standard_says_is_valid(code: str):
    assert check_uscc(code).code == code


@given(codes, st.integers(0, 17), st.sampled_from(MARKS))
def test_a_single_changed_character_is_refused(code: str, place: int, mark: str):
    changed = code[:place] + mark + code[place + 1 :]
    if changed != code:
        with pytest.raises(UsccRefused):
            check_uscc(changed)


@given(codes, st.integers(8, 16))
def test_two_swapped_neighbours_are_refused(code: str, place: int):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(UsccRefused):
            check_uscc(swapped)


@given(st.text(max_size=40))
def test_any_text_is_refused_in_both_languages(text: str):
    with pytest.raises(UsccRefused) as refused:
        check_uscc(text)

    assert refused.value.render("zh") != refused.value.render("en")
