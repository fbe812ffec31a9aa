"""Commands over assessments: assess, try, explain, compare, reproduce."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from zhiheng.assess import (
    WORKSPACE,
    check_free,
    explain,
    open_assessment,
    remark_on,
    remarks_as_json,
    rerun,
    run_method,
    spell_state,
    try_files,
)
from zhiheng.cli.clock import now, today
from zhiheng.cli.language import LANG, say
from zhiheng.cli.ledger import show_report
from zhiheng.cli.options import (
    AsOfOption,
    EngineOption,
    JsonOption,
    WorkspaceOption,
    find_workspace,
    list_kinds,
    name_of_kind,
    read_day,
    read_moment,
    spoken,
)
from zhiheng.cli.output import progress, remark, show, show_json, show_table
from zhiheng.cli.packs import choose_method
from zhiheng.engine import open_engine
from zhiheng.errors import EXIT_USAGE, Place, ZhihengError
from zhiheng.ledger import open_workspace, read_as_of
from zhiheng.method import load_method
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.assess import Agreement, Assessment
    from zhiheng.errors import Fault
    from zhiheng.ledger import BatchReport
    from zhiheng.vocabulary import Kind


class NotKindFile(ZhihengError):
    """An argument of `try` does not read KIND=FILE."""

    code: ClassVar[str] = "cli.not-kind-file"
    exit_code: ClassVar[int] = EXIT_USAGE


class MethodGiven(ZhihengError):
    """A method was named, though the earlier assessment says which."""

    code: ClassVar[str] = "cli.method-given"
    exit_code: ClassVar[int] = EXIT_USAGE


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("assess", help=say("assess.help"))(assess)
    app.command("try", help=say("try.help"))(try_)
    app.command("explain", help=say("explain.help"))(explain_)


def assess(
    as_of: Annotated[str, typer.Option("--as-of", metavar="YYYY-MM-DD", help=say("assess.as-of"))] = "",
    known_at: Annotated[str, typer.Option("--known-at", metavar="MOMENT", help=say("records.known-at"))] = "",
    method: Annotated[str, typer.Option("--method", help=say("option.method"))] = "",
    out: Annotated[Path | None, typer.Option("--out", help=say("assess.out"), readable=False)] = None,
    after: Annotated[
        Path | None, typer.Option("--after", metavar="ASSESSMENT", help=say("assess.after"), readable=False)
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help=say("assess.lines"))] = False,
    engine: EngineOption = "duckdb",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Assess every subject of a workspace."""
    place = open_workspace(find_workspace(workspace))
    if after and method:
        raise MethodGiven(Place(str(after)))
    moment, day = read_moment(known_at, "--known-at"), read_day(as_of, "--as-of")
    with open_engine(engine) as opened, progress(say("assess.progress")) as advance:
        snapshot = read_as_of(place, known_at=moment)
        if after:
            previous = open_assessment(after)
            day = day or previous.manifest.as_of
            target = out or _free(place.path / "assessments" / f"{previous.manifest.method}-{day}")
            check_free(target)
            done = rerun(previous, snapshot, opened, as_of=day, out=target, lines=lines, progress=advance)
        else:
            loaded = load_method(choose_method(place.pack, method).file, place.pack.kinds)
            day = day or today()
            target = out or _free(place.path / "assessments" / f"{loaded.name}-{day}")
            check_free(target)
            done = run_method(loaded, snapshot, opened, as_of=day, out=target, progress=advance)
        remarks = remark_on(done, opened) if done.read_everything else ()
    _show_assessment(done, (), remarks, as_json=as_json)


def _free(folder: Path) -> Path:
    """Find a folder that does not exist: the one given, else with a number behind it."""
    taken = 1
    free = folder
    while free.exists():
        taken += 1
        free = folder.with_name(f"{folder.name}-{taken}")
    return free


def try_(
    pack: Annotated[str, typer.Argument(metavar="PACK", help=say("option.pack"))],
    files: Annotated[list[str], typer.Argument(metavar="KIND=FILE...", help=say("try.files"))],
    as_of: AsOfOption,
    out: Annotated[Path, typer.Option("--out", help=say("option.out"), readable=False)],
    method: Annotated[str, typer.Option("--method", help=say("option.method"))] = "",
    extract_date: Annotated[str, typer.Option("--extract-date", metavar="YYYY-MM-DD", help=say("import.extract"))] = "",
    engine: EngineOption = "duckdb",
    as_json: JsonOption = False,
) -> None:
    """Assess files in one shot."""
    found = find_pack(pack)
    loaded = load_method(choose_method(found, method).file, found.kinds)
    day = read_day(as_of, "--as-of") or today()
    with open_engine(engine) as opened, progress(say("try.progress")) as advance:
        trial = try_files(
            found,
            loaded,
            [_kind_file(text, found.kinds) for text in files],
            engine=opened,
            as_of=day,
            extract_date=read_day(extract_date, "--extract-date") or day,
            out=out,
            now=now(),
            progress=advance,
        )
    if not as_json:
        for report in trial.imports:
            show_report(report, out / WORKSPACE)
    _show_assessment(trial.assessment, trial.agreements, trial.remarks, trial.imports, as_json=as_json)


def _kind_file(text: str, kinds: Mapping[str, Kind]) -> tuple[str, Path]:
    called, equals, file = text.partition("=")
    kind = name_of_kind(called, kinds)
    if not equals or kind not in kinds or not file:
        raise NotKindFile(None, text=text, **list_kinds(kinds.values()))
    return kind, Path(file)


def _show_assessment(
    done: Assessment,
    agreements: Sequence[Agreement],
    remarks: Sequence[Fault],
    imports: Sequence[BatchReport] = (),
    *,
    as_json: bool,
) -> None:
    for fault in remarks:
        remark(fault.render(LANG))
    if as_json:
        beside = {
            "folder": done.path,
            "agreements": [one.as_json() for one in agreements],
            "remarks": remarks_as_json(remarks),
            "imports": [one.as_json() for one in imports],
        }
        show_json({**done.manifest.as_json(), **beside})
        return
    manifest = done.manifest
    show(
        say(
            "assess.done",
            method=manifest.method,
            version=manifest.version,
            as_of=manifest.as_of,
            subjects=f"{manifest.subjects:,}",
        )
    )
    if not manifest.subjects:
        show(say("assess.nobody", as_of=manifest.as_of, known_at=f"{manifest.known_at:%Y-%m-%d %H:%M}"))
        show(say("assess.folder-alone", folder=done.path))
        return
    show_counts(manifest.counts, indent="  ")
    for one in agreements:
        show(one.text(LANG))
    show(say("assess.hash", hash=manifest.results_hash))
    show(say("assess.folder", folder=shlex.quote(str(done.path))))


def show_counts(counts: Sequence[tuple[str, str | None, int]], *, indent: str) -> None:
    """Print how many subjects came to which state and grade."""
    headings = [say("assess.state"), say("assess.grade"), say("assess.subjects")]
    show_table(
        headings, [(spell_state(state, LANG), grade or "", count) for state, grade, count in counts], indent=indent
    )


AssessmentOption = Annotated[Path, typer.Option("--in", help=say("option.assessment"), readable=False)]
AnswerLang = Annotated[str, typer.Option("--in-language", help=say("option.answer-lang"), metavar="zh|en")]


def explain_(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help=say("option.subject"))],
    folder: AssessmentOption,
    engine: EngineOption = "duckdb",
    language: AnswerLang = "",
    as_json: JsonOption = False,
) -> None:
    """Explain one grade."""
    with open_engine(engine) as opened:
        told = explain(open_assessment(folder), subject, engine=opened)
    if as_json:
        show_json(told.as_json())
    else:
        show(told.text(spoken(language)))
