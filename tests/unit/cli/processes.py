"""Run the command in a process of its own, on a list of two columns that matter."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROWS = "CCN,Health Inspection Rating,QM Rating,Staffing Rating,Processing Date\n1,4,3,5,2023-04-01\n"
CALL = "from zhiheng.cli import main; main()"


def call(
    folder: Path, *arguments: str, through: Sequence[str] = (), timeout: int = 280, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Call zhiheng in a folder; `through` are words before Python's, as those of a program that takes rights away."""
    return subprocess.run(
        [*through, sys.executable, "-c", CALL, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
