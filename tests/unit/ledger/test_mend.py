"""Quarantined rows go out in a workbook with the reasons beside them, and come back mended."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests.unit.ledger.conftest import NOON, visit

from zhiheng.errors import FaultsFound, ZhihengError
from zhiheng.ledger import (
    BatchUnknown,
    CannotWrite,
    NoWorkbookName,
    create_workspace,
    export_quarantine,
    import_files,
    list_batches,
    open_workspace,
    quarantined,
    read_records,
    return_mended,
    verify,
)
from zhiheng.ledger.reading.headings import index_headings
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.ledger import BatchReport, Workspace
    from zhiheng.ledger.reading.headings import HeadingIndex
    from zhiheng.vocabulary import Kind

    Bring = Callable[..., BatchReport]

JUNE, JULY = date(2023, 6, 1), date(2023, 7, 1)


def _mend(path: Path, changes: dict[tuple[int, str], object]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for (row, heading), value in changes.items():
        sheet.cell(row, headings.index(heading) + 1).value = value
    mended = path.with_name("mended.xlsx")
    book.save(mended)
    return mended


def _keep(path: Path, row: int, changes: dict[tuple[int, str], object]) -> Path:
    """Mend one row, and hand back none but it."""
    book = openpyxl.load_workbook(_mend(path, changes))
    sheet = book.worksheets[0]
    sheet.delete_rows(row + 1, sheet.max_row)
    book.save(path.with_name("kept.xlsx"))
    return path.with_name("kept.xlsx")


def test_the_workbook_shows_each_row_with_its_reasons_in_both_languages(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, "=1+1", items="灯║合格"), visit(2, 80)])
    assert export_quarantine(workspace, tmp_path / "q.xlsx") == 1
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx").worksheets[0]
    (titles, row) = sheet.iter_rows(values_only=True)
    said = dict(zip(titles, row, strict=True))
    assert said["隔离行 quarantined row"] == "1-1"
    assert said["位置 where"] == "visit.csv:2"
    assert "不是数字" in str(said["隔离原因"])
    assert "no number" in str(said["reasons for quarantine"])
    assert (said["score"], said["items"]) == ("=1+1", "灯║合格")
    cell = next(cell for cell in sheet[2] if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_mended_rows_are_imported_as_their_file_was_and_leave_the_quarantine(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, "bad"), visit(2, "worse"), visit(3, 80)], extract_date=JUNE)
    export_quarantine(workspace, tmp_path / "q.xlsx")
    mended = _mend(tmp_path / "q.xlsx", {(2, "score"): 77.5, (2, "day"): datetime(2023, 5, 1)})
    report = return_mended(workspace, mended, now=NOON)
    assert (report.counts.accepted, report.counts.quarantined) == (1, 1)
    assert [(row.batch, row.raw["visit_no"]) for row in quarantined(workspace)] == [(2, "2")]
    assert [row.resolved_by for row in quarantined(workspace, 1, resolved=True)] == [2, 2]
    assert list_batches(workspace)[1].resolves == ((1, 1, 2),)
    (record,) = read_records(workspace, "店1")
    assert (str(record.fields["score"]), str(record.true_on), record.source) == ("77.50", "2023-05-01", "bureau")
    assert list_batches(workspace)[1].options.extract_date == JUNE
    assert verify(workspace).whole


def test_a_mended_row_without_a_day_is_of_the_day_on_which_its_file_came(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [{"visit_no": 1, "shop": "店1", "score": "bad"}])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    return_mended(workspace, _mend(tmp_path / "q.xlsx", {(2, "score"): 1}), now=NOON + timedelta(days=40))
    assert [record.true_on for record in read_records(workspace, "店1")] == [NOON.date()]


def test_of_two_contents_the_right_one_is_returned(workspace: Workspace, bring: Bring, tmp_path: Path) -> None:
    bring("visit", [visit(1, 70), visit(2, 60)], extract_date=JUNE)
    bring("visit", [visit(1, 80), visit(1, 81), visit(2, 60)], extract_date=JULY)
    export_quarantine(workspace, tmp_path / "q.xlsx")
    book = openpyxl.load_workbook(tmp_path / "q.xlsx")
    book.worksheets[0].delete_rows(2)
    book.save(tmp_path / "one.xlsx")
    report = return_mended(workspace, tmp_path / "one.xlsx", now=NOON)
    assert report.counts.corrections == 1
    assert [str(record.fields["score"]) for record in read_records(workspace, "店1")] == ["81.00"]


def test_a_row_that_the_ledger_refused_comes_back_with_its_children(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, 80, items="灯║合格；门║不合格"), visit(1, 81, items="")])
    assert quarantined(workspace)[0].raw["items"] == "灯║合格；门║不合格"
    export_quarantine(workspace, tmp_path / "q.xlsx")
    book = openpyxl.load_workbook(tmp_path / "q.xlsx")
    book.worksheets[0].delete_rows(3)
    book.save(tmp_path / "one.xlsx")
    assert return_mended(workspace, tmp_path / "one.xlsx", now=NOON).counts.accepted == 1
    assert [row.fields["name"] for row in read_records(workspace, "店1", kind="visit.items")] == ["灯", "门"]


def test_rows_of_several_batches_come_back_in_one_workbook(workspace: Workspace, bring: Bring, tmp_path: Path) -> None:
    bring("visit", [visit(1, "bad")], source="one")
    bring("visit", [visit(1, "bad")], source="two")
    export_quarantine(workspace, tmp_path / "q.xlsx")
    report = return_mended(workspace, _mend(tmp_path / "q.xlsx", {(2, "score"): 1, (3, "score"): 2}), now=NOON)
    assert (report.batch, report.source, report.counts.accepted) == (4, "one, two", 2)
    assert not quarantined(workspace)


def test_a_workbook_without_quarantined_rows_is_refused(workspace: Workspace, bring: Bring, tmp_path: Path) -> None:
    bring("visit", [visit(1, "bad")])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    with pytest.raises(ZhihengError):
        return_mended(workspace, _mend(tmp_path / "q.xlsx", {(2, "隔离行 quarantined row"): "9-9"}), now=NOON)
    assert len(list_batches(workspace)) == 1


def test_an_empty_quarantine_makes_no_workbook(workspace: Workspace, tmp_path: Path) -> None:
    assert export_quarantine(workspace, tmp_path / "q.xlsx") == 0
    assert not list(tmp_path.glob("*.xlsx"))


def test_no_workbook_is_written_under_the_name_of_another_shape(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, "bad")])
    with pytest.raises(NoWorkbookName):
        export_quarantine(workspace, tmp_path / "q.csv")
    assert not (tmp_path / "q.csv").exists()


def test_rows_of_a_returned_workbook_that_name_no_quarantined_row_are_counted_and_named(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(number, "bad") for number in range(1, 8)])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    taken = return_mended(workspace, _keep(tmp_path / "q.xlsx", 2, {(2, "score"): 1}), now=NOON)
    assert not taken.remarks
    own = "隔离行 quarantined row"
    changes: dict[tuple[int, str], object] = {(row, "score"): row for row in range(2, 9)}
    changes |= {(3, own): "77-1", (4, own): None, (5, "score"): "=1+1", (9, "visit_no"): "9", (9, "shop"): "店9"}
    changes |= {(11, "visit_no"): "张三已核"}
    report = return_mended(workspace, _mend(tmp_path / "q.xlsx", changes), now=NOON)
    assert (report.counts.rows_seen, report.counts.accepted) == (3, 3)
    told = {fault.code: (fault.facts["count"], fault.facts["of"], fault.facts["rows"]) for fault in report.remarks}
    assert told == {
        "ledger.returned-unplaced": (4, 9, "3 (77-1), 4, 9, 11 (张三已核)"),
        "ledger.returned-taken": (1, 9, "2 (1-1)"),
        "ledger.returned-unread": (1, 9, "5"),
    }
    assert report.counts.rows_seen + sum(count for count, _, _ in told.values()) == 9
    assert "第 5 行" in report.notices("zh")[-1]
    assert "公式没有计算结果" in report.notices("zh")[-1]
    assert [row.number for row in quarantined(workspace)] == [2, 3, 4]


def test_a_returned_workbook_of_which_no_row_can_be_read_says_why(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, "bad")])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    with pytest.raises(FaultsFound) as caught:
        return_mended(workspace, _mend(tmp_path / "q.xlsx", {(2, "score"): "=1+1"}), now=NOON)
    assert [fault.code for fault in caught.value.faults] == ["ledger.returned-unread"]


def test_columns_and_sheets_that_a_returned_workbook_has_of_its_own_are_named(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, "bad")])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    book = openpyxl.load_workbook(_mend(tmp_path / "q.xlsx", {(2, "score"): 1}))
    sheet = book.worksheets[0]
    sheet.cell(1, sheet.max_column + 1).value = "我的备注"
    book.create_sheet("另表").append(["甲", "乙"])
    book.save(tmp_path / "more.xlsx")
    report = return_mended(workspace, tmp_path / "more.xlsx", now=NOON)
    assert [fault.code for fault in report.remarks] == ["ledger.returned-columns", "ledger.sheet-unknown"]
    assert report.remarks[0].facts["headings"] == "我的备注"
    assert report.remarks[1].place.part == "另表"


def test_a_mended_row_stands_in_the_workbook_that_was_handed_back(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, 80), visit(2, "bad"), visit(3, "bad"), {"visit_no": 4, "shop": "店4", "score": "bad"}])
    bring("rating", [{"shop_no": "R1", "rated_on": "?", "stars": 3}])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    changes: dict[tuple[int, str], object] = {(2, "score"): 1, (4, "score"): 2}
    report = return_mended(workspace, _mend(tmp_path / "q.xlsx", changes), now=NOON)
    assert {(file.name, file.sheet) for file in report.files} == {("mended.xlsx", "visit"), ("mended.xlsx", "rating")}
    assert report.counts.rows_seen == 4
    placed = {one: read_records(workspace, one)[0] for one in ("店2", "店4")}
    assert {one: (found.file, found.sheet, found.file_row) for one, found in placed.items()} == {
        "店2": ("mended.xlsx", "visit", 2),
        "店4": ("mended.xlsx", "visit", 4),
    }
    assert [(row.file, row.sheet, row.file_row) for row in quarantined(workspace)] == [
        ("mended.xlsx", "visit", 3),
        ("mended.xlsx", "rating", 2),
    ]
    assert str(quarantined(workspace)[0].faults[0].place) == "mended.xlsx[visit]:3:score"


def test_equal_rows_of_two_batches_both_leave_the_quarantine(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, "bad")], name="one.csv")
    bring("visit", [visit(1, "bad"), visit(2, 3)], name="two.csv")
    export_quarantine(workspace, tmp_path / "q.xlsx")
    return_mended(workspace, _mend(tmp_path / "q.xlsx", {(2, "score"): 1, (3, "score"): 1}), now=NOON)
    assert not quarantined(workspace)


def test_a_batch_that_does_not_exist_has_no_quarantine(workspace: Workspace) -> None:
    with pytest.raises(BatchUnknown):
        quarantined(workspace, 7)


def test_erased_quarantine_leaves_the_ledger_whole(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, "bad"), visit(2, 1)])
    workspace.quarantine(1).unlink()
    assert quarantined(workspace) == ()
    assert verify(workspace).whole


def test_what_a_cell_cannot_hold_comes_back_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    kind = workspace.path / "pack" / "kinds" / "complaint.yaml"
    tags = "  tags: {type: list, separator: '|、', label: {zh: 标签, en: Tags}}\n"
    kind.write_text(kind.read_text("utf-8") + tags, "utf-8")
    workspace = open_workspace(workspace.path)
    long = "长" * 40_000
    rows = [
        {"who": "甲", "complained_on": "bad", "words": long, "tags": ["xy", "z"]},
        {"who": "乙", "complained_on": "bad", "words": long, "tags": ["x", "y"]},
    ]
    path = tmp_path / "complaints.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    import_files(workspace, [path], source="bureau", kind="complaint", now=NOON)
    export_quarantine(workspace, tmp_path / "q.xlsx")
    changes = {(row, "complained_on"): "2023-05-01" for row in (2, 3)}
    changes |= {(3, "tags"): "x|w", (3, "words"): "short"}
    mended = _mend(tmp_path / "q.xlsx", changes)  # type: ignore[arg-type]
    assert return_mended(workspace, mended, now=NOON).counts.accepted == 2
    (first,) = read_records(workspace, "甲")
    (second,) = read_records(workspace, "乙")
    assert (first.fields["words"], first.fields["tags"]) == (long, ["xy", "z"])
    assert (second.fields["words"], second.fields["tags"]) == ("short", ["x", "w"])


def test_headings_are_matched_once_for_all_rows_that_come_back(
    workspace: Workspace, bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("visit", [visit(number, "bad") for number in range(9)])
    export_quarantine(workspace, tmp_path / "q.xlsx")
    indexed: list[str] = []

    def index(kind: Kind) -> HeadingIndex:
        indexed.append(kind.name)
        return index_headings(kind)

    monkeypatch.setattr("zhiheng.ledger.mend.index_headings", index)
    assert return_mended(workspace, tmp_path / "q.xlsx", now=NOON).counts.rows_seen == 9
    assert indexed == ["visit"]


@pytest.mark.parametrize("place", ["none/q.xlsx", "folder.xlsx"])
def test_a_workbook_that_cannot_be_written_is_told(
    workspace: Workspace, bring: Bring, tmp_path: Path, place: str
) -> None:
    bring("visit", [visit(1, "bad")])
    (tmp_path / "folder.xlsx" / "within").mkdir(parents=True)
    with pytest.raises(CannotWrite) as caught:
        export_quarantine(workspace, tmp_path / place)
    assert str(tmp_path / place) in caught.value.render("zh")
    assert not list(tmp_path.glob(".*.part"))


def test_the_name_of_the_workbook_is_no_title_of_its_rows(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "checks", find_pack("cn-spot-checks"))
    path = tmp_path / "2023年抽查名单.csv"
    path.write_text("生产企业,产品名称\n/,电线\n", "utf-8")
    import_files(workspace, [path], source="bureau", extract_date=JUNE, now=NOON)
    export_quarantine(workspace, tmp_path / "2019年不合格产品待改.xlsx")
    headings = openpyxl.load_workbook(tmp_path / "2019年不合格产品待改.xlsx").worksheets[0][1]
    name = next(str(cell.value) for cell in headings if str(cell.value).startswith("生产企业"))
    mended = _mend(tmp_path / "2019年不合格产品待改.xlsx", {(2, name): "甲厂"})
    mended = mended.rename(tmp_path / "2018年不合格产品.xlsx")
    assert return_mended(workspace, mended, now=NOON).counts.accepted == 1
    (record,) = read_records(workspace, "甲厂")
    assert (record.fields["year"], record.fields["verdict"]) == (2023, None)
