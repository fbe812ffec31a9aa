"""The tutorial tells the truth: every command runs, and prints what the page says, in both languages."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.packs.pages import DOCS, shown_files, write_files

from zhiheng.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGE = "tutorial/first-grades.md"
CHINESE_PAGE = "tutorial/first-grades.zh-CN.md"
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def shown_commands(page: str) -> Iterator[tuple[str, str]]:
    """Read the commands of a page, each with what it prints."""
    for block in _CONSOLE.findall((DOCS / page).read_text("utf-8")):
        yield from _COMMAND.findall(block)


def pattern_of(printed: str) -> re.Pattern[str]:
    """Make a pattern of what the page shows: … stands for anything, alone on a line for any lines."""
    parts = [re.escape(line.rstrip()) for line in printed.rstrip().splitlines()]
    lines = "\n".join(r"(?s:.*)" if part == "…" else part.replace("…", ".*") for part in parts)
    return re.compile(lines)


def follow(page: str, folder: Path, execute: Callable[[list[str], Path], str]) -> None:
    """Do what a page says, in a folder, and compare what is printed with what it shows."""
    write_files(shown_files(page), folder)
    method = (folder / "canteens" / "method.yaml").read_text("utf-8")
    (folder / "canteens" / "broken.yaml").write_text(method.replace("where: temperature", "where: temprature"), "utf-8")
    for command, printed in shown_commands(page):
        program, *arguments = shlex.split(command)
        if program == "cd":
            folder /= arguments[0]
            continue
        out = "\n".join(line.rstrip() for line in execute(arguments, folder).rstrip().splitlines())
        assert pattern_of(printed).fullmatch(out), f"{command}\nprints\n{out}\ninstead of\n{printed}"


def execute_in_chinese(arguments: list[str], folder: Path) -> str:
    """Run a command in a process of its own: the language is chosen once in a process, and a pipe is 100 wide."""
    done = subprocess.run(
        [sys.executable, "-c", "from zhiheng.cli import main; main()", *arguments],
        cwd=folder,
        env={**os.environ, "ZHIHENG_LANG": "zh", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return done.stdout


def test_every_command_of_the_tutorial_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def execute(arguments: list[str], folder: Path) -> str:
        monkeypatch.chdir(folder)
        run(arguments)
        return capsys.readouterr().out

    monkeypatch.setattr("zhiheng.cli.options.terminal_width", lambda: 100)
    follow(PAGE, tmp_path, execute)


@pytest.mark.slow
def test_every_command_of_the_chinese_tutorial_prints_what_the_page_shows(tmp_path: Path) -> None:
    follow(CHINESE_PAGE, tmp_path, execute_in_chinese)


def test_both_tutorials_run_the_same_commands() -> None:
    assert [command for command, _ in shown_commands(PAGE)] == [command for command, _ in shown_commands(CHINESE_PAGE)]
