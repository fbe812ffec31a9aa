"""The arguments that several commands share, and how they are read."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from zhiheng.cli.language import find_language, say
from zhiheng.errors import EXIT_USAGE, Fault, Place, ZhihengError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhiheng.errors import Lang
    from zhiheng.vocabulary import Kind

WORKSPACE_FILE = "zhiheng.toml"


class NotADate(ZhihengError):
    """A date on the command line cannot be read."""

    code: ClassVar[str] = "cli.not-a-date"
    exit_code: ClassVar[int] = EXIT_USAGE


class NotAMoment(ZhihengError):
    """A moment on the command line or in a setting cannot be read."""

    code: ClassVar[str] = "cli.not-a-moment"
    exit_code: ClassVar[int] = EXIT_USAGE


class UnknownChoice(ZhihengError):
    """An option takes one of a few words, and was given another."""

    code: ClassVar[str] = "cli.unknown-choice"
    exit_code: ClassVar[int] = EXIT_USAGE


class NoSuchKind(ZhihengError):
    """The pack has no kind of record of this name or label."""

    code: ClassVar[str] = "cli.no-such-kind"
    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, called: str, near: Kind | None, kinds: Mapping[str, Kind]) -> None:
        facts = {"kind": called, **list_kinds(kinds.values())}
        super().__init__(None, **facts)
        if near:
            facts |= {f"near_{lang}": text for lang, text in _both_names(near).items()}
            self.fault = Fault(f"{self.code}-near", Place(), facts)
            self.args = (self.fault.render(),)


class FileExists(ZhihengError):
    """A file that a command was to write is there already."""

    code: ClassVar[str] = "cli.file-exists"


class CannotBeWritten(ZhihengError):
    """A file cannot be written where a command was to write it."""

    code: ClassVar[str] = "cli.cannot-be-written"


WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help=say("option.workspace"), envvar="ZHIHENG_WORKSPACE", readable=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help=say("option.json"))]
AsOfOption = Annotated[str, typer.Option("--as-of", help=say("option.as-of"), metavar="YYYY-MM-DD")]
EngineOption = Annotated[
    str, typer.Option("--engine", help=say("option.engine"), metavar="duckdb|spark|spark://HOST:7077")
]


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
    moment = parse_moment(text, option)
    return (
        moment.replace(hour=23, minute=59, second=59, microsecond=999_999) if len(text) == len("2020-01-31") else moment
    )


def parse_moment(text: str, option: str) -> datetime:
    """
    Parse a moment in ISO 8601.

    Raises:
        NotAMoment: it is none.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAMoment(option=option, text=text) from error


def check_language(text: str, option: str) -> None:
    """
    Make sure that a language is one in which there are texts; '' is none given.

    Raises:
        UnknownChoice: there are none in it.
    """
    if text and find_language(text) is None:
        raise UnknownChoice(option=option, text=text, choices="zh, en")


def spoken(lang: str) -> Lang:
    """Take a language given for one answer, else the process's."""
    from zhiheng.cli.language import LANG  # noqa: PLC0415  a name, not a module

    check_language(lang, "--in-language")
    return find_language(lang) or LANG


def choose_kind(called: str, kinds: Mapping[str, Kind]) -> str | None:
    """
    Find the kind that an option names, by its name or by its label; '' is none named.

    Raises:
        NoSuchKind: no kind is called so, with the one that comes nearest.
    """
    kind = name_of_kind(called, kinds)
    if not kind or kind.partition(".")[0] in kinds:
        return kind or None
    spellings = {text: one for one in kinds.values() for text in (one.name, one.label.en, one.label.zh)}
    near = spellings.get(nearest(called, spellings) or "")
    raise NoSuchKind(called, near, kinds)


def name_of_kind(called: str, kinds: Mapping[str, Kind]) -> str:
    """Find the kind that is called so: by its name, else by its label in either language; else leave it as it is."""
    if called in kinds:
        return called
    named = [one.name for one in kinds.values() if called.casefold() in (one.label.zh, one.label.en.casefold())]
    return named[0] if len(named) == 1 else called


def list_kinds(kinds: Iterable[Kind]) -> dict[str, str]:
    """List kinds by label and name, as the facts `kinds_zh` and `kinds_en`."""
    named = [_both_names(one) for one in kinds]
    return {"kinds_zh": "、".join(one["zh"] for one in named), "kinds_en": ", ".join(one["en"] for one in named)}


def _both_names(kind: Kind) -> dict[Lang, str]:
    return {"zh": f"{kind.label.zh}（{kind.name}）", "en": f"{kind.name} ({kind.label.en})"}


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
