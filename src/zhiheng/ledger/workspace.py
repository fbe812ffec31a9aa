"""Make and open a workspace: a folder with a pack and the ledger of its records."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import MACHINE, Place, ZhihengError, find_reason
from zhiheng.ledger.columns import BATCH_COLUMNS
from zhiheng.ledger.segments import SegmentTable
from zhiheng.vocabulary import Pack, find_pack, load_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary import Kind

LEDGER_FORMAT = 1
JUDGEMENT = "judgement"
WORKSPACE_FILE = "zhiheng.toml"
_COPIED = frozenset({".yaml", ".yml", ".csv", ".toml", ".md", ".json"})
_LARGEST_COPIED = 64 * 1024**2


class NoWorkspace(ZhihengError):
    """The folder is no workspace."""

    code: ClassVar[str] = "ledger.no-workspace"


class FolderInUse(ZhihengError):
    """A workspace is made in a new or empty folder only."""

    code: ClassVar[str] = "ledger.folder-in-use"


class FormatUnknown(ZhihengError):
    """The workspace was written by another version of the ledger."""

    code: ClassVar[str] = "ledger.format-unknown"


class KindReserved(ZhihengError):
    """A pack declares a kind that every ledger has of its own."""

    code: ClassVar[str] = "ledger.kind-reserved"


@dataclass(frozen=True)
class Workspace:
    """A folder with a pack and the ledger of its records."""

    path: Path
    pack: Pack

    @property
    def ledger(self) -> Path:
        """Where the ledger's tables are."""
        return self.path / "ledger"

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The pack's kinds by name, and the ledger's own."""
        return {**self.pack.kinds, JUDGEMENT: _judgement()}

    def records(self, table: str) -> Path:
        """Where the records of a kind (`kind`, or `kind.child`) are."""
        return self.ledger / "records" / table

    def replaced(self, kind: str) -> Path:
        """Where it is written which rows of a kind were replaced."""
        return self.ledger / "replaced" / kind

    def quarantine(self, batch: int) -> Path:
        """Where the rows are that a batch did not take."""
        return self.ledger / "quarantine" / f"{batch:08d}.parquet"


def create_workspace(folder: Path | str, pack: Pack) -> Workspace:
    """
    Make a workspace in a new or empty folder, with a copy of the pack.

    Raises:
        FolderInUse: there is something in the folder.
        KindReserved: the pack declares a kind of the ledger's own.
        FaultsFound: the pack's kinds have faults.

    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(Place(str(folder)))
    if JUDGEMENT in pack.kinds:
        raise KindReserved(Place(pack.kinds[JUDGEMENT].file), kind=JUDGEMENT)
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _fill(folder, pack)
    except BaseException:
        for path in () if new else folder.iterdir():
            shutil.rmtree(path, ignore_errors=True)
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return open_workspace(folder)


def _fill(folder: Path, pack: Pack) -> None:
    _copy_pack(pack.path, folder / "pack")
    (folder / "ledger").mkdir()
    SegmentTable(folder / "ledger" / "batches", BATCH_COLUMNS).create()  # from now on, its absence is a loss
    text = f'[ledger]\nformat = {LEDGER_FORMAT}\n\n[pack]\nfolder = "pack"\n'
    (folder / WORKSPACE_FILE).write_text(text, "utf-8")  # last: a folder with this file is whole


def open_workspace(folder: Path | str) -> Workspace:
    """
    Open a workspace.

    Raises:
        NoWorkspace: the folder is none.
        FormatUnknown: it was written by another version.

    """
    folder = Path(folder).resolve()
    try:
        settings = tomllib.loads((folder / WORKSPACE_FILE).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        if find_reason(error) in MACHINE:
            raise
        raise NoWorkspace(Place(str(folder)), file=WORKSPACE_FILE) from error
    ledger = settings.get("ledger")
    found = ledger.get("format") if isinstance(ledger, dict) else None
    if found != LEDGER_FORMAT:
        raise FormatUnknown(Place(str(folder / WORKSPACE_FILE)), found=found, known=LEDGER_FORMAT)
    return Workspace(folder, find_pack(folder / "pack"))


def _copy_pack(source: Path, target: Path) -> None:
    """Copy what a pack is made of, and nothing else that may lie in the folder."""
    target.mkdir()
    for path in sorted(source.rglob("*")):
        within = path.relative_to(source)
        hidden = any(part.startswith(".") for part in within.parts)
        if hidden or path.is_symlink() or not path.is_file() or path.suffix not in _COPIED:
            continue
        if path.stat().st_size <= _LARGEST_COPIED:
            copy = target / within
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _judgement() -> Kind:
    with as_file(files("zhiheng.ledger") / "judgement.yaml") as path:
        return load_kind(path, shown="judgement.yaml")
