"""What each key of a method file means, in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.errors import Lang


@cache
def _texts() -> Mapping[str, Mapping[Lang, str]]:
    return tomllib.loads(files("zhiheng.method").joinpath("keys.toml").read_text("utf-8"))


def meaning(key: str, section: str = "") -> Mapping[Lang, str]:
    """Say what a key means, in its section where it means something of its own there."""
    texts = _texts()
    return texts.get(f"{section}.{key}") or texts[key]
