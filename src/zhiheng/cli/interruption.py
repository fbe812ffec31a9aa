"""Ctrl-C: remembered, whatever a library makes of it, and answered in a sentence."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def listening() -> Iterator[Callable[[], bool]]:
    """
    Listen to Ctrl-C as Python does, and remember it. Yields a function that tells whether it was pressed.

    A library in whose work Ctrl-C falls may turn the `KeyboardInterrupt` into an error of its own.
    """
    pressed = threading.Event()

    def press(_signal: int, _frame: FrameType | None) -> None:
        pressed.set()
        raise KeyboardInterrupt

    # Where a process was started deaf to Ctrl-C, or somebody else answers it, that stays so.
    ours = threading.current_thread() is threading.main_thread()
    ours = ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def tell_interrupted() -> int:
    """Say that the command was interrupted; return the exit code for that."""
    import sys  # noqa: PLC0415 - here and below: what loads before Ctrl-C is heard is kept small

    from zhiheng.cli.language import say  # noqa: PLC0415
    from zhiheng.errors import EXIT_INTERRUPTED  # noqa: PLC0415

    sys.stderr.write(say("app.interrupted") + "\n")
    return EXIT_INTERRUPTED
