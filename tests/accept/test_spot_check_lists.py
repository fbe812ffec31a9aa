"""Every row of the published spot-check lists is accounted for, with no mapping by hand."""

from __future__ import annotations

import gzip
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from zhiheng.ledger import Counts, create_workspace, import_files
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.ledger import BatchReport, Workspace

    Tell = Callable[[str], None]

NOW = datetime(2020, 1, 1, tzinfo=UTC)
DATA_ROWS = {
    "201302201414258595819432.xls": 38,
    "201711141505218558021396.xls": 30,
    "201803070858374647446933.xls": 14,
    "201803161006041564515533.xls": 1,
    "50de3305-a2da-4d71-a524-d7ae3ad5319e.xls": 33,
    "94db4de8-3dc2-40f5-9509-e2c1b54d610b.xls": 50,
    "9eb7505a-1fb5-4bb4-ac38-d5dd6384a1b1.xls": 60,
    "P020150215343267947582.xls": 18,
    "P020151027398262455164.xls": 46,
    "P020161019571075752467.xls": 61,
    "P020170420590191434589.xls": 49,
    "a5ee66b8-05b6-4e26-a9b7-cc429617d739.xls": 15,
}
"""The rows that a person counts as data, without titles, headings, the line of limits, notes and blank lines."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "work", find_pack("cn-spot-checks"))


def take_in(workspace: Workspace, file: Path) -> BatchReport:
    return import_files(workspace, [file], source=file.name, extract_date=date(2018, 12, 31), now=NOW)


def test_all_rows_of_the_collected_list_are_accounted_for(
    evidence: Path, workspace: Workspace, tmp_path: Path, tell: Tell
) -> None:
    file = tmp_path / "spot-checks-2011-2015.csv"
    with gzip.open(evidence / "cn-spot-checks" / f"{file.name}.gz") as packed, file.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    counts = take_in(workspace, file).counts
    tell(f"Chinese spot checks: {counts}")
    assert counts.reconcile
    assert counts.rows_seen == 46919
    assert counts.accepted + counts.quarantined == 46919


@pytest.mark.parametrize("name", DATA_ROWS)
def test_a_list_as_it_was_published_imports_by_itself(
    evidence: Path, workspace: Workspace, tell: Tell, name: str
) -> None:
    report = take_in(workspace, evidence / "cn-spot-checks" / "raw-lists" / name)
    counts = report.counts
    tell(f"{name}: {counts.accepted} accepted, {counts.quarantined} quarantined, {counts.ignored} no data rows")
    assert counts.reconcile
    assert counts.accepted + counts.quarantined == DATA_ROWS[name]
    assert counts == Counts(counts.rows_seen, counts.ignored, counts.accepted, quarantined=counts.quarantined)
