"""A bad file is a clear error or quarantined rows: never a traceback or half a batch, never long or large."""

from __future__ import annotations

import resource
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from zhiheng.errors import EXIT_DEFECT, ZhihengError
from zhiheng.ledger import create_workspace, import_files, list_batches, verify
from zhiheng.vocabulary import find_pack

from .bad_files import WAYS, make_bad_file

PACK = Path(__file__).parent / "pack"
START = datetime(2026, 1, 1)
LONGEST_SECONDS = 20.0
MOST_MEGABYTES = 1_500


def import_each(numbers: range, folder: Path) -> dict[str, int]:
    """Import bad files one by one into one workspace; count by way how many were refused as a whole."""
    workspace = create_workspace(folder / "ws", find_pack(str(PACK)))
    refused = {way.__name__: 0 for way in WAYS}
    for number in numbers:
        way, path = make_bad_file(number, folder)
        before, started = len(list_batches(workspace)), time.monotonic()
        try:
            report = import_files(workspace, [path], source="bad", now=START + timedelta(seconds=number))
        except ZhihengError as error:
            refused[way] += 1
            assert error.exit_code != EXIT_DEFECT, (way, number, error)
            for lang in ("zh", "en"):
                assert error.render(lang).strip(), (way, number)
            assert len(list_batches(workspace)) == before, (way, number)
        else:
            assert report.counts.reconcile, (way, number)
        assert time.monotonic() - started < LONGEST_SECONDS, (way, number)
        path.unlink()
    assert verify(workspace).whole
    return refused


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("part", range(5))
def test_two_hundred_bad_files_never_break_the_ledger(tmp_path: Path, part: int):
    before = megabytes()
    refused = import_each(range(part * 40, part * 40 + 40), tmp_path)
    assert refused["random_bytes"] > 0
    assert megabytes() - before < MOST_MEGABYTES


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_five_thousand_bad_files_never_break_the_ledger(tmp_path: Path, part: int):
    before = megabytes()
    import_each(range(part * 500, part * 500 + 500), tmp_path)
    assert megabytes() - before < MOST_MEGABYTES
