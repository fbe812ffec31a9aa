"""Files that the documentation shows: fenced blocks with a title, as in ```yaml title="kinds/visit.yaml"."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_TITLED = re.compile(r'^```\w+ title="(?P<title>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


def shown_files(page: str) -> dict[str, str]:
    """Read the titled blocks of a page by their title."""
    return {found["title"]: found["text"] for found in _TITLED.finditer((DOCS / page).read_text("utf-8"))}


def write_files(files: dict[str, str], folder: Path) -> Path:
    """Write files under a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def cookbook(folder: Path) -> dict[str, Path]:
    """Write each recipe of the how-to as a pack of its own, with the kinds that all share."""
    files = shown_files("how-to/write-a-method.md")
    shared = {name: text for name, text in files.items() if name == "pack.yaml" or name.startswith("kinds/")}
    recipes = sorted({name.split("/")[0] for name in files if name not in shared})
    return {recipe: write_files(shared | _under(recipe, files), folder / recipe) for recipe in recipes}


def _under(recipe: str, files: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(f"{recipe}/"): text for name, text in files.items() if name.startswith(f"{recipe}/")}
