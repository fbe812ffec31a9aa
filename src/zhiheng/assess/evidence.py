"""The records of one subject as each measure of a method sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.gathered import load
from zhiheng.method import Measure, Window, parse_expression

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine
    from zhiheng.method import EvidencePlan, Told, Version

WINDOW, WHERE, SAME_FACT, ONE_DEDUCTION = "window", "where", "same_fact", "one_deduction"


@dataclass(frozen=True, slots=True)
class Given:
    """What one aggregate of a measure takes from a record: what was found, its weighted amount, whether it decides."""

    aggregate: str
    value: Told
    amount: Decimal | None = None
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as one measure sees it; `left_out` says why it does not count, '' where it does."""

    kind: str
    record: str
    true_on: date
    true_until: date | None
    age: int
    source: str
    batch: int
    file: int
    row: int
    known_at: datetime
    known_asserted: bool
    content: str
    fields: Mapping[str, Told]
    weight: Decimal | None
    given: tuple[Given, ...]
    left_out: str
    document: str
    fed: str = ""  # the criterion that the record's document feeds, where documents deduct once
    parent: str = ""  # of a row within a record: that record
    moment: datetime | None = None  # where the `true_on` of its kind is a datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records that a measure could count, latest first, those that it leaves out as well."""

    name: str
    kind: str
    fields: tuple[str, ...]
    records: tuple[Seen, ...]


def subject_kinds(version: Version) -> tuple[str, ...]:
    """Name the kinds whose subjects are assessed."""
    attesting = {version.feeds.kind} if version.feeds else set()
    return version.subjects or tuple(sorted(version.reads - attesting))


def measures_of(version: Version) -> dict[str, Measure]:
    """
    Name what a version measures from records: criteria, facts, and attributes over all of their records.

    A kind that only says who is assessed is counted, under a name of its own (`of KIND`).
    """
    found = {entry.rule.name: entry.source for entry in version.measured if isinstance(entry.source, Measure)}
    found |= {name: compiled.attribute_measure(one) for name, one in version.attributes.items()}
    counted = {measure.kind for measure in found.values()}
    unread = [kind for kind in subject_kinds(version) if kind not in counted]
    return found | {f"of {kind}": Measure(kind, None, Window(), None, parse_expression("count()")) for kind in unread}


def read_evidence(
    stored: Stored, engine: Engine, subjects: Sequence[str], names: Container[str] | None = None
) -> Mapping[str, Mapping[str, Evidence]]:
    """Read the records of some subjects as the measures of the version (or those named) see them: subject, name."""
    measures = {name: one for name, one in measures_of(stored.version).items() if names is None or name in names}
    among = {name for entry in stored.version.one_deduction for name in entry.among}
    deducting = [one.kind for name, one in measures_of(stored.version).items() if name in among]
    sources = keep_records(stored, engine, subjects, [*(one.kind for one in measures.values()), *deducting])
    manifest = stored.assessment.manifest
    gathering = compiled.Gathering(stored.version, stored.kinds, manifest.as_of, {}, wide=manifest.wide)
    plans = [compiled.plan_evidence(gathering, name, measure, sources) for name, measure in measures.items()]
    documents = compiled.plan_documents(gathering, sources)
    load(compiled.calendar_of(gathering, _days(engine, sources.values())), engine)
    fed = {} if documents is None else _fed(engine.fetch(documents))
    found: dict[str, dict[str, Evidence]] = {subject: {} for subject in subjects}
    for plan in plans:
        by_subject: dict[str, list[Seen]] = {subject: [] for subject in subjects}
        at = (plan.columns.index(compiled.MOMENT), plan.columns.index("record"))
        for row in sorted(engine.fetch(plan.query), key=lambda row: (row[at[0]], row[at[1]]), reverse=True):
            read = dict(zip(plan.columns, row, strict=True))
            if read["subject"] in by_subject:  # else the key was judged to be another subject's
                by_subject[str(read["subject"])].append(_seen(plan, read, fed if plan.name in among else None))
        for subject, seen in by_subject.items():
            found[subject][plan.name] = _with_amounts(Evidence(plan.name, plan.kind, plan.fields, tuple(seen)))
    return found


def keep_records(
    stored: Stored, engine: Engine, subjects: Sequence[str], kinds: Iterable[str]
) -> dict[str, exp.Select]:
    """Keep the records of some subjects in the engine, and say how each kind of them, and its parent, is read."""
    for table in stored.snapshot.tables:
        engine.attach(table)
    found: dict[str, exp.Select] = {}
    for kind in dict.fromkeys(one for of in kinds for one in (of.partition(".")[0], of)):
        name = f"seen_{kind.replace('.', '__')}"
        spellings = [key for subject in subjects for key in stored.snapshot.spellings(kind, subject)]
        engine.keep(name, stored.snapshot.visible(kind, among=spellings))
        found[kind] = exp.select("*").from_(exp.to_table(name, quoted=True))
    return found


def _days(engine: Engine, sources: Iterable[exp.Select]) -> frozenset[date]:
    """Find the days on which the records were true: the calendar needs no others."""
    column = exp.column(exp.to_identifier("true_on", quoted=True))
    rows = [engine.fetch(exp.select(column.copy()).distinct().from_(one.subquery("r"))) for one in sources]
    return frozenset(day for found in rows for (day,) in found if isinstance(day, date))


def _fed(rows: Iterable[Sequence[object]]) -> dict[tuple[str, str], str]:
    return {(str(subject), str(document)): str(criterion) for subject, document, criterion in rows if criterion}


def _seen(plan: EvidencePlan, row: Mapping[str, object], fed: Mapping[tuple[str, str], str] | None) -> Seen:
    document, when = str(row[compiled.DOCUMENT]), row[compiled.MOMENT]
    feeds = "" if fed is None else fed.get((str(row["subject"]), document), plan.name)
    left_out = ""
    for reason, applies in (
        (WINDOW, not row[compiled.IN_WINDOW]),
        (WHERE, not row[compiled.MEETS]),
        (SAME_FACT, row[compiled.AGAIN]),
        (ONE_DEDUCTION, feeds not in ("", plan.name)),
    ):
        if applies:
            left_out = reason
            break
    weight = None if plan.weight is None else _scaled(row[compiled.WEIGHT], plan.weight)
    return Seen(
        kind=plan.kind,
        record=str(row["record"]),
        true_on=_day(row["true_on"]) or date.min,
        true_until=_day(row["true_until"]),
        age=int(str(row[compiled.AGE])),
        source=str(row["source"]),
        batch=int(str(row["batch"])),
        file=int(str(row["file"])),
        row=int(str(row["file_row"])),
        known_at=_moment(row["known_at"]),
        known_asserted=bool(row["known_asserted"]),
        content=str(row["content"]),
        fields={name: told(row[name]) for name in plan.fields},
        weight=weight,
        given=tuple(Given(part.aggregate, _taken(row[part.column], part.scale)) for part in plan.parts),
        left_out=left_out,
        document=document,
        fed=feeds,
        parent=str(row.get("parent", "")),
        moment=when if isinstance(when, datetime) else None,
    )


def told(value: object) -> Told:
    """Make of an engine's value what readers see: lists as one text, moments as texts."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if value is None or isinstance(value, bool | Decimal | date):
        return value
    if isinstance(value, int):
        return Decimal(value)
    return "、".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)


def _taken(value: object, scale: int | None) -> Told:
    return told(value) if scale is None else _scaled(value, scale)


def _scaled(value: object, scale: int) -> Decimal | None:
    return None if value is None else Decimal(int(str(value))).scaleb(-scale)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.min  # noqa: DTZ901 - UTC without a zone, as in the ledger


def _with_amounts(evidence: Evidence) -> Evidence:
    """Say of each record that counts what it adds, or that it decides."""
    counted = [one for one in evidence.records if not one.left_out]
    decisive = {at: _decisive(counted, at) for at in range(len(counted[0].given))} if counted else {}
    records = tuple(one if one.left_out else _weighed(one, decisive) for one in evidence.records)
    return Evidence(evidence.name, evidence.kind, evidence.fields, records)


def _decisive(counted: Sequence[Seen], at: int) -> frozenset[str]:
    """Find the records that alone decide an aggregate: the last, the first, the least, the greatest."""
    aggregate = counted[0].given[at].aggregate
    if aggregate in ("latest", "earliest"):
        return frozenset({counted[0 if aggregate == "latest" else -1].record})
    known = [one for one in counted if one.given[at].value is not None]
    if aggregate not in ("min", "max") or not known:
        return frozenset()
    pick = min if aggregate == "min" else max
    best = pick((one.given[at].value for one in known), key=_in_order)
    return frozenset(one.record for one in known if one.given[at].value == best)


def _in_order(value: Told) -> tuple[bool, Decimal, str]:
    number = isinstance(value, Decimal)
    return number, value if isinstance(value, Decimal) else Decimal(0), "" if number else str(value)


def _weighed(one: Seen, decisive: Mapping[int, frozenset[str]]) -> Seen:
    given = tuple(
        Given(part.aggregate, part.value, _amount(part, one.weight), decides=one.record in decisive[at])
        for at, part in enumerate(one.given)
    )
    return Seen(**{name: getattr(one, name) for name in one.__slots__ if name != "given"}, given=given)


def _amount(part: Given, weight: Decimal | None) -> Decimal | None:
    """Say what a record adds to a sum or a share, its weight counted."""
    full = Decimal(1) if weight is None else weight
    if part.aggregate in ("share", "count"):
        return full if part.value is True else Decimal(0)
    if part.aggregate in ("sum", "mean") and isinstance(part.value, Decimal):
        return part.value * full
    return None
