"""Regions of today and of older records."""

from __future__ import annotations

import pytest

from zhiheng.vocabulary import RegionUnknown, region, region_codes


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("140703", "山西省晋中市太谷区"),
        ("110101", "北京市东城区"),
        ("429004", "湖北省仙桃市"),
        ("140700", "山西省晋中市"),
        ("710000", "台湾省"),
        ("133100", "河北省雄安新区"),
    ],
)
def test_a_region_of_today_has_its_whole_name(code: str, name: str):
    found = region(code)

    assert (found.name, found.status, found.now) == (name, "current", ())


@pytest.mark.parametrize(
    ("code", "now"), [("140726", ("140703",)), ("142401", ("140702",)), ("330104", ("330102", "330114"))]
)
def test_a_former_region_names_its_successors(code: str, now: tuple[str, ...]):
    found = region(code)

    assert found.status == "historical"
    assert found.now == now


def test_successors_are_regions_of_today():
    former = [region(code) for code in region_codes() if region(code).now]

    assert len(former) > 40
    assert all(region(code).status == "current" for found in former for code in found.now)


def test_an_unlisted_code_is_known_by_its_prefecture():
    assert region("140791").status == "unlisted"


@pytest.mark.parametrize("code", ["999999", "000000", "14070", "1407030", "14070a", "１４０７０３", "'; drop"])
def test_no_other_code_is_a_region(code: str):
    with pytest.raises(RegionUnknown):
        region(code)


def test_every_listed_code_has_six_digits_and_a_name():
    assert all(len(code) == 6 and code.isascii() and code.isdecimal() for code in region_codes())
    assert all(listed.label.zh for listed in region_codes().values())
