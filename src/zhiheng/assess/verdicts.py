"""The words for what came of cases and of comparisons with published results."""

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
    return tomllib.loads(files("zhiheng.assess").joinpath("verdicts.toml").read_text("utf-8"))


def say(name: str, lang: Lang, **facts: object) -> str:
    """Word a text of `verdicts.toml` in a language."""
    return _texts()[name][lang].format(**facts)
