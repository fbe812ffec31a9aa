"""The faults of one method file, gathered while it is read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.errors import Fault, nearest
from zhiheng.vocabulary import Faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.errors import Place

LISTED = 20


class MethodFaults(Faults):
    """What is wrong with a method, in the words of this room beside those of the vocabulary."""

    def note(self, rule: str, place: Place, /, **facts: object) -> None:
        """Note a fault by the name of its message."""
        self._keep(Fault(f"method.{rule}", place, facts))

    def warn(self, rule: str, place: Place, /, **facts: object) -> None:
        """Note what is probably not meant, and stops nothing."""
        self._keep(Fault(f"method.{rule}", place, facts, warning=True))

    def note_unknown(self, rule: str, place: Place, word: str, known: Iterable[str], /, **facts: object) -> None:
        """Note a name that is not known, with the known one that it is near to, and what is known."""
        words = list(known)
        near = nearest(word, words)
        listed = ", ".join(words[:LISTED]) + (", ..." if len(words) > LISTED else "")
        named = {"word": word, "known": listed or "-", **facts}
        if near:
            self.note(f"{rule}-near", place, near=near, **named)
        else:
            self.note(rule, place, **named)

    def _keep(self, fault: Fault) -> None:
        """Keep a fault once: versions share what stands at the top, and are each read whole."""
        if fault not in self.found:
            self.found.append(fault)

    @property
    def errors(self) -> list[Fault]:
        """The faults that stop a method from being used."""
        return [fault for fault in self.found if not fault.warning]

    def in_order(self) -> tuple[Fault, ...]:
        """List all that was found, once each, by place in the file."""
        once = {(fault.code, fault.place, tuple(sorted(map(str, fault.facts.items())))): fault for fault in self.found}
        return tuple(sorted(once.values(), key=_spot))


def _spot(fault: Fault) -> tuple[str, int, int, str]:
    column = fault.place.column
    return (
        fault.place.file,
        fault.place.line or 0,
        column if isinstance(column, int) else 0,
        column if isinstance(column, str) else "",
    )
