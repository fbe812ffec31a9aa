"""Which language this process speaks, and its words."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.errors import Lang


_SPELLED = re.compile(r"(zh|en)(?:[-_.@].*)?", re.IGNORECASE)


def find_language(text: str) -> Lang | None:
    """Find the language that a text names, as `zh` and `zh_CN.UTF-8` name Chinese; None where it is another."""
    found = _SPELLED.fullmatch(text)
    if found is None:
        return None
    return "zh" if found[1].lower() == "zh" else "en"


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Take the language from `--lang`, else from `ZHIHENG_LANG`, else from the locale; English if none says Chinese."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return find_language(arguments[position + 1]) or "en"
        if argument.startswith("--lang="):
            return find_language(argument.removeprefix("--lang=")) or "en"
    for name in ("ZHIHENG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if spoken := environment.get(name):
            return find_language(spoken) or "en"
    return "en"


LANG: Lang = choose_language(sys.argv[1:], os.environ)


@cache
def texts() -> Mapping[str, Mapping[Lang, str]]:
    """Read the command line's words."""
    return tomllib.loads(files("zhiheng.cli").joinpath("texts.toml").read_text("utf-8"))


def say(name: str, lang: Lang | None = None, **facts: object) -> str:
    """Word a text of `texts.toml` in the language of this process, or in another."""
    return texts()[name][lang or LANG].format(**facts)
