"""Assess again after new records: only the subjects that they touch are gathered anew, then everything is re-scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.gathered import GATHERED, Peers, freeze, load, read_kinds
from zhiheng.assess.run import LINES, run_method, write_assessment
from zhiheng.assess.stored import LedgerCut, ValuesUnfit, filed_values, restore
from zhiheng.engine import NumberTooLarge
from zhiheng.errors import Place
from zhiheng.ledger import list_batches, subjects_since

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from zhiheng.assess.gathered import Gathered
    from zhiheng.assess.run import Assessment
    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot

TOUCHED, ANEW, KEYS = "touched_subjects", "gathered_anew", "touched_keys"
MOST_TOUCHED = 50_000  # more than these, and reading everything costs no more


@dataclass(frozen=True)
class _Touched:
    """The subjects that are gathered anew, and the keys by which their records name them."""

    subjects: frozenset[str]
    keys: frozenset[str]


def rerun(
    previous: Assessment,
    snapshot: Snapshot,
    engine: Engine,
    *,
    as_of: date,
    out: Path,
    lines: bool | None = None,
    progress: Callable[[int], None] | None = None,
) -> Assessment:
    """
    Assess a later snapshot of the same ledger by the method of an earlier assessment.

    On the same day, the raw aggregates of subjects without new, corrected or withdrawn records are taken from the
    earlier assessment; benchmarks, scores and grades are worked out for all. The results are those of a full run,
    which is what is done instead where another day is asked for, or too much is new. `lines` says whether lines are
    written (None: where the earlier assessment has them).

    Raises:
        LedgerNotFound, MethodNotFound: what the earlier assessment rests on is not there.
        LedgerCut: the snapshot is not of its ledger.
    """
    stored = restore(previous)
    lines = (previous.path / LINES).is_file() if lines is None else lines
    advance = progress or (lambda _: None)
    _check_ledger(stored, snapshot)
    same_day = as_of == previous.manifest.as_of and snapshot.true_on is None
    gathered = _gather_touched(stored, snapshot, engine) if same_day else None
    if gathered is None:
        return run_method(stored.method, snapshot, engine, as_of=as_of, out=out, lines=lines, progress=progress)
    advance(1)
    return write_assessment(stored.method, snapshot, engine, gathered, out=out, lines=lines, advance=advance)


def _check_ledger(stored: Stored, snapshot: Snapshot) -> None:
    """Make sure that the snapshot is of the ledger that the earlier assessment read."""
    heads = [batch.head for batch in list_batches(stored.workspace)][: snapshot.batches]
    if len(heads) < snapshot.batches or (heads and heads[-1] != snapshot.head):
        raise LedgerCut(Place(str(stored.workspace.path)), batches=snapshot.batches, held=len(heads))


def _gather_touched(stored: Stored, snapshot: Snapshot, engine: Engine) -> Gathered | None:
    """Gather what is touched and take the rest from before; None where a full run is called for."""
    for table in snapshot.tables:
        engine.attach(table)
    touched = _find_touched(stored, snapshot, engine)
    if touched is None:
        return None
    try:
        gathering, earlier = filed_values(stored, engine)
        _gather_anew(stored, snapshot, engine, touched)
    except (ValuesUnfit, NumberTooLarge):
        return None
    engine.keep(GATHERED, _merged(gathering, earlier))
    return freeze(gathering, snapshot, engine, Peers())


def _find_touched(stored: Stored, snapshot: Snapshot, engine: Engine) -> _Touched | None:
    """Find whose records may stand otherwise than before; None where they are too many."""
    kinds = sorted(stored.version.reads)
    since = subjects_since(stored.snapshot, snapshot, kinds)
    spelled = set(since.judged)
    for query in since.queries:
        rows = engine.fetch(query.copy().limit(MOST_TOUCHED + 1))
        spelled |= {str(key) for (key,) in rows}
        if len(spelled) > MOST_TOUCHED:
            return None
    subjects = {side.canonical(kind, key) for side in (stored.snapshot, snapshot) for kind in kinds for key in spelled}
    aliases: dict[str, list[str]] = {}
    for (_, alias), subject in snapshot.same.items():
        aliases.setdefault(subject, []).append(alias)
    keys = subjects | {alias for subject in subjects for alias in aliases.get(subject, ())}
    return _Touched(frozenset(subjects), frozenset(keys))


def _gather_anew(stored: Stored, snapshot: Snapshot, engine: Engine, touched: _Touched) -> None:
    """Gather the touched subjects into a table of their own."""
    manifest = stored.assessment.manifest
    engine.load(TOUCHED, {"subject": "VARCHAR"}, [(subject,) for subject in sorted(touched.subjects)])
    engine.load(KEYS, {"subject": "VARCHAR"}, [(key,) for key in sorted(touched.keys)])
    gathering = compiled.Gathering(stored.version, stored.kinds, manifest.as_of, {}, wide=manifest.wide)
    among = exp.select(_column("subject")).from_(exp.to_table(KEYS, quoted=True))
    sources = {kind: snapshot.visible(kind, among=among) for kind in read_kinds(gathering)}
    plan = compiled.plan_gather(gathering, sources)
    for table in plan.tables:
        load(table, engine)
    engine.keep(ANEW, plan.query)


def _merged(gathering: compiled.Gathering, earlier: exp.Select) -> exp.Query:
    """Take the touched subjects as they were gathered anew, and all others as they were."""
    columns = [_column("subject"), *(_column(one.name) for one in gathering.columns.values())]
    touched = exp.select(_column("subject")).from_(exp.to_table(TOUCHED, quoted=True))
    others = earlier.where(exp.Not(this=exp.In(this=_column("subject"), query=exp.Subquery(this=touched))))
    return exp.Union(
        this=others, expression=exp.select(*columns).from_(exp.to_table(ANEW, quoted=True)), distinct=False
    )


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
