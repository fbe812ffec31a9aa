"""Commands over the ledger: make a workspace, import, list, read, compact, prove."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhiheng.cli.clock import now, today
from zhiheng.cli.language import LANG, say
from zhiheng.cli.options import (
    JsonOption,
    WorkspaceOption,
    called_kind,
    choose_kind,
    find_workspace,
    read_day,
    read_moment,
)
from zhiheng.cli.output import progress, remark, show, show_json, show_table
from zhiheng.errors import EXIT_DONE, EXIT_NO
from zhiheng.ledger import (
    MOST_REFUSED,
    check_held,
    compact,
    create_workspace,
    import_files,
    list_batches,
    open_workspace,
    quarantined,
    read_records,
    verify,
)
from zhiheng.vocabulary import find_pack, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.ledger import BatchReport, HeldRecord
    from zhiheng.vocabulary import Kind


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("init", help=say("init.help"))(init)
    app.command("import", help=say("import.help"))(import_)
    app.command("batches", help=say("batches.help"))(batches)
    app.command("records", help=say("records.help"))(records)
    app.command("compact", help=say("compact.help"))(compact_)
    app.command("verify", help=say("verify.help"))(verify_)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("init.folder"), readable=False)],
    pack: Annotated[str, typer.Option("--pack", help=say("option.pack"))],
) -> None:
    """Make a workspace."""
    workspace = create_workspace(folder, find_pack(pack))
    show(say("init.done", folder=workspace.path, pack=workspace.pack.name))


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=say("import.files"), readable=False)],
    source: Annotated[str, typer.Option("--source", help=say("import.source"))],
    kind: Annotated[str, typer.Option("--kind", help=say("import.kind"))] = "",
    complete_extract: Annotated[bool, typer.Option("--complete-extract", help=say("import.complete"))] = False,
    extract_date: Annotated[str, typer.Option("--extract-date", metavar="YYYY-MM-DD", help=say("import.extract"))] = "",
    received_on: Annotated[str, typer.Option("--received-on", metavar="YYYY-MM-DD", help=say("import.received"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("import.dry"))] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import files."""
    place = open_workspace(find_workspace(workspace))
    with progress(say("import.progress")) as advance:
        report = import_files(
            place,
            files,
            source=source,
            kind=choose_kind(kind, place.pack.kinds),
            complete_extract=complete_extract,
            extract_date=read_day(extract_date, "--extract-date"),
            received_on=read_day(received_on, "--received-on"),
            dry_run=dry_run,
            now=now(),
            today=today(),
            progress=advance,
            tell=lambda fault: remark(fault.render(LANG)),
        )
    if as_json:
        show_json(report.as_json())
        return
    show_report(report, workspace)
    if dry_run:
        show(say("import.dry-done"))
    elif report.appended:
        show(say("import.batch", batch=report.batch, head=report.head))


def show_report(report: BatchReport, workspace: Path | None = None) -> None:
    """Print what became of every row, and which columns fed nothing; `workspace` is named where commands need it."""
    counts = (*COUNTS, "withdrawn") if report.counts.withdrawn else COUNTS
    kinds = open_workspace(find_workspace(workspace)).kinds
    rows = [
        (file.name, called_kind(kinds[file.kind]), *(getattr(file.counts, column) for column in counts))
        for file in report.files
    ]
    headings = [say("import.file"), say("import.kind-heading"), *(say(f"import.count.{column}") for column in counts)]
    for notice in report.notices(LANG):
        show(notice)
    if rows:
        show_table(headings, rows)
    if report.dry_run:
        _show_headings(report, kinds)
    for file, unmapped in report.unmapped.items():
        show(say("import.unmapped", file=file, count=len(unmapped), headings=_first_of(unmapped)))
    if report.counts.quarantined:
        _show_quarantined(report, workspace)


def _show_headings(report: BatchReport, kinds: Mapping[str, Kind]) -> None:
    """Say which headings were recognised, and as what."""
    for file in report.files:
        said = [f"{shorten(heading, 24)} → {_fed(kinds[file.kind], names)}" for heading, names in file.mapping.items()]
        joined = "，".join(said) if LANG == "zh" else ", ".join(said)
        show(say("import.mapped", file=file.name, count=len(said), headings=joined))


def _fed(kind: Kind, names: Sequence[str]) -> str:
    labels = [kind.fields[name].label[LANG] if name in kind.fields else name for name in names]
    return " + ".join(labels)


def _first_of(headings: Sequence[str]) -> str:
    between = "、" if LANG == "zh" else ", "
    shown = between.join(shorten(heading, 24) for heading in headings[:UNMAPPED])
    return f"{shown} …" if len(headings) > UNMAPPED else shown


def _show_quarantined(report: BatchReport, workspace: Path | None) -> None:
    """Say how many rows were not taken and how to see them; where it is all of them, also why the first were not."""
    count = f"{report.counts.quarantined:,}"
    if report.dry_run:
        for row in report.refused[:REFUSED]:
            show(row.render(LANG))
        if report.counts.quarantined > REFUSED:
            more = f"{report.counts.quarantined - REFUSED:,}"
            show(say("import.refused-more", count=more, most=f"{MOST_REFUSED:,}"))
        show(say("import.would-quarantine", count=count))
        return
    found = find_workspace(workspace)
    if report.counts.quarantined == report.counts.rows_seen - report.counts.ignored:
        show(say("import.nothing-taken"))
        for row in quarantined(open_workspace(found), report.batch, most=REASONS):
            show(row.render(LANG))
    where = f" -w {shlex.quote(str(workspace))}" if workspace else ""
    show(say("import.quarantined", count=count, batch=report.batch, where=where))


UNMAPPED, REASONS, REFUSED = 5, 3, 10  # shown at most
COUNTS = ("rows_seen", "accepted", "known", "corrections", "quarantined", "ignored")


def batches(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the batches."""
    listed = list_batches(open_workspace(find_workspace(workspace)))
    if as_json:
        show_json([batch.as_json() for batch in listed])
        return
    show_table(
        [say(f"batches.{column}") for column in ("number", "recorded", "source", "accepted", "head")],
        [(b.number, f"{b.recorded_at:%Y-%m-%d %H:%M}", b.source, b.counts.accepted, b.head[:16]) for b in listed],
    )


def records(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help=say("option.subject"))],
    kind: Annotated[str, typer.Option("--kind", help=say("records.kind"))] = "",
    true_on: Annotated[str, typer.Option("--true-on", metavar="YYYY-MM-DD", help=say("records.true-on"))] = "",
    known_at: Annotated[str, typer.Option("--known-at", metavar="MOMENT", help=say("records.known-at"))] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the records of a subject by both clocks."""
    place = open_workspace(find_workspace(workspace))

    def read(key: str) -> tuple[HeldRecord, ...]:
        return read_records(
            place,
            key,
            kind=choose_kind(kind, place.pack.kinds),
            true_on=read_day(true_on, "--true-on"),
            known_at=read_moment(known_at, "--known-at"),
        )

    found = read(subject)
    if not found and (held := check_held(place, subject)) != subject:
        found, subject = read(held), held
    if as_json:
        show_json([record.as_json() for record in found])
    for record in () if as_json else found:
        show(record.text(LANG))
    if not found:
        remark(say("records.none", subject=subject))


def compact_(workspace: WorkspaceOption = None) -> None:
    """Sort the segments anew."""
    place = open_workspace(find_workspace(workspace))
    with progress(say("compact.progress")) as advance:
        done = compact(place, now=now(), progress=advance)
    show(say("compact.done", before=done.before, after=done.after))


def verify_(
    head: Annotated[str, typer.Option("--head", metavar="HASH", help=say("verify.head"))] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that no batch was altered, removed or reordered."""
    found = verify(open_workspace(find_workspace(workspace)), head=head or None)
    if as_json:
        show_json(found.as_json())
    else:
        show(found.text(LANG))
    raise typer.Exit(EXIT_DONE if found.whole else EXIT_NO)
