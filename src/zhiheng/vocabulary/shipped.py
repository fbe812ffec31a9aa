"""Read the tables that are part of this room: `codes/*.csv`."""

from __future__ import annotations

import csv
from importlib.resources import files


def shipped_rows(name: str) -> list[dict[str, str]]:
    """Read one of the room's own tables as rows by column."""
    text = files("zhiheng.vocabulary").joinpath("codes", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
