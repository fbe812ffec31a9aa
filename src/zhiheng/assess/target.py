"""The folder that an assessment is written into: a new or an empty one; a trial that fails leaves it so."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from zhiheng.assess.assessment import METHOD, TABLES
from zhiheng.assess.manifest import MANIFEST
from zhiheng.assess.writing import PART
from zhiheng.errors import Place, ZhihengError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKSPACE = "workspace"  # a trial's ledger, within the folder of its assessment
UNFINISHED = ".unfinished"  # stands in a trial's folder until the trial is done
_OWN = frozenset({UNFINISHED, WORKSPACE, PART, MANIFEST, METHOD, *TABLES})


class FolderInUse(ZhihengError):
    """An assessment is written into a new or empty folder only."""

    code: ClassVar[str] = "assess.folder-in-use"


def check_free(out: Path) -> None:
    """
    Make sure that an assessment may be written into a folder.

    Raises:
        FolderInUse: there is something in it already.
    """
    if out.exists() and (not out.is_dir() or _held(out) - {PART}):
        raise FolderInUse(Place(str(out)))


@contextmanager
def trial_folder(out: Path, *, keep: type[Exception]) -> Iterator[None]:
    """
    Hold a folder for a trial: where it fails, the folder is left as it was found, but for failures to `keep`.

    What is kept, or left by a process that was ended, makes way for the next trial.

    Raises:
        FolderInUse: there is something in the folder that no unfinished trial left.
    """
    new = not out.exists()
    if not new:
        held = _held(out) if out.is_dir() else {""}
        if held and (UNFINISHED not in held or held - _OWN):
            raise FolderInUse(Place(str(out)))
        _clear(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / UNFINISHED).touch()
    try:
        yield
    except keep:
        raise
    except BaseException:
        _clear(out)
        if new:
            out.rmdir()
        raise
    (out / UNFINISHED).unlink()


def _held(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
