"""Ctrl-C is answered in a sentence and with a code of its own, whatever was under way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from zhiheng.cli import run
from zhiheng.cli.app import app  # noqa: F401  loaded before a test counts on who is interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a shell starts in the background is deaf to Ctrl-C, and so is all that it starts in turn: these tests too.
HEARING = "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
PRESSING = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n"


@pytest.fixture(autouse=True)
def hearing() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(["init", str(tmp_path / "w"), "--pack", "us-nursing-homes"]) == 0
    capsys.readouterr()
    return tmp_path / "w"


def interrupted(answer: pytest.CaptureResult[str]) -> bool:
    return (answer.out, answer.err.startswith("Interrupted."), answer.err.count("\n")) == ("", True, 1)


def test_an_interrupted_command_says_so(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("zhiheng.cli.ledger.list_batches", lambda _: press())
    assert run(["batches", "-w", str(workspace)]) == 130
    assert interrupted(capsys.readouterr())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interruption_that_a_database_turns_into_an_error_is_no_defect(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(_: object) -> None:
        try:
            press()
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    monkeypatch.setattr("zhiheng.cli.ledger.list_batches", ask)
    assert run(["batches", "-w", str(workspace)]) == 130
    assert interrupted(capsys.readouterr())


@pytest.mark.parametrize(("lang", "said"), [("zh", "已中断。"), ("en", "Interrupted.")])
def test_an_interruption_while_modules_load_is_answered_too(tmp_path: Path, lang: str, said: str) -> None:
    (tmp_path / "typer.py").write_text(PRESSING, "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{HEARING}sys.path.insert(0, {str(tmp_path)!r})\nfrom zhiheng.cli import main; main()",
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ZHIHENG_LANG": lang},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
