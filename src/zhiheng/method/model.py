"""What a method is, once read: dated, cited rules as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal

from zhiheng.errors import Place, ZhihengError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from sqlglot import exp

    from zhiheng.vocabulary import Label


@dataclass(frozen=True, slots=True)
class Expression:
    """An SQL expression as its author wrote it, and as parsed."""

    text: str
    tree: exp.Expression
    place: Place = field(default_factory=Place, compare=False)


class Confidence(StrEnum):
    """How sure a citation is."""

    CHECKED = "checked"
    LIKELY = "likely"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a number or a rule comes from. `design` is the author's own choice."""

    name: str
    title: Label
    url: str = ""
    dated: date | None = None
    confidence: Confidence = Confidence.UNVERIFIED


@dataclass(frozen=True, slots=True)
class Rule:
    """What every entry of a method has: its name or number, its label, its sources, its place in the file."""

    name: str
    label: Label
    cite: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Value:
    """What the text may change, by the day it changes."""

    name: str
    dated: Mapping[date, Decimal | str | Mapping[str, Decimal]]
    cite: tuple[str, ...]
    label: Label | None
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a subject is, from the latest record."""

    name: str
    label: Label
    kind: str
    take: Expression
    where: Expression | None
    cite: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows count by their dates: the last `months`, or those true on the day, or the last; else all so far."""

    months: int | None = None
    current: bool = False
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """How rows of one kind become one value."""

    kind: str  # "sampling" or "sampling.items"
    where: Expression | None
    window: Window
    weight: Expression | None
    measure: Expression
    shrink: Shrink | None = None


@dataclass(frozen=True, slots=True)
class Shrink:
    """Pull a share or a mean towards another number, the more the fewer rows there are."""

    towards: Decimal | str  # a number, or the name of a value or benchmark
    strength: Decimal | str


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value without points: measured from records, or a formula over the subject."""

    rule: Rule
    source: Measure | Expression
    applies: Expression | None
    default: Decimal | str | bool | None
    unit: str
    places: int
    catalogue: str = ""


class Absent(StrEnum):
    """What it means that there are no rows."""

    NOT_INSPECTED = "not_inspected"
    NOT_APPLICABLE = "not_applicable"
    ZERO = "zero"
    FULL_IF_FEED_COMPLETE = "full_if_feed_complete"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Line:
    """Straight lines between given values, flat outside: (value, points), ascending by value."""

    knots: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """One step: up to `limit` (included where `closed`), or the rest where there is no limit."""

    limit: Decimal | None
    closed: bool
    points: Decimal


@dataclass(frozen=True, slots=True)
class Bins:
    """Steps from the lowest values to the highest; the last has no limit."""

    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """Points by code; `otherwise` for codes not named, None where every code is."""

    points: Mapping[str, Decimal]
    otherwise: Decimal | None


Scale = Line | Bins | Codes | Expression


@dataclass(frozen=True, slots=True)
class Criterion:
    """What earns or costs points."""

    rule: Rule
    source: Measure | Expression
    applies: Expression | None
    absent: Absent
    scale: Scale
    max: Decimal
    min: Decimal
    value_places: int
    points_places: int
    unit: str = ""
    catalogue: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What peers do, computed once for a run and frozen."""

    name: str
    label: Label | None
    of: str
    by: tuple[str, ...]
    statistic: Literal["pooled", "mean", "sd", "min", "max", "count", "percentile"]
    percent: Decimal | None
    at_least: int
    otherwise: Decimal | str | None
    places: int
    cite: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A group of criteria."""

    name: str
    label: Label
    criteria: tuple[str, ...]
    max: Decimal | None
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class OneDeduction:
    """Criteria among which one document costs points once."""

    among: tuple[str, ...]
    cite: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Feeds:
    """Which kind attests that a register was complete, and in which fields."""

    kind: str
    of_kind: str
    starts: str
    ends: str
    complete: str
    region: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class StateRule:
    """A condition that settles a subject's state before any score."""

    rule: Rule
    state: str
    when: Expression | None
    pass_through: str = ""  # the fact whose text is the state; `state` and `when` are then empty
    except_: tuple[str, ...] = ()  # texts of that fact that do not settle the state


@dataclass(frozen=True, slots=True)
class Score:
    """How points become the score."""

    over: Literal["all", "applicable"]
    out_of: Decimal | None
    formula: Expression | None
    places: int
    cite: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade: a cut of the score, a condition, or the rest. Best first."""

    rule: Rule
    grade: str
    cut: Decimal | None
    when: Expression | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """`requires` and `gates`: a grade that asks for something, and what is given without it."""

    rule: Rule
    grade: str
    needs: Expression
    otherwise: str


@dataclass(frozen=True, slots=True)
class Bound:
    """`floors`, `caps`, `vetoes`: a condition, and the grade that it bounds or sets."""

    rule: Rule
    when: Expression
    bound: Literal["at_least", "at_most", "grade"]
    grade: str


@dataclass(frozen=True, slots=True)
class Buffer:
    """Keep the previous grade while the score is near its cut."""

    rule: Rule
    previous: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Version:
    """One dated version of a method, complete in itself."""

    version: str
    since: date
    until: date | None
    subjects: tuple[str, ...]
    total: Decimal | None
    values: Mapping[str, Value]
    attributes: Mapping[str, Attribute]
    facts: Mapping[str, Fact]
    criteria: Mapping[str, Criterion]
    benchmarks: Mapping[str, Benchmark]
    dimensions: Mapping[str, Dimension]
    one_deduction: tuple[OneDeduction, ...]
    feeds: Feeds | None
    states: tuple[StateRule, ...]
    score: Score
    sufficient: StateRule | None  # state "insufficient" unless `when` is true
    grades: tuple[Grade, ...]  # best first; empty: the method gives scores alone
    requires: tuple[Requirement, ...]
    floors: tuple[Bound, ...]
    caps: tuple[Bound, ...]
    gates: tuple[Requirement, ...]
    buffer: Buffer | None
    vetoes: tuple[Bound, ...]

    @property
    def measured(self) -> tuple[Fact | Criterion, ...]:
        """All that has a value of its own: facts, then criteria."""
        return (*self.facts.values(), *self.criteria.values())

    @property
    def reads(self) -> frozenset[str]:
        """The kinds (and children, as `kind.child`) whose records this version reads."""
        sources = [entry.source for entry in self.measured]
        read = {source.kind for source in sources if isinstance(source, Measure)}
        read |= {attribute.kind for attribute in self.attributes.values()} | set(self.subjects)
        return frozenset(read | ({self.feeds.kind} if self.feeds else set()))


@dataclass(frozen=True, slots=True)
class Method:
    """A method in all its versions."""

    name: str
    label: Label
    about: Label | None
    subject: str
    citations: Mapping[str, Citation]
    versions: tuple[Version, ...]  # by date, earliest first
    file: str
    digest: str  # SHA-256 of the file's bytes

    def version_on(self, as_of: date) -> Version:
        """
        Pick the version that applies on a day.

        Raises:
            NoVersionInForce: none does.
        """
        for version in self.versions:
            if version.since <= as_of and (version.until is None or as_of <= version.until):
                return version
        raise NoVersionInForce(self, as_of)


class NoVersionInForce(ZhihengError):
    """No version of the method applies on the day."""

    code: ClassVar[str] = "method.no-version-in-force"

    def __init__(self, method: Method, as_of: date) -> None:
        periods_en = ", ".join(f"{one.version} ({_period_en(one)})" for one in method.versions)
        periods_zh = "；".join(f"{one.version}（{_period_zh(one)}）" for one in method.versions)
        facts = {"periods_en": periods_en or "-", "periods_zh": periods_zh or "—"}
        super().__init__(Place(method.file), method=method.name, as_of=as_of.isoformat(), **facts)


def _period_en(version: Version) -> str:
    return f"{version.since} to {version.until}" if version.until else f"from {version.since} on"


def _period_zh(version: Version) -> str:
    return f"{version.since} 至 {version.until}" if version.until else f"自 {version.since} 起"
