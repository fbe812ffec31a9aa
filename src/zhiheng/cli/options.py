"""The arguments that several commands share, and how they are read."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from zhiheng.cli.language import say
from zhiheng.errors import EXIT_USAGE, Place, ZhihengError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.errors import Lang
    from zhiheng.vocabulary import Kind

WORKSPACE_FILE = "zhiheng.toml"


class NotADate(ZhihengError):
    """A date on the command line cannot be read."""

    code: ClassVar[str] = "cli.not-a-date"
    exit_code: ClassVar[int] = EXIT_USAGE


class UnknownChoice(ZhihengError):
    """An option takes one of a few words, and was given another."""

    code: ClassVar[str] = "cli.unknown-choice"
    exit_code: ClassVar[int] = EXIT_USAGE


class FileExists(ZhihengError):
    """A file that a command was to write is there already."""

    code: ClassVar[str] = "cli.file-exists"


class CannotBeWritten(ZhihengError):
    """A file cannot be written where a command was to write it."""

    code: ClassVar[str] = "cli.cannot-be-written"


WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", "-w", help=say("option.workspace"), envvar="ZHIHENG_WORKSPACE")
]
JsonOption = Annotated[bool, typer.Option("--json", help=say("option.json"))]
AsOfOption = Annotated[str, typer.Option("--as-of", help=say("option.as-of"), metavar="YYYY-MM-DD")]
EngineOption = Annotated[str, typer.Option("--engine", help=say("option.engine"), metavar="duckdb|spark")]


def find_workspace(given: Path | None) -> Path:
    """Take the folder given, else the nearest workspace at or above the current one, else the current one."""
    here = Path.cwd()
    return given or next((folder for folder in (here, *here.parents) if (folder / WORKSPACE_FILE).is_file()), here)


def read_day(text: str, option: str) -> date | None:
    """Read a date of the command line; '' is None."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADate(option=option, text=text) from error


def read_moment(text: str, option: str) -> datetime | None:
    """Read a date or a moment (UTC) of the command line; a date means the end of that day; '' is None."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotADate(option=option, text=text) from error
    return (
        moment.replace(hour=23, minute=59, second=59, microsecond=999_999) if len(text) == len("2020-01-31") else moment
    )


def spoken(lang: str) -> Lang:
    """Take a language given for one answer, else the process's."""
    from zhiheng.cli.language import LANG  # noqa: PLC0415  a name, not a module

    if not lang:
        return LANG
    return "zh" if lang.lower().startswith("zh") else "en"


def name_of_kind(called: str, kinds: Mapping[str, Kind]) -> str:
    """Find the kind that is called so: by its name, else by its label in either language; else leave it as it is."""
    if called in kinds:
        return called
    named = [one.name for one in kinds.values() if called.casefold() in (one.label.zh, one.label.en.casefold())]
    return named[0] if len(named) == 1 else called


def called_kind(kind: Kind) -> str:
    """Call a kind in an answer: in Chinese by its label, in English by its name."""
    from zhiheng.cli.language import LANG  # noqa: PLC0415  a name, not a module

    return kind.label.zh if LANG == "zh" else kind.name


def check_new_file(path: Path) -> None:
    """
    Make sure that a file can be written and is not there yet.

    Raises:
        FileExists: it is; nothing is overwritten.
        CannotBeWritten: there is no such folder, or nothing may be written there.
    """
    if path.exists():
        raise FileExists(Place(str(path)))
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise CannotBeWritten(Place(str(path)))


def terminal_width() -> int:
    """Tell how many columns an answer may take: the terminal's, 100 in a pipe."""
    try:
        return os.get_terminal_size().columns
    except OSError:
        return 100
