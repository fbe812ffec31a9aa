"""What an explanation tells: one grade opened down to its records and to the clauses that asked for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from zhiheng.assess.evidence import Given
    from zhiheng.method import Told
    from zhiheng.vocabulary import Label


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of the method; its `confidence` is `design` where it is the author's own choice."""

    name: str
    title: Label
    url: str
    dated: date | None
    confidence: str


@dataclass(frozen=True, slots=True)
class FieldTold:
    """A field of a record that the method's expressions read."""

    name: str
    label: Label
    value: Told
    code: Label | None  # what the value is called, where it is a code
    unit: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from."""

    source: str
    batch: int
    file: str
    sheet: str
    row: int
    known_at: datetime
    known_asserted: bool


@dataclass(frozen=True, slots=True)
class RecordTold:
    """A record beneath a line, fact or attribute; `left_out` says why it does not count, '' where it does."""

    record: str
    true_on: date
    true_until: date | None
    moment: datetime | None  # where the kind's `true_on` is one
    age: int
    fields: tuple[FieldTold, ...]
    weight: Decimal | None
    given: tuple[Given, ...]
    left_out: str
    fed: str
    origin: Origin
    filed_as: str = ""  # the key under which it came, where that was judged to be this subject's


@dataclass(frozen=True, slots=True)
class Measured:
    """How a value is measured from records, in the method's own words, and those records."""

    kind: str
    label: Label
    measure: str
    where: str
    months: int | None
    current: bool
    latest: bool
    weight: str
    counted: int
    records: tuple[RecordTold, ...]


@dataclass(frozen=True, slots=True)
class ShrunkTold:
    """What a share or mean was before it was drawn towards another number, and towards which, how strongly."""

    before: Told
    towards: str  # a name, or the number itself
    towards_value: Told
    strength: str
    strength_value: Told


@dataclass(frozen=True, slots=True)
class LineTold:
    """One criterion's line."""

    name: str
    label: Label
    dimension: str
    state: str
    applies: bool
    value: Told
    unit: str
    points: Decimal | None
    max_points: Decimal | None
    most: Decimal  # the most that the criterion gives
    least: Decimal
    records: int
    absent: str
    scale: str
    formula: str
    condition: str  # of `applies`
    reads: tuple[str, ...]
    catalogue: str
    citations: tuple[str, ...]
    measured: Measured | None
    shrunk: ShrunkTold | None
    codes: Mapping[str, Label] = field(default_factory=dict)  # what the codes are called that its value may be


@dataclass(frozen=True, slots=True)
class NamedTold:
    """A fact, an attribute or a value of the method's text."""

    what: str  # "fact", "attribute", "value"
    name: str
    label: Label
    value: Told
    unit: str
    formula: str
    reads: tuple[str, ...]
    citations: tuple[str, ...]
    measured: Measured | None
    condition: str = ""  # of `applies`
    applies: bool = True
    shrunk: ShrunkTold | None = None
    default: Told = None  # what the method gives where there would be no value
    defaulted: bool = False  # there is none, so that the default is the value
    code: Label | None = None  # what the value is called, where it is a code


@dataclass(frozen=True, slots=True)
class BenchmarkTold:
    """What the subject's peers do, frozen for the run."""

    name: str
    label: Label
    of: str
    statistic: str
    by: tuple[str, ...]
    group: tuple[str, ...] | None  # None: the subject belongs to no group
    value: Told
    count: int | None  # of the group; None where it has none
    counted: str  # what is counted: "records" (pooled) or "subjects"
    at_least: int
    stands_in: str  # a number or name, where the group is too small
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule that settled the state, gave the grade, or changed it."""

    name: str  # "states.1", "grades.A", "caps.thin_evidence", ...
    section: str
    label: Label
    condition: str
    effect: str  # "state", "cut", "when", "otherwise", "at_least", "at_most", "grade", "needs", "keeps"
    to: str  # the state or grade that it gives
    bound: Decimal | None  # of a cut or a buffer
    reads: tuple[str, ...]
    citations: tuple[str, ...]
    of: str = ""  # the grade that asks, of a requirement or gate


@dataclass(frozen=True, slots=True)
class DimensionTold:
    """A group of criteria: its points add up to the points of its lines."""

    name: str
    label: Label
    criteria: tuple[str, ...]
    points: Decimal
    max_points: Decimal


@dataclass(frozen=True, slots=True)
class ScoreTold:
    """How the points became the score."""

    formula: str
    over: str
    out_of: Decimal | None
    points: Decimal  # of all lines
    max_points: Decimal  # of the lines with points
    score: Decimal | None
    places: int
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextCut:
    """The cut to the next better grade, and how far the score is below it; and how far above its own cut."""

    grade: str | None
    cut: Decimal | None
    missing: Decimal | None
    own_cut: Decimal | None
    to_spare: Decimal | None
    would_be: str | None  # the grade that the rules would make of it, were the cut reached and all else as it is
    held_by: tuple[RuleTold, ...]  # the rules that would make it another


@dataclass(frozen=True, slots=True)
class ReadTold:
    """What a condition reads of the subject; `points` of a criterion."""

    name: str
    value: Told
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ConditionTold:
    """The condition of a grade: of the one reached, or of a better one."""

    grade: str
    label: Label
    condition: str
    holds: bool
    reads: tuple[ReadTold, ...]
    unknown: tuple[str, ...]  # the names that it reads and of which nothing is known
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What would come out if the missing lines were measured so."""

    state: str
    score: Decimal | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class Range:
    """The best and the worst that can come out, for the lines that nobody could measure."""

    lines: tuple[str, ...]
    best: Case | None  # None: not known
    worst: Case | None


@dataclass(frozen=True, slots=True)
class MethodTold:
    """Which rules were applied."""

    name: str
    label: Label
    version: str
    since: date
    until: date | None
    sha256: str


@dataclass(frozen=True, slots=True)
class SnapshotTold:
    """Which records were read."""

    batches: int
    head: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class KindTold:
    """A kind of record that the method reads and of which there was no record."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class JudgedTold:
    """A judgement by which records under another key are this subject's."""

    first: str
    second: str
    decided_by: str
    decided_on: date | None
    reason: str


@dataclass(frozen=True)
class Explained:
    """One subject's outcome, opened all the way."""

    subject: str
    subject_type: str
    called: str  # a name from its records, where the key is none
    state: str
    score: Decimal | None
    grade: str | None
    grade_label: Label | None
    cut_grade: str | None
    coverage: Decimal
    method: MethodTold
    as_of: date
    snapshot: SnapshotTold
    results_hash: str
    without: tuple[KindTold, ...]  # what the method reads and no record was of
    judged: tuple[JudgedTold, ...]  # why records under other keys are this subject's
    settled_by: tuple[RuleTold, ...]  # what settled the state, or gave the grade, before any rule changed it
    reasons: tuple[str, ...]  # why there is no grade: "withheld", "no_line", "no_score", "insufficient", with names
    conditions: tuple[ConditionTold, ...]  # of grades by conditions: of each better grade, and of the one reached
    rules: tuple[RuleTold, ...]  # that changed the grade, in order
    in_force: tuple[RuleTold, ...]  # whose condition holds and that bound the grade, whether or not they changed it
    next_cut: NextCut | None
    range: Range | None
    score_from: ScoreTold
    dimensions: tuple[DimensionTold, ...]
    lines: tuple[LineTold, ...]
    named: tuple[NamedTold, ...]
    benchmarks: tuple[BenchmarkTold, ...]
    citations: tuple[Cited, ...]
