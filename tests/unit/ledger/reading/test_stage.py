"""What a typed row carries besides its fields: subject, key, dates, content; and the rows within a row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.ledger.reading import FieldsMissing, FileDamaged, KindUnknown, TooManyColumns
from zhiheng.ledger.reading.canonical import canonical_column, sortable_version
from zhiheng.ledger.reading.settle import from_canonical
from zhiheng.ledger.reading.statement import Sql, sql
from zhiheng.vocabulary import (
    Child,
    Field,
    FieldType,
    Kind,
    Label,
    Split,
    SubjectKey,
    TrueOn,
    Unpivot,
    canonical_text,
    subject_key,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ledger.reading.conftest import Kinds, Reader

LABEL = Label("项", "Item")
STAGING = duckdb.connect(config={"threads": 1})
VALUES = [
    (FieldType.TEXT, st.text(max_size=5)),
    (FieldType.DATE, st.dates(date(1000, 1, 1))),
    (FieldType.DATETIME, st.datetimes(datetime(1000, 1, 1))),
    (FieldType.WHOLE, st.integers(-(2**63) + 1, 2**63 - 1)),
    (FieldType.DECIMAL, st.decimals(-(10**11), 10**11, places=6).map(lambda number: number + 0)),
    (FieldType.YES_NO, st.booleans()),
    (FieldType.LIST, st.lists(st.text("ab甲,", min_size=1), max_size=3).map(tuple)),
]


@pytest.mark.parametrize(("type_", "values"), VALUES)
@given(data=st.data())
def test_canonical_text_goes_to_the_database_and_back(
    type_: FieldType, values: st.SearchStrategy[object], data: st.DataObject
):
    field = Field("a", type_, LABEL)
    written = canonical_text(field, data.draw(values))  # type: ignore[arg-type] # each value is of its field's type
    typed = from_canonical(field, Sql("s"))
    again = canonical_column(field, Sql("a"))
    query = sql("select {again} from (select {typed} as a from (select ?::varchar as s))", again=again, typed=typed)
    assert STAGING.execute(query, [written]).fetchall() == [(written,)]


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=2, max_size=20))
def test_versions_sort_as_text_as_their_numbers_do(numbers: list[int]):
    version = sortable_version(Field("v", FieldType.WHOLE, LABEL))
    query = sql("select v, {version} from (select unnest(?::bigint[]) as v)", version=version)
    found = STAGING.execute(query, [numbers]).fetchall()
    assert [number for number, _ in sorted(found, key=lambda row: row[1])] == sorted(numbers)


NAMES = st.text("甲乙丙公司有限（）()[] 　ABａ１@%/", min_size=1, max_size=12)


@settings(max_examples=max(12, settings().max_examples // 5))
@given(names=st.lists(NAMES, min_size=1, max_size=40), region=st.sampled_from(["", "某市", "a@b%"]))
def test_provisional_subjects_are_those_of_the_vocabulary(reader_of_names: Reader, names: list[str], region: str):
    text = "".join(f'"甲{name}乙",{region}\n' for name in names)
    table = reader_of_names.read_text(f"企业名称,所在地\n{text}")
    kind = reader_of_names.kinds.sampling
    for _, subject, producer, where in reader_of_names.rows(table, "subject", "producer", "region"):
        assert subject == subject_key(kind, {"producer": producer, "region": where})
    assert table.valid == len(names)


@pytest.fixture(scope="module")
def reader_of_names(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    from tests.unit.ledger.reading.conftest import Kinds, Reader  # noqa: PLC0415 - the module's own scope

    return Reader(tmp_path_factory.mktemp("names"), STAGING, Kinds())


def test_a_subject_of_several_fields_joins_them_and_keeps_them_apart(reader: Reader, kinds: Kinds):
    kind = replace(kinds.penalty, subject=SubjectKey("visit", ("decision_no", "decided_on")))
    table = reader.read_text("决定书文号,信用代码,决定日期\na/b%,X,2017-12-11\n", kind)
    (row,) = reader.rows(table, "subject")
    assert row == (2, subject_key(kind, {"decision_no": "a/b%", "decided_on": date(2017, 12, 11)}))
    assert row == (2, "a%2Fb%25/20171211")


def test_a_row_without_a_part_of_its_key_is_quarantined(reader: Reader, kinds: Kinds):
    kind = replace(kinds.penalty, key=("decision_no", "decided_on"))
    table = reader.read_text("决定书文号,信用代码,决定日期\n甲,X,\n乙,,2020-01-01\n", kind)
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [
        (2, "ledger.key-missing"),
        (3, "ledger.subject-missing"),
    ]


def test_a_name_of_nothing_but_signs_is_no_subject(reader: Reader):
    table = reader.read_text("企业名称,产品名称\n（ ）,床单\n甲公司,枕套\n")
    assert table.valid + table.quarantined_rows == 2


@pytest.mark.parametrize(
    ("day", "expected"),
    [("12-31", date(2019, 12, 31)), ("02-29", date(2019, 2, 28)), ("06-15", date(2019, 6, 15))],
)
def test_a_year_is_placed_at_its_day(reader: Reader, kinds: Kinds, day: str, expected: date):
    kind = replace(kinds.sampling, true_on=TrueOn("year", day))
    table = reader.read_text("企业名称,年度\n甲公司,2019\n乙公司,\n", kind)
    assert reader.rows(table, "true_on") == [(2, expected), (3, date(2024, 6, 30))]


@pytest.mark.parametrize(
    ("day", "expected"), [("15", date(2020, 2, 15)), ("31", date(2020, 2, 29)), ("last", date(2020, 2, 29))]
)
def test_a_month_is_placed_at_its_day(reader: Reader, kinds: Kinds, day: str, expected: date):
    fields = kinds.penalty.fields | {"decided_on": replace(kinds.penalty.fields["decided_on"], type=FieldType.MONTH)}
    kind = replace(kinds.penalty, fields=fields, true_on=TrueOn("decided_on", day))
    table = reader.read_text("决定书文号,信用代码,决定日期\n甲,X,2020年2月\n", kind)
    assert reader.rows(table, "true_on") == [(2, expected)]


def test_a_snapshot_takes_the_day_of_its_extract(reader: Reader, kinds: Kinds):
    table = reader.read_text("企业名称,年度\n甲公司,2019\n", replace(kinds.sampling, true_on=TrueOn()))
    assert reader.rows(table, "true_on") == [(2, date(2024, 6, 30))]


def test_content_depends_on_what_the_fields_say_and_not_on_how_the_file_says_it(reader: Reader):
    one = reader.read_text("企业名称,年度,抽查结果\n甲公司,2015,合格\n乙公司,2015,\n")
    other = reader.read_text("序号;抽查结果;抽查年度;生产企业\n9;合格;二〇一五年; 甲公司\n8;——;2015年;乙公司\n")
    assert [row[1] for row in reader.rows(one, "content")] == [row[1] for row in reader.rows(other, "content")]
    contents = {row[1] for row in reader.rows(one, "content")}
    assert len(contents) == 2
    assert all(len(content) == 32 for content in contents)


def test_values_that_run_into_each_other_have_different_content(reader: Reader):
    table = reader.read_text("企业名称,产品名称,规格型号\n甲,1:乙,\n甲,1,乙\n甲,1:,乙\n甲,,1乙\n")
    assert len({row[1] for row in reader.rows(table, "content")}) == 4


def test_entries_in_one_cell_become_rows_of_their_own(reader: Reader, kinds: Kinds):
    text = "样品编号,不合格项\nA1,菌落║1.5║≤1；铅║0.2║≤0.1║mg\nA2,\nA3,汞║多║≤1\n"
    table = reader.read_text(text, kinds.with_items)
    items = reader.staging.execute(f'select * from "{table.children["items"]}" order by 1, 2').fetchall()
    assert [(row, at, name, str(found), limit) for row, at, name, found, limit in items] == [
        (2, 1, "菌落", "1.500000", "≤1"),
        (2, 2, "铅", "0.200000", "≤0.1║mg"),
    ]
    assert reader.faults(table) == [(4, "不合格项", "vocabulary.not-a-number", "多")]
    assert [row[0] for row in reader.rows(table)] == [2, 3]


def test_a_changed_entry_is_changed_content(reader: Reader, kinds: Kinds):
    kind = replace(kinds.with_items, fields={"sample": kinds.with_items.fields["sample"]})
    kind = replace(kind, children={"items": wide()})
    one = reader.read_text("样品编号,M1,M1 DEN\nA,1,2\n", kind)
    other = reader.read_text("样品编号,M1,M1 DEN\nA,1,3\n", kind)
    assert reader.rows(one, "content") != reader.rows(other, "content")


def wide() -> Child:
    fields = {
        name: Field(name, type_, Label(name, name))
        for name, type_ in (("measure", FieldType.TEXT), ("value", FieldType.DECIMAL), ("volume", FieldType.WHOLE))
    }
    columns = {"m1": ("M1", "M1 DEN"), "m2": ("M2", "M2 DEN")}
    return Child("measures", LABEL, fields, unpivot=Unpivot("measure", columns, ("value", "volume")))


def test_a_wide_file_is_folded_into_rows(reader: Reader, kinds: Kinds):
    kind = replace(kinds.with_items, children={"measures": wide()})
    table = reader.read_text("样品编号,M1,M1 DEN,M2\nA,1.5,10,\nB,2,x,3\nC,,,4\n", kind)
    folded = reader.staging.execute(f'select * from "{table.children["measures"]}" order by 1, 2').fetchall()
    assert [(row, at, name, float(value), volume) for row, at, name, value, volume in folded] == [
        (2, 1, "m1", 1.5, 10),
        (4, 2, "m2", 4.0, None),
    ]
    assert reader.faults(table) == [(3, "M1 DEN", "vocabulary.not-a-number", "x")]


def test_a_cell_of_more_entries_than_are_read_is_a_fault(reader: Reader, kinds: Kinds):
    some, many = ("；".join(f"项{number}" for number in range(most)) for most in (1000, 1001))
    table = reader.read_text(f"样品编号,不合格项\nA1,{some}\nA2,{many}\n", kinds.with_items)
    assert reader.rows(table, "sample") == [(2, "A1")]
    items = reader.staging.execute(f'select file_row, count(*) from "{table.children["items"]}" group by 1').fetchall()
    assert items == [(2, 1000)]
    assert reader.faults(table) == [(3, "不合格项", "ledger.too-many-entries", many)]
    ((facts,),) = reader.staging.execute(f'select facts from "{table.quarantined}"').fetchall()
    assert json.loads(facts) == {"entries": 1001, "most": 1000}


@pytest.mark.parametrize("mark", ["/", "——", " ／ ", "N/A", "-"])
def test_a_mark_of_emptiness_is_no_child(reader: Reader, kinds: Kinds, mark: str):
    table = reader.read_text(f"样品编号,不合格项\nA1,{mark}\nA2,铅║0.2║≤0.1；{mark}\n", kinds.with_items)
    items = reader.staging.execute(f'select file_row, name from "{table.children["items"]}"').fetchall()
    assert items == [(3, "铅")]
    kind = replace(kinds.with_items, children={"measures": wide()})
    table = reader.read_text(f"样品编号,M1,M1 DEN,M2\nA,{mark},{mark},\nB,2,{mark},{mark}\n", kind)
    folded = reader.staging.execute(f'select file_row, position from "{table.children["measures"]}"').fetchall()
    assert (table.valid, folded) == (2, [(3, 1)])


def test_json_lines_are_read_by_their_names(reader: Reader, kinds: Kinds):
    lines = [
        {"decision_no": "甲", "code": "X", "fine": 12.50, "decided_on": "2020-01-02"},
        {"decision_no": "乙", "code": 7, "fine": None, "extra": {"a": [1]}},
    ]
    text = "\n".join([json.dumps(lines[0], ensure_ascii=False), "", "[1]", json.dumps(lines[1]), '{"decision_no": '])
    table = reader.read_text(text, kinds.penalty, name="list.jsonl")
    assert reader.rows(table, "decision_no", "code") == [(1, "甲", "X"), (4, "乙", "7")]
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [
        (3, "ledger.line-not-object"),
        (5, "ledger.line-not-object"),
    ]
    assert table.unmapped == ("extra.a",)


def test_json_nested_without_end_is_one_bad_line(reader: Reader, kinds: Kinds):
    table = reader.read_text('{"decision_no": "甲", "code": "X"}\n' + "[" * 100_000, kinds.penalty)
    assert (table.valid, table.quarantined_rows) == (1, 1)
    names = json.dumps({str(number): 1 for number in range(3000)})
    with pytest.raises(TooManyColumns):
        reader.read_text(names, kinds.penalty)


def test_parquet_columns_are_read_as_text_is(reader: Reader, kinds: Kinds, tmp_path: Path):
    columns = {
        "决定书文号": [140703.0, 2.0],
        "code": ["X", None],
        "decided_on": pa.array([date(2020, 1, 2), None]),
        "fine": pa.array([1250, None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "a[b].parquet")
    (table,) = reader.read(tmp_path / "a[b].parquet", kinds.penalty)
    assert reader.rows(table, "decision_no", "decided_on", "fine") == [(1, "140703", date(2020, 1, 2), 1250)]
    assert [(row, rule) for row, _, rule, _ in reader.faults(table)] == [(2, "ledger.subject-missing")]
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "a[b].parquet").read_bytes()[:-9])
    with pytest.raises(FileDamaged):
        reader.read(tmp_path / "cut.parquet", kinds.penalty)


def test_a_title_that_does_not_say_what_it_must_is_an_error(reader: Reader, kinds: Kinds):
    needed = replace(kinds.sampling.fields["year"], required=True)
    kind = replace(kinds.sampling, fields=kinds.sampling.fields | {"year": needed})
    with pytest.raises(FieldsMissing, match="Year"):
        reader.read_text("企业名称,产品名称\n甲公司,床单\n", kind)
    assert reader.read_text("企业名称,产品名称\n甲公司,床单\n", kind, name="2015年名单.csv").valid == 1


def test_an_unknown_kind_is_named_with_the_nearest(reader: Reader, tmp_path: Path):
    (tmp_path / "a.csv").write_text("a\n")
    with pytest.raises(KindUnknown, match="sampling"):
        reader.read(tmp_path / "a.csv", kind="samplin")


def test_a_field_may_be_called_as_anything_that_reading_uses_on_the_way(reader: Reader):
    on_the_way = "name comparable ignored first whole_fault filled fed spans forced column rule value facts raw word"
    names = [*on_the_way.split(), "c0", "c1", "t", "r", "f", "rows", "parts", "entry", "child_of"]
    fields = {name: Field(name, FieldType.TEXT, Label(name, name)) for name in names}
    child = Child("value", LABEL, fields, split=Split("rows", ("；",), ("║",)))
    kind = Kind("odd", LABEL, fields, SubjectKey("firm", ("name",), provisional=True), children={"value": child})
    table = reader.read_text(
        f"{','.join(fields)}\n{','.join(['甲（某）'] * len(fields))}\n{','.join([''] * 5)}\n", kind
    )
    assert reader.rows(table, *fields) == [(2, *["甲（某）"] * len(fields))]
    assert reader.rows(table, "subject") == [(2, "甲(某)")]
