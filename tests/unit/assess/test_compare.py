"""A comparison says who moved and why, each cause by itself and together with others."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests.unit.assess.shops import METHOD, City, attest, make_city, notice, register, visit

from zhiheng.assess import NotComparable, compare
from zhiheng.assess.movement import Cause
from zhiheng.assess.page import width_of
from zhiheng.ledger import import_files, judge

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.assess import Assessment, Comparison

pytestmark = pytest.mark.slow
LATER = date(2026, 7, 1)


@pytest.fixture
def peopled(city: City) -> City:
    """Give a city of three shops in two trades."""
    city.bring("register", register("S1"), register("S2", trade="rice"), register("S3", trade="rice"))
    city.bring(
        "visit",
        visit("S1", 1, "2026-01-15", defects=2),
        visit("S1", 2, "2025-02-15", clean=False),
        visit("S2", 3, "2025-05-15", defects=1),
        visit("S3", 4, "2025-05-15"),
        visit("S3", 5, "2025-05-15"),
    )
    return city


def causes(found: Comparison) -> dict[str, tuple[Cause, ...]]:
    return {one.subject: one.causes for one in found.subjects}


def compared(city: City, before: Assessment, **options: object) -> Comparison:
    return compare(before, city.assess("after", **options), engine=city.engine)  # type: ignore[arg-type]


def test_nobody_moves_where_nothing_is_new(peopled: City):
    found = compared(peopled, peopled.assess("before"))
    assert (found.moved, found.differs, found.subjects) == (0, (), ())
    assert sum(cell.subjects for cell in found.matrix) == 3


def test_a_new_record_moves_its_subject(peopled: City):
    before = peopled.assess("before")
    peopled.bring("notice", notice("S1", 1, "2026-05-01"))
    found = compared(peopled, before)
    assert causes(found) == {"S1": (Cause.NEW_RECORD,)}
    (line,) = (value for value in found.subjects[0].values if value.what == "line")
    assert (line.name, line.state_before, line.state_after) == ("notices", "not_inspected", "measured")
    (record,) = line.records
    assert (record.before, record.after, record.batch, record.row) == ("absent", "counted", 3, 2)


def test_a_record_of_a_workbook_is_named_with_its_sheet(peopled: City, tmp_path: Path):
    before = peopled.assess("before")
    book = openpyxl.Workbook()
    book.active.title = "May"
    for row in (tuple(notice("S1", 1, "2026-05-01")), tuple(map(str, notice("S1", 1, "2026-05-01").values()))):
        book.active.append(row)
    book.save(tmp_path / "notices.xlsx")
    import_files(peopled.workspace, [tmp_path / "notices.xlsx"], source="bureau", kind="notice", now=peopled.now)
    found = compared(peopled, before)
    assert "notices.xlsx[May]" in found.text("en")
    (line,) = (value for value in found.subjects[0].values if value.what == "line")
    assert (line.records[0].file, line.records[0].sheet) == ("notices.xlsx", "May")


def test_a_correction_moves_its_subject(peopled: City):
    before = peopled.assess("before")
    peopled.bring("visit", visit("S1", 1, "2026-01-15", defects=6))
    assert causes(compared(peopled, before)) == {"S1": (Cause.CORRECTION,)}


def test_a_correction_that_gives_a_record_to_another_subject_moves_both(peopled: City):
    before = peopled.assess("before")
    peopled.bring("visit", visit("S2", 1, "2026-01-15", defects=2))
    after = peopled.assess("after")
    found = compare(before, after, engine=peopled.engine)
    assert causes(found) == {"S1": (Cause.CORRECTION,), "S2": (Cause.CORRECTION,)}
    back = compare(after, before, engine=peopled.engine)
    assert causes(back) == {"S1": (Cause.CORRECTION,), "S2": (Cause.CORRECTION,)}


def test_a_correction_to_a_day_that_has_not_come_moves_its_subject(peopled: City):
    before = peopled.assess("before")
    peopled.bring("visit", visit("S1", 1, "2026-07-15", defects=2))
    assert causes(compared(peopled, before)) == {"S1": (Cause.CORRECTION, Cause.PEERS_MOVED)}


def test_a_record_that_moves_brings_a_shop_that_was_not_there(peopled: City):
    peopled.bring("register", register("S1", recorded_on="2021-01-01"))
    method = METHOD.replace("subjects: register", "subjects: visit")
    before = peopled.assess("before", method=method)
    peopled.bring("visit", visit("S9", 3, "2025-05-15", defects=1))
    found = compared(peopled, before, method=method)
    assert {one: causes(found)[one] for one in ("S2", "S9")} == {"S2": (Cause.CORRECTION,), "S9": (Cause.CORRECTION,)}


def items(*fine: str) -> dict[str, object]:
    held = ";".join(f"I{at}||{one}" for at, one in enumerate(fine))
    return visit("S1", 1, "2026-01-15", defects=2, items=held)


def of_items(found: Comparison) -> list[tuple[Cause, str, str]]:
    (line,) = (value for value in found.subjects[0].values if value.name == "items")
    assert line.causes == found.subjects[0].causes
    return [(one.cause, one.before, one.after) for one in line.records]


def test_a_corrected_row_within_a_record_moves_its_subject(peopled: City):
    peopled.bring("visit", items("yes", "yes"))
    before = peopled.assess("before")
    peopled.bring("visit", items("yes", "no"))
    after = peopled.assess("after")
    assert of_items(compare(before, after, engine=peopled.engine)) == [(Cause.CORRECTION, "counted", "counted")]
    assert of_items(compare(after, before, engine=peopled.engine)) == [(Cause.CORRECTION, "counted", "counted")]


def test_a_row_within_a_record_that_a_correction_adds_or_drops_moves_its_subject(peopled: City):
    peopled.bring("visit", items("yes"))
    before = peopled.assess("before")
    peopled.bring("visit", items("yes", "no"))
    after = peopled.assess("after")
    assert of_items(compare(before, after, engine=peopled.engine)) == [(Cause.CORRECTION, "absent", "counted")]
    assert of_items(compare(after, before, engine=peopled.engine)) == [(Cause.CORRECTION, "counted", "absent")]


def test_a_new_record_with_rows_within_it_moves_its_subject(peopled: City):
    before = peopled.assess("before")
    peopled.bring("visit", items("yes", "yes", "no") | {"visit_no": "V9"})
    found = compared(peopled, before)
    (line,) = (value for value in found.subjects[0].values if value.name == "items")
    assert [one.cause for one in line.records] == [Cause.NEW_RECORD] * 3


def test_a_row_within_a_record_of_which_nothing_else_stands_otherwise_is_not_told(peopled: City):
    peopled.bring("visit", items("yes", "no"))
    before = peopled.assess("before")
    peopled.bring("visit", items("yes", "no") | {"defects": 6})
    found = compared(peopled, before)
    assert causes(found) == {"S1": (Cause.CORRECTION,)}
    assert "items" not in [value.name for value in found.subjects[0].values]


def test_the_same_rows_of_another_ledger_are_no_correction(peopled: City, tmp_path: Path):
    peopled.bring("visit", items("yes", "no"))
    before = peopled.assess("before")
    other = make_city(tmp_path / "other", peopled.engine)
    other.bring("register", register("S1"))
    other.bring("visit", items("yes", "no"))
    found = compare(before, other.assess("after"), engine=peopled.engine)
    (moved,) = (one for one in found.subjects if one.subject == "S1")
    assert "ledger" in found.differs
    assert "items" not in [value.name for value in moved.values]


def test_a_withdrawn_record_moves_its_subject(peopled: City):
    peopled.bring("notice", notice("S1", 1, "2026-05-01"), notice("S2", 2, "2026-05-01"))
    before = peopled.assess("before")
    peopled.bring("notice", notice("S2", 2, "2026-05-01"), complete_extract=True)
    assert causes(compared(peopled, before)) == {"S1": (Cause.WITHDRAWAL,)}


def test_a_withdrawal_that_the_earlier_of_two_lacks_is_told_as_such_where_it_is_given_second(peopled: City):
    peopled.bring("notice", notice("S1", 1, "2026-05-01"), notice("S2", 2, "2026-05-01"))
    peopled.bring("register", register("S7"), register("S8"), register("S9"), complete_extract=True, source="X")
    earlier = peopled.assess("before")
    peopled.bring("notice", notice("S2", 2, "2026-05-01"), complete_extract=True)
    peopled.bring("register", register("S7"), register("S8"), complete_extract=True, source="X")
    judge(peopled.workspace, "S7", "S8", "same", by="x", reason="one shop", now=peopled.now)
    found = compare(peopled.assess("after"), earlier, engine=peopled.engine)
    assert causes(found)["S1"] == (Cause.WITHDRAWN_LATER,)
    assert causes(found)["S9"] == (Cause.WITHDRAWN_LATER,)
    back = compare(earlier, peopled.assess("again"), engine=peopled.engine)
    assert causes(back)["S1"] == (Cause.WITHDRAWAL,)
    assert causes(back)["S9"] == (Cause.WITHDRAWAL,)


def test_records_that_only_a_new_criterion_reads_have_not_come(peopled: City):
    before = peopled.assess("before")
    added = (
        "  opened:\n    label: {zh: 营业率, en: Open visits}\n    from: visit\n    within: 36 months\n"
        "    measure: share(open)\n    points: {0: 0, 1: 10}\n    absent: not_inspected\n"
    )
    method = METHOD.replace("total: 100", "total: 110").replace("  items:\n", f"{added}  items:\n", 1)
    method = method.replace("[clean, items, size], max: 60", "[clean, items, size, opened], max: 70")
    found = compared(peopled, before, method=method)
    assert set(causes(found).values()) == {(Cause.CHANGED_RULE,)}


def test_a_passing_date_moves_whoever_has_records_of_another_age(peopled: City):
    method = METHOD.replace("2026-07-01: 3", "2099-07-01: 3")
    before = peopled.assess("before", method=method)
    found = compared(peopled, before, as_of=date(2028, 3, 15), method=method)
    assert "as_of" in found.differs
    assert set(causes(found)) == {"S1", "S2", "S3"}
    assert all(Cause.PASSING_DATE in one for one in causes(found).values())
    assert all(set(one) <= {Cause.PASSING_DATE, Cause.PEERS_MOVED} for one in causes(found).values())


def test_a_value_of_the_text_that_changes_on_a_day_is_a_changed_rule(peopled: City):
    found = compared(peopled, peopled.assess("before"), as_of=LATER)  # each defect costs 3 instead of 2
    assert causes(found) == {"S1": (Cause.CHANGED_RULE,), "S2": (Cause.CHANGED_RULE,)}


def test_a_changed_line_is_a_changed_rule(peopled: City):
    before = peopled.assess("before")
    found = compared(
        peopled,
        before,
        method=METHOD.replace(
            '"20 - value"\n    max: 20\n    absent: not_inspected',
            '"20 - 2 * value"\n    max: 20\n    absent: not_inspected',
        ),
    )
    assert found.differs == ("method",)
    assert causes(found) == {"S1": (Cause.CHANGED_RULE,), "S2": (Cause.CHANGED_RULE,)}


def test_changed_cuts_are_a_changed_rule_only_for_those_whom_they_move(peopled: City):
    before = peopled.assess("before")
    cuts = METHOD.replace("A: 85, B: 70, C: 50", "A: 99.9, B: 99.8, C: 99.7")
    found = compared(peopled, before, method=cuts)
    assert found.subjects
    assert set(causes(found).values()) == {(Cause.CHANGED_RULE,)}
    assert all(one.before.score == one.after.score for one in found.subjects)


def test_a_changed_label_moves_nobody(peopled: City):
    found = compared(peopled, peopled.assess("before"), method=METHOD.replace("Clean visits", "Tidy visits"))
    assert (found.moved, found.differs) == (0, ("method",))


def test_peers_move_those_who_are_measured_against_them(peopled: City):
    before = peopled.assess("before")
    peopled.bring("visit", visit("S3", 6, "2026-06-01", clean=False))
    found = causes(compared(peopled, before))
    assert found["S2"] == (Cause.PEERS_MOVED,)
    assert found["S3"] == (Cause.NEW_RECORD, Cause.PEERS_MOVED)


def test_what_the_earlier_of_two_lacks_is_not_called_new_where_it_is_given_second(peopled: City):
    earlier = peopled.assess("before")
    peopled.bring("register", register("S9"))
    found = compare(peopled.assess("after"), earlier, engine=peopled.engine)
    assert causes(found)["S9"] == (Cause.NOT_YET_KNOWN,)
    assert "新增记录" not in found.text("zh")


def test_another_trade_brings_other_peers(peopled: City):
    before = peopled.assess("before")
    peopled.bring("register", register("S2", recorded_on="2026-01-01", trade="tea"))
    found = compared(peopled, before)
    assert causes(found)["S2"] == (Cause.NEW_RECORD,)


def test_an_attested_register_gives_full_points(peopled: City):
    before = peopled.assess("before")
    peopled.bring("attest", attest("notice", region="14"))
    found = compared(peopled, before)
    assert set(causes(found).values()) == {(Cause.ATTESTATION,)}


def test_a_judgement_of_who_is_the_same_moves_records(peopled: City):
    before = peopled.assess("before")
    judge(peopled.workspace, "S1", "S2", "same", by="x", reason="one shop", now=peopled.now)
    found = compared(peopled, before)
    assert causes(found)["S2"] == (Cause.IDENTITY,)
    assert Cause.IDENTITY in causes(found)["S1"]
    assert (
        found.subjects[-1].after is None
        or found.subjects[0].after is None
        or any(one.after is None for one in found.subjects)
    )


def test_several_causes_are_mixed(peopled: City):
    before = peopled.assess("before")
    peopled.bring("visit", visit("S1", 1, "2026-01-15", defects=6))
    peopled.bring("notice", notice("S1", 1, "2026-05-01"))
    found = compared(peopled, before)
    assert causes(found) == {"S1": (Cause.NEW_RECORD, Cause.CORRECTION)}
    assert found.by_cause == {"mixed": 1}


def test_a_document_that_deducts_elsewhere_is_traced(peopled: City):
    peopled.bring("visit", visit("S1", 8, "2026-03-03", paper_no="P1", defects=1))
    before = peopled.assess("before")
    peopled.bring("notice", notice("S1", 1, "2026-03-03", paper_no="P1", amount=9))
    found = compared(peopled, before)
    defects = next(value for value in found.subjects[0].values if value.name == "defects")
    assert defects.causes == (Cause.NEW_RECORD,)


def test_a_shop_that_was_not_there_has_come_with_its_records(peopled: City):
    before = peopled.assess("before")
    peopled.bring("register", register("S9"))
    found = compared(peopled, before)
    (one,) = (one for one in found.subjects if one.subject == "S9")
    assert (one.before, one.causes) == (None, (Cause.NEW_RECORD,))


def test_other_methods_are_not_compared(peopled: City):
    before = peopled.assess("before")
    with pytest.raises(NotComparable):
        compared(peopled, before, method=METHOD.replace("method: shops", "method: other"))


def test_only_so_many_are_traced_and_it_is_said(peopled: City):
    before = peopled.assess("before")
    after = peopled.assess("after", as_of=LATER)
    found = compare(before, after, engine=peopled.engine, most=1)
    assert (found.moved, found.told, len(found.subjects)) == (2, 1, 1)
    assert "first 1" in found.text("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_fits_a_terminal_of_a_hundred_columns(peopled: City, lang: str):
    before = peopled.assess("before")
    peopled.bring("notice", notice("S1", 1, "2026-05-01"), notice("S9", 2, "2026-05-01"))
    peopled.bring("register", register("S9"))
    found = compared(peopled, before, as_of=LATER)
    text = found.text(lang)
    folder = width_of(str(before.path))
    assert max(width_of(line) for line in text.splitlines()) <= max(100, folder + 2)
    told = json.loads(json.dumps(found.as_json()))
    assert told["format"] == "zhiheng.comparison/1"
