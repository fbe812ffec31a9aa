"""Assess files in one shot: a ledger of their own, a run, and the agreement with what was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from zhiheng.assess.absent import kinds_read
from zhiheng.assess.agreement import agree
from zhiheng.assess.remarks import remark_on
from zhiheng.assess.run import run_method
from zhiheng.assess.target import WORKSPACE, trial_folder
from zhiheng.assess.wording import TRIAL
from zhiheng.errors import EXIT_REFUSED, Fault, FaultsFound, Place
from zhiheng.ledger import create_workspace, import_files, quarantined, read_as_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from zhiheng.assess.agreement import Agreement
    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine
    from zhiheng.ledger import BatchReport, Workspace
    from zhiheng.method import Method
    from zhiheng.vocabulary import Pack

REASONS = 3  # shown where no row was taken


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
    progress: Callable[[int], None] | None = None,
) -> Trial:
    """
    Import files of the kinds named into a ledger of their own under `out`, and assess them there.

    The files are all that there is: a kind that the method reads and that none of them is of is the first of the
    remarks, since not to be given and not to have happened are two things.

    Raises:
        NoVersionInForce: no version of the method applies on the day.
        FolderInUse: there is something in `out`.
        NothingTaken: every row was quarantined; the ledger is left in `out`, and makes way for the next trial.
    """
    version = method.version_on(as_of)
    missing = [kind for kind in kinds_read(version) if kind not in {kind for kind, _ in files}]
    with trial_folder(out, keep=NothingTaken):
        workspace = create_workspace(out / WORKSPACE, pack)
        imports = _take(workspace, files, extract_date, now, progress)
        snapshot = read_as_of(workspace)
        assessment = run_method(method, snapshot, engine, as_of=as_of, out=out)
        agreements = tuple(agree(assessment, method, snapshot, published, engine) for published in pack.published)
        remarks = [one for one in remark_on(assessment, engine) if one.facts.get("kind") not in missing]
    told = _not_given(method, pack, missing) if missing else ()
    return Trial(imports, assessment, agreements, (*told, *remarks))


def _take(
    workspace: Workspace,
    files: Sequence[tuple[str, Path]],
    extract_date: date,
    now: datetime,
    progress: Callable[[int], None] | None,
) -> tuple[BatchReport, ...]:
    kinds = dict.fromkeys(kind for kind, _ in files)
    imports = tuple(
        import_files(
            workspace,
            [file for name, file in files if name == kind],
            source=TRIAL,
            kind=kind,
            extract_date=extract_date,
            now=now,
            today=extract_date,
            progress=progress,
        )
        for kind in kinds
    )
    _check_taken(workspace, imports)
    return imports


def _not_given(method: Method, pack: Pack, missing: Sequence[str]) -> tuple[Fault, ...]:
    labels = [pack.kinds[kind].label for kind in missing]
    facts = {
        "method": method.name,
        "kinds": list(missing),
        "labels_zh": "、".join(f"“{label.zh}”" for label in labels),
        "labels_en": ", ".join(label.en for label in labels),
        "files_zh": " ".join(f"{label.zh}=文件" for label in labels),
        "files_en": " ".join(f"{kind}=FILE" for kind in missing),
    }
    return (Fault("assess.kind-not-given", Place(), facts, warning=True),)


def _check_taken(workspace: Workspace, imports: Sequence[BatchReport]) -> None:
    rows = sum(report.counts.quarantined for report in imports)
    if not rows or any(report.counts.accepted for report in imports):
        return
    facts: Mapping[str, object] = {"rows": rows, "workspace": workspace.path}
    reasons = [fault for row in quarantined(workspace, most=REASONS) for fault in row.faults]
    raise NothingTaken([Fault("assess.nothing-taken", Place(), facts), *reasons[:REASONS]])
