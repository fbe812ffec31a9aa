"""An explanation says how each value came about: what it was drawn towards, by default, or why it does not apply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import City, attest, make_city, register, visit

from zhiheng.assess import Explanation, explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.engine import Engine
    from zhiheng.errors import Lang

METHOD = """
method: ways
label: {zh: 途径, en: Ways}
subject: shop
subjects: register
version: "1"
in_force: {from: 2020-01-01}
places: {value: 4, points: 1, score: 1}
citations:
  act-7: {title: {zh: 管理办法第七条, en: "Rules, art. 7"}, url: https://example.org/7, confidence: checked}
  act-9: {title: {zh: 管理办法第九条, en: "Rules, art. 9"}, url: https://example.org/9, confidence: likely}
values:
  strength: {2020-01-01: 4, cite: act-7}
attributes:
  region: {label: {zh: 区域, en: Region}, from: register, take: latest(region)}
  trade: {label: {zh: 行业, en: Trade}, from: register, take: latest(trade)}
  crowd: {label: {zh: 规模, en: Crowd}, from: register, take: latest(staff) + 100, cite: act-9}
facts:
  cite: design
  calm:
    label: {zh: 平静率, en: Calm}
    from: visit
    where: open is not null
    measure: share(open)
    shrink: {towards: 0.25, strength: strength}
    default: 0.125
  staff: {label: {zh: 人数, en: Staff}, from: register, measure: latest(staff), default: 7}
  busy: {label: {zh: 忙碌度, en: Busy}, formula: staff / (crowd - 110), default: 9}
  tea: {label: {zh: 茶客, en: Tea guests}, formula: staff * 2, applies: "trade = 'tea'", default: 1}
criteria:
  cite: design
  clean:
    label: {zh: 整洁率, en: Clean visits}
    from: visit
    where: clean is not null
    measure: share(clean)
    shrink: {towards: all_clean, strength: strength}
    points: {0.5: 0, 1: 40}
    absent: not_inspected
  size:
    label: {zh: 规模分, en: Size}
    formula: calm + busy + tea
    applies: "trade = 'tea'"
    points: value
    max: 30
    absent: zero
  marks:
    label: {zh: 评分项, en: Marks}
    from: visit
    measure: mean(mark)
    points: value
    max: 9
    absent: zero
  grams:
    label: {zh: 克数项, en: Grams}
    from: visit.items
    measure: mean(grams)
    points: value
    max: 9
    absent: not_applicable
  dues:
    label: {zh: 费用项, en: Dues}
    from: notice
    within: 12 months
    measure: sum(amount)
    points: "9 - value"
    max: 9
    absent: full_if_feed_complete
  works:
    label: {zh: 工作项, en: Works}
    from: register
    measure: latest(staff)
    points: value
    max: 30
    absent: withhold
benchmarks:
  all_clean: {of: clean, statistic: pooled, at_least: 1, otherwise: 0.8, cite: design}
feeds: {from: attest, kind: record_kind, starts: starts_on, ends: ends_on, complete: complete, region: region}
score: {formula: "coalesce(points(clean), 0) + 3 * coalesce(points(size), 0)", cite: [act-7, act-9]}
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Mapping[str, Explanation]:
    city = make_city(tmp_path_factory.mktemp("ways"), engine)
    city.bring("register", register("S1"), register("S2", trade="rice", staff=None, region="31"))
    city.bring("visit", visit("S1", 1, "2026-05-01"), visit("S1", 2, "2026-05-02", clean=False))
    city.bring("attest", attest("notice", region="14"))
    done = city.assess("ways", method=METHOD)
    return {shop: explain(done, shop, engine=engine) for shop in ("S1", "S2")}


def beneath(told: Explanation, lang: Lang, head: str) -> str:
    """Cut out of an explanation what stands beneath one line or fact, on one line."""
    lines = told.text(lang).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"  {head}"))
    end = next(number for number in range(at + 1, len(lines)) if not lines[number].startswith("   "))
    return " ".join(line.strip() for line in lines[at:end])


@pytest.mark.parametrize(
    ("shop", "head", "said"),
    [
        ("S1", "Clean visits", "0.5 before it is drawn towards all_clean = 0.5 with the strength of strength = 4"),
        ("S1", "Calm", "1 before it is drawn towards 0.25 with the strength of strength = 4 records"),
        ("S1", "平静率", "收缩前为 1；向 0.25 收缩，强度相当于 strength = 4 条记录"),
        ("S2", "Calm", "As no record counts, the method gives 0.125."),
        ("S2", "平静率", "因没有可计入的记录，取方法规定的默认值 0.125。"),
        ("S2", "Staff", "As the value is not known, the method gives 7."),
        ("S1", "Busy", "As the value is not known, the method gives 9."),
        ("S1", "Busy", "with Staff (staff) = 10, Crowd (crowd) = 110"),
        ("S1", "Tea guests", "Applies where trade = 'tea'"),
        (
            "S2",
            "Tea guests",
            "Does not apply, because this does not hold: trade = 'tea' As it does not apply, the method",
        ),
        ("S2", "Tea guests", "with Staff (staff) = 7, Trade (trade) = rice"),
        ("S2", "茶客", "不适用，因为不满足：trade = 'tea' 因不适用，取方法规定的默认值 1。"),
        ("S1", "Size", "Applies where trade = 'tea'"),
        ("S2", "Size", "Does not apply, because this does not hold: trade = 'tea'"),
        ("S2", "Clean visits", "There is no value: by the method that means not inspected."),
        ("S1", "Marks", "There is no value: by the method that gives 0 points."),
        ("S1", "Grams", "There is no value: by the method that means not applicable."),
        ("S1", "Dues", "the register is attested complete for the whole window: by the method that gives 9 points."),
        ("S2", "Dues", "nobody attested the register complete for the whole window: by the method that means not"),
        ("S2", "工作项", "没有值，按方法规定不出总分。"),
    ],
)
def test_how_a_value_came_about_is_said(shop: str, head: str, said: str, told: Mapping[str, Explanation]):
    assert said in beneath(told[shop], "en" if head.isascii() else "zh", head)


@pytest.mark.parametrize(
    ("shop", "head", "unsaid"),
    [("S1", "Calm", "the method gives"), ("S2", "Calm", "drawn towards"), ("S1", "Size", "There is no value")],
)
def test_what_is_not_so_is_not_said(shop: str, head: str, unsaid: str, told: Mapping[str, Explanation]):
    assert unsaid not in beneath(told[shop], "en", head)


def test_the_clauses_of_the_score_and_of_attributes_are_named(told: Mapping[str, Explanation]):
    zh, en = (told["S1"].text(lang) for lang in ("zh", "en"))
    assert "88.5 = coalesce(points(clean), 0) + 3 * coalesce(points(size), 0)  [act-7: checked]  [act-9:" in en
    assert "3 * coalesce(points(size), 0)［act-7：已核对］［act-9：很可" in zh
    assert "Crowd (crowd) = 110  [act-9: likely]" in en
    assert "规模（crowd） = 110［act-9：很可能］" in zh
    assert "act-9: Rules, art. 9 (likely)" in en.partition("Sources")[2]


def test_programs_are_told_how_a_value_came_about(told: Mapping[str, Explanation]):
    found = json.loads(json.dumps(told["S2"].as_json()))
    named = {one["name"]: one for one in found["named"]}
    assert found["score_from"]["citations"] == ["act-7", "act-9"]
    assert named["crowd"]["citations"] == ["act-9"]
    assert (named["tea"]["condition"], named["tea"]["applies"]) == ("trade = 'tea'", False)
    assert (named["calm"]["default"], named["calm"]["defaulted"], named["calm"]["shrunk"]) == ("0.125", True, None)
    first = {one.name: one for one in told["S1"].named}["calm"]
    assert (first.defaulted, str(first.shrunk.before), str(first.shrunk.towards_value)) == (False, "1.0000", "0.25")


def test_a_score_without_lines_shows_its_formula(city: City):
    head, _, _ = METHOD.partition("values:")
    rest = "facts: {visits: {label: {zh: 走访, en: Visits}, from: visit, measure: count(), cite: design}}\n"
    city.bring("register", register("S1"))
    done = city.assess("bare", method=f"{head}{rest}score: {{formula: visits + 3, cite: [act-7, act-9]}}\n")
    assert "3 = visits + 3  [act-7: checked]" in explain(done, "S1", engine=city.engine).text("en")
