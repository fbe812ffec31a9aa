"""Write out headings that are declared with alternatives: `{标称,标示,}生产{企业,单位}名称` is six of them."""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhiheng.vocabulary.declaration import Declaration
    from zhiheng.vocabulary.yaml_text import Scalar

MOST_ALTERNATIVES = 1000
WELL_FORMED = r"^(?:[^{}]|\{[^{}]*\})*$"

_WELL_FORMED = re.compile(WELL_FORMED)
_PART = re.compile(r"\{([^{}]*)\}|([^{}]+)")


def read_headings(entry: Declaration, key: str) -> tuple[str, ...]:
    """Read a list of headings, alternatives written out in their order; one that stands twice is a fault."""
    written: dict[str, Scalar] = {}
    for heading in entry.texts(key):
        if heading in written:
            entry.faults.add("duplicate-entry", entry.place_of(heading), word=str(heading), key=key)
        written[heading] = heading
    spelled = (one for heading in written.values() for one in _write_out(entry, heading))
    return tuple(dict.fromkeys(spelled))


def _write_out(entry: Declaration, heading: Scalar) -> tuple[str, ...]:
    if not _WELL_FORMED.match(heading):
        entry.faults.add("braces-unbalanced", entry.place_of(heading), heading=str(heading))
        return ()
    parts = [found[1].split(",") if found[2] is None else [found[2]] for found in _PART.finditer(heading)]
    count = prod(len(part) for part in parts)
    if count > MOST_ALTERNATIVES:
        place = entry.place_of(heading)
        entry.faults.add("too-many-alternatives", place, heading=str(heading), count=count, most=MOST_ALTERNATIVES)
        return ()
    written = ("".join(word.strip() for word in chosen) for chosen in product(*parts))
    return tuple(word for word in written if word)
