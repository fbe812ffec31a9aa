"""Keys of subjects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.vocabulary import Field, FieldType, Kind, Label, SubjectKey, SubjectUnknown, subject_key

LABEL = Label("主体", "Subject")


def kind(types: dict[str, FieldType], *, provisional: bool = False) -> Kind:
    fields = {name: Field(name, type_, LABEL) for name, type_ in types.items()}
    return Kind("k", LABEL, fields, SubjectKey("firm", tuple(types), provisional=provisional))


NAMED = kind({"name": FieldType.TEXT, "region": FieldType.TEXT}, provisional=True)
PAIR = kind({"a": FieldType.TEXT, "b": FieldType.TEXT})


def test_one_field_is_the_key_as_it_is():
    assert subject_key(kind({"id": FieldType.IDENTIFIER}), {"id": "A/1"}) == "A/1"
    assert subject_key(kind({"id": FieldType.WHOLE}), {"id": 19}) == "19"
    assert subject_key(kind({"id": FieldType.DECIMAL}), {"id": Decimal("1.5")}) == "1.500000"


def test_several_fields_are_joined_with_days_in_the_basic_form():
    visit = kind({"business_id": FieldType.WHOLE, "visited_on": FieldType.DATE})

    assert subject_key(visit, {"business_id": 19, "visited_on": date(2017, 12, 11)}) == "19/20171211"


def test_a_provisional_key_is_the_comparable_name_and_the_region():
    assert subject_key(NAMED, {"name": "太原（宏达） 有限公司", "region": "山西"}) == "太原(宏达)有限公司@山西"
    assert subject_key(NAMED, {"name": "宏达", "region": None}) == "宏达"


@pytest.mark.parametrize("values", [{}, {"name": None, "region": "山西"}])
def test_a_record_without_a_name_is_about_nobody(values: dict[str, str | None]):
    with pytest.raises(SubjectUnknown) as unknown:
        subject_key(NAMED, values)

    assert unknown.value.missing == ("name",)


def test_every_missing_part_is_named():
    with pytest.raises(SubjectUnknown) as unknown:
        subject_key(PAIR, {"a": None})

    assert unknown.value.missing == ("a", "b")


PARTS = st.text("ab/@%2F40", min_size=1, max_size=6)


@given(PARTS, PARTS, PARTS, PARTS)
def test_two_subjects_never_share_a_key(a: str, b: str, c: str, d: str):
    one, other = {"a": a, "b": b}, {"a": c, "b": d}
    assert (subject_key(PAIR, one) == subject_key(PAIR, other)) is (one == other)

    first, second = {"name": a, "region": b}, {"name": c, "region": d}
    assert (subject_key(NAMED, first) == subject_key(NAMED, second)) is (first == second)


def test_markers_beside_a_provisional_name_are_none_of_it():
    marked = replace(NAMED, subject=replace(NAMED.subject, markers=("标称",)))

    assert subject_key(marked, {"name": "（标称）宏达*", "region": "山西"}) == "宏达@山西"
    assert subject_key(marked, {"name": "★“标称：宏达”①", "region": None}) == "宏达"
    for nobody in ("（标称）*", "标称：/"):
        with pytest.raises(SubjectUnknown):
            subject_key(marked, {"name": nobody})
