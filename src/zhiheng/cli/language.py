"""Which language this process speaks, and its words."""

from __future__ import annotations

import os
import sys
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.errors import Lang


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Take the language from `--lang`, else from `ZHIHENG_LANG`, else from the locale; English if none says Chinese."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return "zh" if arguments[position + 1].lower().startswith("zh") else "en"
        if argument.startswith("--lang="):
            return "zh" if argument.removeprefix("--lang=").lower().startswith("zh") else "en"
    for name in ("ZHIHENG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if spoken := environment.get(name):
            return "zh" if spoken.lower().startswith("zh") else "en"
    return "en"


LANG: Lang = choose_language(sys.argv[1:], os.environ)


@cache
def texts() -> Mapping[str, Mapping[Lang, str]]:
    """Read the command line's words."""
    return tomllib.loads(files("zhiheng.cli").joinpath("texts.toml").read_text("utf-8"))


def say(name: str, lang: Lang | None = None, **facts: object) -> str:
    """Word a text of `texts.toml` in the language of this process, or in another."""
    return texts()[name][lang or LANG].format(**facts)
