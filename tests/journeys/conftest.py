"""What the journeys share: the command line, called as a user calls it, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from zhiheng.cli import run


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever the command answers
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def zhiheng(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("ZHIHENG_NOW", "2026-01-05T08:00:00")

    def call(*arguments: object) -> Answer:
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return call
