"""Assess files in one shot: a ledger of their own, a run, and the agreement with what was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from zhiheng.assess.agreement import agree
from zhiheng.assess.run import run_method
from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger import create_workspace, import_files, read_as_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from zhiheng.assess.agreement import Agreement
    from zhiheng.assess.run import Assessment
    from zhiheng.engine import Engine
    from zhiheng.ledger import BatchReport
    from zhiheng.method import Method
    from zhiheng.vocabulary import Pack

WORKSPACE = "workspace"  # the trial's ledger, within the folder of its assessment
SOURCE = "trial"


class FolderInUse(ZhihengError):
    """A trial is written into a new or empty folder only."""

    code: ClassVar[str] = "assess.folder-in-use"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial gave: an account of every row, the assessment, the agreement with published results."""

    imports: tuple[BatchReport, ...]
    assessment: Assessment
    agreements: tuple[Agreement, ...]


def try_files(
    pack: Pack,
    method: Method,
    files: Sequence[tuple[str, Path]],
    *,
    engine: Engine,
    as_of: date,
    extract_date: date,
    out: Path,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Trial:
    """
    Import files of the kinds named into a ledger of their own under `out`, and assess them there.

    Raises:
        FolderInUse: there is something in `out`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FolderInUse(Place(str(out)))
    workspace = create_workspace(out / WORKSPACE, pack)
    kinds = dict.fromkeys(kind for kind, _ in files)
    imports = tuple(
        import_files(
            workspace,
            [file for name, file in files if name == kind],
            source=SOURCE,
            kind=kind,
            extract_date=extract_date,
            now=now,
            progress=progress,
        )
        for kind in kinds
    )
    snapshot = read_as_of(workspace)
    assessment = run_method(method, snapshot, engine, as_of=as_of, out=out)
    agreements = tuple(agree(assessment, snapshot, published, engine) for published in pack.published)
    return Trial(imports, assessment, agreements)
