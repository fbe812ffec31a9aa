"""The door of the command line; it opens at once, and what lies behind it is loaded when a command is run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zhiheng.cli.interruption import listening, tell_interrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "run"]


def main() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code. Ctrl-C is answered in a sentence, also while modules are loaded."""
    with listening() as pressed:
        try:
            from zhiheng.cli.app import carry_out  # noqa: PLC0415 - takes a second, in which Ctrl-C may be pressed

            return carry_out(arguments, pressed)
        except KeyboardInterrupt:
            return tell_interrupted()
        except Exception:
            if not pressed():
                raise
            return tell_interrupted()
