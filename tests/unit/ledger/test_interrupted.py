"""An import that is killed at any moment loses nothing and doubles nothing; two at once both come out whole."""

from __future__ import annotations

import random
import signal
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest
from tests.unit.ledger.conftest import NOON, visit, write_csv
from tests.unit.ledger.killing import import_until

from zhiheng.ledger import create_workspace, import_files, list_batches, open_workspace, read_as_of, verify
from zhiheng.ledger.batches import hold
from zhiheng.ledger.query import fetch
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from zhiheng.errors import Fault
    from zhiheng.ledger import BatchReport, Workspace

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(["zhiheng.ledger"])


def _bring(workspace: Workspace, file: Path) -> BatchReport:
    return import_files(workspace, [file], **_how(file))  # type: ignore[arg-type]


def _how(file: Path) -> dict[str, object]:
    day = date.fromisoformat(file.stem)
    return {"source": "bureau", "kind": "visit", "complete_extract": True, "now": NOON, "extract_date": day}


def _start(workspace: Workspace, file: Path) -> ForkServerProcess:
    fresh = open_workspace(workspace.path)  # one that has read nothing yet can be sent to another process
    process = _SERVER.Process(target=import_files, args=(fresh, [file]), kwargs=_how(file))
    process.start()
    return process


def _extract(folder: Path, number: int) -> Path:
    """Write an extract: a third of the rows corrected against the one before, one gone, one new, each with a child."""
    rows = [
        visit(key, key if (key + number) % 3 else number, items=f"a║{number}") for key in range(number, 40 + number)
    ]
    return write_csv(folder / f"{date(2023, 1, 1 + number)}.csv", rows)


def _standing(workspace: Workspace) -> tuple[object, ...]:
    snapshot = read_as_of(workspace)
    rows = fetch(snapshot, snapshot.visible("visit"))
    items = fetch(snapshot, snapshot.visible("visit.items"))
    return (
        sorted((row["visit_no"], row["score"], row["batch"]) for row in rows),
        sorted((row["parent"], row["result"]) for row in items),
    )


def _killed_again_and_again(shops: Path, folder: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    files = [_extract(folder, number) for number in range(3)]
    whole = create_workspace(folder / "whole", find_pack(shops))
    states = [_standing(whole)]
    for file in files:
        _bring(whole, file)
        states.append(_standing(whole))
    workspace, done = create_workspace(folder / "killed 0", find_pack(shops)), 0
    for turn in range(times):
        process = _start(workspace, files[done])
        process.join(chance.uniform(0, 0.5))
        process.kill()
        process.join()
        done = len(list_batches(workspace))
        assert _standing(workspace) == states[done]
        if done == len(files):
            assert verify(workspace).whole
            workspace, done = create_workspace(folder / f"killed {turn + 1}", find_pack(shops)), 0
    for file in files[done:]:
        _bring(workspace, file)
    assert _standing(workspace) == states[-1]
    assert verify(workspace).whole
    assert [batch.counts.rows_seen for batch in list_batches(workspace)] == [40, 40, 40]


def test_killed_at_ten_moments_an_import_leaves_the_ledger_whole(shops: Path, tmp_path: Path) -> None:
    _killed_again_and_again(shops, tmp_path, 10, seed=1)


@pytest.mark.soak
def test_killed_at_fifty_moments_an_import_leaves_the_ledger_whole(shops: Path, tmp_path: Path) -> None:
    _killed_again_and_again(shops, tmp_path, 50, seed=2)


STEPS = [*(("write", times) for times in range(1, 5)), *(("commit", times) for times in range(1, 4))]


def test_killed_at_any_step_of_its_writing_an_import_leaves_the_ledger_as_it_was(shops: Path, tmp_path: Path) -> None:
    """Records, their children, what they replace and the list of batches are written, then committed to, in turn."""
    first, second = (_extract(tmp_path, number) for number in range(2))
    workspace = create_workspace(tmp_path / "killed", find_pack(shops))
    for file, batches in ((first, 0), (second, 1)):
        before, steps = _standing(workspace), STEPS if batches else STEPS[:3] + STEPS[4:6]
        for step, times in steps:
            assert _kill(step, times, workspace, file) == -signal.SIGKILL
            assert len(list_batches(workspace)) == batches, (step, times)
            assert any(path.name.startswith(f"{batches + 1:08d}") for path in workspace.ledger.rglob("*.parquet"))
            assert _standing(workspace) == before
            assert verify(workspace).whole
        _bring(workspace, file)
        assert verify(workspace).whole
    whole = create_workspace(tmp_path / "whole", find_pack(shops))
    for file in (first, second):
        _bring(whole, file)
    assert _standing(workspace) == _standing(whole)


def test_killed_after_the_list_of_batches_was_written_an_import_is_whole(shops: Path, tmp_path: Path) -> None:
    workspace, file = create_workspace(tmp_path / "killed", find_pack(shops)), _extract(tmp_path, 0)
    assert _kill("commit", 3, workspace, file) == -signal.SIGKILL
    assert [batch.counts.accepted for batch in list_batches(workspace)] == [40]
    assert verify(workspace).whole
    assert not _bring(workspace, file).appended


def _kill(step: str, times: int, workspace: Workspace, file: Path) -> int | None:
    fresh = open_workspace(workspace.path)
    process = _SERVER.Process(target=import_until, args=(step, times, fresh, file, _how(file)))
    process.start()
    process.join(60)
    return process.exitcode


def test_two_imports_at_once_both_come_out_whole(workspace: Workspace, tmp_path: Path) -> None:
    processes = [_start(workspace, _extract(tmp_path, number)) for number in range(2)]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    batches = list_batches(workspace)
    assert [batch.number for batch in batches] == [1, 2]
    assert [batch.counts.rows_seen for batch in batches] == [40, 40]
    assert all(batch.counts.reconcile for batch in batches)
    assert verify(workspace).whole


def test_who_has_to_wait_is_told(workspace: Workspace, tmp_path: Path) -> None:
    told: list[Fault] = []
    other = hold(workspace)
    other.__enter__()

    def tell(fault: Fault) -> None:
        told.append(fault)
        other.__exit__(None, None, None)

    file = _extract(tmp_path, 1)
    report = import_files(workspace, [file], **_how(file), tell=tell)  # type: ignore[arg-type]
    assert [fault.code for fault in told] == ["ledger.waiting"]
    assert report.batch == 1
