"""A ledger that was altered, cut or reordered shows it, and names the first batch that was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.unit.ledger.conftest import NOON, visit
from zhiheng.ledger import compact, list_batches, verify
from zhiheng.ledger.batches import batch_table, record_table, replaced_table
from zhiheng.ledger.segments import SegmentTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.ledger import BatchReport, Workspace

    Bring = Callable[..., BatchReport]


def _rewrite(path: str | Path, select: str) -> None:
    """Alter a file as somebody would who knows what he does."""
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * from read_parquet('{path}')")  # noqa: S608 - a test's own
        connection.execute(f"copy ({select}) to '{path}' (format parquet)")


def _segment(table: SegmentTable, number: int = 0) -> str:
    return table.all_segments[number].path


@pytest.fixture
def filled(workspace: Workspace, bring: Bring) -> Workspace:
    for number in range(3):
        rows = [visit(1, 80 + number, items=f"灯║{number}"), visit(10 + number, 1)]
        bring("visit", rows, extract_date=date(2023, 1, 1 + number))
    return workspace


def test_an_untouched_ledger_is_whole(filled: Workspace) -> None:
    found = verify(filled, head=list_batches(filled)[1].head)
    assert (found.whole, found.batches, found.first) == (True, 3, None)
    assert found.head in found.text("zh")


def test_an_empty_ledger_is_whole(workspace: Workspace) -> None:
    assert verify(workspace).whole


@pytest.mark.parametrize(
    "select",
    [
        "select * replace (score + 1 as score) from t",
        "select * replace (true_on + 1 as true_on) from t",
        "select * replace (known_at - interval 1 day as known_at) from t",
        "select * replace (file_row + 1 as file_row) from t",
        "select * replace ('another' as source) from t",
        "select * from t limit 1",
        "select * from t union all select * from t",
        "select * replace (batch - 1 as batch) from t",
    ],
)
def test_an_altered_row_names_its_batch(filled: Workspace, select: str) -> None:
    _rewrite(_segment(record_table(filled, "visit"), 1), select)
    found = verify(filled)
    assert not found.whole
    assert found.first == (1 if "batch - 1" in select else 2)
    assert found.text("en")


def test_an_altered_field_of_a_kind_without_children_names_its_batch(workspace: Workspace, bring: Bring) -> None:
    for number in range(3):
        bring("licence", [{"licence_no": number, "holder": "甲", "since": "2023-01-01"}])
    assert verify(workspace).whole
    _rewrite(_segment(record_table(workspace, "licence"), 1), "select * replace ('乙' as holder) from t")
    assert verify(workspace).first == 2


def test_an_altered_child_names_its_batch(filled: Workspace) -> None:
    _rewrite(_segment(record_table(filled, "visit.items"), 2), "select * replace ('x' as result) from t")
    assert verify(filled).first == 3


def test_a_missing_file_names_the_first_batch_in_it(filled: Workspace) -> None:
    (filled.path / _segment(record_table(filled, "visit"), 1)).unlink()
    found = verify(filled)
    assert [fault.code for fault in found.faults] == ["ledger.segment-unreadable"]
    assert found.first == 2


def test_a_damaged_file_is_named(filled: Workspace) -> None:
    path = filled.path / _segment(record_table(filled, "visit"), 1)
    path.write_bytes(path.read_bytes()[:100])
    assert verify(filled).first == 2


def test_an_altered_list_of_batches_is_named(filled: Workspace) -> None:
    select = "select * replace (replace(meta, 'bureau', 'bureaX') as meta) from t"
    _rewrite(_segment(batch_table(filled), 1), select)
    assert verify(filled).first == 2


def test_reordered_batches_are_named(filled: Workspace) -> None:
    table = batch_table(filled)
    _rewrite(_segment(table, 1), "select * replace (3::bigint as number) from t")
    _rewrite(_segment(table, 2), "select * replace (2::bigint as number) from t")
    assert verify(filled).first == 2


def test_a_removed_batch_is_named(filled: Workspace) -> None:
    _rewrite(_segment(batch_table(filled), 1), "select * from t where false")
    assert verify(filled).first == 2


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(filled: Workspace) -> None:
    head = list_batches(filled)[-1].head
    table = batch_table(filled)
    table.commit([], table.all_segments[2:], now=NOON)
    assert verify(filled).whole
    found = verify(filled, head=head)
    assert [fault.code for fault in found.faults] == ["ledger.head-unknown"]


@pytest.mark.parametrize("compacted", [False, True])
def test_a_row_hidden_as_replaced_is_found(filled: Workspace, bring: Bring, *, compacted: bool) -> None:
    if compacted:
        compact(filled, now=NOON)
        select = "select * replace (coalesce(replaced_batch, 3) as replaced_batch, known_at as replaced_at) from t"
        _rewrite(_segment(record_table(filled, "visit")), select)
    else:
        _rewrite(_segment(replaced_table(filled, "visit")), "select * replace (row_id + 1 as row_id) from t")
    assert not verify(filled).whole


def test_compaction_changes_no_hash_and_leaves_few_files(filled: Workspace) -> None:
    before = verify(filled)
    done = compact(filled, now=NOON)
    assert done.after < done.before
    assert verify(filled) == before
    assert compact(filled, now=NOON).before == done.after


def test_a_ledger_goes_on_after_compaction(filled: Workspace, bring: Bring) -> None:
    compact(filled, now=NOON)
    report = bring("visit", [visit(1, 90), visit(10, 1)], extract_date=date(2023, 2, 1))
    assert (report.counts.corrections, report.counts.known) == (1, 1)
    assert verify(filled).whole
