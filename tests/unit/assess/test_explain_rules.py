"""An explanation names every rule that bounds a grade, what better grades lack, and what holds them back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import City, make_city, notice, register, visit

from zhiheng.assess import Explanation, explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.engine import Engine

HEAD = """
method: ruled
label: {zh: 规则, en: Ruled}
subject: shop
subjects: register
version: "1"
in_force: {from: 2020-01-01}
citations:
  act-7: {title: {zh: 管理办法第七条, en: "Rules, art. 7"}, url: https://example.org/7, confidence: checked}
facts:
  cite: design
  staff: {label: {zh: 人数, en: Staff}, from: register, measure: latest(staff)}
  former: {label: {zh: 原等级, en: Former grade}, from: register, measure: latest(former_grade)}
  visits: {label: {zh: 走访次数, en: Visits}, from: visit, measure: count()}
  heavy: {label: {zh: 重大文书, en: Heavy notices}, from: notice, where: gravity = 'heavy', measure: count()}
"""
BY_CUTS = (
    HEAD
    + """
score: {formula: staff, cite: design}
grades: {A: 80, B: 60, C: 40, D: otherwise, cite: design}
requires:
  - {grade: B, needs: visits > 0, otherwise: C, label: {zh: B级须走访, en: B asks for a visit}, cite: design}
  - {grade: D, needs: heavy > 0, otherwise: C, label: {zh: D级须文书, en: D asks for a notice}, cite: design}
floors: [{when: visits > 2, at_least: C, label: {zh: 常被走访, en: Visited often}, cite: design}]
caps: [{name: lax, when: heavy > 0, at_most: B, label: {zh: 有重大文书, en: A heavy notice}, cite: act-7}]
gates: [{grade: A, needs: visits > 1, otherwise: B, label: {zh: A级须走访两次, en: A asks for two}, cite: design}]
buffer: {previous: former, points: 5, label: {zh: 沿用, en: As before}, cite: design}
vetoes: [{name: grave, when: heavy > 1, grade: D, label: {zh: 两份文书, en: Two notices}, cite: act-7}]
"""
)
SHOPS = {  # staff, which is the score; visits; heavy notices; former grade
    "best": (90, 3, 0, None),
    "capped": (90, 3, 1, None),
    "held": (75, 3, 1, None),
    "free": (75, 3, 0, None),
    "vetoed": (30, 0, 2, None),
    "unvisited": (50, 0, 0, None),
    "below": (75, 2, 0, "A"),
    "above": (62, 2, 0, "C"),
    "nearly": (78, 2, 0, "B"),
    "unknown": (None, 3, 2, None),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Mapping[str, Explanation]:
    city = make_city(tmp_path_factory.mktemp("ruled"), engine)
    city.bring("register", *(register(name, staff=one[0], former_grade=one[3]) for name, one in SHOPS.items()))
    many = [name for name, one in SHOPS.items() for _ in range(one[1])]
    city.bring("visit", *(visit(name, at, "2026-05-01") for at, name in enumerate(many)))
    heavy = [name for name, one in SHOPS.items() for _ in range(one[2])]
    city.bring("notice", *(notice(name, at, "2026-05-01", gravity="heavy") for at, name in enumerate(heavy)))
    done = city.assess("ruled", method=BY_CUTS)
    return {name: explain(done, name, engine=engine) for name in SHOPS}


@pytest.mark.parametrize(
    ("shop", "grade", "changed", "in_force"),
    [
        ("best", "A", (), ("floors.1",)),
        ("capped", "B", ("caps.lax",), ("floors.1", "caps.lax")),
        ("held", "B", (), ("floors.1", "caps.lax")),
        ("vetoed", "D", (), ("requires.1", "caps.lax", "gates.1", "vetoes.grave")),
        ("unvisited", "C", (), ("requires.1", "gates.1")),
        ("unknown", None, (), ()),
    ],
)
def test_every_rule_that_bounds_the_grade_is_named_though_it_changed_nothing(
    shop: str, grade: str | None, changed: tuple[str, ...], in_force: tuple[str, ...], told: Mapping[str, Explanation]
):
    found = told[shop]
    assert (found.grade, tuple(rule.name for rule in found.rules)) == (grade, changed)
    assert tuple(rule.name for rule in found.in_force) == in_force


def test_a_rule_in_force_is_written_with_its_clause_and_its_facts(told: Mapping[str, Explanation]):
    en, zh = (joined(told["vetoed"].text(lang)) for lang in ("en", "zh"))
    assert "In force too, without having moved the grade: Veto: Two notices → D, because heavy > 1 [act-7:" in en
    assert "Heavy notices (heavy) = 2" in en
    assert "Gate: A asks for two → B instead of A or better, because this does not hold: visits > 1" in en
    assert "等级前提：B级须走访 → B 改为 C，因为不满足：visits > 0" in zh
    assert "同样生效，但没有改变等级：一票否决：两份文书 → 定为 D，因为 heavy > 1［act-7：" in zh


def test_a_rule_that_changed_the_grade_is_written_once(told: Mapping[str, Explanation]):
    assert told["capped"].text("en").count("A heavy notice → at most B") == 1


@pytest.mark.parametrize(
    ("shop", "to", "would_be", "held_by"),
    [
        ("held", "A", "B", ("caps.lax",)),
        ("free", "A", "A", ()),
        ("vetoed", "C", "D", ("vetoes.grave",)),
        ("unvisited", "B", "C", ("requires.1",)),
        ("nearly", "A", "B", ("buffer",)),
        ("best", None, None, ()),
    ],
)
def test_the_next_cut_says_what_the_rules_would_make_of_it(
    shop: str, to: str | None, would_be: str | None, held_by: tuple[str, ...], told: Mapping[str, Explanation]
):
    found = told[shop].next_cut
    assert (found.grade, found.would_be, tuple(rule.name for rule in found.held_by)) == (to, would_be, held_by)


def test_a_grade_that_a_rule_holds_back_is_not_promised(told: Mapping[str, Explanation]):
    assert "To A (from 80) it lacks 5. But at that score it would be B: Cap “A heavy notice”." in joined(
        told["held"].text("en")
    )
    assert "距 A（80 分起）还差 5 分。但即便达到，等级会是 B：封顶“有重大文书”。" in joined(told["held"].text("zh"))
    assert "But at that score" not in told["free"].text("en")


def test_a_cap_that_reads_the_score_or_the_grade_is_asked_at_the_next_cut(city: City, engine: Engine):
    caps = "caps: [{when: \"grade = 'A' and score < 90\", at_most: B, label: {zh: 甲, en: Late}, cite: design}]\n"
    before, _, rest = BY_CUTS.partition("caps:")
    city.bring("register", register("S1", staff=75))
    city.bring("visit", *(visit("S1", at, "2026-05-01") for at in range(3)))
    done = city.assess("late", method=before + caps + rest.partition("\n")[2])
    found = explain(done, "S1", engine=engine)
    assert [rule.name for rule in found.in_force] == ["floors.1"]
    assert (found.next_cut.would_be, [rule.name for rule in found.next_cut.held_by]) == ("B", ["caps.1"])


@pytest.mark.parametrize(
    ("shop", "lang", "said"),
    [
        ("below", "en", "As before → the previous grade A stays, the score being 5 below its cut, no more than 5"),
        ("below", "zh", "沿用 → 总分比其分界低 5 分，不超过 5 分，保持上次等级 A"),
        ("above", "en", "the previous grade C stays, the score being 2 above the cut to the next, less than 5"),
        ("above", "zh", "沿用 → 总分比上一级分界高 2 分，不足 5 分，保持上次等级 C"),
    ],
)
def test_a_buffer_says_on_which_side_of_the_cut_the_score_lies(
    shop: str, lang: str, said: str, told: Mapping[str, Explanation]
):
    assert said in joined(told[shop].text(lang))


BY_CONDITIONS = (
    HEAD
    + """
  mark: {label: {zh: 平均分, en: Mean mark}, from: visit, measure: mean(mark)}
criteria:
  cite: design
  works:
    {label: {zh: 工作项, en: Works}, from: register, measure: latest(staff), points: value, max: 30, absent: zero}
score: {sum_of: criteria, over: all}
grades:
  - {grade: A, when: "visits >= 2 and coalesce(mark, 0) >= 8", label: {zh: 优, en: Top}, cite: act-7}
  - {grade: B, when: points(works) >= 20 and score >= 20, label: {zh: 良, en: Good}, cite: design}
  - {grade: C, otherwise: true, label: {zh: 中, en: Fair}, cite: design}
"""
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Mapping[str, Explanation]:
    city = make_city(tmp_path_factory.mktemp("conditions"), engine)
    city.bring("register", register("S1", staff=10), register("S2", staff=25), register("S3", staff=10))
    marks = [("S1", None), ("S1", None), ("S2", 5), ("S2", 6), ("S3", 9), ("S3", 8)]
    city.bring("visit", *(visit(name, at, "2026-05-01", mark=mark) for at, (name, mark) in enumerate(marks)))
    done = city.assess("conditions", method=BY_CONDITIONS)
    return {name: explain(done, name, engine=engine) for name in ("S1", "S2", "S3")}


@pytest.mark.parametrize(
    ("shop", "holds"),
    [
        ("S1", [("A", False, ("mark",)), ("B", False, ())]),
        ("S2", [("A", False, ()), ("B", True, ())]),
        ("S3", [("A", True, ())]),
    ],
)
def test_the_conditions_of_the_grade_and_of_every_better_one_are_told(
    shop: str, holds: list[object], judged: Mapping[str, Explanation]
):
    assert [(one.grade, one.holds, one.unknown) for one in judged[shop].conditions] == holds


def test_what_a_better_grade_lacks_is_written_with_what_its_condition_reads(judged: Mapping[str, Explanation]):
    text = joined(judged["S1"].text("en"))
    assert "No better grade's condition holds: C." in text
    asked = "visits >= 2 and coalesce(mark, 0) >= 8"
    assert f"Not A, because this does not hold: {asked} (not known: Mean mark) [act-7:" in text
    assert "Not B, because this does not hold: points(works) >= 20 and score >= 20" in text
    why = text.partition("Not B")[2].partition("Points by")[0]
    assert "Works (works) = 10, 10 of 30 points Score (score) = 10" in why
    zh = joined(judged["S1"].text("zh"))
    assert f"不是 A，因为不满足：{asked}（其中未知：平均分）" in zh
    assert "不是 B，因为不满足：points(works) >= 20 and score >= 20" in zh


def test_the_condition_that_gave_the_grade_is_written_with_what_it_reads(judged: Mapping[str, Explanation]):
    text = joined(judged["S2"].text("en"))
    assert "The first condition that holds gives B: points(works) >= 20 and score >= 20" in text
    assert "Works (works) = 25, 25 of 30 points" in text.partition("Not A")[0]


def test_programs_are_told_conditions_and_rules_in_force(
    judged: Mapping[str, Explanation], told: Mapping[str, Explanation]
):
    first, second = json.loads(json.dumps(judged["S1"].as_json()))["conditions"]
    assert (first["label"], first["holds"], first["unknown"]) == ({"zh": "优", "en": "Top"}, False, ["mark"])
    assert first["citations"] == ["act-7"]
    assert second["reads"] == [
        {"name": "works", "value": "10", "points": "10"},
        {"name": "score", "value": "10", "points": None},
    ]
    held = json.loads(json.dumps(told["held"].as_json()))
    assert [rule["name"] for rule in held["in_force"]] == ["floors.1", "caps.lax"]
    assert (held["next_cut"]["would_be"], held["next_cut"]["held_by"][0]["name"]) == ("B", "caps.lax")


def joined(text: str) -> str:
    """Put the lines of a text together, a fold of Chinese text without a space."""
    words = " ".join(line.strip() for line in text.splitlines())
    words = " ".join(words.split())
    return "".join(
        letter
        for at, letter in enumerate(words)
        if letter != " " or not (words[at - 1] > "\u2e80" and words[at + 1 : at + 2] > "\u2e80")
    )
