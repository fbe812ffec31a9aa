"""Tell a code by the words that stand in a text: in a title, or in a cell that says more than the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.vocabulary.spelling import normalise_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def codes_said(text: str, words: Mapping[str, Iterable[str]], idle: Iterable[str] = ()) -> frozenset[str]:
    """
    Find the codes one of whose words stands in a text.

    A longer word is looked for first and hides the shorter within it: 不合格 does not also say 合格. Idle words hide as
    well and say nothing themselves.
    """
    left = normalise_spelling(text)
    known = [(normalise_spelling(word), code) for code, listed in words.items() for word in listed]
    known += [(normalise_spelling(word), "") for word in idle]
    found: set[str] = set()
    for word, code in sorted(known, key=lambda pair: -len(pair[0])):
        if word and word in left:
            found.add(code)
            left = left.replace(word, "\n")
    return frozenset(found - {""})
