"""The reference says what the code does: every command, message and exit code has its place."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer

from zhiheng import errors
from zhiheng.cli.app import app

from .messages import list_messages
from .pages import ROOT, headings_in, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator


def list_commands() -> Iterator[str]:
    """Yield every command with its full name."""
    waiting = [("zhiheng", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        yield name
        children = getattr(command, "commands", {})
        waiting += [(f"{name} {child}", found) for child, found in children.items() if not found.hidden]


def test_the_generated_pages_are_fresh() -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_reference.py"), "--check"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("page", ["docs/reference/cli.md", "docs/reference/cli.zh-CN.md"])
def test_every_command_has_its_heading(page: str) -> None:
    assert set(list_commands()) - headings_in(read_page(page)) == set()


def test_every_message_has_its_heading() -> None:
    assert {code for code, _ in list_messages()} - headings_in(read_page("docs/reference/errors.md")) == set()


def test_every_exit_code_has_its_row() -> None:
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    page = read_page("docs/reference/cli.md")
    assert {code for code in codes if f"\n| {code} |" not in page} == set()


def test_chinese_sentences_follow_each_other_without_a_blank() -> None:
    assert not re.findall(r"[。！？] \S.*", read_page("docs/reference/errors.md"))
