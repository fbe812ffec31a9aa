"""The README's commands are run as printed, and what they print is as seen."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"```\n\$ \.venv/bin/zhiheng (?P<command>.+)\n(?P<seen>(?:.*\n)*?)```")


def zhiheng(arguments: list[str], folder: Path) -> str:
    """Run the command in a process of its own, for the language is chosen once in a process."""
    environment = {**os.environ, "ZHIHENG_NOW": "2026-11-23T12:00:00", "ZHIHENG_LANG": "en", "ZHIHENG_EVIDENCE": ""}
    done = subprocess.run(
        [sys.executable, "-c", "from zhiheng.cli import main; main()", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    zhiheng(["demo"], folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("readme", READMES)
def test_what_the_readme_shows_is_what_is_printed(demo: Path, readme: str) -> None:
    blocks = list(BLOCK.finditer((ROOT / readme).read_text("utf-8")))
    assert len(blocks) == 2
    for block in blocks:
        printed = zhiheng(shlex.split(block["command"]), demo)
        at = 0
        for part in block["seen"].split("...\n"):
            found = printed.find(part, at)
            assert found >= 0, f"{readme}: not printed by {block['command']}:\n{part}"
            at = found + len(part)


def test_both_readmes_show_the_same_commands() -> None:
    commands = [
        [block["command"].removeprefix("--lang zh ") for block in BLOCK.finditer((ROOT / readme).read_text("utf-8"))]
        for readme in READMES
    ]
    assert commands[0] == commands[1]


def test_both_readmes_have_the_same_parts() -> None:
    parts = [re.findall(r"^(#+) |^(```)|^(\|)", (ROOT / readme).read_text("utf-8"), re.MULTILINE) for readme in READMES]
    assert parts[0] == parts[1]


@pytest.mark.parametrize("readme", READMES)
def test_the_figures_of_speed_are_those_of_the_results(readme: str) -> None:
    results = (ROOT / "bench" / "results.md").read_text("utf-8")
    measured = re.findall(r"^\| [^|]+ \| ([0-9.]+) \| at (?:most|least) ([0-9.]+) \| (.+) \|$", results, re.MULTILINE)
    text = (ROOT / readme).read_text("utf-8")
    shown = re.findall(
        r"^\| [^|]+ \| ([0-9.]+) \| (?:at most|at least|至多|至少) ([0-9.]+)(.*) \|$", text, re.MULTILINE
    )
    assert len(measured) > 0
    assert [row[:2] for row in shown] == [row[:2] for row in measured]
    assert ["**" in said for *_, said in shown] == ["**" in said for *_, said in measured]
