"""What a comparison tells: who moved between two assessments, and what of it came from where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from zhiheng.method import Told
    from zhiheng.vocabulary import Label


class Cause(StrEnum):
    """Why something differs between two assessments."""

    NEW_RECORD = "new_record"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    NOT_YET_KNOWN = "not_yet_known"  # the later of the two assessments was given first
    WITHDRAWN_LATER = "withdrawn_later"  # likewise: the withdrawal was not known yet
    IDENTITY = "identity"  # a judgement of who is the same gave or took records
    ATTESTATION = "attestation"  # a register was attested complete, or no longer
    PASSING_DATE = "passing_date"  # the same records at another age, or another window
    CHANGED_RULE = "changed_rule"
    PEERS_MOVED = "peers_moved"
    UNTRACED = "untraced"


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record that counts otherwise than before."""

    cause: Cause
    kind: str
    record: str
    true_on: date
    source: str
    batch: int
    file: str
    sheet: str
    row: int
    before: str  # "counted", why it was left out, or "absent"
    after: str
    weight_before: Decimal | None
    weight_after: Decimal | None


@dataclass(frozen=True, slots=True)
class ValueMoved:
    """A line, fact, attribute or benchmark that differs, and why."""

    what: str  # "line", "fact", "attribute", "benchmark"
    name: str
    label: Label
    before: Told
    after: Told
    state_before: str  # of a line
    state_after: str
    points_before: Decimal | None
    points_after: Decimal | None
    causes: tuple[Cause, ...]
    through: tuple[str, ...]  # the names through which it differs, where it is a formula
    records: tuple[RecordChange, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A subject's outcome in one of the two assessments."""

    state: str
    score: Decimal | None
    grade: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectMoved:
    """A subject whose state, score or grade differs; `before` or `after` is None where it was not assessed."""

    subject: str
    before: Standing | None
    after: Standing | None
    causes: tuple[Cause, ...]  # more than one: mixed
    values: tuple[ValueMoved, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many subjects went from one outcome to another; None: not assessed."""

    state_before: str | None
    grade_before: str | None
    state_after: str | None
    grade_after: str | None
    subjects: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two assessments."""

    folder: str
    method: str
    version: str
    digest: str
    as_of: date
    batches: int
    head: str
    known_at: str
    subjects: int
    results_hash: str


@dataclass(frozen=True)
class Compared:
    """Two assessments side by side."""

    before: Side
    after: Side
    differs: tuple[str, ...]  # of "method", "version", "as_of", "records", "ledger": what the two do not share
    grades: tuple[str, ...]  # best first
    matrix: tuple[Cell, ...]
    moved: int
    told: int  # of the moved, how many are told below with their causes
    subjects: tuple[SubjectMoved, ...]

    @property
    def by_cause(self) -> dict[str, int]:
        """Count the subjects told by their cause; several causes together are `mixed`."""
        counts: dict[str, int] = {}
        for one in self.subjects:
            name = str(one.causes[0]) if len(one.causes) == 1 else "mixed"
            counts[name] = counts.get(name, 0) + 1
        return counts
