"""What the framework of the command line says of its own accord, in the reader's language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from zhiheng.cli.language import LANG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhiheng.errors import Lang


class _Command(TyperCommand):
    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - the framework's own
        return in_language(super().get_help(ctx), LANG)


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - the framework's own
        return in_language(super().get_help(ctx), LANG)


class Commands(typer.Typer):
    """A group of commands whose help pages are in one language throughout."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own settings
        super().__init__(cls=_Group, no_args_is_help=True, rich_markup_mode=None, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[..., Any]:  # noqa: ANN401
        """Add a command."""
        return super().command(name, cls=_Command, **settings)


@cache
def _framework() -> Sequence[tuple[re.Pattern[str], str]]:
    said = tomllib.loads(files("zhiheng.cli").joinpath("framework.toml").read_text("utf-8"))
    return tuple((re.compile(one["en"], re.MULTILINE), one["zh"]) for one in said["said"])


def in_language(text: str, lang: Lang) -> str:
    """Say what the framework says in English in another language; what it does not know stays as it is."""
    if lang == "en":
        return text
    for english, chinese in _framework():
        text = english.sub(chinese, text)
    return text


def explain_misuse(error: typer.TyperException, lang: Lang) -> str:
    """Tell how the command is called, and what was wrong with this call."""
    context = getattr(error, "ctx", None)
    said = f"Error: {error.format_message()}"
    if context is None:
        return in_language(said, lang)
    if type(error).__name__ == "NoArgsIsHelpError":
        return error.format_message()
    return in_language(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n\n{said}", lang)
