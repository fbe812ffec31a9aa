"""A subject that is not held is answered with those near it, from a fixed number of scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.ledger.conftest import visit

from zhiheng.ledger import SubjectUnknown, check_held, near

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
