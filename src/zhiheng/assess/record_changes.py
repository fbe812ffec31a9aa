"""Which records of a subject count otherwise in one assessment than in another, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.assess.evidence import WINDOW
from zhiheng.assess.movement import Cause, RecordChange

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from zhiheng.assess.evidence import Evidence, Seen
    from zhiheng.assess.manifest import Manifest
    from zhiheng.engine import Engine
    from zhiheng.ledger import FileReport, Snapshot

    Subjects = Mapping[str, Mapping[str, Evidence]]

ABSENT, COUNTED = "absent", "counted"
SOUGHT = "sought_records"


Edition = tuple[object, ...]
"""What tells two editions of a record apart."""


@dataclass(frozen=True)
class Reading:
    """One of the two assessments: its manifest, the ledger as it stood, and the files of its batches."""

    manifest: Manifest
    snapshot: Snapshot
    files: Mapping[tuple[int, int], FileReport]
    elsewhere: Mapping[tuple[str, str], Edition] = field(default_factory=dict)
    """What stands here of records (and of those they are rows of) that only the other reading gives a subject."""


@dataclass(frozen=True)
class Ledgers:
    """The two readings of the records; of one ledger, or of two whose records are matched by source and key."""

    before: Reading
    after: Reading
    same: bool

    @property
    def days_differ(self) -> bool:
        """Whether the as-of days differ."""
        return self.before.manifest.as_of != self.after.manifest.as_of


def look_elsewhere(ledgers: Ledgers, evidence: Sequence[Subjects], engine: Engine) -> Ledgers:
    """Look up the records that one reading alone gives to a subject: in the other they may be another's."""
    seen = [{(one.kind, one.record, subject): one for subject, one in _seen(side)} for side in evidence]
    alone = [[one for key, one in seen[at].items() if key not in seen[1 - at]] for at in (0, 1)]
    readings = [
        replace(reading, elsewhere=dict(_standing(reading, sorted(set(_with_parents(sought))), engine)))
        for reading, sought in ((ledgers.before, alone[1]), (ledgers.after, alone[0]))
    ]
    return replace(ledgers, before=readings[0], after=readings[1])


def _seen(side: Subjects) -> Iterator[tuple[str, Seen]]:
    yield from ((subject, one) for subject, of in side.items() for found in of.values() for one in found.records)


def _with_parents(records: Iterable[Seen]) -> Iterator[tuple[str, str]]:
    for one in records:
        yield one.kind, one.record
        if one.parent:
            yield one.kind.partition(".")[0], one.parent


def _standing(
    reading: Reading, sought: Sequence[tuple[str, str]], engine: Engine
) -> Iterator[tuple[tuple[str, str], Edition]]:
    if sought:
        for table in reading.snapshot.tables:
            engine.attach(table)
    for kind in dict.fromkeys(kind for kind, _ in sought):
        records = dict.fromkeys(record for of, record in sought if of == kind)
        engine.load(SOUGHT, {"sought": "VARCHAR"}, [(record,) for record in records])
        named = exp.Select().select(_column("sought")).from_(exp.to_table(SOUGHT, quoted=True))
        query = exp.Select().select(*map(_column, ("record", "content", "batch", "file", "file_row")))
        query = query.from_(reading.snapshot.visible(kind).subquery("r"))
        query = query.where(exp.In(this=_column("record"), query=exp.Subquery(this=named)))
        for record, content, *place in engine.fetch(query):
            yield (kind, str(record)), (content,) if content is not None else tuple(place)


def _edition(seen: Seen) -> Edition:
    """Tell editions apart by their content, and children, which have none of their own, by where they came from."""
    return (seen.batch, seen.file, seen.row) if "." in seen.kind else (seen.content,)


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def record_changes(
    ledgers: Ledgers, before: Evidence | None, after: Evidence | None, ageing: frozenset[str]
) -> tuple[RecordChange, ...]:
    """
    List the records that count otherwise than before, latest first; `ageing` is what of them the day can change.

    What only one of the two methods reads, or reads of another kind of record, has not come nor gone.
    """
    if before is None or after is None or before.kind != after.kind:
        return ()
    one, other = ({seen.record: seen for seen in evidence.records} for evidence in (before, after))
    found = []
    for record in dict.fromkeys((*other, *one)):
        first, second = one.get(record), other.get(record)
        cause = _cause(ledgers, first, second, ageing)
        if cause is not None:
            found.append(_change(ledgers, cause, first, second))
    return tuple(sorted(found, key=lambda change: (change.true_on, change.record), reverse=True))


def came_or_went(
    ledgers: Ledgers, before: Mapping[str, Evidence], after: Mapping[str, Evidence], kinds: Container[str]
) -> set[Cause]:
    """Say why a subject has records of some kinds in one of two readings of the ledger and none in the other."""
    one, other = ({seen.record: seen for seen in _of_kinds(side, kinds)} for side in (before, after))
    came = {_came(ledgers, seen) for record, seen in other.items() if record not in one}
    went = {_went(ledgers, seen) for record, seen in one.items() if record not in other}
    return came | went


def _of_kinds(evidence: Mapping[str, Evidence], kinds: Container[str]) -> Iterator[Seen]:
    for one in evidence.values():
        if one.kind in kinds:
            yield from one.records


def _cause(ledgers: Ledgers, before: Seen | None, after: Seen | None, ageing: frozenset[str]) -> Cause | None:
    if before is None:
        return None if after is None or after.left_out else _came(ledgers, after)
    if after is None:
        return None if before.left_out else _went(ledgers, before)
    if before.left_out and after.left_out:
        return None
    if _is_edited(ledgers, before, after):
        return None if _gives(before) == _gives(after) else Cause.CORRECTION
    return Cause.PASSING_DATE if ledgers.days_differ and _aged(before, after, ageing) else None


def _is_edited(ledgers: Ledgers, before: Seen, after: Seen) -> bool:
    """Tell whether what is read of a record was written anew; two ledgers number their files each for itself."""
    if "." in before.kind and not ledgers.same:
        return (before.fields, before.true_on, before.true_until) != (after.fields, after.true_on, after.true_until)
    return _edition(before) != _edition(after)


def _aged(before: Seen, after: Seen, ageing: frozenset[str]) -> bool:
    """Tell whether the day alone made a record count otherwise: by its window, or by what is read of its age."""
    changed = {
        "window": (before.left_out == WINDOW) != (after.left_out == WINDOW),
        "where": before.left_out != after.left_out,
        "weight": before.weight != after.weight,
        "given": _values(before) != _values(after),
    }
    return any(changed[part] for part in ageing)


def _values(seen: Seen) -> object:
    return tuple((given.aggregate, given.value) for given in seen.given)


def _gives(seen: Seen) -> object:
    return (
        seen.true_on,
        seen.left_out,
        seen.weight,
        _values(seen),
    )


def _came(ledgers: Ledgers, seen: Seen) -> Cause:
    """Say why a record counts that was not among the subject's before."""
    if _is_corrected(ledgers.before, seen):
        return Cause.CORRECTION
    if not ledgers.same or not _known(ledgers.before, seen):
        return Cause.NEW_RECORD
    if seen.true_on > ledgers.before.manifest.as_of:
        return Cause.PASSING_DATE
    return Cause.IDENTITY if _stands(ledgers.before, seen) else Cause.WITHDRAWN_LATER


def _went(ledgers: Ledgers, seen: Seen) -> Cause:
    """Say why a record is no longer among the subject's."""
    if _is_corrected(ledgers.after, seen):
        return Cause.CORRECTION
    if not ledgers.same:
        return Cause.WITHDRAWAL
    if not _known(ledgers.after, seen):
        return Cause.NOT_YET_KNOWN  # the later of the two was given first
    if seen.true_on > ledgers.after.manifest.as_of:
        return Cause.PASSING_DATE
    return Cause.IDENTITY if _stands(ledgers.after, seen) else Cause.WITHDRAWAL


def _stands(reading: Reading, seen: Seen) -> bool:
    """Tell whether a record that the other reading alone gives its subject stands here too, as another subject's."""
    return (seen.kind, seen.record) in reading.elsewhere


def _is_corrected(reading: Reading, seen: Seen) -> bool:
    """Tell whether a reading has another edition of the record, or its parent without it."""
    parent = seen.kind.partition(".")[0], seen.parent
    if seen.parent and (seen.kind, seen.record) not in reading.elsewhere:
        return parent in reading.elsewhere
    return reading.elsewhere.get((seen.kind, seen.record), _edition(seen)) != _edition(seen)


def _known(reading: Reading, seen: Seen) -> bool:
    """Tell whether an edition of a record was in the ledger and known at the time of a reading."""
    return seen.batch <= reading.manifest.batches and seen.known_at <= reading.manifest.known_at


def _change(ledgers: Ledgers, cause: Cause, before: Seen | None, after: Seen | None) -> RecordChange:
    reading, seen = (ledgers.before, before) if after is None else (ledgers.after, after)
    assert seen is not None  # noqa: S101  one of the two is there
    file = reading.files.get((seen.batch, seen.file))
    return RecordChange(
        cause=cause,
        kind=seen.kind,
        record=seen.record,
        true_on=seen.true_on,
        source=seen.source,
        batch=seen.batch,
        file=file.name if file else "",
        sheet=file.sheet if file else "",
        row=seen.row,
        before=ABSENT if before is None else before.left_out or COUNTED,
        after=ABSENT if after is None else after.left_out or COUNTED,
        weight_before=before.weight if before else None,
        weight_after=after.weight if after else None,
    )
