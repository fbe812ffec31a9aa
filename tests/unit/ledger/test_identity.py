"""Judgements are records; who is who follows from those that stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ledger.conftest import NOON, visit

from zhiheng.errors import ZhihengError
from zhiheng.ledger import candidates, judge, judgements, list_batches, read_as_of, read_records, undo, verify
from zhiheng.ledger.identity import Judgement, join_judged
from zhiheng.ledger.proposals import NameParts, take_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.ledger import BatchReport, Candidate, Workspace

    Bring = Callable[..., BatchReport]

WHO = {"by": "A7", "reason": "register", "now": NOON}


def same(first: str, second: str) -> Judgement:
    return Judgement("shop", first, second, "same")


def different(first: str, second: str) -> Judgement:
    return Judgement("shop", first, second, "different")


@pytest.fixture
def named(workspace: Workspace, bring: Bring) -> Workspace:
    names = ["甲店", "乙店", "丙店"]
    bring("visit", [visit(number, 80) | {"shop": name} for number, name in enumerate(names)])
    return workspace


def test_what_is_the_same_as_the_same_is_the_same() -> None:
    found = join_judged([same("b", "c"), same("a", "b"), same("x", "y")])
    assert found.canonical == {("shop", "b"): "a", ("shop", "c"): "a", ("shop", "y"): "x"}


def test_a_checked_identifier_stands_for_names() -> None:
    code = "91350100M000100Y43"
    assert join_judged([same("A", code)]).canonical == {("shop", "A"): code}


def test_a_contradiction_joins_nothing_and_is_told() -> None:
    found = join_judged([same("a", "b"), same("b", "c"), different("a", "c"), same("x", "y")])
    assert found.canonical == {("shop", "y"): "x"}
    (contradiction,) = found.contradictions
    assert contradiction.judged == different("a", "c")
    assert set(contradiction.through) == {same("a", "b"), same("b", "c")}


PAIRS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=8)


@given(PAIRS, st.randoms())
def test_the_order_of_judgements_does_not_matter(pairs: list[tuple[str, str, bool]], chance: object) -> None:
    judged = [(same if yes else different)(min(a, b), max(a, b)) for a, b, yes in pairs if a != b]
    shuffled = list(judged)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = join_judged(judged)
    assert join_judged(shuffled) == found
    for one in judged:
        first, second = (found.canonical.get(("shop", key), key) for key in (one.first, one.second))
        if one.verdict == "different":
            assert first != second
        elif not found.contradictions:
            assert first == second


def test_a_judgement_joins_two_subjects_and_can_be_undone(named: Workspace) -> None:
    judge(named, "乙店", "甲店", "same", **WHO)  # type: ignore[arg-type]
    assert [record.fields["shop"] for record in read_records(named, "甲店")] == ["甲店", "乙店"]
    undo(named, "甲店", "乙店", **WHO)  # type: ignore[arg-type]
    assert len(read_records(named, "甲店")) == 1
    assert len(read_records(named, "甲店", batches=2)) == 2
    assert judgements(named)[0] == ()
    assert [batch.source for batch in list_batches(named)][1:] == ["judgement", "judgement"]
    assert verify(named).whole


def test_a_later_judgement_replaces_an_earlier_one(named: Workspace) -> None:
    judge(named, "乙店", "甲店", "same", **WHO)  # type: ignore[arg-type]
    judge(named, "甲店", "乙店", "different", **WHO)  # type: ignore[arg-type]
    assert [one.verdict for one in judgements(named)[0]] == ["different"]
    assert not read_as_of(named).same


@pytest.mark.parametrize(
    ("first", "second", "verdict", "by"),
    [
        ("甲店", "甲店", "same", "A"),
        ("甲店", "丁店", "same", "A"),
        ("甲店", "乙店", "maybe", "A"),
        ("甲店", "乙店", "same", " "),
    ],
)
def test_a_judgement_needs_two_subjects_a_verdict_and_a_name(
    named: Workspace, first: str, second: str, verdict: str, by: str
) -> None:
    with pytest.raises(ZhihengError):
        judge(named, first, second, verdict, by=by, reason="r", now=NOON)  # type: ignore[arg-type]
    assert len(list_batches(named)) == 1


def test_what_was_never_judged_cannot_be_undone(named: Workspace) -> None:
    with pytest.raises(ZhihengError, match="stands"):
        undo(named, "甲店", "乙店", **WHO)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("太原宏达有限公司", NameParts("太原", "宏达", "有限公司")),
        ("山西省太原市宏达有限责任公司", NameParts("山西省太原", "宏达", "有限责任公司")),
        ("宏达（太原）有限公司", NameParts("太原", "宏达", "有限公司")),
        ("Acme Foods Ltd.", NameParts("", "acme foods", "ltd")),
        ("Costco", NameParts("", "costco", "")),
        ("太原", NameParts("", "太原", "")),
    ],
)
def test_a_name_is_taken_apart(name: str, parts: NameParts) -> None:
    assert take_apart(name) == parts


def test_names_that_differ_by_region_or_form_are_proposed_and_explained(workspace: Workspace, bring: Bring) -> None:
    names = ["太原宏达有限公司", "宏达有限公司", "晋中宏达股份", "华泰纺机厂", "Acme Foods Ltd", "Acme Foods Limited"]
    bring("visit", [visit(number, 80) | {"shop": name} for number, name in enumerate(names)])
    found = candidates(workspace, least=90)
    assert [(pair.left, pair.right, pair.score) for pair in found] == [
        ("太原宏达有限公司", "宏达有限公司", 100),
        ("Acme Foods Limited", "Acme Foods Ltd", 95),
        ("宏达有限公司", "晋中宏达股份", 95),
    ]
    assert "宏达" in found[0].reason("zh")
    assert found[0].as_json()["compared"] == {"core": "same", "form": "same", "region": "one"}
    judge(workspace, "宏达有限公司", "晋中宏达股份", "different", **WHO)  # type: ignore[arg-type]
    assert len(candidates(workspace, least=90)) == 2


def pairs_of(workspace: Workspace, bring: Bring, *named: tuple[str, str]) -> list[Candidate]:
    bring("visit", [visit(at, 80) | {"shop": name, "region": region} for at, (name, region) in enumerate(named)])
    return list(candidates(workspace, least=80))


def test_names_that_differ_by_a_bracket_within_are_proposed_whatever_other_names_share(
    workspace: Workspace, bring: Bring
) -> None:
    names = ["好孩子（中国）车业有限公司", "好孩子中国车业有限公司", "飞鸽车业有限公司", "永久车业有限公司"]
    found = pairs_of(workspace, bring, *((name, "江苏") for name in names))
    assert [(pair.left.partition("@")[0], pair.score) for pair in found] == [("好孩子(中国)车业有限公司", 87)]


@pytest.mark.parametrize(
    ("left", "right"),
    [("江苏", "江苏省"), ("江苏省苏州市", "苏州"), ("江苏", "江苏苏州"), ("320500", "苏州市"), ("320500", "江苏省")],
)
def test_a_region_is_the_same_however_much_of_it_is_named(
    workspace: Workspace, bring: Bring, left: str, right: str
) -> None:
    (pair,) = pairs_of(workspace, bring, ("好孩子车业有限公司", left), ("好孩子车业有限公司", right))
    assert pair.score == 100
    assert "地区" not in pair.reason("zh")


@pytest.mark.parametrize(("left", "right"), [("江苏", "浙江省"), ("江苏省苏州市", "320100"), ("Kent", "Essex")])
def test_other_regions_of_the_records_take_points_off_and_are_told(
    workspace: Workspace, bring: Bring, left: str, right: str
) -> None:
    (pair,) = pairs_of(workspace, bring, ("好孩子车业有限公司", left), ("好孩子车业有限公司", right))
    assert pair.score == 85
    assert all(one in pair.reason("zh") for one in ("地区不同", left, right))
    assert pair.as_json()["compared"]["region"] == "different"


@pytest.mark.parametrize(
    ("other", "score", "compared"),
    [("好孩子车业有限责任公司", 100, "same"), ("好孩子车业", 95, "one"), ("好孩子车业股份有限公司", 95, "different")],
)
def test_a_legal_form_counts_the_less_the_less_it_agrees(
    workspace: Workspace, bring: Bring, other: str, score: int, compared: str
) -> None:
    (pair,) = pairs_of(workspace, bring, ("好孩子车业有限公司", "江苏"), (other, "江苏"))
    assert (pair.score, pair.as_json()["compared"]["form"]) == (score, compared)


def test_nothing_less_than_equal_names_is_joined_by_itself(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80) | {"shop": "太原宏达有限公司"}, visit(2, 80) | {"shop": "晋中宏达股份"}])
    assert not read_as_of(workspace).same


def test_a_judgement_that_parts_a_group_says_so(named: Workspace) -> None:
    assert not judge(named, "甲店", "乙店", "same", **WHO).remarks  # type: ignore[arg-type]
    judge(named, "乙店", "丙店", "same", **WHO)  # type: ignore[arg-type]
    report = judge(named, "甲店", "丙店", "different", **WHO)  # type: ignore[arg-type]
    assert [fault.code for fault in report.told] == ["ledger.unjoined", "ledger.contradiction"]
    told = " ".join(report.notices("zh"))
    assert all(name in told for name in ("甲店", "乙店", "丙店"))
    assert [notice["code"] for notice in report.as_json()["notices"]] == ["ledger.unjoined", "ledger.contradiction"]
    assert undo(named, "甲店", "丙店", **WHO).remarks == ()  # type: ignore[arg-type]
    parted = undo(named, "甲店", "乙店", **WHO)  # type: ignore[arg-type]
    assert [fault.code for fault in parted.remarks] == ["ledger.unjoined"]
