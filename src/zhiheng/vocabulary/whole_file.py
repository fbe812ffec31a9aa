"""Write files whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """
    Give the path of a file beside the target; it takes the target's place once it is written, and goes where it is not.

    Raises:
        OSError: it could not be written there.
    """
    beside = target.with_name(f".{target.name}.part")
    try:
        yield beside
        beside.replace(target)
    except BaseException:  # Ctrl-C as well
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
