"""Score what was gathered, and write the files of an assessment: into a folder beside first, the manifest last."""

from __future__ import annotations

import hashlib
import platform
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from os import path as os_path
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

import zhiheng
from zhiheng.assess.absent import kinds_without_records
from zhiheng.assess.assessment import (
    ASSESSMENT,
    LINES,
    METHOD,
    SETTLED,
    TABLES,
    VALUES,
    Assessment,
    fingerprint,
)
from zhiheng.assess.gathered import values_query
from zhiheng.assess.manifest import MANIFEST, Manifest, write_manifest
from zhiheng.ledger import open_workspace
from zhiheng.method import bucket_query, line_query, plan_scoring, results_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhiheng.assess.gathered import Gathered
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Method, Scoring

SCORED = "scored"
KEPT = "kept "  # before the names of settled columns, where they stand beside the outcome's
WORKSPACE_FILE = "zhiheng.toml"
PART = ".part"


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
    """Score what was gathered, and write the files."""
    part = begin(out)
    scoring = plan_scoring(gathered.sheet())
    keep_scored(engine, scoring, kept=True)
    advance(2)
    write_outcome(engine, part)
    with ThreadPoolExecutor(1) as beside:  # hashes one file while the engine writes the next
        hashes = {}
        if lines and gathered.gathering.version.criteria:
            engine.write(line_query(gathered.sheet()), part / LINES)
            hashes[LINES] = beside.submit(fingerprint, part / LINES)
        advance(3)
        engine.write(values_query(gathered), part / VALUES)
        hashes[VALUES] = beside.submit(fingerprint, part / VALUES)
        engine.write(_settled_query(scoring), part / SETTLED)
    known = {name: found for name, hashed in hashes.items() if (found := hashed.result())}
    settled = {name: column.type for name, column in scoring.settled.items()}
    done = conclude(method, snapshot, engine, gathered, settled=settled, part=part, out=out, known=known)
    advance(4)
    return done


def begin(out: Path) -> Path:
    """Make the folder in which the files are written before they take their place."""
    part = out / PART
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def keep_scored(engine: Engine, scoring: Scoring, *, kept: bool) -> None:
    """Keep one row a subject in the engine: its outcome, its hash, and what it was settled from if that is `kept`."""
    settled = {KEPT + name: column.tree for name, column in scoring.settled.items()} if kept else {}
    engine.keep(SCORED, scoring.select(settled))


def write_outcome(engine: Engine, part: Path) -> None:
    """Write the outcome of every subject."""
    engine.write(_assessment_query(), part / ASSESSMENT)


def conclude(
    method: Method,
    snapshot: Snapshot,
    engine: Engine,
    gathered: Gathered,
    *,
    settled: Mapping[str, str],
    part: Path,
    out: Path,
    known: Mapping[str, str] | None = None,
) -> Assessment:
    """
    Write the method and the manifest, and let the files take their place, the manifest last.

    `known` gives the SHA-256 of files that were hashed before.
    """
    _copy_method(method, part / METHOD)
    files = dict(known or {})
    files |= {name: found for name in TABLES if name not in files and (found := fingerprint(part / name))}
    manifest = _manifest(method, snapshot, engine, gathered, settled=settled, files=files, out=out)
    write_manifest(manifest, part / MANIFEST)
    _move(part, out)
    return Assessment(out, manifest)


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


def _settled_query(scoring: Scoring) -> exp.Select:
    kept = [
        exp.Alias(this=_column(KEPT + name), alias=exp.to_identifier(name, quoted=True)) for name in scoring.settled
    ]
    return _scored(_column("subject"), *kept)


def _counts(engine: Engine) -> tuple[tuple[str, str | None, int], ...]:
    keys = (_column("state"), _column("grade"))
    rows = engine.fetch(_scored(*keys, exp.Count(this=exp.Star(), big_int=True)).group_by(*keys))
    found = [(str(state), None if grade is None else str(grade), int(str(count))) for state, grade, count in rows]
    return tuple(sorted(found, key=lambda row: (row[0] != "graded", row[0], row[1] or "")))


def _manifest(
    method: Method,
    snapshot: Snapshot,
    engine: Engine,
    gathered: Gathered,
    *,
    settled: Mapping[str, str],
    files: Mapping[str, str],
    out: Path,
) -> Manifest:
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
        settled=settled,
        files=files,
        without=kinds_without_records(gathering.version, snapshot, engine),
        wide=gathering.wide,
        dictionaries=gathering.dictionaries,
        pack="" if workspace is None else open_workspace(workspace).pack.name,
        workspace=_seen_from(out, workspace),
        engine=engine.name,
        engine_version=engine.version,
        software={name: _version(name) for name in ("zhiheng", "sqlglot")}
        | {"code": code(), "python": platform.python_version()},
    )


def _in_order_of_grades(
    counts: tuple[tuple[str, str | None, int], ...], grades: list[str]
) -> tuple[tuple[str, str | None, int], ...]:
    """Put the best grade first, then the other states by name."""
    return tuple(
        sorted(counts, key=lambda row: (row[1] is None, grades.index(row[1]) if row[1] in grades else 0, row[0]))
    )


def written_by_this_code(manifest: Manifest) -> bool:
    """Tell whether sums beside an assessment were gathered by the very code that runs now."""
    return manifest.software.get("code") == code()


@cache
def code() -> str:
    """Hash what zhiheng is made of: two versions of one number may compute otherwise while it is being written."""
    root = Path(zhiheng.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


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
    for name in (MANIFEST, *TABLES, METHOD):  # of an assessment that was here before
        (out / name).unlink(missing_ok=True)
    for name in (*TABLES, METHOD, MANIFEST):
        if (part / name).exists():
            (part / name).replace(out / name)
    part.rmdir()
