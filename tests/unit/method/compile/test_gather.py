"""Whatever a method asks of a kind of record, the records are read once and grouped once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlglot import exp
from tests.reference.tables import kinds

from zhiheng.method import Gathering, GatherPlan, counted_fields, load_method, load_method_text, plan_gather
from zhiheng.vocabulary import load_kinds

AS_OF = date(2026, 6, 30)
BENCH = Path(__file__).parents[4] / "bench" / "pack"
CRITERION = """
  {name}:
    label: {{zh: 甲, en: A}}
    cite: design
    from: visit
    {lines}
    points: value
    max: 10
    absent: zero
"""
METHOD = """
method: gathering
label: {zh: 甲, en: A}
subject: shop
version: "1"
in_force: {from: 2020-01-01}
places: {value: 0, points: 0, score: 0}
SUBJECTS
criteria:CRITERIA
score: {sum_of: criteria, over: all}
"""


def gathered(*criteria: str, subjects: str = "subjects: visit", **given: object) -> GatherPlan:
    written = "".join(
        CRITERION.format(name=f"c{number}", lines="\n    ".join(lines.split("; ")))
        for number, lines in enumerate(criteria)
    )
    method = load_method_text(METHOD.replace("SUBJECTS", subjects).replace("CRITERIA", written), kinds())
    version = method.versions[0]
    gathering = Gathering(version, kinds(), AS_OF, **{"dictionaries": {}, **given})  # type: ignore[arg-type]
    return plan_gather(gathering, sources(version.reads))


def sources(reads: frozenset[str]) -> dict[str, exp.Select]:
    return {kind: exp.select("*").from_(exp.to_table(f"raw_{kind}", quoted=True)) for kind in reads}


def test_thirty_criteria_over_six_kinds_read_each_kind_once():
    bench = load_kinds(BENCH)
    version = load_method(BENCH / "method.yaml", bench).version_on(AS_OF)
    query = plan_gather(Gathering(version, bench, AS_OF, {}), sources(version.reads)).query
    read = [table.name for table in query.find_all(exp.Table) if table.name.startswith("raw_")]
    assert sorted(read) == sorted(f"raw_{kind}" for kind in version.reads)
    assert len(list(query.find_all(exp.Group))) == len(read)


def test_the_same_aggregate_asked_for_twice_is_one_column():
    plan = gathered("measure: count()", "measure: count() + 0", "measure: sum(level) / count()")
    assert [column.name for column in plan.columns] == ["c0$rows", "c2$sum"]


def test_every_subject_with_a_record_is_kept_where_no_kind_is_named():
    plan = gathered("within: 12 months; measure: count()", subjects="")
    assert "2025-06-30" not in plan.query.find(exp.Where).sql()  # type: ignore[union-attr]


def test_records_too_old_for_every_measure_are_left_out_where_another_kind_names_the_subjects():
    plan = gathered(
        "within: 12 months; measure: count()", "within: 6 months; measure: count()", subjects="subjects: register"
    )
    assert any("2025-06-30" in where.sql() for where in plan.query.find_all(exp.Where))


@pytest.mark.parametrize(("wide", "type_"), [(False, "BIGINT"), (True, "INT128")])
def test_sums_are_64_bits_until_an_engine_says_otherwise(*, wide: bool, type_: str):
    plan = gathered("measure: sum(level)", wide=wide)
    assert {column.name: column.type for column in plan.columns}["c0$sum"] == type_


def test_wide_sums_are_filed_as_decimals():
    plan = gathered("measure: sum(level)", wide=True)
    assert [column.filed_type for column in plan.columns] == ["BIGINT", "DECIMAL(38,0)"]


@pytest.mark.parametrize("wide", [False, True])
def test_a_sum_has_the_type_that_its_column_is_filed_in_whatever_others_need(*, wide: bool):
    plan = gathered("measure: sum(2)", "measure: sum(level)", 'weight: "0.5"; measure: share(level > 1)', wide=wide)
    types = {column.name: column.type for column in plan.columns}
    assert types["c0$sum"] == types["c2$top"] == "BIGINT"
    for column in plan.columns:
        if isinstance(column.aggregate, exp.Cast):
            assert column.aggregate.to.sql("duckdb") == column.type, column.name


def test_texts_with_few_values_are_counted_by_bits():
    counted = gathered("measure: distinct(zone)")
    by_bits = gathered("measure: distinct(zone)", dictionaries={("visit", "zone"): ("east", "it's")})
    assert "DISTINCT" in counted.query.sql("duckdb")
    assert "DISTINCT" not in by_bits.query.sql("duckdb")
    assert by_bits.tables[0].rows == (("east", 1), ("it's", 2))


def nodes(plan: GatherPlan) -> int:
    return sum(1 for _ in plan.query.walk())


def test_what_is_worked_out_of_each_record_is_worked_out_once():
    measures = ["level", *("floor(" * deep + "level" + " / 3)" * deep for deep in (1, 3, 6))]
    sizes = [nodes(gathered(f"measure: sum({one})")) for one in measures]
    assert sizes[3] - sizes[2] < 2 * (sizes[2] - sizes[1])
    quotients = [nodes(gathered("measure: sum(level" + " / mark" * deep + ")")) for deep in (2, 4, 8)]
    assert quotients[2] - quotients[1] < 3 * (quotients[1] - quotients[0])


def test_a_plain_measure_has_no_query_between_records_and_groups():
    plan = gathered(
        "where: zone = 'north' and open; within: 12 months; weight: half_life(18); measure: share(level > 1)"
    )
    assert "layer1" not in plan.query.sql()


def test_only_plain_texts_are_surveyed():
    text = METHOD.replace("SUBJECTS", "").replace(
        "CRITERIA",
        "".join(
            CRITERION.format(name=f"c{number}", lines=f"measure: {measure}")
            for number, measure in enumerate(("distinct(zone)", "repeats(remark)", "distinct(level)"))
        ),
    )
    version = load_method_text(text, kinds()).versions[0]
    assert counted_fields(version, kinds()) == (("visit", "zone"), ("visit", "remark"))


def test_weights_come_from_a_table_of_days():
    plan = gathered("within: 3 months; weight: half_life(18); measure: sum(level)")
    calendar = plan.tables[0]
    assert list(calendar.columns) == ["_day", "_age", "_weight_1"]
    assert calendar.rows[0] == (AS_OF, 0, 10**9)
    assert calendar.rows[-1] == (date(2026, 4, 1), 2, 925874712)
