"""Commands over methods: check, show, test, exchange with a workbook, schemas for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.assess import BoundaryResult, CaseResult, check_cases_hold, run_boundaries, run_cases
from zhiheng.cli.clock import today
from zhiheng.cli.language import LANG, say
from zhiheng.cli.options import (
    EngineOption,
    JsonOption,
    UnknownChoice,
    check_new_file,
    read_day,
    spoken,
    terminal_width,
)
from zhiheng.cli.output import progress, show, show_json
from zhiheng.cli.packs import Chosen, find_method
from zhiheng.cli.usage import Commands
from zhiheng.engine import open_engine
from zhiheng.errors import EXIT_NO, Fault
from zhiheng.method import (
    as_html,
    as_markdown,
    as_text,
    cases_schema,
    check_method,
    export_workbook,
    import_workbook,
    load_cases,
    load_method,
    method_schema,
    table_of,
)
from zhiheng.vocabulary import find_pack, kind_schema, pack_schema, written_whole

SCHEMAS = {"method": method_schema, "cases": cases_schema, "kind": kind_schema, "pack": pack_schema}

TargetArgument = Annotated[str, typer.Argument(metavar="PACK|FILE", help=say("method.target"))]
MethodOption = Annotated[str, typer.Option("--method", help=say("option.method"))]
PackOption = Annotated[str, typer.Option("--pack", help=say("option.pack"))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    group = Commands(help=say("method.help"))
    group.command("check", help=say("method.check.help"))(check)
    group.command("show", help=say("method.show.help"))(show_)
    group.command("test", help=say("method.test.help"))(run_all_cases)
    group.command("export", help=say("method.export.help"))(export)
    group.command("import", help=say("method.import.help"))(import_)
    group.command("schema", help=say("method.schema.help"))(schema)
    app.add_typer(group, name="method")


def check(target: TargetArgument, method: MethodOption = "", as_json: JsonOption = False) -> None:
    """Find every fault of a method at once."""
    chosen = find_method(target, method)
    faults = list(check_method(chosen.file, chosen.pack.kinds))
    cases = 0
    if not _serious(faults):
        with open_engine("duckdb") as engine:
            cases, unmet = check_cases_hold(chosen.file, chosen.pack.kinds, engine)
        faults += unmet
    if as_json:
        show_json([_as_json(fault) for fault in faults])
    else:
        _show_faults(chosen, faults, cases)
    if _serious(faults):
        raise typer.Exit(EXIT_NO)


def _serious(faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if not fault.warning]


def _as_json(fault: Fault) -> dict[str, object]:
    place = fault.place
    return {
        "code": fault.code,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "part": place.part,
        "warning": fault.warning,
        "what": fault.what(LANG),
        "do": fault.todo(LANG),
    }


def _show_faults(chosen: Chosen, faults: list[Fault], cases: int) -> None:
    for fault in faults:
        show(fault.render(LANG))
    serious = len(_serious(faults))
    if serious:
        show(say("method.check.bad", faults=serious, warnings=len(faults) - serious))
        return
    criteria = len({name for v in load_method(chosen.file, chosen.pack.kinds).versions for name in v.criteria})
    show(say("method.check.good", file=chosen.shown, criteria=criteria, cases=cases))


def show_(
    target: TargetArgument,
    as_of: Annotated[str, typer.Option("--as-of", metavar="YYYY-MM-DD", help=say("method.show.as-of"))] = "",
    form: Annotated[
        str, typer.Option("--as", metavar="terminal|markdown|html", help=say("method.show.as"))
    ] = "terminal",
    language: Annotated[str, typer.Option("--in-language", metavar="zh|en", help=say("option.answer-lang"))] = "",
    out: Annotated[Path | None, typer.Option("--out", help=say("method.show.out"), readable=False)] = None,
    method: MethodOption = "",
) -> None:
    """Show a method as the table that one proof-reads."""
    if out:
        check_new_file(out)
    chosen = find_method(target, method)
    loaded = load_method(chosen.file, chosen.pack.kinds)
    version = loaded.version_on(read_day(as_of, "--as-of") or today())
    table = table_of(loaded, version, chosen.pack.kinds, spoken(language))
    match form:
        case "terminal":
            text = as_text(table, terminal_width())
        case "markdown":
            text = as_markdown(table)
        case "html":
            text = as_html(table)
        case _:
            raise UnknownChoice(option="--as", text=form, choices="terminal, markdown, html")
    if out:
        with written_whole(out) as beside:
            beside.write_text(text, "utf-8")
    else:
        show(text.rstrip("\n"))


def run_all_cases(
    target: TargetArgument, method: MethodOption = "", engine: EngineOption = "duckdb", as_json: JsonOption = False
) -> None:
    """Run the worked cases and the boundary cases."""
    chosen = find_method(target, method)
    loaded = load_method(chosen.file, chosen.pack.kinds)
    cases = load_cases(chosen.cases, loaded, chosen.pack.kinds) if chosen.cases.is_file() else ()
    with open_engine(engine) as opened, progress(say("assess.progress")):
        worked = run_cases(loaded, cases, chosen.pack.kinds, opened)
        boundaries = run_boundaries(loaded, chosen.pack.kinds, opened)
    results: list[CaseResult | BoundaryResult] = [*worked, *boundaries]
    failed = [result for result in results if not result.holds]
    if as_json:
        show_json([result.as_json() for result in results])
    else:
        for result in failed:
            show(result.text(LANG))
        name = "method.test.bad" if failed else "method.test.good"
        total = len(results)
        show(say(name, failed=len(failed), total=total, cases=len(worked), boundaries=len(boundaries)))
    if failed:
        raise typer.Exit(EXIT_NO)


def export(
    target: TargetArgument,
    out: Annotated[Path, typer.Option("--out", help=say("method.export.out"), readable=False)],
    method: MethodOption = "",
) -> None:
    """Write a method as a workbook."""
    chosen = find_method(target, method)
    check_new_file(out)
    export_workbook(chosen.file, out)
    show(say("method.export.done", file=out))


def import_(
    workbook: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("method.import.help"), readable=False)],
    out: Annotated[Path, typer.Option("--out", help=say("method.import.to"), readable=False)],
    pack: PackOption,
    annotated: Annotated[
        Path | None, typer.Option("--annotated", help=say("method.import.annotated"), readable=False)
    ] = None,
) -> None:
    """Read a method back from a workbook."""
    check_new_file(out)
    if annotated:
        check_new_file(annotated)
    for warning in import_workbook(workbook, out, find_pack(pack).kinds, annotated=annotated, lang=LANG):
        show(warning.render(LANG))
    show(say("method.import.done", file=out))


def schema(
    which: Annotated[str, typer.Argument(metavar="method|cases|kind|pack", help=say("method.schema.which"))] = "method",
) -> None:
    """Print a JSON Schema."""
    if which not in SCHEMAS:
        raise UnknownChoice(option="schema", text=which, choices=", ".join(SCHEMAS))
    show_json(SCHEMAS[which]())
