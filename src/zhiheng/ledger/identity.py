"""Who is the same: judgements are records, identity is derived from those that stand."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import duckdb

from zhiheng.engine import Table
from zhiheng.ledger.chain import scan
from zhiheng.ledger.database import ask
from zhiheng.ledger.query import fetch
from zhiheng.ledger.reading.statement import Sql, comma, sql, value
from zhiheng.ledger.snapshot import IDENTITY_COLUMNS, share_subjects
from zhiheng.ledger.workspace import JUDGEMENT
from zhiheng.vocabulary import UsccRefused, check_uscc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from zhiheng.ledger.snapshot import Snapshot
    from zhiheng.ledger.workspace import Workspace

Verdict = Literal["same", "different", "undone"]


class Judgement(NamedTuple):
    """One judgement that stands: two subjects of a type are the same, or different."""

    subject_type: str
    first: str
    second: str
    verdict: Verdict
    record: str = ""
    decided_by: str = ""
    reason: str = ""
    decided_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Write the judgement for programs."""
        return {**self._asdict(), "decided_on": None if self.decided_on is None else self.decided_on.isoformat()}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two subjects judged different that other judgements make the same, and those judgements."""

    judged: Judgement
    through: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which key stands for which subject: only those are listed whose key is another's."""

    canonical: Mapping[tuple[str, str], str]  # (type, alias) -> subject
    contradictions: tuple[Contradiction, ...]

    def as_json(self) -> dict[str, Any]:
        """Write for programs which key stands for which subject, and what contradicts that."""
        same = [{"subject_type": type_, "alias": one, "subject": key} for (type_, one), key in self.canonical.items()]
        torn = [
            {"judged": one.judged.as_json(), "through": [other.as_json() for other in one.through]}
            for one in self.contradictions
        ]
        return {"same": same, "contradictions": torn}


def derive_identity(snapshot: Snapshot) -> Identity:
    """Derive identity from the judgements that stand in a snapshot."""
    return join_judged(standing_judgements(snapshot))


def standing_judgements(snapshot: Snapshot) -> tuple[Judgement, ...]:
    """List the judgements that stand; those undone do not."""
    rows = fetch(snapshot, snapshot.visible(JUDGEMENT))
    judged = (Judgement(*(row[name] for name in Judgement._fields)) for row in rows)
    return tuple(sorted(one for one in judged if one.verdict != "undone"))


def join_judged(judgements: Iterable[Judgement]) -> Identity:
    """
    Join the subjects judged to be the same, and those that they are the same as.

    A `different` wins over what others imply: the group in which it stands against `same` is not joined at all, and is
    reported.
    """
    judged = sorted(judgements)
    groups = _groups([one for one in judged if one.verdict == "same"])
    contradictions = []
    torn: set[tuple[str, str]] = set()
    for one in judged:
        first, second = (one.subject_type, one.first), (one.subject_type, one.second)
        if one.verdict == "different" and first in groups and groups[first] == groups.get(second):
            through = tuple(
                other for other in judged if other.verdict == "same"
                and groups.get((other.subject_type, other.first)) == groups[first]
            )  # fmt: skip
            contradictions.append(Contradiction(one, through))
            torn.add(groups[first])
    canonical: dict[tuple[str, str], str] = {}
    members: dict[tuple[str, str], list[str]] = {}
    for (_, alias), root in groups.items():
        members.setdefault(root, []).append(alias)
    for root, aliases in members.items():
        if root in torn:
            continue
        chosen = min(aliases, key=_preference)
        canonical |= {(root[0], alias): chosen for alias in aliases if alias != chosen}
    return Identity(canonical, tuple(contradictions))


def _groups(same: Sequence[Judgement]) -> dict[tuple[str, str], tuple[str, str]]:
    """Find the root of each subject's group."""
    parents: dict[tuple[str, str], tuple[str, str]] = {}

    def root(one: tuple[str, str]) -> tuple[str, str]:
        parents.setdefault(one, one)
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for judgement in same:
        first, second = (root((judgement.subject_type, one)) for one in (judgement.first, judgement.second))
        parents[max(first, second)] = min(first, second)
    return {one: root(one) for one in sorted(parents)}


def _preference(subject: str) -> tuple[bool, bool, int, str]:
    """Prefer a checked identifier, then a key with a region, then the shorter, then the first."""
    try:
        check_uscc(subject)
    except UsccRefused:
        return True, "@" not in subject, len(subject), subject
    return False, False, 0, subject


def share_identity(workspace: Workspace, snapshot: Snapshot, identity: Identity) -> Snapshot:
    """
    Let a snapshot give one key to subjects that are the same.

    The table that says so is derived from the judgements and named by its content; it can be thrown away.
    """
    if not identity.canonical:
        return snapshot
    rows = sorted((type_, alias, subject) for (type_, alias), subject in identity.canonical.items())
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()[:32]
    path = workspace.ledger / "identity" / f"{digest}.parquet"
    if not _says(path, rows):
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        with ask() as connection:
            columns = comma(Sql("unnest(?::varchar[]) as " + column) for column in IDENTITY_COLUMNS)
            query = sql("copy (select {columns}) to {path} (format parquet)", columns=columns, path=value(str(beside)))
            connection.execute(query, [list(column) for column in zip(*rows, strict=True)])
        beside.replace(path)
    table = Table("identity", (str(path),), IDENTITY_COLUMNS)
    return share_subjects(snapshot, table, identity.canonical)


def _says(path: Path, rows: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether the table is there and says what was derived: it lies outside the chain."""
    if not path.is_file():
        return False
    query = sql("select {columns} from {file}", columns=comma(map(Sql, IDENTITY_COLUMNS)), file=scan([str(path)]))
    try:
        with ask() as connection:
            return sorted(connection.execute(query).fetchall()) == list(rows)
    except (duckdb.Error, TypeError):  # TypeError: nothing and a text have no order
        return False
