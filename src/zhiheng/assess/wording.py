"""The words of answers that people read, in Chinese and English: `texts.toml`."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhiheng.errors import Lang
    from zhiheng.vocabulary import Label


TRIAL = "trial"  # the source of the files of a trial


@cache
def texts() -> Mapping[str, Mapping[Lang, str]]:
    """Read the words."""
    return tomllib.loads(files("zhiheng.assess").joinpath("texts.toml").read_text("utf-8"))


def say(name: str, lang: Lang, /, **facts: object) -> str:
    """Word a text of `texts.toml`."""
    return texts()[name][lang].format(**facts)


def spell(name: str, lang: Lang, /) -> str:
    """Word a code (a state, a reason) that may be the scheme's own: as it stands where there is no text."""
    found = texts().get(name)
    return found[lang] if found else name.partition(".")[2]


def inner(text: str, lang: Lang) -> str:
    """Put a text in brackets behind another."""
    return say("mark.inner", lang, text=text)


def called_code(value: str, code: Label | None, lang: Lang) -> str:
    """Say what a code is called, in English with the code; what is none as it stands."""
    if code is None or code[lang] == value:
        return value
    return code[lang] if lang == "zh" else code[lang] + inner(value, lang)


def said_of(name: str, text: str, lang: Lang) -> str:
    """Say a text of a name."""
    return say("mark.said", lang, name=name, text=text)


def joined(parts: Iterable[str], lang: Lang) -> str:
    """List names."""
    return say("mark.between", lang).join(parts)


def shown_source(source: str, lang: Lang) -> str:
    """Name who sent a record: files of a trial have no sender."""
    return say("source.trial", lang) if source == TRIAL else source


def spell_state(state: str, lang: Lang) -> str:
    """Word a state where it stands in a table: in English the codes are words."""
    return state if lang == "en" else spell(f"state.{state}", lang)


def shown(value: object, lang: Lang) -> str:
    """Write a value for readers."""
    match value:
        case None:
            return "—"
        case bool():
            return say("yes" if value else "no", lang)
        case Decimal():
            return number(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case _:
            return str(value)
