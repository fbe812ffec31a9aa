"""Commands over the rows that were not taken: list, export, take back."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from zhiheng.cli.clock import now
from zhiheng.cli.language import LANG, say
from zhiheng.cli.ledger import show_report
from zhiheng.cli.options import JsonOption, WorkspaceOption, check_new_file, find_workspace
from zhiheng.cli.output import show, show_json
from zhiheng.cli.usage import Commands
from zhiheng.ledger import export_quarantine, open_workspace, quarantined, return_mended

BatchOption = Annotated[int | None, typer.Option("--batch", help=say("quarantine.batch"))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    group = Commands(help=say("quarantine.help"))
    group.command("list", help=say("quarantine.list.help"))(list_)
    group.command("export", help=say("quarantine.export.help"))(export)
    group.command("take", help=say("quarantine.take.help"))(take)
    app.add_typer(group, name="quarantine")


def list_(batch: BatchOption = None, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List quarantined rows."""
    rows = quarantined(open_workspace(find_workspace(workspace)), batch=batch)
    if as_json:
        show_json([row.as_json() for row in rows])
        return
    for row in rows:
        show(row.render(LANG))
    if not rows:
        show(say("quarantine.none"))


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("quarantine.export.file"), readable=False)],
    batch: BatchOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Write quarantined rows to a workbook."""
    check_new_file(file)
    count = export_quarantine(open_workspace(find_workspace(workspace)), file, batch=batch)
    told = say("quarantine.exported", count=f"{count:,}", file=shlex.quote(str(file)))
    show(told if count else say("quarantine.none"))


def take(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("quarantine.take.file"), readable=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a mended workbook back."""
    report = return_mended(open_workspace(find_workspace(workspace)), file, now=now())
    if as_json:
        show_json(report.as_json())
        return
    show_report(report, workspace)
    if report.appended:
        show(say("import.batch", batch=report.batch, head=report.head))
