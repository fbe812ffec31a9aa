"""Assess again after new records: only the subjects that they touch are gathered anew, then everything is re-scored."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng.assess.gathered import GATHERED, Peers, freeze
from zhiheng.assess.rescoring import rescore
from zhiheng.assess.run import run_method
from zhiheng.assess.stored import ValuesUnfit, filed_values, restore
from zhiheng.assess.touched import ANEW, TOUCHED_SUBJECTS, find_touched, gather_anew
from zhiheng.assess.writing import write_assessment, written_by_this_code
from zhiheng.engine import NumberTooLarge
from zhiheng.errors import EXIT_USAGE, Place, ZhihengError
from zhiheng.ledger import list_batches

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from zhiheng import method as compiled
    from zhiheng.assess.assessment import Assessment
    from zhiheng.assess.gathered import Gathered
    from zhiheng.assess.stored import Stored
    from zhiheng.assess.touched import Touched
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot


class LedgerOther(ZhihengError):
    """The earlier assessment was computed from another ledger than the one that is assessed."""

    code: ClassVar[str] = "assess.ledger-other"
    exit_code: ClassVar[int] = EXIT_USAGE


def rerun(
    previous: Assessment,
    snapshot: Snapshot,
    engine: Engine,
    *,
    as_of: date,
    out: Path,
    lines: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Assessment:
    """
    Assess a later snapshot of the same ledger by the method of an earlier assessment.

    On the same day, only the records of subjects with new, corrected or withdrawn ones are read; benchmarks, scores and
    grades are worked out for all. The results are those of a full run, which is what is done instead where another day
    is asked for, too much is new, or another version of the software wrote the earlier assessment. Lines are written if
    that is asked for: writing those of everybody takes longer than all the rest.

    Raises:
        LedgerNotFound, MethodNotFound: what the earlier assessment rests on is not there.
        LedgerCut: its ledger lacks batches of then, or holds others in their place.
        LedgerOther: the snapshot is not of its ledger.
        FilesAltered: a file of the earlier assessment is not as it was written.
    """
    stored = restore(previous)
    advance = progress or (lambda _: None)
    _check_ledger(stored, snapshot)
    touched = None
    if as_of == previous.manifest.as_of and snapshot.true_on is None and written_by_this_code(previous.manifest):
        for table in snapshot.tables:
            engine.attach(table)
        touched = find_touched(stored, snapshot, engine)
    if touched is not None:
        advance(1)
        done = None if lines else rescore(stored, snapshot, engine, touched, out=out)
        if done is not None:
            advance(4)
            return done
        with suppress(ValuesUnfit, NumberTooLarge):  # then all is gathered, and in as many bits as it takes
            gathered = _gather_touched(stored, snapshot, engine, touched)
            return write_assessment(stored.method, snapshot, engine, gathered, out=out, lines=lines, advance=advance)
    return run_method(stored.method, snapshot, engine, as_of=as_of, out=out, lines=lines, progress=progress)


def _check_ledger(stored: Stored, snapshot: Snapshot) -> None:
    """Make sure that the snapshot is of the ledger that the earlier assessment read."""
    heads = [batch.head for batch in list_batches(stored.workspace)][: snapshot.batches]
    if len(heads) < snapshot.batches or (heads and heads[-1] != snapshot.head):
        raise LedgerOther(Place(str(stored.assessment.path)), ledger=stored.workspace.path)


def _gather_touched(stored: Stored, snapshot: Snapshot, engine: Engine, touched: Touched) -> Gathered:
    """Gather what is touched and take the raw aggregates of the rest from before."""
    gathering, earlier = filed_values(stored, engine)
    gather_anew(stored, snapshot, engine, touched)
    engine.keep(GATHERED, _merged(gathering, earlier))
    return freeze(gathering, snapshot, engine, Peers())


def _merged(gathering: compiled.Gathering, earlier: exp.Select) -> exp.Query:
    """Take the touched subjects as they were gathered anew, and all others as they were."""
    columns = [_column("subject"), *(_column(one.name) for one in gathering.columns.values())]
    touched = exp.select(_column("subject")).from_(exp.to_table(TOUCHED_SUBJECTS, quoted=True))
    others = earlier.where(exp.Not(this=exp.In(this=_column("subject"), query=exp.Subquery(this=touched))))
    return exp.Union(
        this=others, expression=exp.select(*columns).from_(exp.to_table(ANEW, quoted=True)), distinct=False
    )


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
