"""Import in a process that is killed at a step of its writing."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from zhiheng.ledger import import_files
from zhiheng.ledger.segments import SegmentTable

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.ledger import Workspace


def import_until(step: str, times: int, workspace: Workspace, file: Path, how: dict[str, Any]) -> None:
    """Import a file; be killed right after a table was written, or committed to, for so many times."""
    original, done = getattr(SegmentTable, step), 0

    def deadly(*arguments: object, **named: object) -> object:
        nonlocal done
        result = original(*arguments, **named)
        done += 1
        if done == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(SegmentTable, step, deadly)
    import_files(workspace, [file], **how)
