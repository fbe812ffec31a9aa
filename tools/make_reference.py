"""Write the reference pages that follow from the code, or check that they are fresh."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from string import Formatter
from typing import TYPE_CHECKING

from source_files import ROOT, shown
from zhiheng.errors import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from zhiheng.errors import Lang

TEXTS = tomllib.loads((ROOT / "tools" / "reference_texts.toml").read_text("utf-8"))
COMMAND_PAGES = {"en": "cli.md", "zh": "cli.zh-CN.md"}
BETWEEN_SENTENCES: Mapping[Lang, str] = {"en": " ", "zh": ""}


def list_rooms() -> list[str]:
    """List the rooms that have messages."""
    return sorted(path.parent.name for path in (ROOT / "src" / "zhiheng").glob("*/messages.toml"))


def render_errors() -> str:
    """Render every message of every room, both languages."""
    parts = [TEXTS["errors"]["head"].strip()]
    for room in list_rooms():
        parts.append(f"## {room}")
        for name, said in sorted(catalogue(room).items()):
            lines = [
                between.join(_open(said[part][lang]) for part in ("what", "do") if part in said)
                for lang, between in BETWEEN_SENTENCES.items()
            ]
            parts.append("\n\n".join([f"### {room}.{name}", *lines]))
    return "\n\n".join(parts) + "\n"


def _open(template: str) -> str:
    """Show the places of a template as ⟨names⟩."""
    pieces = []
    for text, name, _, _ in Formatter().parse(template):
        pieces += [text, f"⟨{name}⟩" if name else ""]
    return "".join(pieces).replace("\n", " ")


def render_commands(lang: str) -> str:
    """Render the commands in a process of its own: it is the process that speaks one language."""
    script = ROOT / "tools" / "command_page.py"
    environment = {**os.environ, "ZHIHENG_LANG": lang}
    run = subprocess.run(  # noqa: S603  our own script
        [sys.executable, str(script), lang], env=environment, capture_output=True, check=False
    )
    if run.returncode:
        sys.exit(f"{shown(script)} failed:\n{run.stderr.decode()}")
    return run.stdout.decode()


def render_pages() -> Iterator[tuple[Path, str]]:
    """Render every generated page, with its path."""
    folder = ROOT / "docs" / "reference"
    yield folder / "errors.md", render_errors()
    for lang, name in COMMAND_PAGES.items():
        yield folder / name, render_commands(lang)


def main(arguments: list[str]) -> int:
    """Write the pages; with `--check`, only say which are stale."""
    stale = 0
    for path, text in render_pages():
        if path.is_file() and path.read_text("utf-8") == text:
            continue
        stale += 1
        if "--check" in arguments:
            print(f"{shown(path)} does not say what the code does. Run `make docs`.")
        else:
            path.write_text(text, "utf-8")
            print(f"{shown(path)} written")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
