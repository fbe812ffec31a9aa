"""Work in 64 bits, and where a number overflows, again in 128."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from zhiheng.engine import NumberTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

Done = TypeVar("Done")


def in_bits_enough(work: Callable[[bool], Done]) -> Done:
    """
    Do work, told whether it is to be done in 128 bits: gathering and all that is made of what was gathered.

    Raises:
        NumberTooLarge: 128 bits are not enough either; the fault is the author's or the data's.
    """
    try:
        return work(False)  # noqa: FBT003  the one thing that the work is told
    except NumberTooLarge:
        return work(True)  # noqa: FBT003
