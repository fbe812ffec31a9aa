"""What SQL reads, `read_value` reads as well, and alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.ledger.reading.canonical import canonical_column
from zhiheng.ledger.reading.fast import plan_fast
from zhiheng.ledger.reading.statement import Sql, sql, value
from zhiheng.vocabulary import EMPTY_MARKS, Field, FieldType, Label, ValueRefused, canonical_text, read_value

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL = Label("项", "Item")
NEVER_BOTH = {type_: type_ not in (FieldType.TEXT, FieldType.IDENTIFIER) for type_ in FieldType}
STAGING = duckdb.connect(config={"threads": 1})
FIELDS = [
    Field("a", FieldType.TEXT, LABEL),
    Field("a", FieldType.IDENTIFIER, LABEL),
    Field("a", FieldType.DATE, LABEL),
    Field("a", FieldType.DATE, LABEL, at_least=date(2000, 1, 1), at_most=date(2020, 2, 29)),
    Field("a", FieldType.MONTH, LABEL),
    Field("a", FieldType.DATETIME, LABEL, at_most=date(2020, 2, 29)),
    Field("a", FieldType.YEAR, LABEL, at_least=Decimal(1990)),
    Field("a", FieldType.WHOLE, LABEL),
    Field("a", FieldType.WHOLE, LABEL, values=(Decimal(0), Decimal(5), Decimal(10))),
    Field("a", FieldType.WHOLE, LABEL, unit="%"),
    Field("a", FieldType.DECIMAL, LABEL),
    Field("a", FieldType.DECIMAL, LABEL, places=9, at_least=Decimal("-1.5"), at_most=Decimal(100)),
    Field("a", FieldType.DECIMAL, LABEL, places=0),
    Field("a", FieldType.MONEY, LABEL, places=2, unit="万元"),
    Field("a", FieldType.DECIMAL, LABEL, unit="吨"),
    Field("a", FieldType.WHOLE, LABEL, unit="千克"),
]
PLAIN = {
    FieldType.TEXT: ["某某公司", "a b", "（甲）乙", "A", "０１", "n／a", "无", "x\u3000", "乙　甲", "#REF!", "=1"],
    FieldType.IDENTIFIER: ["91140700MA0ABCDE1X", "0012", "1E05", "1.0", "ab-1", "NULL", "A_1"],
    FieldType.DATE: ["2020-02-29", "2021-02-29", "1999-12-31", "2020-02-30", "0999-01-01", "2020/01/02", "2000-01-01"],
    FieldType.MONTH: ["2020-01", "2020-13", "2020-00", "1000-01"],
    FieldType.DATETIME: [
        "2020-02-29 23:59", "2020-02-29T24:00", "2020-02-30 10:00:00", "2020-01-01 10:00:60", "2020-03-01T00:00",
    ],
    FieldType.YEAR: ["2020", "1000", "1989", "0999", "20200"],
    FieldType.WHOLE: ["0", "-0", "007", "5", "12345678901234567", "123456789012345678", "-1", "1.0", "1,000"],
    FieldType.DECIMAL: [
        "0", "-0.0", "1.50", "100.000000001", "1.1234567", "999999999999", "1234567890123", "-1.6", ".5", "5.",
    ],
    FieldType.MONEY: ["0.01", "12.345", "1234567890123456.78", "12345678901234567"],
}  # fmt: skip
SIGNS = "0123456789-./: TEe+一二甲乙公司年月日（）()／－０Ａａ　\u00a0\u200b#=%万，、;\t\n\x00"
ODD = st.text(
    st.sampled_from(SIGNS) | st.characters(exclude_categories=("Cs",)),
    max_size=24,
)


MARKS = [
    mark
    for plain in [*sorted(EMPTY_MARKS), "na", "nat", "none", ".", "无"]
    for mark in (plain, plain.upper(), f" {plain}")
]


@st.composite
def cells(draw: st.DrawFn, field: Field) -> list[str]:
    """Texts of the field's own kind and of others, with a sign here and there put in, changed or left out."""
    own, others = PLAIN[field.type], [text for listed in PLAIN.values() for text in listed]
    chance = draw(st.randoms(use_true_random=False))
    texts = draw(st.lists(ODD, max_size=5))
    for _ in range(chance.randrange(5, 60)):
        text = chance.choice(chance.choice([own, own, others, MARKS]))
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(["", *SIGNS]) + text[at + chance.randrange(2) :]
        texts.append(text)
    return texts


def fast(field: Field, texts: Sequence[str]) -> list[tuple[bool, bool, str | None]]:
    """Whether each text is empty, whether it is settled, and its value in canonical form where it is not empty."""
    plan = plan_fast(field, Sql("t.a"), "")
    query = sql(
        "select {empty}, {settles}, case when not {empty} and {settles} then {typed} end"
        " from (select unnest(?::varchar[]) as a, unnest(?::bigint[]) as n) t order by n",
        empty=plan.empty,
        settles=plan.settles,
        typed=sql("cast({text} as varchar)", text=canonical_column(field, plan.typed)),
    )
    return STAGING.execute(query, [list(texts), list(range(len(texts)))]).fetchall()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.type}{field.unit}{field.places}")
@settings(max_examples=max(20, settings().max_examples // 3))
@given(data=st.data())
def test_what_sql_settles_python_reads_alike(field: Field, data: st.DataObject):
    texts = data.draw(cells(field))
    for text, (empty, settled, canonical) in zip(texts, fast(field, texts), strict=True):
        assert not (empty and settled and NEVER_BOTH[field.type]), repr(text)
        if empty:
            assert read_value(field, text) is None, repr(text)
        if settled and not empty:
            read = read_value(field, text)
            assert read is not None, repr(text)
            assert canonical_text(field, read) == canonical, repr(text)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.type}{field.unit}{field.places}")
def test_what_python_refuses_sql_never_settles(field: Field):
    texts = [text for listed in PLAIN.values() for text in listed]
    for text, (empty, settled, _) in zip(texts, fast(field, texts), strict=True):
        try:
            read_value(field, text)
        except ValueRefused:
            assert not empty, text
            assert not settled, text


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("text", "太原某某机械制造有限公司（北厂）"),
        ("text", "XH-2000 220V"),
        ("identifier", "B000123"),
        ("date", "2020-01-31"),
        ("datetime", "2020-01-31 10:20:30"),
        ("month", "2020-01"),
        ("year", "2020"),
        ("whole", "-12"),
        ("decimal", "12.345678"),
        ("money", "1234.50"),
    ],
)
def test_clean_values_are_settled_in_sql(type_: str, text: str):
    field = Field("a", FieldType(type_), LABEL, places=2 if type_ == "money" else 6)
    assert fast(field, [text])[0][1]


def test_nothing_is_settled_where_the_heading_names_a_unit():
    plan = plan_fast(Field("a", FieldType.MONEY, LABEL, unit="元", places=2), Sql("a"), "万元")
    assert plan.settles == "false"
    assert value("a'b") == "'a''b'"
