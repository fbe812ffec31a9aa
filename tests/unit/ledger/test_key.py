"""What names a record: where the date in its key comes from, and what is told of two rows under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.ledger.conftest import NOON, visit, write_csv
from tests.unit.ledger.test_importing import JULY, JUNE, counts, shown

from zhiheng.errors import ZhihengError
from zhiheng.ledger import import_files, quarantined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.ledger import BatchReport, Workspace

    Bring = Callable[..., BatchReport]


def test_the_day_of_the_extract_fills_the_date_of_the_key(workspace: Workspace, bring: Bring) -> None:
    report = bring("rating", [{"shop_no": 1, "StarRating": 4}], extract_date=JUNE)
    assert counts(report) == (1, 1, 0, 0, 0)
    report = bring("rating", [{"shop_no": 1, "StarRating": 5, "RatedOn": ""}], extract_date=JULY)
    assert counts(report) == (1, 0, 0, 0, 1)  # a row that could have said its day and does not is no row of that day
    bring("rating", [{"shop_no": 1, "StarRating": 5}], extract_date=JULY)
    assert shown(workspace, "rating", "shop_no", "rated_on", "true_on", "stars") == [
        ("1", JUNE, JUNE, 4),
        ("1", JULY, JULY, 5),
    ]


def test_the_day_of_an_import_is_no_key(bring: Bring) -> None:
    with pytest.raises(ZhihengError, match="--extract-date"):
        bring("rating", [{"shop_no": 1, "StarRating": 4}])
    assert counts(bring("rating", [{"shop_no": 1, "StarRating": 5, "RatedOn": ""}])) == (1, 0, 0, 0, 1)


def test_two_contents_under_one_key_are_told_by_the_columns_that_differ(workspace: Workspace, bring: Bring) -> None:
    rows = [{"shop_no": 1, "RatedOn": "2023-01-01", "StarRating": stars} for stars in (4, 5)]
    bring("rating", [*rows, {"shop_no": 2, "RatedOn": "2023-01-01"}, {"shop_no": 2, "RatedOn": "2023-01-01"}])
    found = quarantined(workspace)
    assert [row.faults[0].place.column for row in found] == ["shop_no, RatedOn"] * 2
    assert [row.faults[0].facts["columns"] for row in found] == ["StarRating"] * 2
    assert found[0].raw["StarRating"] == "4"
    assert "在" not in found[0].render("en")


def test_two_contents_may_differ_in_a_row_that_lacks_a_value(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(1, ""), visit(2, 80, items="a║1"), visit(2, 80, items="a║2")])
    assert [row.faults[0].facts["columns"] for row in quarantined(workspace)] == ["score", "score", "items", "items"]


def test_two_contents_of_several_files_are_told_by_the_columns_that_differ_as_each_calls_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    files = [
        write_csv(tmp_path / "a.csv", [visit(1, 80), visit(2, 70, items="a║1"), visit(3, 60)]),
        write_csv(tmp_path / "b.csv", [{"编号": 1, "店名": "别", "日期": "2023-01-01", "得分": 81}]),
        write_csv(tmp_path / "c.csv", [visit(1, ""), visit(2, 70, items="a║2")]),
    ]
    import_files(workspace, files, source="bureau", kind="visit", now=NOON)
    assert [(row.file, row.faults[0].facts["columns"]) for row in quarantined(workspace)] == [
        ("a.csv", "shop, score"),
        ("a.csv", "items"),
        ("b.csv", "店名, 得分"),
        ("c.csv", "shop, score"),
        ("c.csv", "items"),
    ]
