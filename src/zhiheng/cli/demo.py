"""The demonstration: real records, assessed, one grade opened, published schemes reproduced."""

from __future__ import annotations

import os
import shlex
import shutil
import tomllib
from datetime import date
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from zhiheng.assess import WORKSPACE, explain, list_subjects, try_files
from zhiheng.cli.assess import show_counts
from zhiheng.cli.clock import now
from zhiheng.cli.language import LANG, say
from zhiheng.cli.ledger import show_report
from zhiheng.cli.output import progress, show
from zhiheng.cli.packs import choose_method
from zhiheng.engine import open_engine
from zhiheng.errors import Place, ZhihengError
from zhiheng.method import load_method
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.assess import Trial
    from zhiheng.engine import Engine

PACK = "anchorage-restaurants"
AS_OF = date(2019, 12, 31)
MARK = ".zhiheng-demo"


class DemoRecordsMissing(ZhihengError):
    """The package that carries the records is not installed."""

    code: ClassVar[str] = "cli.demo-records-missing"


class DemoFolderInUse(ZhihengError):
    """The folder holds something that no demonstration wrote."""

    code: ClassVar[str] = "cli.demo-folder-in-use"


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("demo", help=say("demo.help"))(demo)


def demo(out: Annotated[Path, typer.Option("--out", help=say("demo.out"), readable=False)] = Path("demo")) -> None:
    """Show what zhiheng does, on real records."""
    records = _find_records()
    _make_room(out)
    evidence = os.environ.get("ZHIHENG_EVIDENCE", "")
    with open_engine("duckdb") as engine:
        show(say("demo.records"))
        trial = _try(PACK, {"inspection": records}, AS_OF, out / PACK, engine)
        for report in trial.imports:
            show_report(report, out / PACK / WORKSPACE)
        show()
        show(say("demo.grades", as_of=AS_OF, subjects=f"{trial.assessment.manifest.subjects:,}"))
        show_counts(trial.assessment.manifest.counts, indent="  ")
        show()
        show(say("demo.why"))
        show()
        show(explain(trial.assessment, _one_to_explain(trial, engine), engine=engine).text(LANG))
        show()
        _show_schemes(Path(evidence) if evidence else None, out, engine)
    show()
    show(say("demo.files", folder=shlex.quote(str(out)), pack=PACK))


def _find_records() -> Path:
    # The package computes with libraries that the demonstration has no need of: its file is read, it is not imported.
    found = find_spec("causaldata")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "restaurant_inspections" / "restaurant_data.csv"
        if path.is_file():
            return path
    raise DemoRecordsMissing


def _make_room(out: Path) -> None:
    """Empty the folder if a demonstration wrote it; touch nothing else."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).is_file():
            raise DemoFolderInUse(Place(str(out)))
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()


def _try(pack: str, given: Mapping[str, Path], as_of: date, out: Path, engine: Engine) -> Trial:
    found = find_pack(pack)
    loaded = load_method(choose_method(found).file, found.kinds)
    with progress(say("try.progress")) as advance:
        return try_files(
            found,
            loaded,
            list(given.items()),
            engine=engine,
            as_of=as_of,
            extract_date=as_of,
            out=out,
            now=now(),
            progress=advance,
        )


def _one_to_explain(trial: Trial, engine: Engine) -> str:
    """Take the first subject, by name, of the second grade: it has points and lacks some."""
    given = [grade for _, grade, _ in trial.assessment.manifest.counts if grade is not None]
    return list_subjects(trial.assessment, given[:2][-1], engine, most=1)[0]


def _show_schemes(evidence: Path | None, out: Path, engine: Engine) -> None:
    if evidence is None:
        show(say("demo.no-evidence"))
        return
    show(say("demo.evidence", folder=evidence))
    text = files("zhiheng.cli").joinpath("evidence.toml").read_text("utf-8")
    for scheme in tomllib.loads(text)["scheme"]:
        given = {kind: evidence / file for kind, file in scheme["files"].items()}
        missing = [str(file) for file in given.values() if not file.is_file()]
        if missing:
            show(say("demo.file-missing", pack=scheme["pack"], file=", ".join(missing)))
            continue
        trial = _try(scheme["pack"], given, date.fromisoformat(scheme["as_of"]), out / scheme["pack"], engine)
        rows = sum(report.counts.rows_seen for report in trial.imports)
        show(say("demo.scheme", pack=scheme["pack"], rows=f"{rows:,}", label=find_pack(scheme["pack"]).label[LANG]))
        show_counts(trial.assessment.manifest.counts, indent="    ")
        for one in trial.agreements:
            show("    " + one.text(LANG).replace("\n", "\n    "))
