"""A subject that is not held is answered with those near it, from a fixed number of scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.ledger.conftest import day, visit

from zhiheng.ledger import SubjectUnknown, SubjectWithdrawn, check_held, near

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.ledger import BatchReport, Workspace

    Bring = Callable[..., BatchReport]


def near_to(workspace: Workspace, asked: str) -> tuple[str, ...]:
    with pytest.raises(SubjectUnknown) as unknown:
        check_held(workspace, asked)
    return unknown.value.near


def bring_ratings(bring: Bring, *shops: str) -> None:
    bring("rating", [{"shop_no": shop, "rated_on": "2023-01-01", "stars": 3} for shop in shops])


def bring_complaints(bring: Bring, *shops: str) -> None:
    bring("complaint", [{"who": shop, "complained_on": "2023-01-01", "words": f"{shop}的饭菜变质"} for shop in shops])


def test_those_that_begin_so_come_before_those_alike_whatever_their_kind(workspace: Workspace, bring: Bring):
    bring_ratings(bring, "shop-10", "shop-22")
    bring_complaints(bring, "shop-12", "tavern")
    assert near_to(workspace, "shop-1") == ("shop-12", "shop-10", "shop-22")


def test_where_no_key_is_near_the_words_of_records_are_searched(workspace: Workspace, bring: Bring):
    bring_complaints(bring, "tavern")
    bring("visit", [visit(1, 5)])
    assert near_to(workspace, "饭菜变质") == ("tavern",)
    assert near_to(workspace, "没有") == ()


def test_each_kind_is_scanned_a_fixed_number_of_times(
    workspace: Workspace, bring: Bring, monkeypatch: pytest.MonkeyPatch
):
    bring_ratings(bring, "shop-10", "shop-22", "shop-23")
    bring_complaints(bring, "shop-24")
    asked: list[object] = []
    fetch = near.fetch
    monkeypatch.setattr(near, "fetch", lambda snapshot, query: asked.append(query) or fetch(snapshot, query))
    assert len(near_to(workspace, "shop-99")) == 3
    assert len(asked) == 2 * 3  # is it held, does one begin so, which are alike


@pytest.mark.parametrize("asked", ["SHOP-1", " SHOP-1", "shop-1 ", "ＳＨＯＰ－１"])
def test_a_key_is_found_however_it_is_spaced_and_widened(workspace: Workspace, bring: Bring, asked: str):
    bring_ratings(bring, "SHOP-1", "SHOP-10")
    assert check_held(workspace, asked) == "SHOP-1"


def test_the_key_as_it_was_asked_for_comes_before_other_ways_to_write_it(workspace: Workspace, bring: Bring):
    bring_ratings(bring, "SHOP-1", "shop-1")
    assert check_held(workspace, "shop-1") == "shop-1"


def test_of_a_subject_whose_records_were_withdrawn_the_batch_is_told(workspace: Workspace, bring: Bring):
    bring("rating", [{"shop_no": one, "rated_on": "2023-01-01"} for one in ("A", "B")], extract_date=day(1))
    bring("rating", [{"shop_no": "B", "rated_on": "2023-01-01"}], extract_date=day(2), complete_extract=True)
    with pytest.raises(SubjectWithdrawn) as caught:
        check_held(workspace, "a")
    assert caught.value.facts["batch"] == 2
    assert "第 2 批" in caught.value.render("zh")
