"""The faults of one method file, gathered while it is read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.errors import Fault, Place, nearest
from zhiheng.vocabulary import Entries, Faults, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.vocabulary import Yaml

LISTED = 20
MOST_NEAR, MOST_KNOWN, LONGEST_WORD = 200, 2000, 80  # the search for near names is slow


SORTS = {
    "number": ("number", "数字"),
    "text": ("text", "文本"),
    "date": ("day", "日期"),
    "truth": ("truth", "真假值"),
    "list": ("list", "列表"),
    "table": ("table", "表"),
    "null": ("null", "空值"),
    "unknown": ("value of an unknown sort", "类型不明的值"),
}
"""What the sorts of values are called, in English and Chinese."""


class MethodFaults(Faults):
    """What is wrong with a method, in the words of this room beside those of the vocabulary."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[Place, Entries] = {}
        self._seen: set[tuple[object, ...]] = set()

    def remember(self, place: Place, entry: Entries) -> None:
        """Remember where the parts of an entry stand, by the place that the method keeps of it."""
        self._entries[place] = entry

    def spot(self, place: Place, *path: str) -> Place:
        """Tell where a part of an entry stands: a key after a key, or an item of a list; else the entry's place."""
        node: Yaml | None = self._entries.get(place)
        at = place
        for step in path:
            node = _part(node, step)
            if node is None:
                break
            at = Place(node.place.file, node.place.line, node.place.column, place.part)
        return at

    def note(self, rule: str, place: Place, /, **facts: object) -> None:
        """Note a fault by the name of its message."""
        named = {key: SORTS[str(sort)] for key, sort in facts.items() if key in ("found", "wanted") and sort in SORTS}
        told = {f"{key}_en": en for key, (en, _) in named.items()} | {f"{key}_zh": zh for key, (_, zh) in named.items()}
        self._keep(Fault(f"method.{rule}", place, {**facts, **told}))

    def warn(self, rule: str, place: Place, /, **facts: object) -> None:
        """Note what is probably not meant, and stops nothing."""
        self._keep(Fault(f"method.{rule}", place, facts, warning=True))

    def note_unknown(self, rule: str, place: Place, word: str, known: Iterable[str], /, **facts: object) -> None:
        """Note a name that is not known, with the known one that it is near to, and what is known."""
        words = list(known)
        worth_it = len(self.found) < MOST_NEAR and len(words) < MOST_KNOWN and len(word) < LONGEST_WORD
        near = nearest(word, words) if worth_it else None
        listed = ", ".join(words[:LISTED]) + (", ..." if len(words) > LISTED else "")
        named = {"word": word, "known": listed or "-", **facts}
        if near:
            self.note(f"{rule}-near", place, near=near, **named)
        else:
            self.note(rule, place, **named)

    def _keep(self, fault: Fault) -> None:
        """Keep a fault once: versions share what stands at the top, and are each read whole."""
        if _identity(fault) not in self._seen:
            self._seen.add(_identity(fault))
            self.found.append(fault)

    @property
    def errors(self) -> list[Fault]:
        """The faults that stop a method from being used."""
        return [fault for fault in self.found if not fault.warning]

    def in_order(self) -> tuple[Fault, ...]:
        """List all that was found, once each, by place in the file."""
        once = {_identity(fault): fault for fault in self.found}
        return tuple(sorted(once.values(), key=_spot))


def _identity(fault: Fault) -> tuple[object, ...]:
    return fault.code, fault.place, tuple(sorted(map(str, fault.facts.items())))


def _part(node: Yaml | None, step: str) -> Yaml | None:
    if isinstance(node, Entries):
        return node.get(Scalar(step))
    return next((item for item in node if item == step), None) if isinstance(node, Items) else None


def _spot(fault: Fault) -> tuple[str, int, int, str]:
    column = fault.place.column
    return (
        fault.place.file,
        fault.place.line or 0,
        column if isinstance(column, int) else 0,
        column if isinstance(column, str) else "",
    )
