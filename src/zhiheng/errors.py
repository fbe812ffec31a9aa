"""The root error, the fault, and how a message is built from a catalogue in two languages."""

from __future__ import annotations

import errno
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Lang = Literal["zh", "en"]

EXIT_DONE = 0
EXIT_NO = 1  # the answer is no: faults found, results differ, the chain is broken
EXIT_USAGE = 2  # the call's words are off
EXIT_REFUSED = 3  # an input cannot be read, or something needed is missing
EXIT_DEFECT = 70  # a defect of zhiheng itself
EXIT_INTERRUPTED = 130  # Ctrl-C, as shells count it


@cache
def catalogue(room: str) -> Mapping[str, Mapping[str, Mapping[Lang, str]]]:
    """Read the messages of a room: `messages.toml` beside its code."""
    return tomllib.loads(files("zhiheng").joinpath(room, "messages.toml").read_text("utf-8"))


@cache
def constructs() -> Mapping[str, str]:
    """Read what the parts of a file are called in Chinese, by their English words."""
    return tomllib.loads(files("zhiheng").joinpath("constructs.toml").read_text("utf-8"))


def message(code: str, part: str, lang: Lang, facts: Mapping[str, object]) -> str:
    """Fill one part (`what` or `do`) of the message `room.name`; '' where the message has no such part."""
    room, _, name = code.partition(".")
    template = catalogue(room)[name].get(part)
    return template[lang].format(**facts) if template else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that a reader most likely meant, if any is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


@cache
def _reasons() -> Mapping[str, Mapping[Lang, str]]:
    return tomllib.loads(files("zhiheng").joinpath("reasons.toml").read_text("utf-8"))


_REASONS = {
    errno.ENOENT: "not-there",
    errno.EACCES: "no-right",
    errno.EPERM: "no-right",
    errno.EROFS: "no-right",
    errno.EISDIR: "is-folder",
    errno.ENOTDIR: "no-folder",
    errno.EEXIST: "taken",
    errno.ENOTEMPTY: "taken",
    errno.ENOSPC: "no-space",
    errno.EDQUOT: "no-space",
    errno.ENAMETOOLONG: "name-too-long",
    errno.ENOMEM: "no-memory",
}
# What libraries say that tell the machine's refusal in words alone.
_SPOKEN = {
    "Permission denied": "no-right",
    "Read-only file system": "no-right",
    "Operation not permitted": "no-right",
    "No space left": "no-space",
    "No such file": "not-there",
    "Is a directory": "is-folder",
}
MACHINE = frozenset({"no-right", "no-space", "no-memory"})  # the fault is the machine's, whatever the file holds


def find_reason(error: Exception) -> str:
    """Name the reason, an entry of `reasons.toml`, for which something could not be read or written."""
    if isinstance(error, OSError) and error.errno is not None:
        return _REASONS.get(error.errno, "else")
    if isinstance(error, UnicodeDecodeError):
        return "not-text"
    return next((reason for words, reason in _SPOKEN.items() if words in str(error)), "damaged")


def reason_of(error: Exception | str) -> Mapping[str, str]:
    """Word a reason, or that of an error, as the facts `reason_zh` and `reason_en`."""
    name = error if isinstance(error, str) else find_reason(error)
    number = getattr(error, "errno", None)
    return {f"reason_{lang}": text.format(number=number) for lang, text in _reasons()[name].items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file with line and column, or with a row and a named column."""

    file: str = ""
    line: int | None = None
    column: int | str | None = None
    part: str = ""  # the construct: "criterion total"

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: Lang) -> str:
        """Write the place with its construct in the reader's words."""
        spot = ":".join(str(piece) for piece in (self.file, self.line, self.column) if piece not in (None, ""))
        part = self.part if lang == "en" else "，".join(map(_construct, self.part.split(", ")))
        return f"{spot}  {part}" if part else spot


def _construct(part: str) -> str:
    word, _, name = part.partition(" ")
    return f"{constructs().get(word, word)} {name}".rstrip()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input: what, where, and what to do."""

    code: str  # "room.name", a heading of that room's messages.toml
    place: Place = field(default_factory=Place)
    facts: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False

    def what(self, lang: Lang = "en") -> str:
        """Say what is wrong."""
        return message(self.code, "what", lang, self.facts)

    def todo(self, lang: Lang = "en") -> str:
        """Say what to do about it."""
        return message(self.code, "do", lang, self.facts)

    def said(self, lang: Lang = "en") -> str:
        """Say what is wrong and what to do about it; Chinese sentences follow each other without a blank."""
        return ("" if lang == "zh" else " ").join(text for text in (self.what(lang), self.todo(lang)) if text)

    def render(self, lang: Lang = "en") -> str:
        """Build the whole message: the place on a line of its own, then what and what to do."""
        said = self.said(lang)
        place = self.place.text(lang)
        return f"{place}\n  {said}" if place else said


class ZhihengError(Exception):
    """Whatever zhiheng refuses or cannot do; every error that it raises on purpose is one."""

    code: ClassVar[str]
    exit_code: ClassVar[int] = EXIT_REFUSED

    def __init__(self, place: Place | None = None, **facts: object) -> None:
        self.fault = Fault(self.code, place or Place(), facts)
        super().__init__(self.fault.render("en"))

    @property
    def facts(self) -> Mapping[str, object]:
        """What the message was built from."""
        return self.fault.facts

    def render(self, lang: Lang = "en") -> str:
        """Build the message in a language."""
        return self.fault.render(lang)


class FaultsFound(ZhihengError):
    """All that is wrong with one input, gathered before anything was done with it."""

    exit_code: ClassVar[int] = EXIT_NO

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        Exception.__init__(self, self.render("en"))

    def render(self, lang: Lang = "en") -> str:
        """Build every message, in the order of their places."""
        return "\n".join(fault.render(lang) for fault in self.faults)
