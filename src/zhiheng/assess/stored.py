"""An assessment opened again: its method, the ledger as it stood then, and the raw aggregates of its subjects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.gathered import Gathered, load
from zhiheng.assess.run import METHOD, VALUES
from zhiheng.engine import Table
from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger import Snapshot, Workspace, list_batches, open_workspace, read_as_of
from zhiheng.method import load_method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.assess.run import Assessment
    from zhiheng.engine import Engine
    from zhiheng.method import Method, Version
    from zhiheng.vocabulary import Kind

FILED = "filed_values"


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
    """
    manifest = stored.assessment.manifest
    path = Path(stored.assessment.path) / VALUES
    gathering = compiled.Gathering(
        stored.version, stored.kinds, manifest.as_of, manifest.dictionaries, wide=manifest.wide
    )
    compiled.ask(gathering)
    columns = gathering.columns.values()
    filed = {column.name: column.filed_type for column in columns}
    if filed != dict(manifest.columns) or not path.is_file():
        raise ValuesUnfit(Place(str(path)), software=manifest.software.get("zhiheng", "-"))
    engine.attach(Table(FILED, (str(path),), {"subject": "VARCHAR", **filed}))
    kept: list[exp.Expression] = [_column("subject")]
    for column in columns:
        read: exp.Expression = _column(column.name)
        if column.type != column.filed_type:
            cast = exp.Cast(this=read, to=exp.DataType.build(column.type, dialect="duckdb"))
            read = exp.Alias(this=cast, alias=exp.to_identifier(column.name, quoted=True))
        kept.append(read)
    return gathering, exp.Select().from_(exp.Table(this=exp.to_identifier(FILED, quoted=True))).select(*kept)


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
