"""Commands over assessments that were made before: compare two, run one again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.assess import compare, open_assessment, reproduce
from zhiheng.cli.language import LANG, say
from zhiheng.cli.options import EngineOption, JsonOption
from zhiheng.cli.output import progress, show, show_json
from zhiheng.engine import open_engine
from zhiheng.errors import EXIT_DONE, EXIT_NO


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("compare", help=say("compare.help"))(compare_)
    app.command("reproduce", help=say("reproduce.help"))(reproduce_)


def compare_(
    before: Annotated[Path, typer.Argument(metavar="A", help=say("option.assessment"), readable=False)],
    after: Annotated[Path, typer.Argument(metavar="B", help=say("option.assessment"), readable=False)],
    as_json: JsonOption = False,
) -> None:
    """Compare two assessments."""
    with open_engine("duckdb") as opened:
        found = compare(open_assessment(before), open_assessment(after), engine=opened)
    if as_json:
        show_json(found.as_json())
    else:
        show(found.text(LANG))


def reproduce_(
    manifest: Annotated[Path, typer.Argument(metavar="MANIFEST", help=say("reproduce.manifest"), readable=False)],
    engine: EngineOption = "duckdb",
    as_json: JsonOption = False,
) -> None:
    """Run an assessment again from its manifest."""
    with open_engine(engine) as opened, progress(say("assess.progress")):
        found = reproduce(open_assessment(manifest.parent if manifest.is_file() else manifest), engine=opened)
    if as_json:
        show_json(found.as_json())
    else:
        show(found.text(LANG))
    raise typer.Exit(EXIT_DONE if found.equal else EXIT_NO)
