"""Units of numbers: what is converted to the field's own, and what a multiple alone is one of."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from zhiheng.vocabulary import ValueRefused, read_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.vocabulary import Field


@pytest.mark.parametrize(
    ("unit", "heading", "text", "value"),
    [
        ("元", "万元", "3.2", 32000),
        ("元", "万元", "32000元", 32000),
        ("元", "万元", "3.2万", 32000),
        ("", "万元", "3.2", 32000),
        ("万元", "", "3.2", "3.2"),
        ("万元", "", "32000元", "3.2"),
        ("万元", "元", "32000", "3.2"),
        ("%", "", "95", 95),
        ("%", "", "95%", 95),
        ("", "%", "95", "0.95"),
        ("千克", "", "2kg", 2),
        ("千克", "吨", "3", 3000),
        ("g", "", "5mg", "0.005"),
        ("", "", "12台", 12),
        ("", "万台", "12", 120000),
        ("元", "", "3 million", 3000000),
        ("万千瓦时", "", "20000千瓦时", 2),
    ],
)
def test_a_unit_is_converted_to_the_fields_own(
    make_field: Callable[..., Field], unit: str, heading: str, text: str, value: str
):
    assert read_value(make_field("decimal", unit=unit), text, heading_unit=heading) == Decimal(value)


def test_another_unit_in_the_heading_is_refused(make_field: Callable[..., Field]):
    with pytest.raises(ValueRefused) as refused:
        read_value(make_field("decimal", unit="千克"), "3", heading_unit="件")

    assert refused.value.rule == "vocabulary.other-unit"


@pytest.mark.parametrize(
    ("unit", "many"),
    [
        ("吨", 30000), ("千克", 30000), ("公顷", 30000), ("千瓦时", 30000), ("mg", 30000), ("元", 30000), ("台", 30000),
        ("", 30000), ("万元", 3), ("人民币万元", 3), ("万吨", 3), ("万千瓦时", 3), ("万台", 3), ("亿吨", "0.0003"),
        ("千吨", 30), ("£m", "0.03"), ("USD thousand", 30), ("元/吨", 30000), ("万元/吨", 3), ("元/万人", 30000),
    ],
)  # fmt: skip
def test_a_multiple_alone_is_one_of_the_fields_own_unit(make_field: Callable[..., Field], unit: str, many: int | str):
    field = make_field("decimal", unit=unit)
    assert read_value(field, "3万") == Decimal(many)
    assert read_value(field, "3", heading_unit="万") == Decimal(many)
    assert read_value(field, "30000") == Decimal(30000)


@pytest.mark.parametrize("heading", ["", "万", "千"])
@pytest.mark.parametrize("unit", ["吨", "千克", "公顷", "千瓦时", "元", "万元", "万吨", "亿元", ""])
def test_a_multiple_alone_reads_as_the_numerals_do(make_field: Callable[..., Field], unit: str, heading: str):
    field = make_field("decimal", unit=unit)

    def read(text: str) -> object:
        return read_value(field, text, heading_unit=heading)

    assert read("3万") == read("三万") == read("叁萬")
    assert read("3.5万") == read("三万五千")
    assert read("3亿") == read("三亿")
    assert read("三百") == read("300")
    assert read("三五〇〇〇") == read("35000")
