"""Read a YAML file as text with positions: every scalar as it was written, every duplicate key a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from zhiheng.errors import Fault, FaultsFound, Place, ZhihengError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 4 * 1024 * 1024
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


def read_yaml(path: Path, *, shown: str = "") -> Entries:
    """
    Read a file whose top is a mapping.

    Raises:
        YamlUnreadable: no such file, no YAML, or refused constructs.
        FaultsFound: keys that stand twice.
    """
    file = shown or str(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise YamlUnreadable(Place(file), reason=f"> {LARGEST_FILE} bytes")
        return parse_yaml(path.read_bytes().decode("utf-8-sig"), file)
    except (OSError, UnicodeDecodeError) as error:
        raise YamlUnreadable(Place(file), reason=str(error)) from error


def parse_yaml(text: str, file: str) -> Entries:
    """Read YAML text as `read_yaml` does."""
    try:
        for event in YAML(typ="rt", pure=True).parse(text):
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                mark = event.start_mark
                raise YamlUnreadable(Place(file, mark.line + 1, mark.column + 1), reason="anchors and aliases")
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise YamlUnreadable(place, reason=error.problem or str(error)) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise YamlUnreadable(Place(file), reason=str(error).splitlines()[0]) from error
    faults: list[Fault] = []
    read = _read(node, file, faults, 0) if node is not None else Scalar.at("", Place(file), null=True)
    if not isinstance(read, Entries):
        raise YamlUnreadable(Place(file, 1, 1), reason="the top is not a mapping")
    if faults:
        raise FaultsFound(faults)
    return read


def _read(node: Node, file: str, faults: list[Fault], depth: int) -> Yaml:
    place = Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
    if depth > DEEPEST:
        raise YamlUnreadable(place, reason=f"nested deeper than {DEEPEST}")
    match node:
        case ScalarNode():
            quoted = node.style in ("'", '"', "|", ">")
            null = not quoted and node.value in ("", "~", "null")
            return Scalar.at(node.value, place, null=null, quoted=quoted)
        case SequenceNode():
            items = Items(place)
            items.extend(_read(item, file, faults, depth + 1) for item in node.value)
            return items
        case MappingNode():
            return _read_mapping(node, place, faults, depth)
        case _:
            raise YamlUnreadable(place, reason=str(node.tag))


def _read_mapping(node: MappingNode, place: Place, faults: list[Fault], depth: int) -> Entries:
    entries = Entries(place)
    for key_node, value_node in node.value:
        key = _read(key_node, place.file, faults, depth + 1)
        if not isinstance(key, Scalar):
            raise YamlUnreadable(key.place, reason="a key that is not text")
        if key in entries:
            faults.append(Fault("vocabulary.duplicate-key", key.place, {"key": str(key)}))
        entries[key] = _read(value_node, place.file, faults, depth + 1)
    return entries
