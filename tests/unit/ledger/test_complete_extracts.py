"""A complete extract withdraws what it lacks: all of it was read, and it is newer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests.unit.ledger.conftest import NOON, visit, write_csv
from tests.unit.ledger.test_importing import counts, rules, shown

from zhiheng.errors import ZhihengError
from zhiheng.ledger import (
    ExtractEmpty,
    export_quarantine,
    import_files,
    list_batches,
    return_mended,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.ledger import BatchReport, Workspace

    Bring = Callable[..., BatchReport]

JUNE, JULY = date(2023, 6, 1), date(2023, 7, 1)


def test_a_complete_extract_withdraws_what_it_lacks(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    bring("visit", [visit(3, 60)], source="other", extract_date=JUNE)
    report = bring("visit", [visit(2, 70)], extract_date=JULY, complete_extract=True)
    assert (report.counts.withdrawn, counts(report)) == (1, (1, 0, 1, 0, 0))
    assert shown(workspace, "visit", "visit_no") == [("2",), ("3",)]
    assert len(shown(workspace, "visit", "visit_no", batches=2)) == 3


def test_a_withdrawn_record_comes_back_only_with_a_newer_file(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    bring("visit", [visit(2, 70)], extract_date=JULY, complete_extract=True)
    old = bring("visit", [visit(1, 80), visit(7, 7)], extract_date=date(2023, 6, 2), name="old.csv")
    assert counts(old) == (2, 0, 0, 0, 2)
    assert rules(workspace) == ["ledger.older-edition", "ledger.gone-since"]
    assert counts(bring("visit", [visit(1, 80)], extract_date=date(2023, 8, 1))) == (1, 1, 0, 0, 0)
    assert shown(workspace, "visit", "visit_no") == [("1",), ("2",)]


def test_a_complete_extract_of_no_declared_day_is_of_the_day_of_its_import(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    report = bring("visit", [visit(2, 71)], name="later.csv", complete_extract=True)
    assert (report.counts.withdrawn, report.counts.corrections) == (1, 1)
    assert report.assumed == NOON.date()
    assert "2024-01-01" in report.notices("en")[0]
    assert list_batches(workspace)[-1].options.assumed
    again = bring("visit", [visit(2, 71)], name="later.csv", complete_extract=True, now=NOON + timedelta(days=3))
    assert (again.batch, again.appended) == (2, False)


def test_an_undated_complete_extract_that_returns_to_an_earlier_content_withdraws_what_came_between(
    workspace: Workspace, bring: Bring
) -> None:
    def extract(days: int, *rows: dict[str, object], **options: object) -> BatchReport:
        options = {"complete_extract": True, "name": "all.csv", **options}
        return bring("visit", rows, now=NOON + timedelta(days=days), **options)

    extract(0, visit(1, 80), visit(2, "bad"))
    extract(1, visit(1, 80), visit(2, "bad"), visit(3, 60))
    bring("complaint", [{"who": "甲", "complained_on": "2023-01-01"}], now=NOON + timedelta(days=1))
    back = extract(2, visit(1, 80), visit(2, "bad"))
    assert (back.batch, back.counts.withdrawn) == (4, 1)
    assert shown(workspace, "visit", "visit_no") == [("1",)]
    again = extract(3, visit(1, 80), visit(2, "bad"))
    assert (again.batch, again.appended) == (4, False)


def test_a_part_of_an_earlier_complete_extract_is_another_extract(workspace: Workspace, tmp_path: Path) -> None:
    a, b = (write_csv(tmp_path / f"{one}.csv", [visit(one, 80)]) for one in (1, 2))

    def extract(days: int, *files: Path) -> BatchReport:
        now = NOON + timedelta(days=days)
        return import_files(workspace, files, source="bureau", kind="visit", complete_extract=True, now=now)

    extract(0, a, b)
    assert not extract(1, b, a).appended
    alone = extract(2, a)
    assert (alone.appended, alone.counts.known, alone.counts.withdrawn) == (True, 1, 1)
    assert shown(workspace, "visit", "visit_no") == [("1",)]
    assert not extract(3, a).appended
    together = extract(4, a, b)
    assert (together.counts.known, together.counts.accepted) == (1, 1)
    assert shown(workspace, "visit", "visit_no") == [("1",), ("2",)]


def test_a_complete_extract_of_a_declared_day_is_known_whatever_came_since(bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=JUNE, complete_extract=True)
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JULY, complete_extract=True)
    assert not bring("visit", [visit(1, 80)], extract_date=JUNE, complete_extract=True).appended


def test_a_complete_extract_is_known_although_rows_of_it_were_mended(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, 80), visit(2, "bad")], complete_extract=True)
    export_quarantine(workspace, tmp_path / "q.xlsx")
    book = openpyxl.load_workbook(tmp_path / "q.xlsx")
    at = [cell.value for cell in book.worksheets[0][1]].index("score") + 1
    book.worksheets[0].cell(2, at).value = 70
    book.save(tmp_path / "q.xlsx")
    assert return_mended(workspace, tmp_path / "q.xlsx", now=NOON).counts.accepted == 1
    later = NOON + timedelta(days=3)
    assert not bring("visit", [visit(1, 80), visit(2, "bad")], complete_extract=True, now=later).appended


def test_an_assumed_day_of_the_extract_fills_no_key(bring: Bring) -> None:
    with pytest.raises(ZhihengError, match="rated_on"):
        bring("rating", [{"shop_no": 1, "StarRating": 3}], complete_extract=True)


def test_the_rows_of_an_undated_complete_extract_are_ordered_by_their_versions(bring: Bring) -> None:
    def licence(number: int, edition: int) -> dict[str, object]:
        return {"licence_no": number, "holder": f"甲{edition}", "edition": edition, "since": "2023-01-01"}

    bring("licence", [licence(1, 1), licence(2, 1)], extract_date=JUNE)
    report = bring("licence", [licence(1, 2)], complete_extract=True)
    assert (report.counts.corrections, report.counts.withdrawn, report.counts.kept) == (1, 1, 0)


def test_a_complete_extract_of_headings_alone_is_refused(workspace: Workspace, bring: Bring, tmp_path: Path) -> None:
    bring("visit", [visit(1, 80)], extract_date=JUNE)
    empty = tmp_path / "empty.csv"
    empty.write_text("visit_no,shop,day,score\n\n", "utf-8")
    with pytest.raises(ExtractEmpty):
        import_files(workspace, [empty], source="bureau", complete_extract=True, extract_date=JULY, now=NOON)
    assert len(shown(workspace, "visit", "record")) == 1


@pytest.mark.parametrize("sheet", ["hidden", "unknown", "note"])
def test_what_was_not_read_of_a_complete_extract_withdraws_nothing(
    workspace: Workspace, bring: Bring, tmp_path: Path, sheet: str
) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    for row in (["visit_no", "shop", "day", "score"], ["2", "店2", "2023-01-01", "70"]):
        first.append(row)
    if sheet == "note":
        first.append(["合计", "店1"])
    else:
        second = book.create_sheet("二")
        second.append(["visit_no" if sheet == "hidden" else "nr", "shop", "day", "score"])
        second.append(["1", "店1", "2023-01-01", "80"])
        second.sheet_state = "hidden" if sheet == "hidden" else "visible"
    book.save(tmp_path / "all.xlsx")
    given = {"source": "bureau", "kind": "visit", "complete_extract": True, "extract_date": JULY, "now": NOON}
    report = import_files(workspace, [tmp_path / "all.xlsx"], **given)  # type: ignore[arg-type]
    assert (report.counts.withdrawn, report.counts.unread) == (0, 1)
    assert any("not all of it was read" in notice.lower() for notice in report.notices("en"))
    assert len(shown(workspace, "visit", "record")) == 2


def test_a_complete_extract_spares_the_records_of_its_quarantined_rows(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70), visit(3, 60)], extract_date=JUNE)
    report = bring("visit", [visit(2, "bad"), visit(3, 60)], extract_date=JULY, complete_extract=True)
    assert (report.counts.withdrawn, report.counts.kept) == (1, 0)
    assert shown(workspace, "visit", "visit_no") == [("2",), ("3",)]


@pytest.mark.parametrize("above", ["", "单位：万元,,\n"])
def test_the_number_in_the_key_of_a_quarantined_row_is_in_the_unit_of_its_column(
    workspace: Workspace, tmp_path: Path, above: str
) -> None:
    path = tmp_path / "lots.csv"
    for scores, day in (("7", "8", "9"), JUNE), (("bad", "8"), JULY):
        rows = (f"{shop},{shop},{score}" for shop, score in enumerate(scores, 1))
        amount = "金额" if above else "金额（万元）"
        path.write_text(f"{above}店号,{amount},得分\n" + "\n".join(rows) + "\n", "utf-8")
        report = import_files(
            workspace, [path], source="bureau", kind="lot", extract_date=day, complete_extract=day == JULY, now=NOON
        )
    assert (report.counts.withdrawn, report.counts.quarantined, report.counts.unread) == (1, 1, 0)
    assert [str(row[1]) for row in shown(workspace, "lot", "shop_no", "amount")] == ["10000.000000", "20000.000000"]


def test_nothing_is_withdrawn_where_a_quarantined_row_does_not_say_its_key(bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    report = bring("visit", [visit("", 1)], extract_date=JULY, complete_extract=True)
    assert (report.counts.withdrawn, report.counts.unread) == (0, 2)
    assert report.notices("zh")
