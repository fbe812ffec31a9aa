"""Compare two assessments: who moved, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.assessment import ASSESSMENT
from zhiheng.assess.causes import Sight, Tracer, in_order
from zhiheng.assess.comparison import Comparison
from zhiheng.assess.definitions import OUTCOME_SECTIONS, outcome_of
from zhiheng.assess.evidence import read_evidence, subject_kinds
from zhiheng.assess.movement import Cause, Cell, Side, Standing, SubjectMoved
from zhiheng.assess.record_changes import Ledgers, Reading, came_or_went, look_elsewhere
from zhiheng.assess.relevance import relevant_names
from zhiheng.assess.stored import read_values, restore
from zhiheng.engine import Table
from zhiheng.errors import EXIT_USAGE, Place, ZhihengError
from zhiheng.ledger import list_batches

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from zhiheng.assess.assessment import Assessment
    from zhiheng.assess.evidence import Evidence
    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine
    from zhiheng.method import Account

BEFORE, AFTER, SOME = "before", "after", "some_subjects"
CHUNK = 1_000
TOLD = 2_000
OUTCOME = ("state", "score", "grade")


class NotComparable(ZhihengError):
    """The two assessments do not answer the same question."""

    code: ClassVar[str] = "assess.not-comparable"
    exit_code: ClassVar[int] = EXIT_USAGE


def compare(before: Assessment, after: Assessment, *, engine: Engine, most: int | None = TOLD) -> Comparison:
    """
    Tell who moved between two assessments of one method, and why.

    The causes of the first `most` subjects that moved are traced (None: of all), those whose grade changed before
    those whose score alone did.

    Raises:
        NotComparable: they are of different methods or types of subject.
        LedgerNotFound, LedgerCut, MethodNotFound, ValuesUnfit: what one of them rests on is not there.
    """
    one, other = before.manifest, after.manifest
    if (one.method, one.subject) != (other.method, other.subject):
        raise NotComparable(
            Place(str(after.path)), before=f"{one.method} ({one.subject})", after=f"{other.method} ({other.subject})"
        )
    first, second = restore(before), restore(after)
    ledgers = _ledgers(first, second)
    for name, side in ((BEFORE, first), (AFTER, second)):
        file = str(side.assessment.path / ASSESSMENT)
        engine.attach(Table(name, (file,), compiled.outcome_types(side.version)))
    moved = _moved(engine)
    told = moved if most is None else moved[:most]
    subjects = [one for part in _parts(told) for one in _trace(part, first, second, ledgers, engine)]
    return Comparison(
        before=_side(before),
        after=_side(after),
        differs=_differs(ledgers),
        grades=tuple(grade.grade for grade in second.version.grades),
        matrix=_matrix(engine),
        moved=len(moved),
        told=len(told),
        subjects=tuple(subjects),
    )


def _side(assessment: Assessment) -> Side:
    manifest = assessment.manifest
    return Side(
        folder=str(assessment.path),
        method=manifest.method,
        version=manifest.version,
        digest=manifest.digest,
        as_of=manifest.as_of,
        batches=manifest.batches,
        head=manifest.head,
        known_at=manifest.known_at.isoformat(),
        subjects=manifest.subjects,
        results_hash=manifest.results_hash,
    )


def _ledgers(before: Stored, after: Stored) -> Ledgers:
    """Tell whether both read one ledger: the batches of the shorter are the first of the longer."""
    readings = []
    heads = []
    for stored in (before, after):
        batches = list_batches(stored.workspace)
        files = {(batch.number, file.number): file for batch in batches for file in batch.files}
        heads.append([batch.head for batch in batches])
        readings.append(Reading(stored.assessment.manifest, stored.snapshot, files))
    common = min(before.snapshot.batches, after.snapshot.batches)
    return Ledgers(readings[0], readings[1], same=heads[0][:common] == heads[1][:common])


def _differs(ledgers: Ledgers) -> tuple[str, ...]:
    one, other = ledgers.before.manifest, ledgers.after.manifest
    records = (one.batches, one.head, one.known_at) != (other.batches, other.head, other.known_at)
    checks = {
        "method": one.digest != other.digest,
        "version": one.version != other.version,
        "as_of": one.as_of != other.as_of,
        "records": records,
        "ledger": not ledgers.same,
    }
    return tuple(name for name, differs in checks.items() if differs)


# Outcomes side by side


def _of(table: str, name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def _joined() -> exp.Select:
    tables = [exp.Table(this=exp.to_identifier(name, quoted=True)) for name in (BEFORE, AFTER)]
    same = exp.EQ(this=_of(BEFORE, "subject"), expression=_of(AFTER, "subject"))
    return exp.Select().from_(tables[0]).join(tables[1], on=same, join_type="full outer")


def _subject() -> exp.Expression:
    return exp.Coalesce(this=_of(AFTER, "subject"), expressions=[_of(BEFORE, "subject")])


def _unlike(name: str) -> exp.Expression:
    return exp.Not(this=exp.NullSafeEQ(this=_of(BEFORE, name), expression=_of(AFTER, name)))


def _moved(engine: Engine) -> list[str]:
    """List who moved: first whose state or grade did, then whose score did."""
    one_sided = [exp.Is(this=_of(name, "subject"), expression=exp.Null()) for name in (BEFORE, AFTER)]
    graver = exp.or_(*one_sided, _unlike("state"), _unlike("grade"))
    first = exp.Case(ifs=[exp.If(this=graver, true=exp.Literal.number(0))], default=exp.Literal.number(1))
    query = _joined().select(exp.alias_(_subject(), "subject", quoted=True), exp.alias_(first, "rank", quoted=True))
    query = query.where(exp.or_(*one_sided, *(_unlike(name) for name in OUTCOME)))
    rows = [(int(str(rank)), str(subject)) for subject, rank in engine.fetch(query)]
    return [subject for _, subject in sorted(rows)]


def _matrix(engine: Engine) -> tuple[Cell, ...]:
    keys = [_of(table, name) for table in (BEFORE, AFTER) for name in ("state", "grade")]
    query = _joined().select(*keys, exp.Count(this=exp.Star(), big_int=True)).group_by(*(key.copy() for key in keys))
    cells = []
    for *key, count in engine.fetch(query):
        names = [None if part is None else str(part) for part in key]
        cells.append(Cell(names[0], names[1], names[2], names[3], int(str(count))))
    return tuple(sorted(cells, key=_in_order))


def _in_order(cell: Cell) -> tuple[str, ...]:
    parts = (cell.state_before, cell.grade_before, cell.state_after, cell.grade_after)
    return tuple(part or "" for part in parts)


# Causes


def _parts(subjects: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(subjects), CHUNK):
        yield list(subjects[start : start + CHUNK])


def _trace(
    subjects: list[str], before: Stored, after: Stored, ledgers: Ledgers, engine: Engine
) -> Iterator[SubjectMoved]:
    one, _ = _accounts(before, subjects, engine)
    other, ruled = _accounts(after, subjects, engine, outcome_from=before)
    evidence = [read_evidence(stored, engine, subjects) for stored in (before, after)]
    ledgers = look_elsewhere(ledgers, evidence, engine)
    for subject in subjects:
        first, second = one.get(subject), other.get(subject)
        if first is None or second is None:
            kinds = {kind for stored in (before, after) for kind in subject_kinds(stored.version)}
            yield _one_sided(subject, first, second, ledgers, evidence, kinds)
            continue
        tracer = Tracer(
            ledgers,
            Sight(before.version, first, evidence[0][subject]),
            Sight(after.version, second, evidence[1][subject]),
        )
        values = tuple(tracer.moved())
        relevant = relevant_names(tracer.before, tracer.after)
        causes = {cause for value in values if value.name in relevant for cause in value.causes}
        if subject in ruled:
            causes.add(Cause.CHANGED_RULE)
        causes = causes or {cause for value in values for cause in value.causes} or {Cause.UNTRACED}
        yield SubjectMoved(subject, _standing(first), _standing(second), in_order(causes), values)


def _accounts(
    stored: Stored, subjects: list[str], engine: Engine, outcome_from: Stored | None = None
) -> tuple[dict[str, Account], frozenset[str]]:
    """Read the accounts of some subjects, and whose outcome the rules of another version would make another."""
    gathered = read_values(stored, engine, SOME, subjects)
    plan = compiled.AccountPlan(gathered.sheet())
    accounts = {one.subject: one for one in (plan.read(row) for row in engine.fetch(plan.query))}
    if outcome_from is None:
        return accounts, frozenset()
    days = [one.assessment.manifest.as_of for one in (outcome_from, stored)]
    if outcome_of(outcome_from.version, days[0]) == outcome_of(stored.version, days[1]):
        return accounts, frozenset()
    sections = {name: getattr(outcome_from.version, name) for name in OUTCOME_SECTIONS}
    hybrid = replace(gathered.gathering, version=replace(stored.version, **sections))
    try:
        sheet = compiled.SubjectSheet(hybrid, SOME, gathered.frozen, gathered.coverage)
        other = compiled.AccountPlan(sheet)
        rows = [other.read(row) for row in engine.fetch(other.query)]
    except (KeyError, ZhihengError):
        return accounts, frozenset(accounts)  # the rules of then speak of what there is no more
    return accounts, frozenset(one.subject for one in rows if _standing(one) != _standing(accounts[one.subject]))


def _standing(account: Account) -> Standing:
    return Standing(account.state, account.score, account.grade, account.rules)


def _one_sided(
    subject: str,
    before: Account | None,
    after: Account | None,
    ledgers: Ledgers,
    evidence: Sequence[Mapping[str, Mapping[str, Evidence]]],
    kinds: Container[str],
) -> SubjectMoved:
    """Tell of a subject that only one of the two assesses: whatever brought or took its records."""
    first, second = (of.get(subject, {}) for of in evidence)
    causes = came_or_went(ledgers, first, second, kinds)
    if not causes:
        same = ledgers.before.manifest.digest == ledgers.after.manifest.digest
        causes = {Cause.UNTRACED} if same else {Cause.CHANGED_RULE}
    standing = [None if one is None else _standing(one) for one in (before, after)]
    return SubjectMoved(subject, standing[0], standing[1], in_order(causes), ())
