"""An explanation calls things as people do: codes and benchmarks by their labels, moments by the clock."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import make_city, notice, register, visit

from zhiheng.assess import Explanation, explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.engine import Engine
    from zhiheng.errors import Lang

METHOD = """
method: labels
label: {zh: 名称, en: Labels}
subject: shop
subjects: register
version: "1"
in_force: {from: 2020-01-01}
attributes:
  zone: {label: {zh: 片区, en: Zone}, from: visit, take: latest(zone)}
facts:
  cite: design
  former: {label: {zh: 原等级, en: Former grade}, from: register, measure: latest(former_grade)}
  before: {label: {zh: 往年等级, en: Grade before}, formula: "coalesce(former, 'D')"}
  clean: {label: {zh: 整洁率, en: Clean visits}, from: visit, where: clean is not null, measure: share(clean)}
criteria:
  cite: design
  verdict:
    label: {zh: 结论分, en: By verdict}
    from: visit
    measure: latest(verdict)
    codes: {good: 10, fair: 5, otherwise: 0}
    max: 10
    absent: zero
  dues:
    label: {zh: 扣分, en: Deductions}
    from: notice
    measure: sum(amount)
    points: "0 - value"
    max: 0
    min: -50
    absent: zero
  peers:
    label: {zh: 同类, en: Peers}
    formula: coalesce(pooled_clean, 0) + coalesce(mean_clean, 0)
    points: value
    max: 2
    absent: zero
benchmarks:
  pooled_clean: {of: clean, by: [zone], statistic: pooled, at_least: 1, cite: design}
  mean_clean: {of: clean, by: [zone], statistic: mean, at_least: 1, cite: design}
score: {sum_of: criteria, over: all}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Explanation:
    city = make_city(tmp_path_factory.mktemp("labels"), engine)
    city.bring("register", register("S1", former_grade="B"), register("S2"))
    city.bring(
        "visit",
        visit("S1", 1, "2026-05-01 09:30", verdict="bad"),
        visit("S1", 2, "2026-05-01 14:05:30", verdict="fair"),
        visit("S1", 3, "2026-04-01"),
        visit("S2", 4, "2026-05-01"),
    )
    city.bring("notice", notice("S1", 1, "2026-05-01", amount=20))
    return explain(city.assess("labels", method=METHOD), "S1", engine=engine)


@pytest.fixture(scope="module")
def told(found: Explanation) -> Mapping[Lang, str]:
    return {lang: found.text(lang) for lang in ("zh", "en")}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "原等级（former） = 乙［"),
        ("en", "Former grade (former) = Second (B)  ["),
        ("en", "Grade before (before) = Second (B)  ["),
        ("zh", "片区（zone） = 北"),
        ("zh", "值与得分：好 → 10，中 → 5，其余 → 0"),
        ("en", "Points by value: Good (good) → 10, Fair (fair) → 5, * → 0"),
        ("zh", "已测  值 中  5 分，满分 10"),
        ("en", "measured  value Fair (fair)  5 of 10 points"),
    ],
)
def test_a_code_is_written_by_its_label(lang: Lang, said: str, told: Mapping[Lang, str]):
    assert said in told[lang]


def test_a_benchmark_names_its_fact_its_group_and_what_it_counts(told: Mapping[Lang, str]):
    zh, en = told["zh"], " ".join(told["en"].split())
    assert "即片区：北“整洁率”的合并比率；组内 4 条记录，至少需 1 条" in zh
    assert "即片区：北“整洁率”的平均值；组内 2 个对象，至少需 1 个" in zh
    assert "the pooled rate of Clean visits among Zone: North (north); 4 records in the group, at least 1 needed" in en
    assert "the mean of Clean visits among Zone: North (north); 2 subjects in the group, at least 1 needed" in en


def test_points_that_only_deduct_are_not_said_to_be_of_none(told: Mapping[Lang, str]):
    assert "-20 points, at least -50, at most 0" in told["en"]
    assert "-20 分，最低 -50，最高 0" in told["zh"]
    assert "of 0 points" not in told["en"]


def test_a_record_is_dated_by_its_moment_where_its_kind_has_one(found: Explanation, told: Mapping[Lang, str]):
    assert "· 2026-05-01 14:05:30  Verdict: Fair (fair)  decides" in told["en"]
    assert "· 2026-05-01 09:30  Verdict: Bad (bad)" in told["en"]
    assert "· 2026-04-01  " in told["en"]
    (verdict,) = (line for line in found.lines if line.name == "verdict")
    assert verdict.measured.records[0].moment == datetime(2026, 5, 1, 14, 5, 30)
    (line,) = (one for one in json.loads(json.dumps(found.as_json()))["lines"] if one["name"] == "dues")
    assert line["measured"]["records"][0]["moment"] is None
