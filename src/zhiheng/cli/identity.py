"""Commands over who is who: proposals, judgements, and taking one back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from zhiheng.cli.clock import now
from zhiheng.cli.language import LANG, say
from zhiheng.cli.options import JsonOption, WorkspaceOption, find_workspace
from zhiheng.cli.output import show, show_json, show_table
from zhiheng.cli.usage import Commands
from zhiheng.ledger import candidates, judge, judgements, open_workspace, undo

if TYPE_CHECKING:
    from zhiheng.ledger import BatchReport

LeftArgument = Annotated[str, typer.Argument(metavar="A", help=say("option.subject"))]
RightArgument = Annotated[str, typer.Argument(metavar="B", help=say("option.subject"))]
ByOption = Annotated[str, typer.Option("--by", help=say("identity.by"))]
BecauseOption = Annotated[str, typer.Option("--because", help=say("identity.because"))]


class Verdict(StrEnum):
    """What a judgement says."""

    SAME = "same"
    DIFFERENT = "different"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    group = Commands(help=say("identity.help"))
    group.command("candidates", help=say("identity.candidates.help"))(candidates_)
    group.command("list", help=say("identity.list.help"))(list_)
    group.command("judge", help=say("identity.judge.help"))(judge_)
    group.command("undo", help=say("identity.undo.help"))(undo_)
    app.add_typer(group, name="identity")


def candidates_(
    least: Annotated[int, typer.Option("--least", min=0, max=100, help=say("identity.least"))] = 85,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose pairs."""
    found = candidates(open_workspace(find_workspace(workspace)), least=least)
    if as_json:
        show_json([pair.as_json() for pair in found])
        return
    if not found:
        show(say("identity.no-candidates", least=least))
        return
    show_table(
        [say("identity.score"), say("identity.left"), say("identity.right"), say("identity.reason")],
        [(pair.score, pair.left, pair.right, pair.reason(LANG)) for pair in found],
    )


def list_(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the judgements that stand, and what they contradict."""
    standing, identity = judgements(open_workspace(find_workspace(workspace)))
    if as_json:
        show_json({"judgements": [one.as_json() for one in standing], **identity.as_json()})
        return
    if not standing:
        show(say("identity.none"))
        return
    headings = ("left", "right", "verdict-heading", "by-heading", "on", "reason")
    rows = [
        (one.first, one.second, say(f"identity.verdict.{one.verdict}"), one.decided_by, one.decided_on, one.reason)
        for one in standing
    ]
    show_table([say(f"identity.{name}") for name in headings], rows)
    for one in identity.contradictions:
        through = [say("identity.same", left=other.first, right=other.second) for other in one.through]
        joined = "；".join(through) if LANG == "zh" else "; ".join(through)
        show(say("identity.contradiction", left=one.judged.first, right=one.judged.second, through=joined))


def judge_(
    left: LeftArgument,
    right: RightArgument,
    verdict: Annotated[Verdict, typer.Argument(help=say("identity.verdict"))],
    by: ByOption,
    because: BecauseOption,
    workspace: WorkspaceOption = None,
) -> None:
    """Record a judgement."""
    place = open_workspace(find_workspace(workspace))
    report = judge(place, left, right, verdict.value, by=by, reason=because, now=now())
    _show_done(report)


def undo_(
    left: LeftArgument, right: RightArgument, by: ByOption, because: BecauseOption, workspace: WorkspaceOption = None
) -> None:
    """Take a judgement back."""
    report = undo(open_workspace(find_workspace(workspace)), left, right, by=by, reason=because, now=now())
    _show_done(report)


def _show_done(report: BatchReport) -> None:
    for notice in report.notices(LANG):
        show(notice)
    show(say("identity.done", batch=report.batch, head=report.head))
