"""Pages point at what exists, and both READMEs say the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .pages import PAGES, ROOT, fences_in, links_in, name_of, read_page

if TYPE_CHECKING:
    from pathlib import Path

SETTING = re.compile(r"\bZHIHENG_[A-Z_]+\b")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_points_at_files_that_exist(page: Path) -> None:
    local = [link.split("#", 1)[0] for link in links_in(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in local if link and not (page.parent / link).exists()] == []


def test_every_page_of_the_documentation_is_reached_from_its_index() -> None:
    reached = {(ROOT / "docs" / "README.md").resolve()}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        local = [link.split("#", 1)[0] for link in links_in(page.read_text("utf-8")) if "://" not in link]
        found = {(page.parent / link).resolve() for link in local if link.endswith(".md")}
        waiting += found - reached
        reached |= found
    assert [name_of(page) for page in PAGES if ROOT / "docs" in page.parents and page.resolve() not in reached] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_a_readme_are_targets_of_the_makefile(page: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", read_page("Makefile"), re.MULTILINE))
    commands = re.findall(r"^(?:\$ )?make ([a-z-]+)", "\n".join(fences_in(read_page(page))), re.MULTILINE)
    assert {"demo", "test"} <= set(commands) <= targets


def test_both_readmes_show_the_same_commands() -> None:
    def shown(page: str) -> list[str]:
        return re.findall(r"^(?:\$ )?(?:make|zhiheng) .*$", "\n".join(fences_in(read_page(page))), re.MULTILINE)

    assert shown("README.md") == shown("README.zh-CN.md")


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    makefile = read_page("Makefile")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    told = set(re.findall(r"^([a-z][a-z-]*):.*## ", makefile, re.MULTILINE))
    assert phony == told


def test_every_setting_that_the_code_reads_has_its_row_and_every_row_its_setting() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / "tests" / "conftest.py"]
    read = {name for path in sources for name in SETTING.findall(path.read_text("utf-8"))}
    rows = set(re.findall(r"^\| `(ZHIHENG_[A-Z_]+)`", read_page("docs/reference/settings.md"), re.MULTILINE))
    assert read - rows == set()
    assert rows - read <= {"ZHIHENG_EVIDENCE"}  # read by the acceptance tests as well
