"""An assessment opened again: its method, the ledger as it stood then, and the raw aggregates of its subjects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.assessment import GONE, METHOD, TOUCHED, VALUES
from zhiheng.assess.gathered import Gathered, load
from zhiheng.engine import Table
from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger import Snapshot, Workspace, list_batches, open_workspace, read_as_of
from zhiheng.method import load_method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine
    from zhiheng.method import Method, Version
    from zhiheng.vocabulary import Kind


class LedgerNotFound(ZhihengError):
    """The assessment does not say where its ledger is, or there is none any more."""

    code: ClassVar[str] = "assess.ledger-not-found"


class LedgerCut(ZhihengError):
    """The ledger does not hold the batches that the assessment was computed from."""

    code: ClassVar[str] = "assess.ledger-cut"


class MethodNotFound(ZhihengError):
    """No method file with the digest that the manifest names is beside the assessment or in its workspace."""

    code: ClassVar[str] = "assess.method-not-found"


class ValuesUnfit(ZhihengError):
    """The raw aggregates of an assessment are missing, or were written by a version that gathers others."""

    code: ClassVar[str] = "assess.values-unfit"


@dataclass(frozen=True)
class Stored:
    """An assessment with all that it rests on."""

    assessment: Assessment
    workspace: Workspace
    snapshot: Snapshot
    method: Method

    @property
    def version(self) -> Version:
        """The version of the method that applied."""
        return self.method.version_on(self.assessment.manifest.as_of)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of record."""
        return self.snapshot.kinds


def restore(assessment: Assessment) -> Stored:
    """
    Open what an assessment rests on.

    Raises:
        LedgerNotFound: there is no ledger where the manifest says.
        LedgerCut: the ledger lacks batches of then, or holds others in their place.
        MethodNotFound: no method file has the manifest's digest.
    """
    workspace = find_ledger(assessment)
    snapshot = read_snapshot(assessment, workspace)
    return Stored(assessment, workspace, snapshot, find_method(assessment, workspace))


def find_ledger(assessment: Assessment) -> Workspace:
    """Open the workspace whose ledger was read."""
    manifest = assessment.manifest
    folder = assessment.path / manifest.workspace
    if not manifest.workspace or not (folder / "zhiheng.toml").is_file():
        raise LedgerNotFound(Place(str(assessment.path)), folder=manifest.workspace or "-")
    return open_workspace(folder)


def read_snapshot(assessment: Assessment, workspace: Workspace) -> Snapshot:
    """Read the ledger as it stood, and make sure that it is the same."""
    manifest = assessment.manifest
    heads = [batch.head for batch in list_batches(workspace)]
    place = Place(str(workspace.path))
    if len(heads) < manifest.batches:
        raise LedgerCut(place, batches=manifest.batches, held=len(heads))
    if manifest.batches and heads[manifest.batches - 1] != manifest.head:
        raise LedgerCut(place, batches=manifest.batches, held=f"{len(heads)} ≠ {manifest.head[:12]}")
    return read_as_of(workspace, known_at=manifest.known_at, batches=manifest.batches)


def find_method(assessment: Assessment, workspace: Workspace) -> Method:
    """Load the method whose file has the manifest's digest: the copy beside the assessment, else one of the pack's."""
    digest = assessment.manifest.digest
    for path in (assessment.path / METHOD, *workspace.pack.method_files):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            return load_method(path, workspace.kinds)
    raise MethodNotFound(Place(str(assessment.path)), method=assessment.manifest.method, digest=digest[:12])


def read_values(stored: Stored, engine: Engine, table: str, subjects: Sequence[str] | None = None) -> Gathered:
    """
    Read the raw aggregates of all subjects, or of some, back into a table of the engine.

    Raises:
        ValuesUnfit: they are missing, or this version of zhiheng gathers others.
        FilesAltered: they are not as they were written.
    """
    gathering, query = filed_values(stored, engine)
    if subjects is not None:
        listed = [exp.Literal.string(subject) for subject in subjects]
        query = query.where(exp.In(this=_column("subject"), expressions=listed))
    engine.keep(table, query)
    manifest = stored.assessment.manifest
    for frozen in manifest.frozen.values():
        if frozen.keys:
            load(frozen.table, engine)
    return Gathered(gathering, manifest.frozen, manifest.coverage, table)


def filed_values(stored: Stored, engine: Engine) -> tuple[compiled.Gathering, exp.Select]:
    """
    Make the raw aggregates beside an assessment readable, and say how they are read as they were gathered.

    Raises:
        ValuesUnfit: they are missing, or this version of zhiheng gathers others.
        FilesAltered: they are not as they were written.
    """
    gathering = gathering_then(stored)
    columns = gathering.columns.values()
    filed = {column.name: column.filed_type for column in columns}
    types = {column.name: column.type for column in columns}
    return gathering, filed_rows(stored, engine, VALUES, filed, types)


def gathering_then(stored: Stored) -> compiled.Gathering:
    """
    Ask of the records what the assessment asked.

    Raises:
        ValuesUnfit: this version of zhiheng asks for other raw aggregates.
    """
    manifest = stored.assessment.manifest
    gathering = compiled.Gathering(
        stored.version, stored.kinds, manifest.as_of, manifest.dictionaries, wide=manifest.wide
    )
    compiled.ask(gathering)
    if {column.name: column.filed_type for column in gathering.columns.values()} != dict(manifest.columns):
        raise _unfit(stored, VALUES)
    return gathering


def filed_rows(
    stored: Stored, engine: Engine, file: str, filed: Mapping[str, str], types: Mapping[str, str]
) -> exp.Select:
    """
    Make one of the files with a row a subject readable: those touched since it was written come from beside it.

    `filed` gives the columns with their types in the file, `types` those in the engine.

    Raises:
        ValuesUnfit: the file is missing.
        FilesAltered: it is not as it was written.
    """
    assessment = stored.assessment
    if not (assessment.path / file).is_file():
        raise _unfit(stored, file)
    base, beside = f"filed_{Path(file).stem}", f"touched_{Path(file).stem}"
    assessment.check(file)
    engine.attach(Table(base, (str(assessment.path / file),), {"subject": "VARCHAR", **filed}))
    rows = exp.select(_column("subject"), *(_read(name, filed, types) for name in filed)).from_(_table(base))
    if TOUCHED not in assessment.manifest.files:
        return rows
    assessment.check(TOUCHED)
    columns = {"subject": "VARCHAR", GONE: "BOOLEAN", **filed}
    engine.attach(Table(beside, (str(assessment.path / TOUCHED),), columns))
    touched = exp.select(_column("subject"), *(_read(name, filed, types) for name in filed))
    touched = touched.from_(_table(beside)).where(exp.Not(this=_column(GONE)))
    among = exp.Subquery(this=exp.select(_column("subject")).from_(_table(beside)))
    others = rows.where(exp.Not(this=exp.In(this=_column("subject"), query=among)))
    both = exp.Union(this=others, expression=touched, distinct=False)
    return exp.select("*").from_(exp.Subquery(this=both, alias=exp.TableAlias(this=exp.to_identifier("filed"))))


def _read(name: str, filed: Mapping[str, str], types: Mapping[str, str]) -> exp.Expression:
    if filed[name] == types[name]:
        return _column(name)
    cast = exp.Cast(this=_column(name), to=exp.DataType.build(types[name], dialect="duckdb"))
    return exp.Alias(this=cast, alias=exp.to_identifier(name, quoted=True))


def _unfit(stored: Stored, file: str) -> ValuesUnfit:
    software = stored.assessment.manifest.software.get("zhiheng", "-")
    return ValuesUnfit(Place(str(stored.assessment.path / file)), software=software)


def _table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
