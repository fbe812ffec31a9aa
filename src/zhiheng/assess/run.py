"""Run a method over the ledger as it stood at a moment."""

from __future__ import annotations

import hashlib
import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from os import path as os_path
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng.assess.gathered import Gathered, gather, values_query
from zhiheng.assess.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from zhiheng.assess.widening import in_bits_enough
from zhiheng.errors import ZhihengError
from zhiheng.ledger import open_workspace
from zhiheng.method import (
    bucket_query,
    digest,
    line_query,
    outcome_columns,
    results_hash,
    settle,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Method

ASSESSMENT, LINES, VALUES, METHOD = "assessment.parquet", "lines.parquet", "values.parquet", "method.yaml"
SCORED = "scored"
WORKSPACE_FILE = "zhiheng.toml"
PART = ".part"


class MissingKinds(ZhihengError):
    """The method reads kinds of record of which the ledger holds none."""

    code: ClassVar[str] = "assess.missing-kinds"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One method over one snapshot on one day: a folder with its files and its manifest."""

    path: Path
    manifest: Manifest


def open_assessment(folder: Path) -> Assessment:
    """
    Open an assessment that was written before.

    Raises:
        NoAssessment: the folder holds none.
    """
    return Assessment(folder, read_manifest(folder))


def run_method(
    method: Method,
    snapshot: Snapshot,
    engine: Engine,
    *,
    as_of: date,
    out: Path,
    lines: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Assessment:
    """
    Assess every subject that the snapshot knows of, and write the assessment into a folder.

    The same method, snapshot and day give the same results on any engine. The manifest is written last: without it
    there is no assessment.

    Raises:
        NoVersionInForce: no version of the method applies on the day.
        MissingKinds: the ledger holds no record that the method reads.
        NumberTooLarge: a number does not fit 128 bits.
    """
    advance = progress or (lambda _: None)
    in_force = method.version_on(as_of)
    if not {kind.partition(".")[0] for kind in in_force.reads} & snapshot.held:
        held = ", ".join(sorted(snapshot.held)) or "-"
        raise MissingKinds(method=method.name, reads=", ".join(sorted(in_force.reads)), held=held)

    def assess(wide: bool) -> Assessment:  # noqa: FBT001  in 128 bits or not
        gathered = gather(in_force, snapshot, engine, as_of, wide=wide)
        advance(1)
        return write_assessment(method, snapshot, engine, gathered, out=out, lines=lines, advance=advance)

    return in_bits_enough(assess)


def write_assessment(
    method: Method,
    snapshot: Snapshot,
    engine: Engine,
    gathered: Gathered,
    *,
    out: Path,
    lines: bool = True,
    advance: Callable[[int], None],
) -> Assessment:
    """Score what was gathered, and write the files: into a folder beside first, the manifest last."""
    part = out / PART
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    score(gathered, engine)
    advance(2)
    engine.write(_assessment_query(), part / ASSESSMENT)
    if lines and gathered.gathering.version.criteria:
        engine.write(line_query(gathered.sheet()), part / LINES)
    advance(3)
    engine.write(values_query(gathered), part / VALUES)
    _copy_method(method, part / METHOD)
    manifest = _manifest(method, snapshot, engine, gathered, out)
    write_manifest(manifest, part / MANIFEST)
    _move(part, out)
    advance(4)
    return Assessment(out, manifest)


def score(gathered: Gathered, engine: Engine) -> None:
    """Keep one row a subject in the engine: its outcome, and the hash of its outcome and lines."""
    sheet = gathered.sheet()
    outcome = settle(sheet)
    columns = outcome_columns(outcome) | {"digest": digest(sheet, outcome)}
    engine.keep(SCORED, sheet.sheet.select(columns))


def hash_results(engine: Engine) -> str:
    """Hash what was scored."""
    return results_hash(engine.fetch(bucket_query(SCORED)))


def _scored(*columns: exp.Expression) -> exp.Select:
    return exp.Select().from_(exp.Table(this=exp.to_identifier(SCORED, quoted=True))).select(*columns)


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _assessment_query() -> exp.Select:
    kept = [_column(name) for name in ("subject", "state", "score", "grade", "cut_grade", "coverage")]
    parted = exp.Anonymous(this="parted", expressions=[_column("rules")])
    return _scored(*kept, exp.Alias(this=parted, alias=exp.to_identifier("rules", quoted=True)))


def _counts(engine: Engine) -> tuple[tuple[str, str | None, int], ...]:
    keys = (_column("state"), _column("grade"))
    rows = engine.fetch(_scored(*keys, exp.Count(this=exp.Star(), big_int=True)).group_by(*keys))
    found = [(str(state), None if grade is None else str(grade), int(str(count))) for state, grade, count in rows]
    return tuple(sorted(found, key=lambda row: (row[0] != "graded", row[0], row[1] or "")))


def _manifest(method: Method, snapshot: Snapshot, engine: Engine, gathered: Gathered, out: Path) -> Manifest:
    gathering, workspace = gathered.gathering, _workspace(snapshot)
    counts = _in_order_of_grades(_counts(engine), [entry.grade for entry in gathering.version.grades])
    return Manifest(
        method=method.name,
        version=gathering.version.version,
        digest=method.digest,
        subject=method.subject,
        as_of=gathering.as_of,
        head=snapshot.head,
        batches=snapshot.batches,
        known_at=snapshot.known_at,
        reads=tuple(sorted(gathering.version.reads)),
        frozen=gathered.frozen,
        coverage=gathered.coverage,
        subjects=sum(count for *_, count in counts),
        counts=counts,
        results_hash=hash_results(engine),
        columns={column.name: column.filed_type for column in gathering.columns.values()},
        wide=gathering.wide,
        dictionaries=gathering.dictionaries,
        pack="" if workspace is None else open_workspace(workspace).pack.name,
        workspace=_seen_from(out, workspace),
        engine=engine.name,
        engine_version=engine.version,
        software={name: _version(name) for name in ("zhiheng", "sqlglot")} | {"python": platform.python_version()},
    )


def _in_order_of_grades(
    counts: tuple[tuple[str, str | None, int], ...], grades: list[str]
) -> tuple[tuple[str, str | None, int], ...]:
    """Put the best grade first, then the other states by name."""
    return tuple(
        sorted(counts, key=lambda row: (row[1] is None, grades.index(row[1]) if row[1] in grades else 0, row[0]))
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _workspace(snapshot: Snapshot) -> Path | None:
    """Find the workspace whose ledger was read."""
    files = [Path(file) for table in snapshot.tables for file in table.files]
    return next((folder for file in files for folder in file.parents if (folder / WORKSPACE_FILE).is_file()), None)


def _seen_from(out: Path, folder: Path | None) -> str:
    """Write where a workspace is as seen from the assessment's folder, so that both can be moved together."""
    return "" if folder is None else Path(os_path.relpath(folder.resolve(), out.resolve())).as_posix()


def _copy_method(method: Method, path: Path) -> None:
    """Keep the method's file with the assessment, where it is still the file that was loaded."""
    source = Path(method.file)
    if source.is_file():
        text = source.read_bytes()
        if hashlib.sha256(text).hexdigest() == method.digest:
            path.write_bytes(text)


def _move(part: Path, out: Path) -> None:
    """Move the files into their folder, the manifest last."""
    (out / MANIFEST).unlink(missing_ok=True)
    for name in (ASSESSMENT, LINES, VALUES, METHOD, MANIFEST):
        if (part / name).exists():
            (part / name).replace(out / name)
    part.rmdir()
