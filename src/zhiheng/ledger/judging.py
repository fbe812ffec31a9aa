"""Judge whether two subjects are one, and take a judgement back: both are records of the ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar, Literal

from sqlglot import exp

from zhiheng.errors import EXIT_USAGE, Fault, Place, ZhihengError
from zhiheng.ledger.as_of import read_as_of
from zhiheng.ledger.batch import Options
from zhiheng.ledger.batches import list_batches
from zhiheng.ledger.identity import Identity, Judgement, derive_identity, standing_judgements
from zhiheng.ledger.importing import take_in
from zhiheng.ledger.order import Import, look_at, utc
from zhiheng.ledger.query import fetch
from zhiheng.ledger.workspace import JUDGEMENT

if TYPE_CHECKING:
    from datetime import datetime

    from zhiheng.ledger.batch import BatchReport
    from zhiheng.ledger.snapshot import Snapshot
    from zhiheng.ledger.workspace import Workspace

SOURCE = "judgement"


class SubjectNotHeld(ZhihengError):
    """No record is about this subject."""

    code: ClassVar[str] = "ledger.subject-not-held"
    exit_code: ClassVar[int] = EXIT_USAGE


class JudgementUnfit(ZhihengError):
    """A judgement of one subject, of two types, without a reason or without a name to it."""

    code: ClassVar[str] = "ledger.judgement-unfit"
    exit_code: ClassVar[int] = EXIT_USAGE


class NothingToUndo(ZhihengError):
    """No judgement about these two stands."""

    code: ClassVar[str] = "ledger.nothing-to-undo"
    exit_code: ClassVar[int] = EXIT_USAGE


def judge(
    workspace: Workspace,
    first: str,
    second: str,
    verdict: Literal["same", "different"],
    *,
    by: str,
    reason: str,
    now: datetime,
    subject_type: str | None = None,
) -> BatchReport:
    """
    Write down that two subjects are the same, or are different; a later judgement replaces an earlier one.

    `subject_type` is needed only where both keys occur in several types of subject.

    Raises:
        JudgementUnfit: not two subjects of one type, no name, no reason, or another verdict.
        SubjectNotHeld: the ledger has no record about one of them.

    """
    if verdict not in ("same", "different"):
        raise JudgementUnfit(why=f"verdict: {verdict}")
    snapshot = read_as_of(workspace)
    chosen = subject_type or _common_type(snapshot, first, second)
    report = _write(workspace, chosen, first, second, verdict, by=by, reason=reason, now=now)
    return replace(report, remarks=_remarks(derive_identity(snapshot), derive_identity(read_as_of(workspace))))


def undo(
    workspace: Workspace,
    first: str,
    second: str,
    *,
    by: str,
    reason: str,
    now: datetime,
    subject_type: str | None = None,
) -> BatchReport:
    """
    Take the judgement about two subjects back: from now on it is as if none had been made; the ledger keeps both.

    Raises:
        NothingToUndo: no judgement about the two stands.
        JudgementUnfit: no name or no reason.

    """
    pair = tuple(sorted((first, second)))
    snapshot = read_as_of(workspace)
    standing = [one for one in standing_judgements(snapshot) if (one.first, one.second) == pair]
    standing = [one for one in standing if subject_type in (None, one.subject_type)]
    if len(standing) != 1:
        raise NothingToUndo(first=first, second=second)
    report = _write(workspace, standing[0].subject_type, first, second, "undone", by=by, reason=reason, now=now)
    return replace(report, remarks=_remarks(derive_identity(snapshot), derive_identity(read_as_of(workspace))))


def judgements(workspace: Workspace) -> tuple[tuple[Judgement, ...], Identity]:
    """List the judgements that stand, and the identity that follows from them with its contradictions."""
    snapshot = read_as_of(workspace)
    return standing_judgements(snapshot), derive_identity(snapshot)


def _remarks(before: Identity, after: Identity) -> tuple[Fault, ...]:
    """Tell which subjects are no longer one, and which judgements say two things of a pair."""
    groups: dict[tuple[str, str], list[str]] = {}
    for (type_, alias), subject in before.canonical.items():
        groups.setdefault((type_, subject), [subject]).append(alias)
    parted = [
        Fault("ledger.unjoined", Place(), {"subjects": ", ".join(sorted(members))}, warning=True)
        for (type_, _), members in groups.items()
        if len({after.canonical.get((type_, one), one) for one in members}) > 1
    ]
    contradictions = [
        Fault(
            "ledger.contradiction",
            Place(),
            {
                "first": one.judged.first,
                "second": one.judged.second,
                "through": ", ".join(f"{other.first} = {other.second}" for other in one.through),
            },
            warning=True,
        )
        for one in after.contradictions
        if one not in before.contradictions
    ]
    return (*parted, *contradictions)


def _common_type(snapshot: Snapshot, first: str, second: str) -> str:
    """Find the type of subject of which the ledger has both."""
    types: dict[str, set[str]] = {first: set(), second: set()}
    for name, kind in snapshot.kinds.items():
        if name not in snapshot.held or name == JUDGEMENT:
            continue
        for subject, found in types.items():
            if kind.subject.type not in found and _holds(snapshot, name, subject):
                found.add(kind.subject.type)
    for subject, found in types.items():
        if not found:
            raise SubjectNotHeld(subject=subject)
    common = types[first] & types[second]
    if len(common) != 1:
        raise JudgementUnfit(why=f"types: {', '.join(sorted(types[first] | types[second]))}")
    return common.pop()


def _holds(snapshot: Snapshot, kind: str, subject: str) -> bool:
    column = exp.column("subject", table="r", quoted=True)
    query = snapshot.visible(kind).where(exp.EQ(this=column, expression=exp.Literal.string(subject))).limit(1)
    return bool(fetch(snapshot, query))


def _write(
    workspace: Workspace, type_: str, first: str, second: str, verdict: str, *, by: str, reason: str, now: datetime
) -> BatchReport:
    if first == second:
        raise JudgementUnfit(why=first)
    if not by.strip() or not reason.strip():
        raise JudgementUnfit(why="--by, --because")
    last = list_batches(workspace)[-1].recorded_at  # a judgement is of subjects that some batch brought
    moment = max(utc(now), last + timedelta(microseconds=1))
    row = {
        "subject_type": type_,
        "first": min(first, second),
        "second": max(first, second),
        "verdict": verdict,
        "decided_by": " ".join(by.split()),
        "reason": " ".join(reason.split()),
        "decided_at": moment.isoformat(timespec="microseconds"),
        "decided_on": moment.date().isoformat(),
    }
    kinds = {JUDGEMENT: workspace.kinds[JUDGEMENT]}
    order = Import(workspace, SOURCE, Options(JUDGEMENT), moment, moment.date(), kinds)
    with TemporaryDirectory(prefix="zhiheng-") as folder:
        path = Path(folder) / "judgement.jsonl"
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
        report = take_in(order, [look_at(path)])
    if report.counts.quarantined:
        raise JudgementUnfit(why=f"{first}, {second}")
    return report
