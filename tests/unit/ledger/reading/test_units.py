"""Units of columns: in the heading, in the title, and those that are not the field's."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests.unit.ledger.reading.conftest import field

from zhiheng.ledger.reading import TitleUnitUnused, UnitUnfit
from zhiheng.vocabulary import Kind, Label, SubjectKey, TrueOn

if TYPE_CHECKING:
    from tests.unit.ledger.reading.conftest import Reader


def of_fields(**fields: object) -> Kind:
    code = field("code", "identifier", "编号", required=True)
    others = {name: field(name, *of) for name, of in fields.items()}  # type: ignore[misc]
    return Kind(
        "firm",
        Label("企业", "Firm"),
        {"code": code, **others},
        SubjectKey("enterprise", ("code",)),
        key=("code",),
        true_on=TrueOn(),
    )


def kind(**units: str) -> Kind:
    """A kind of numbers, each of its unit."""
    one = of_fields()
    zh = {"amount": "金额", "output": "产量", "salt": "盐", "energy": "能量", "staff": "从业人数"}
    numbers = {
        name: field(name, "money" if name == "amount" else "decimal", zh[name], unit=unit)
        for name, unit in units.items()
    }
    return Kind(one.name, one.label, {**one.fields, **numbers}, one.subject, key=one.key, true_on=one.true_on)


@pytest.mark.parametrize(
    "above",
    [
        ",单位：万元\n",
        "某市企业一览表（单位：万元）,\n",
        "某市企业一览表,\n填报单位：甲局,单位:万元\n",
        ",Unit: 万元\n",
    ],
)
def test_a_unit_in_the_title_is_that_of_the_numbers(reader: Reader, above: str):
    table = reader.read_text(f"{above}编号,金额\nA,8\nB,8元\nC,8万元\n", kind(amount="元"))
    assert [row[1] for row in reader.rows(table, "amount")] == [Decimal(80000), Decimal(8), Decimal(80000)]
    assert dict(table.from_title) == {"amount": "万元"}


def test_the_unit_of_a_heading_stands_before_that_of_the_title(reader: Reader):
    table = reader.read_text("单位：万元,\n编号,金额（元）\nA,8\n", kind(amount="元"))
    assert reader.rows(table, "amount") == [(3, Decimal(8))]
    assert not table.from_title


def test_a_unit_of_the_title_is_only_that_of_fields_of_its_base(reader: Reader):
    table = reader.read_text("单位：万元、人,,\n编号,金额,从业人数\nA,8,3\n", kind(amount="元", staff=""))
    assert reader.rows(table, "amount", "staff") == [(3, Decimal(80000), Decimal(3))]


def test_a_firm_named_as_a_unit_is_none(reader: Reader):
    table = reader.read_text("填报单位：某市局,\n编号,产量\nA,8\n", kind(output=""))
    assert reader.rows(table, "output") == [(3, Decimal(8))]


def test_a_unit_of_the_title_that_fits_no_field_is_refused(reader: Reader):
    with pytest.raises(TitleUnitUnused) as refused:
        reader.read_text("单位：万元,\n编号,产量\nA,8\n", kind(output=""))
    assert refused.value.fault.facts["unit"] == "万元"


def test_a_quarantined_row_keeps_the_unit_of_its_title(reader: Reader):
    table = reader.read_text("单位：万元,\n编号,金额\nA,坏\n", kind(amount="元"))
    assert reader.faults(table) == [(3, "金额（万元）", "vocabulary.not-a-number", "坏")]


@pytest.mark.parametrize(
    ("own", "heading", "read"),
    [
        ("克", "盐（mg）", Decimal("0.008")),
        ("kg", "盐（t）", Decimal(8000)),
        ("g", "盐（g）", Decimal(8)),
        ("g", "盐（每份）", Decimal(8)),
        ("g", "盐（g/100 g）", Decimal(8)),
        ("g/100 g", "盐（mg per 100 g）", Decimal("0.008")),
        ("", "盐（万台）", Decimal(80000)),
        ("万台", "盐（台）", Decimal("0.0008")),
    ],
)
def test_a_unit_of_the_same_base_is_converted(reader: Reader, own: str, heading: str, read: Decimal):
    table = reader.read_text(f"编号,{heading}\nA,8\n", kind(salt=own))
    assert reader.rows(table, "salt") == [(2, read)]


@pytest.mark.parametrize(
    ("own", "many"),
    [("吨", 30000), ("千克", 30000), ("公顷", 30000), ("千瓦时", 30000), ("元", 30000), ("万元", 3), ("万吨", 3)],
)
def test_a_multiple_alone_is_one_of_the_fields_unit(reader: Reader, own: str, many: int):
    table = reader.read_text(f"编号,盐\nA,3万\nB,{many}\nC,{many}{own}\n", kind(salt=own))
    assert [row[1] for row in reader.rows(table, "salt")] == [Decimal(many)] * 3
    table = reader.read_text(f"编号,盐（万）\nA,3\nB,3万\nC,{many}{own}\n", kind(salt=own), name="heading.csv")
    assert [row[1] for row in reader.rows(table, "salt")] == [Decimal(many)] * 3


@pytest.mark.parametrize(
    ("own", "heading"),
    [("g", "盐（lb）"), ("g", "盐（mg/100 g）"), ("kJ", "盐 [kcal]"), ("元", "盐（£m）"), ("千瓦", "盐（MW）")],
)
def test_a_column_of_another_unit_is_not_the_fields(reader: Reader, own: str, heading: str):
    table = reader.read_text(f"编号,{heading}\nA,8\n", kind(salt=own))
    assert reader.rows(table, "salt") == [(2, None)]
    assert table.unmapped == (heading,)
    assert [one["field"] for one in table.unfit] == ["salt"]


def test_a_needed_column_of_another_unit_is_told(reader: Reader):
    needed = of_fields()
    salt = field("salt", "decimal", "盐", unit="g", required=True)
    one = Kind(needed.name, needed.label, {**needed.fields, "salt": salt}, needed.subject, true_on=TrueOn())
    with pytest.raises(UnitUnfit, match="lb"):
        reader.read_text("编号,盐（lb）\nA,8\n", one)


def test_a_heading_that_the_kind_writes_out_is_the_fields_whatever_its_unit(reader: Reader):
    one = of_fields(salt=("decimal", "盐", "盐（lb）"))
    table = reader.read_text("编号,盐（lb）\nA,8\n", one)
    assert reader.rows(table, "salt") == [(2, Decimal(8))]


@pytest.mark.parametrize("columns", ["能量（kcal）,能量（kJ）", "能量（J）,能量（kJ）"])
def test_of_two_columns_that_differ_in_their_unit_the_fields_own_counts(reader: Reader, columns: str):
    table = reader.read_text(f"编号,{columns}\nA,239,1000\n", kind(energy="kJ"))
    assert reader.rows(table, "energy") == [(2, Decimal(1000))]


def test_a_cell_that_shows_a_percentage_is_one(reader: Reader):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["编号", "盐", "能量"], ["A", 0.955, 0.3], ["B", "95.5%", 3], ["C", 95.5, 3]):
        sheet.append(row)
    sheet["B2"].number_format, sheet["C2"].number_format, sheet["B4"].number_format = "0.0%", "0%", '0.0"%"'
    path = reader.folder / "percent.xlsx"
    book.save(path)
    (table,) = reader.read(path, kind(salt="%", energy=""))
    assert [row[1] for row in reader.rows(table, "salt")] == [Decimal("95.5")] * 3
    assert reader.rows(table, "energy")[0] == (2, Decimal("0.3"))
