"""The tutorial tells the truth: every command runs, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from tests.packs.pages import DOCS, shown_files, write_files

from zhiheng.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

PAGE = "tutorial/first-grades.md"
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def shown_commands() -> Iterator[tuple[str, str]]:
    """Read the commands of the page, each with what it prints."""
    for block in _CONSOLE.findall((DOCS / PAGE).read_text("utf-8")):
        yield from _COMMAND.findall(block)


def pattern_of(printed: str) -> re.Pattern[str]:
    """Make a pattern of what the page shows: … stands for anything, alone on a line for any lines."""
    parts = [re.escape(line.rstrip()) for line in printed.rstrip().splitlines()]
    lines = "\n".join(r"(?s:.*)" if part == "…" else part.replace("…", ".*") for part in parts)
    return re.compile(lines)


def test_every_command_of_the_tutorial_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("zhiheng.cli.options.terminal_width", lambda: 100)
    write_files(shown_files(PAGE), tmp_path)
    method = (tmp_path / "canteens" / "method.yaml").read_text("utf-8")
    (tmp_path / "canteens" / "broken.yaml").write_text(
        method.replace("where: temperature", "where: temprature"), "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    for command, printed in shown_commands():
        program, *arguments = shlex.split(command)
        if program == "cd":
            monkeypatch.chdir(Path.cwd() / arguments[0])
            continue
        run(arguments)
        out = "\n".join(line.rstrip() for line in capsys.readouterr().out.rstrip().splitlines())
        assert pattern_of(printed).fullmatch(out), f"{command}\nprints\n{out}\ninstead of\n{printed}"
