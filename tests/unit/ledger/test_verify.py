"""A ledger that was altered, cut or reordered shows it, and names the first batch that was."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.unit.ledger.conftest import NOON, visit, write_csv

from zhiheng.engine import DuckDB
from zhiheng.ledger import (
    KindChanged,
    LedgerDamaged,
    compact,
    create_workspace,
    import_files,
    judge,
    list_batches,
    open_workspace,
    read_as_of,
    read_records,
    verify,
)
from zhiheng.ledger.batches import batch_table, record_table, replaced_table
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.ledger import BatchReport, Workspace
    from zhiheng.ledger.segments import SegmentTable

    Bring = Callable[..., BatchReport]


def _rewrite(path: str | Path, select: str) -> None:
    """Alter a file as somebody would who knows what he does."""
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * from read_parquet('{path}')")
        connection.execute(f"copy ({select}) to '{path}' (format parquet)")


def _segment(table: SegmentTable, number: int = 0) -> str:
    return table.all_segments[number].path


@pytest.fixture(scope="session")
def template(shops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three batches, made once: each corrects a record with a child, and brings one that is new."""
    folder = tmp_path_factory.mktemp("template")
    workspace = create_workspace(folder / "workspace", find_pack(shops))
    for number in range(3):
        rows = [visit(1, 80 + number, items=f"灯║{number}"), visit(10 + number, 1)]
        day = date(2023, 1, 1 + number)
        file = write_csv(folder / "visit.csv", rows)
        import_files(workspace, [file], source="bureau", kind="visit", extract_date=day, now=NOON)
    return workspace.path


@pytest.fixture
def workspace(template: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(template, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


def test_an_untouched_ledger_is_whole(workspace: Workspace) -> None:
    found = verify(workspace, head=list_batches(workspace)[1].head)
    assert (found.whole, found.batches, found.first) == (True, 3, None)
    assert found.head in found.text("zh")


def test_an_empty_ledger_is_whole(shops: Path, tmp_path: Path) -> None:
    assert verify(create_workspace(tmp_path / "empty", find_pack(shops))).whole


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
def test_an_altered_row_names_its_batch(workspace: Workspace, select: str) -> None:
    _rewrite(_segment(record_table(workspace, "visit"), 1), select)
    found = verify(workspace)
    assert not found.whole
    assert found.first == (1 if "batch - 1" in select else 2)
    assert found.text("en")


def test_an_altered_field_of_a_kind_without_children_names_its_batch(workspace: Workspace, bring: Bring) -> None:
    for number in range(3):
        bring("licence", [{"licence_no": number, "holder": "甲", "since": "2023-01-01"}])
    assert verify(workspace).whole
    _rewrite(_segment(record_table(workspace, "licence"), 1), "select * replace ('乙' as holder) from t")
    assert verify(workspace).first == 5


def test_a_table_without_a_column_and_without_a_sound_batch_is_told(workspace: Workspace, bring: Bring) -> None:
    bring("licence", [{"licence_no": 1, "holder": "甲", "since": "2023-01-01"}])
    path = _segment(record_table(workspace, "licence"))
    _rewrite(path, "select * exclude (content) from t union all select * exclude (content) from t")
    found = verify(workspace)
    assert [fault.code for fault in found.faults] == ["ledger.segment-unreadable"]
    assert found.first == 4


def test_an_altered_child_names_its_batch(workspace: Workspace) -> None:
    _rewrite(_segment(record_table(workspace, "visit.items"), 2), "select * replace ('x' as result) from t")
    assert verify(workspace).first == 3


def test_a_missing_file_names_the_first_batch_in_it(workspace: Workspace) -> None:
    (workspace.path / _segment(record_table(workspace, "visit"), 1)).unlink()
    found = verify(workspace)
    assert [fault.code for fault in found.faults] == ["ledger.segment-unreadable"]
    assert found.first == 2


def test_a_damaged_file_is_named(workspace: Workspace) -> None:
    path = workspace.path / _segment(record_table(workspace, "visit"), 1)
    path.write_bytes(path.read_bytes()[:100])
    assert verify(workspace).first == 2


def test_an_altered_list_of_batches_is_named(workspace: Workspace) -> None:
    select = "select * replace (replace(meta, 'bureau', 'bureaX') as meta) from t"
    _rewrite(_segment(batch_table(workspace), 1), select)
    assert verify(workspace).first == 2


def test_reordered_batches_are_named(workspace: Workspace) -> None:
    table = batch_table(workspace)
    _rewrite(_segment(table, 1), "select * replace (3::bigint as number) from t")
    _rewrite(_segment(table, 2), "select * replace (2::bigint as number) from t")
    assert verify(workspace).first == 2


def test_a_removed_batch_is_named(workspace: Workspace) -> None:
    _rewrite(_segment(batch_table(workspace), 1), "select * from t where false")
    assert verify(workspace).first == 2


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(workspace: Workspace) -> None:
    head = list_batches(workspace)[-1].head
    table = batch_table(workspace)
    table.commit([], table.all_segments[2:], now=NOON)
    assert verify(workspace).whole
    found = verify(workspace, head=head)
    assert [fault.code for fault in found.faults] == ["ledger.head-unknown"]


@pytest.mark.parametrize("compacted", [False, True])
def test_a_row_hidden_as_replaced_is_found(workspace: Workspace, *, compacted: bool) -> None:
    if compacted:
        compact(workspace, now=NOON)
        select = "select * replace (coalesce(replaced_batch, 3) as replaced_batch, known_at as replaced_at) from t"
        _rewrite(_segment(record_table(workspace, "visit")), select)
    else:
        _rewrite(_segment(replaced_table(workspace, "visit")), "select * replace (row_id + 1 as row_id) from t")
    assert not verify(workspace).whole


def test_compaction_changes_no_hash_and_leaves_few_files(workspace: Workspace) -> None:
    before = verify(workspace)
    done = compact(workspace, now=NOON)
    assert done.after < done.before
    assert verify(workspace) == before
    assert compact(workspace, now=NOON).before == done.after


def test_a_ledger_goes_on_after_compaction(workspace: Workspace, bring: Bring) -> None:
    compact(workspace, now=NOON)
    report = bring("visit", [visit(1, 90), visit(10, 1)], extract_date=date(2023, 2, 1))
    assert (report.counts.corrections, report.counts.known) == (1, 1)
    assert verify(workspace).whole


@pytest.mark.parametrize("compacted", [False, True])
def test_a_child_hidden_as_replaced_is_found(workspace: Workspace, *, compacted: bool) -> None:
    if compacted:
        compact(workspace, now=NOON)
        assert verify(workspace).whole
    last = "select * replace (3::bigint as replaced_batch, known_at as replaced_at) from t"
    _rewrite(_segment(record_table(workspace, "visit.items"), -1), last)
    found = verify(workspace)
    assert [fault.facts["table"] for fault in found.faults] == ["visit.items"]


def test_a_kind_taken_out_of_the_pack_with_its_records_is_found(workspace: Workspace, bring: Bring) -> None:
    bring("licence", [{"licence_no": 1, "holder": "甲", "since": "2023-01-01"}])
    (workspace.path / "pack" / "kinds" / "licence.yaml").unlink()
    shutil.rmtree(workspace.records("licence"))
    found = verify(open_workspace(workspace.path))
    assert [(fault.code, fault.facts["table"]) for fault in found.faults] == [("ledger.table-undeclared", "licence")]
    assert found.first == 4


def test_without_its_list_of_batches_a_ledger_is_damaged_and_no_import_removes_its_records(
    workspace: Workspace, bring: Bring
) -> None:
    shutil.rmtree(workspace.ledger / "batches")
    files = sorted(workspace.ledger.rglob("*.parquet"))
    assert [fault.code for fault in verify(workspace).faults] == ["ledger.batches-missing"]
    with pytest.raises(LedgerDamaged):
        bring("visit", [visit(1, 90)], extract_date=date(2023, 2, 1))
    assert sorted(workspace.ledger.rglob("*.parquet")) == files


def test_with_its_list_of_batches_cut_short_no_import_removes_records(workspace: Workspace, bring: Bring) -> None:
    table = batch_table(workspace)
    table.commit([], table.all_segments[1:], now=NOON)
    files = sorted(workspace.ledger.rglob("*.parquet"))
    assert [fault.code for fault in verify(workspace).faults] == ["ledger.batches-missing"]
    with pytest.raises(LedgerDamaged):
        bring("visit", [visit(1, 90)], extract_date=date(2023, 2, 1))
    assert sorted(workspace.ledger.rglob("*.parquet")) == files


def test_a_list_of_who_is_who_that_was_altered_is_written_anew(workspace: Workspace) -> None:
    judge(workspace, "店1", "店10", "same", by="A7", reason="register", now=NOON)
    before = [record.fields["visit_no"] for record in read_records(workspace, "店1")]
    (path,) = (workspace.ledger / "identity").glob("*.parquet")
    _rewrite(path, "select * replace ('店11' as alias) from t")
    assert [record.fields["visit_no"] for record in read_records(workspace, "店1")] == before == ["1", "10"]


def test_a_workspace_is_read_alone_whatever_its_folders_are_called(shops: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("batch=7/[x]/subject=zzz", "batch=7/x/subject=zzz", "g[1]*?", "g1xx")):
        folder = tmp_path / name
        file = write_csv(tmp_path / f"{number}.csv", [visit(number, 80, items="灯║合格")])
        workspace = create_workspace(folder / "ws", find_pack(shops))
        import_files(workspace, [file], source="bureau", kind="visit", extract_date=date(2023, 1, 2), now=NOON)
        file = write_csv(tmp_path / f"{number}.csv", [visit(number, 81, items="灯║合格")])
        import_files(workspace, [file], source="bureau", kind="visit", extract_date=date(2023, 1, 3), now=NOON)
        (found,) = read_records(workspace, f"店{number}", kind="visit")
        assert (found.batch, str(found.fields["score"])) == (2, "81.00")
        assert verify(workspace).whole
        compact(workspace, now=NOON)
        assert verify(workspace).whole
        with DuckDB() as engine:
            snapshot = read_as_of(workspace)
            for table in snapshot.tables:
                engine.attach(table)
            query = snapshot.visible("visit").select("subject", "batch", append=False)
            assert engine.fetch(query) == [(f"店{number}", 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  region: {type", "  colour: {type: text, label: {zh: 颜色, en: Colour}}\n  region: {type"),
        ("places: 2", "places: 3"),
    ],
)
def test_a_kind_whose_fields_were_changed_since_is_named_by_whatever_reads_it(
    workspace: Workspace, before: str, after: str
) -> None:
    path = workspace.path / "pack" / "kinds" / "visit.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    changed = open_workspace(workspace.path)
    with pytest.raises(KindChanged, match="visit"):
        read_records(changed, "店1")
    with pytest.raises(KindChanged):
        compact(changed, now=NOON)
    assert [fault.code for fault in verify(changed).faults] == ["ledger.kind-changed"]
    path.write_text(path.read_text("utf-8").replace(after, before), "utf-8")
    assert verify(open_workspace(workspace.path)).whole


def test_a_file_of_which_only_the_values_cannot_be_read_is_named(workspace: Workspace) -> None:
    path = Path(_segment(record_table(workspace, "visit")))
    held = bytearray(path.read_bytes())
    place = pq.ParquetFile(path).metadata.row_group(0)
    column = next(one for one in map(place.column, range(place.num_columns)) if one.path_in_schema == "subject")
    start = column.dictionary_page_offset or column.data_page_offset
    held[start : start + 12] = b"\xff" * 12
    path.write_bytes(held)
    (fault, *_) = verify(workspace).faults
    assert (fault.code, fault.facts["file"]) == ("ledger.segment-unreadable", path.name)
