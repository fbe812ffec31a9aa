"""Every row of every file ends somewhere, and says where."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests.unit.ledger.conftest import NOON, visit, write_csv

from zhiheng.errors import FaultsFound, ZhihengError
from zhiheng.ledger import (
    MOST_REFUSED,
    DayInFuture,
    import_files,
    list_batches,
    open_workspace,
    quarantined,
    read_as_of,
    read_records,
)
from zhiheng.ledger.query import fetch

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.ledger import BatchReport, Workspace

    Bring = Callable[..., BatchReport]

JUNE, JULY = date(2023, 6, 1), date(2023, 7, 1)


def counts(report: BatchReport) -> tuple[int, int, int, int, int]:
    found = report.counts
    assert found.reconcile
    return found.rows_seen, found.accepted, found.known, found.corrections, found.quarantined


def rules(workspace: Workspace) -> list[str]:
    return [fault.code for row in quarantined(workspace) for fault in row.faults]


def shown(workspace: Workspace, kind: str, *fields: str, **moment: object) -> list[tuple[object, ...]]:
    snapshot = read_as_of(workspace, **moment)  # type: ignore[arg-type]
    return sorted(tuple(row[field] for field in fields) for row in fetch(snapshot, snapshot.visible(kind)))


def test_rows_are_accepted_and_faulty_ones_quarantined(workspace: Workspace, bring: Bring) -> None:
    report = bring("visit", [visit(1, 80), visit(2, "many"), visit(3, 81)])
    assert counts(report) == (3, 2, 0, 0, 1)
    (row,) = quarantined(workspace)
    assert (row.file, row.file_row, row.faults[0].place.column) == ("visit.csv", 3, "score")
    assert row.render("zh")


def test_rows_that_name_no_day_are_told_unless_the_day_is_declared(bring: Bring) -> None:
    report = bring("visit", [visit(1, 80, day=""), visit(2, 81)])
    told = [(fault.code, fault.facts) for fault in report.told]
    assert told == [("ledger.days-assumed", {"count": 1})]
    assert bring("visit", [visit(3, 80, day="")], extract_date=JUNE).told == ()


def test_an_identical_file_appends_nothing_and_names_its_batch(workspace: Workspace, bring: Bring) -> None:
    first = bring("visit", [visit(1, 80)])
    again = bring("visit", [visit(1, 80)], now=NOON + timedelta(days=1))
    assert (again.batch, again.appended, again.head) == (first.batch, False, first.head)
    assert len(list_batches(workspace)) == 1
    assert "batch 1" in again.notices("en")[0]


def test_the_same_file_from_another_source_is_other_records(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)])
    assert counts(bring("visit", [visit(1, 80)], source="other")) == (1, 1, 0, 0, 0)
    assert len(shown(workspace, "visit", "source")) == 2


def test_a_newer_extract_corrects(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    assert counts(bring("visit", [visit(1, 85), visit(2, 70)], extract_date=JULY)) == (2, 0, 1, 1, 0)
    assert [str(score) for (score,) in shown(workspace, "visit", "score")] == ["70.00", "85.00"]
    assert [str(score) for (score,) in shown(workspace, "visit", "score", batches=1)] == ["70.00", "80.00"]


def test_an_older_extract_does_not_win(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 85)], extract_date=JULY)
    assert counts(bring("visit", [visit(1, 80)], extract_date=JUNE)) == (1, 0, 0, 0, 1)
    assert rules(workspace) == ["ledger.older-edition"]


def test_an_undated_extract_may_be_corrected_by_one_of_a_later_day(bring: Bring) -> None:
    bring("visit", [visit(1, 80)])
    later = bring("visit", [visit(1, 85)], extract_date=NOON.date() + timedelta(days=1), now=NOON + timedelta(days=2))
    assert counts(later) == (1, 0, 0, 1, 0)


def test_an_edition_whose_order_cannot_be_told_is_quarantined(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=JUNE)
    assert counts(bring("visit", [visit(1, 85)])) == (1, 0, 0, 0, 1)
    assert counts(bring("visit", [visit(1, 86)], extract_date=JUNE)) == (1, 0, 0, 0, 1)
    assert rules(workspace) == ["ledger.order-unclear"] * 2


def test_a_record_confirmed_by_a_later_extract_is_not_corrected_by_one_in_between(
    workspace: Workspace, bring: Bring
) -> None:
    bring("visit", [visit(1, 80)], extract_date=JUNE)
    bring("visit", [visit(1, 80), visit(2, 1)], extract_date=JULY)
    assert counts(bring("visit", [visit(1, 85)], extract_date=date(2023, 6, 15))) == (1, 0, 0, 0, 1)
    assert rules(workspace) == ["ledger.order-unclear"]


def test_the_sources_own_version_decides_before_any_date(workspace: Workspace, bring: Bring) -> None:
    def licence(edition: int, holder: str) -> dict[str, object]:
        return {"licence_no": "A1", "holder": holder, "edition": edition, "since": "2023-01-01"}

    bring("licence", [licence(9, "甲")], extract_date=JULY)
    assert counts(bring("licence", [licence(10, "乙")], extract_date=JUNE)) == (1, 0, 0, 1, 0)
    assert counts(bring("licence", [licence(8, "丙")], extract_date=date(2023, 8, 1))) == (1, 0, 0, 0, 1)
    assert shown(workspace, "licence", "holder") == [("乙",)]


def test_one_key_with_two_contents_in_one_file_is_quarantined_twice(workspace: Workspace, bring: Bring) -> None:
    report = bring("visit", [visit(1, 80), visit(1, 81), visit(2, 70), visit(2, 70)])
    assert counts(report) == (4, 1, 1, 0, 2)
    assert rules(workspace) == ["ledger.two-contents"] * 2


def test_identical_rows_without_a_key_are_records_of_their_own(workspace: Workspace, bring: Bring) -> None:
    row = {"who": "甲", "complained_on": "2023-01-01", "words": "x"}
    assert counts(bring("complaint", [row, row])) == (2, 2, 0, 0, 0)
    assert counts(bring("complaint", [row, row, row])) == (3, 1, 2, 0, 0)
    assert len(shown(workspace, "complaint", "record")) == 3


def test_rows_missing_from_a_later_file_mean_nothing(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    bring("visit", [visit(2, 70)], extract_date=JULY, name="less.csv")
    assert len(shown(workspace, "visit", "record")) == 2


def test_files_of_one_batch_that_say_different_things_under_one_key_are_quarantined(
    workspace: Workspace, bring: Bring, tmp_path: Path
) -> None:
    bring("visit", [visit(1, 80), visit(3, 60)], extract_date=JUNE)
    files = [
        write_csv(tmp_path / "a.csv", [visit(1, 80), visit(2, 1), visit(3, 60)]),
        write_csv(tmp_path / "b.csv", [visit(1, 81), visit(2, 1), visit(4, 1)]),
    ]
    report = import_files(workspace, files, source="bureau", kind="visit", extract_date=JULY, now=NOON)
    assert counts(report) == (6, 2, 2, 0, 2)
    assert rules(workspace) == ["ledger.two-contents"] * 2
    assert shown(workspace, "visit", "visit_no") == [("1",), ("2",), ("3",), ("4",)]


@pytest.mark.parametrize("option", ["extract_date", "received_on"])
def test_a_day_that_has_not_come_yet_is_refused(bring: Bring, option: str) -> None:
    with pytest.raises(DayInFuture, match="2024-01-02"):
        bring("visit", [visit(1, 80)], today=NOON.date(), **{option: date(2024, 1, 2)})


def test_the_day_is_that_of_the_place_where_files_are_imported(workspace: Workspace, bring: Bring) -> None:
    evening = datetime(2024, 1, 1, 17)  # in Shanghai the next day has begun
    today = date(2024, 1, 2)
    rows = [{"visit_no": 1, "shop": "甲", "score": 1}]
    bring("visit", rows, now=evening, today=today)
    bring("visit", [visit(2, 1)], now=evening, today=today, extract_date=today, received_on=today)
    assert shown(workspace, "visit", "visit_no", "true_on")[0] == ("1", today)
    assert counts(bring("visit", [visit(1, 2)], now=evening, today=today, extract_date=today)) == (1, 0, 0, 0, 1)
    assert rules(workspace) == ["ledger.order-unclear"]


def test_a_correction_is_not_called_older_because_others_were_confirmed_since(
    workspace: Workspace, bring: Bring
) -> None:
    bring("visit", [visit(1, 80), visit(2, 70)], extract_date=JUNE)
    bring("visit", [visit(1, 80)], extract_date=date(2023, 8, 1), name="part.csv")
    bring("visit", [visit(2, 75)], extract_date=JULY)
    assert rules(workspace) == ["ledger.order-unclear"]


def test_a_file_is_read_again_when_its_kind_was_declared_anew(workspace: Workspace, bring: Bring) -> None:
    row = {"visit_no": 1, "shop": "甲", "day": "2023-01-01", "Wertung": 1}
    bring("visit", [row])
    assert not bring("visit", [row]).appended
    path = workspace.path / "pack" / "kinds" / "visit.yaml"
    text = path.read_text("utf-8").replace("zh: 得分, en: Score}", "zh: 得分, en: Score}, aliases: [Wertung]")
    path.write_text(text, "utf-8")
    again = import_files(
        open_workspace(workspace.path), [workspace.path.parent / "visit.csv"], source="bureau", kind="visit", now=NOON
    )
    assert again.appended


def test_a_file_read_again_takes_the_place_of_its_quarantined_rows(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=JUNE)
    bring("visit", [visit(1, 85), visit(2, "bad")])
    assert len(quarantined(workspace)) == 2
    bring("visit", [visit(1, 85), visit(2, "bad")], extract_date=JULY)
    assert [(row.batch, row.faults[0].code) for row in quarantined(workspace)] == [(3, "vocabulary.not-a-number")]


def test_rows_of_a_sheet_that_is_not_read_again_stay_in_quarantine(workspace: Workspace, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "one"
    for sheet, rows in (
        (book.worksheets[0], [["visit_no", "shop", "day", "score"], ["1", "甲", "2023-01-01", "bad"]]),
        (book.create_sheet("two"), [["shop_no", "RatedOn", "StarRating"], ["1", "bad", "4"]]),
    ):
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "both.xlsx")
    import_files(workspace, [tmp_path / "both.xlsx"], source="bureau", now=NOON)
    assert [row.sheet for row in quarantined(workspace)] == ["one", "two"]
    import_files(workspace, [tmp_path / "both.xlsx"], source="bureau", kind="visit", now=NOON)
    assert sorted((row.batch, row.sheet) for row in quarantined(workspace)) == [(1, "two"), (2, "one")]
    (first,) = (row for row in quarantined(workspace, resolved=True) if row.resolved_by)
    assert (first.batch, first.sheet, first.resolved_by) == (1, "one", 2)


@pytest.mark.parametrize(("who", "open_rows"), [("", 0), ("丙", 1)])
def test_a_file_read_again_as_another_kind_leaves_only_a_list_that_is_of_both(
    workspace: Workspace, bring: Bring, who: str, open_rows: int
) -> None:
    rows = [visit(1, 80, who="", words="x"), visit(2, 70, who=who, words="x")]
    assert counts(bring("complaint", rows, name="list.csv"))[-1] == 1 + (not who)
    bring("visit", rows, name="list.csv")
    found = quarantined(workspace, resolved=True)
    assert sum(row.resolved_by is None for row in found) == open_rows
    assert {row.resolved_by for row in found} == {None if open_rows else 2}


def test_a_file_read_again_as_another_kind_in_vain_leaves_its_rows(workspace: Workspace, bring: Bring) -> None:
    rows = [visit("", 80, who="", words="x"), visit("", 70, who="", words="x")]
    bring("complaint", rows, name="list.csv")
    bring("visit", rows, name="list.csv")
    assert [row.kind for row in quarantined(workspace)] == ["complaint", "complaint", "visit", "visit"]


def test_a_file_read_again_leaves_the_rows_of_another_of_its_name(workspace: Workspace, tmp_path: Path) -> None:
    files = []
    for folder, number in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        files.append(write_csv(tmp_path / folder / "x.csv", [visit(number, "bad")]))
    import_files(workspace, files, source="bureau", kind="visit", now=NOON)
    import_files(workspace, files[:1], source="bureau", kind="visit", extract_date=JULY, now=NOON)
    assert [(row.batch, row.raw["visit_no"]) for row in quarantined(workspace)] == [(1, "2"), (2, "1")]


def test_a_batch_names_what_it_reads_again_by_table_and_not_by_row(workspace: Workspace, bring: Bring) -> None:
    rows = [visit(number, "bad") for number in range(300)]
    bring("visit", rows, extract_date=JUNE)
    bring("visit", rows, extract_date=JULY)
    bring("visit", rows)
    assert [batch.rereads for batch in list_batches(workspace)] == [(), ((1, 1),), ((2, 1),)]
    assert not any(batch.resolves for batch in list_batches(workspace))


def test_every_ignored_row_is_counted_by_its_reason(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("who,complained_on,words\n甲,2023-01-01,x\n" + "合计,,\n" * 1500, "utf-8")
    report = import_files(workspace, [path], source="bureau", kind="complaint", now=NOON)
    assert dict(report.files[0].ignored) == {"total": 1500}


def test_a_pipe_and_a_folder_are_no_files(workspace: Workspace, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(ZhihengError, match="no file"):
            import_files(workspace, [path], source="bureau", now=NOON)


def test_a_file_whose_name_is_in_another_encoding_is_read(workspace: Workspace, tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "visit.csv", [visit(1, 80)])
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb2\xe2\xca\xd4.csv"))
    plain.rename(path)
    report = import_files(workspace, [path], source="bureau", kind="visit", now=NOON)
    assert (report.files[0].name, report.counts.accepted) == ("测试.csv", 1)
    path.unlink()
    with pytest.raises(ZhihengError) as caught:
        import_files(workspace, [path], source="bureau", kind="visit", now=NOON)
    assert "测试.csv" in caught.value.render("zh")


def test_what_the_source_says_of_when_it_was_known_is_kept_as_asserted(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80, told_on="2023-03-01"), visit(2, 70), visit(3, 60, told_on="2030-01-01")])
    bring("visit", [visit(4, 50)], received_on=date(2023, 5, 1), name="late.csv")
    rows = shown(workspace, "visit", "visit_no", "known_at", "known_asserted")
    assert rows[0] == ("1", datetime(2023, 3, 1), True)
    assert rows[1] == ("2", NOON, False)
    assert rows[2] == ("3", NOON, False)
    assert rows[3] == ("4", datetime(2023, 5, 1), True)


def test_a_correction_counts_from_when_it_was_known(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=JUNE, received_on=date(2023, 6, 10))
    bring("visit", [visit(1, 85)], extract_date=JULY, received_on=date(2023, 7, 10))

    def score(moment: datetime) -> list[str]:
        return [str(found) for (found,) in shown(workspace, "visit", "score", known_at=moment)]

    assert score(datetime(2023, 6, 9)) == []
    assert score(datetime(2023, 6, 10)) == ["80.00"]
    assert score(datetime(2023, 7, 10)) == ["85.00"]


def test_a_dry_run_counts_and_changes_nothing(workspace: Workspace, bring: Bring) -> None:
    report = bring("visit", [visit(1, 80), visit(2, "bad")], dry_run=True)
    assert (counts(report), report.batch) == ((2, 1, 0, 0, 1), 0)
    assert not list_batches(workspace)
    assert not (workspace.ledger / "records").exists()


def test_a_dry_run_lists_the_first_rows_it_would_refuse_and_counts_the_others(bring: Bring) -> None:
    rows = [visit(number, "bad", day="bad") for number in range(MOST_REFUSED + 7)]
    report = bring("visit", [*rows, visit("x", 1), visit("x", 2)], dry_run=True)
    assert (len(report.refused), report.refused_more) == (MOST_REFUSED, 9)
    told = report.as_json()
    assert (len(told["refused"]), told["refused_more"]) == (MOST_REFUSED, 9)
    assert [fault["column"] for fault in told["refused"][-1]["faults"]] == ["day", "score"]
    assert bring("visit", rows[:2], dry_run=True).refused_more == 0


def test_several_files_are_one_batch(workspace: Workspace, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [visit(1, 80), visit(2, 70)])
    second = write_csv(tmp_path / "b.csv", [visit(2, 70), visit(3, 60)])
    report = import_files(workspace, [first, second, first], source="bureau", kind="visit", now=NOON)
    assert [file.counts.accepted for file in report.files] == [2, 1]
    assert report.repeated[0].batch == 1
    assert shown(workspace, "visit", "visit_no", "file") == [("1", 1), ("2", 1), ("3", 2)]


def test_files_that_cannot_be_read_are_reported_together_and_nothing_is_appended(
    workspace: Workspace, tmp_path: Path
) -> None:
    good = write_csv(tmp_path / "a.csv", [visit(1, 80)])
    bad = [tmp_path / "b.csv", tmp_path / "c.csv"]
    for path in bad:
        path.write_text(f"no,such,{path.name}\n1,2,3\n", "utf-8")
    with pytest.raises(FaultsFound) as caught:
        import_files(workspace, [good, *bad], source="bureau", now=NOON)
    assert len(caught.value.faults) == 2
    assert not list_batches(workspace)


@pytest.mark.parametrize("source", ["", " ", "a" * 201, "a\u200bb"])
def test_a_source_needs_a_name(workspace: Workspace, source: str) -> None:
    with pytest.raises(ZhihengError, match="source"):
        import_files(workspace, [], source=source, now=NOON)


def test_moments_never_run_backwards(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)])
    bring("visit", [visit(2, 80)], now=NOON - timedelta(days=400))
    first, second = list_batches(workspace)
    assert first.recorded_at < second.recorded_at


def test_children_go_with_their_record(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80, items="灯║合格；门║不合格"), visit(2, 70, items="")], extract_date=JUNE)
    bring("visit", [visit(1, 80, items="灯║合格"), visit(2, 70, items="")], extract_date=JULY)
    assert shown(workspace, "visit.items", "name", "result", "position") == [("灯", "合格", 1)]
    assert len(shown(workspace, "visit.items", "name", batches=1)) == 2
    parents = {record for (record,) in shown(workspace, "visit", "record")}
    assert {parent for (parent,) in shown(workspace, "visit.items", "parent")} <= parents


def test_the_records_of_a_subject_are_read_by_both_clocks(workspace: Workspace, bring: Bring) -> None:
    rows = [
        {"licence_no": "A1", "holder": "甲", "since": "2020-01-01", "until": "2021-01-01"},
        {"licence_no": "A2", "holder": "甲", "since": "2022-01-01"},
    ]
    bring("licence", rows)
    assert [record.fields["licence_no"] for record in read_records(workspace, "甲")] == ["A1", "A2"]
    (found,) = read_records(workspace, "甲", true_on=date(2020, 6, 1))
    assert (found.fields["licence_no"], found.file, found.file_row) == ("A1", "licence.csv", 2)
    assert "许可证号：A1" in found.text("zh")
    assert not read_records(workspace, "甲", known_at=NOON - timedelta(days=1))
