"""Industries of GB/T 4754-2017."""

from __future__ import annotations

from collections import Counter

from zhiheng.vocabulary import as_code_list, industries


def test_every_level_is_complete():
    levels = Counter(0 if code.isalpha() else len(code) for code in industries())

    assert (levels[0], levels[2], levels[3]) == (20, 97, 473)


def test_every_class_stands_below_its_group_and_division():
    listed = industries()

    assert all(code[:size] in listed for code in listed if code.isdecimal() for size in (2, 3) if len(code) > size)


def test_a_class_is_found_with_its_sections_letter():
    assert as_code_list(industries()).find("c1711") == ("1711",)
    assert industries()["17"].label.en == "Manufacture of textiles"


def test_every_industry_has_a_name_in_both_languages():
    listed = industries().values()

    assert [code.code for code in listed if not code.label.en.isascii() or code.label.zh.isascii()] == []
    assert industries()["3551"].label.en == "Manufacture of special equipment for textiles"
