"""Assess files in one shot: a ledger of their own, a run, and the agreement with what was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from zhiheng.assess.agreement import agree
from zhiheng.assess.remarks import kinds_read, remark_on
from zhiheng.assess.run import run_method
from zhiheng.errors import EXIT_REFUSED, EXIT_USAGE, Fault, FaultsFound, Place, ZhihengError
from zhiheng.ledger import create_workspace, import_files, quarantined, read_as_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from zhiheng.assess.agreement import Agreement
    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine
    from zhiheng.ledger import BatchReport, Workspace
    from zhiheng.method import Method
    from zhiheng.vocabulary import Pack

WORKSPACE = "workspace"  # the trial's ledger, within the folder of its assessment
SOURCE = "trial"
REASONS = 3  # shown where no row was taken


class FolderInUse(ZhihengError):
    """A trial is written into a new or empty folder only."""

    code: ClassVar[str] = "assess.folder-in-use"


class KindNotGiven(ZhihengError):
    """The method reads a kind of record for which a trial has no file, and nobody said that there is none."""

    code: ClassVar[str] = "assess.kind-not-given"
    exit_code: ClassVar[int] = EXIT_USAGE


class NothingTaken(FaultsFound):
    """Not one row of a trial's files could be taken; told with the first reasons."""

    exit_code: ClassVar[int] = EXIT_REFUSED


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial gave: an account of every row, the assessment, the agreement with published results."""

    imports: tuple[BatchReport, ...]
    assessment: Assessment
    agreements: tuple[Agreement, ...]
    remarks: tuple[Fault, ...]  # what the method reads and no record says


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
    without: Collection[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Trial:
    """
    Import files of the kinds named into a ledger of their own under `out`, and assess them there.

    The files are all that there is. A kind that the method reads needs one, unless it is among `without`: that no
    record was given and that there is none are two things, and only whoever has the files can tell which it is.

    Raises:
        KindNotGiven: a kind that the method reads has no file and is not among `without`.
        FolderInUse: there is something in `out`.
        NothingTaken: every row was quarantined.
    """
    _check_given(method, pack, {kind for kind, _ in files} | set(without), as_of)
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
            today=extract_date,
            progress=progress,
        )
        for kind in kinds
    )
    _check_taken(workspace, imports)
    snapshot = read_as_of(workspace)
    assessment = run_method(method, snapshot, engine, as_of=as_of, out=out)
    agreements = tuple(agree(assessment, snapshot, published, engine) for published in pack.published)
    return Trial(imports, assessment, agreements, remark_on(assessment, engine))


def _check_given(method: Method, pack: Pack, given: Collection[str], as_of: date) -> None:
    missing = [kind for kind in kinds_read(method.version_on(as_of)) if kind not in given]
    if missing:
        labels = [pack.kinds[kind].label for kind in missing]
        raise KindNotGiven(
            method=method.name,
            labels_zh="、".join(label.zh for label in labels),
            labels_en=", ".join(label.en for label in labels),
            files=" ".join(f"{kind}=FILE" for kind in missing),
            without=" ".join(f"--without {kind}" for kind in missing),
        )


def _check_taken(workspace: Workspace, imports: Sequence[BatchReport]) -> None:
    rows = sum(report.counts.quarantined for report in imports)
    if not rows or any(report.counts.accepted for report in imports):
        return
    facts: Mapping[str, object] = {"rows": rows, "workspace": workspace.path}
    reasons = [fault for row in quarantined(workspace, most=REASONS) for fault in row.faults]
    raise NothingTaken([Fault("assess.nothing-taken", Place(), facts), *reasons[:REASONS]])
