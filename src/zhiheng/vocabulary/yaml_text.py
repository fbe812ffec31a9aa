"""Read a YAML file as text with positions: every scalar as it was written, every duplicate key a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from zhiheng.errors import MACHINE, Fault, FaultsFound, Place, ZhihengError, find_reason, reason_of
from zhiheng.vocabulary.spelling import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LARGEST_FILE = 512 * 1024
DEEPEST = 40


class Scalar(str):
    """Text of a file, with its place; `null` where the file says nothing (empty, `~` or `null`, unquoted)."""

    __slots__ = ("null", "place", "quoted")
    place: Place
    null: bool
    quoted: bool

    @classmethod
    def at(cls, text: str, place: Place, *, null: bool = False, quoted: bool = False) -> Scalar:
        """Make a scalar that stands at a place."""
        scalar = cls(text)
        scalar.place, scalar.null, scalar.quoted = place, null, quoted
        return scalar


class Items(list["Yaml"]):
    """A list of a file, with its place."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class Entries(dict[Scalar, "Yaml"]):
    """A mapping of a file, with its place; its keys know theirs (`key_at`)."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def key_at(self, name: str) -> Place:
        """Tell where a key stands; the mapping's own place if it has no such key."""
        return next((key.place for key in self if key == name), self.place)


Yaml = Scalar | Items | Entries


class YamlUnreadable(ZhihengError):
    """The file is no YAML, or uses what is refused: anchors, aliases, tags, several documents, too much of it."""

    code: ClassVar[str] = "vocabulary.yaml-unreadable"


class TextUnreadable(YamlUnreadable):
    """There is no such file, or it is no text in UTF-8."""

    code: ClassVar[str] = "vocabulary.file-unreadable"


def read_yaml(path: Path, *, shown: str = "", twice: list[Fault] | None = None) -> Entries:
    """
    Read a file whose top is a mapping; the last of entries with one key stays.

    Raises:
        YamlUnreadable: no such file, no YAML, or refused constructs.
        OSError: this machine does not let it be read.
        FaultsFound: keys that stand twice, unless there is a list (`twice`) in which to note them.
    """
    file = shown or str(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise YamlUnreadable(Place(file), reason=f"> {LARGEST_FILE} bytes")
        return parse_yaml(path.read_bytes().decode("utf-8-sig"), file, twice)
    except (OSError, UnicodeDecodeError) as error:
        if find_reason(error) in MACHINE:
            raise
        raise TextUnreadable(Place(file), **reason_of(error)) from error


def parse_yaml(text: str, file: str, twice: list[Fault] | None = None) -> Entries:
    """Read YAML text as `read_yaml` does."""
    faults: list[Fault] = [] if twice is None else twice
    try:
        read = _Composer(file, faults).compose(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise YamlUnreadable(place, reason=shorten(error.problem or str(error))) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise YamlUnreadable(Place(file), reason=shorten(str(error))) from error
    if not isinstance(read, Entries):
        raise YamlUnreadable(Place(file, 1, 1), reason="≠ `key: value`")
    if faults and twice is None:
        raise FaultsFound(faults)
    return read


class _Composer:
    """Build values from the parser's events: what no event may bring is refused where it stands."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    def compose(self, events: Iterable[Event]) -> Yaml | None:
        """Build the one document of a stream; None where there is none."""
        top: Yaml | None = None
        open_ones: list[tuple[Items | Entries, Scalar | None]] = []  # each with the key that waits for its value
        for event in events:
            place = Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
            self._refuse(event, place, documents=top is not None and not open_ones, depth=len(open_ones))
            if isinstance(event, (SequenceEndEvent, MappingEndEvent)):
                open_ones.pop()
            value = _value(event, place)
            if value is None:
                continue
            if open_ones:
                open_ones[-1] = self._put(*open_ones[-1], value)
            else:
                top = value
            if not isinstance(value, Scalar):
                open_ones.append((value, None))
        return top

    def _refuse(self, event: Event, place: Place, *, documents: bool, depth: int) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise YamlUnreadable(place, reason="`&`, `*`")
        if getattr(event, "ctag", None) is not None:
            raise YamlUnreadable(place, reason="`!`")
        if documents and isinstance(event, DocumentStartEvent):
            raise YamlUnreadable(place, reason="`---`")
        if depth > DEEPEST:
            raise YamlUnreadable(place, reason=f"> {DEEPEST} levels / 层")

    def _put(self, within: Items | Entries, key: Scalar | None, value: Yaml) -> tuple[Items | Entries, Scalar | None]:
        if isinstance(within, Items):
            within.append(value)
            return within, None
        if key is None:
            if not isinstance(value, Scalar):
                raise YamlUnreadable(value.place, reason="[...]: / {...}:")
            if value in within:
                self.faults.append(Fault("vocabulary.duplicate-key", value.place, {"key": shorten(value)}))
            return within, value
        within[key] = value
        return within, None


def _value(event: Event, place: Place) -> Yaml | None:
    match event:
        case ScalarEvent():
            quoted = event.style in ("'", '"', "|", ">")
            null = not quoted and event.value in ("", "~", "null")
            return Scalar.at(event.value, place, null=null, quoted=quoted)
        case SequenceStartEvent():
            return Items(place)
        case MappingStartEvent():
            return Entries(place)
        case _:
            return None
