"""Score everything again from what was settled before: only peers, and what rests on them, is worked out anew."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.assessment import GONE, SETTLED, TOUCHED, VALUES
from zhiheng.assess.gathered import Peers, freeze
from zhiheng.assess.stored import ValuesUnfit, filed_rows, gathering_then
from zhiheng.assess.touched import ANEW, MOST_TOUCHED, TOUCHED_SUBJECTS, gather_anew
from zhiheng.assess.writing import begin, conclude, keep_scored, write_outcome
from zhiheng.engine import NumberTooLarge, QueryRefused, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhiheng.assess.assessment import Assessment
    from zhiheng.assess.gathered import Gathered
    from zhiheng.assess.stored import Stored
    from zhiheng.assess.touched import Touched
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Gathering, Scoring

RESCORED, TOUCHED_ROWS, TOUCHED_BEFORE, ALL_TOUCHED = "rescored", "touched_rows", "touched_before", "all_touched"


def rescore(stored: Stored, snapshot: Snapshot, engine: Engine, touched: Touched, *, out: Path) -> Assessment | None:
    """
    Score every subject again, reading the records of the touched ones, and write an assessment without lines.

    None where what the earlier assessment settled does not fit: it was written by another version of zhiheng, too much
    was touched since, or a number does not fit 64 bits any more.

    Raises:
        FilesAltered: a file of the earlier assessment is not as it was written.
    """
    try:
        gathered = _score_again(stored, snapshot, engine, touched)
    except (ValuesUnfit, NumberTooLarge, QueryRefused):  # the last: peers ask for columns that were not settled
        return None
    if gathered is None or not _keep_touched(stored, engine):
        return None
    known = {name: stored.assessment.manifest.files[name] for name in (VALUES, SETTLED)}
    part = begin(out)
    write_outcome(engine, part)
    for name in known:
        _link(stored.assessment.path / name, part / name)
    engine.write(exp.select("*").from_(_table(ALL_TOUCHED)), part / TOUCHED)
    settled = stored.assessment.manifest.settled
    return conclude(stored.method, snapshot, engine, gathered, settled=settled, part=part, out=out, known=known)


def _score_again(stored: Stored, snapshot: Snapshot, engine: Engine, touched: Touched) -> Gathered | None:
    manifest = stored.assessment.manifest
    if not (stored.assessment.path / VALUES).is_file():
        return None
    gathering = gathering_then(stored)
    raw = {column.name: column.type for column in gathering.columns.values()}
    types = {name: raw.get(name, filed) for name, filed in manifest.settled.items()}
    settled = filed_rows(stored, engine, SETTLED, manifest.settled, types)
    gather_anew(stored, snapshot, engine, touched)
    alone = compiled.plan_scoring(compiled.SubjectSheet(gathering, ANEW, manifest.frozen, manifest.coverage))
    if not _fits(alone, stored):
        return None
    engine.keep(TOUCHED_ROWS, _touched_rows(gathering, alone))
    engine.keep(RESCORED, _rescored(settled, types))
    gathered = freeze(gathering, snapshot, engine, Peers(), table=RESCORED)
    scoring = compiled.plan_scoring(gathered.sheet())
    if not _fits(scoring, stored):
        return None
    keep_scored(engine, compiled.take_settled(scoring), kept=False)
    return gathered


def _fits(scoring: Scoring, stored: Stored) -> bool:
    """Tell whether the columns that were settled then are those from which outcomes are worked out now."""
    return {name: one.type for name, one in scoring.settled.items()} == dict(stored.assessment.manifest.settled)


def _touched_rows(gathering: Gathering, alone: Scoring) -> exp.Select:
    """Write the rows of the touched subjects: raw aggregates and what is settled from them, as files hold them."""
    raw = {
        column.name: _cast(_column(column.name), column.filed_type)
        if column.type != column.filed_type
        else _column(column.name)
        for column in gathering.columns.values()
    }
    settled = {name: one.tree for name, one in alone.settled.items()}
    return alone.scope.sheet.select({"subject": _column("subject")} | raw | settled)


def _rescored(settled: exp.Select, types: Mapping[str, str]) -> exp.Query:
    """Take the touched subjects as they were settled anew, and all others as they were."""
    among = exp.select(_column("subject")).from_(_table(TOUCHED_SUBJECTS))
    others = settled.where(exp.Not(this=exp.In(this=_column("subject"), query=exp.Subquery(this=among))))
    anew = [_named(_cast(_column(name), of), name) for name, of in types.items()]
    touched = exp.select(_column("subject"), *anew).from_(_table(TOUCHED_ROWS))
    return exp.Union(this=others, expression=touched, distinct=False)


def _keep_touched(stored: Stored, engine: Engine) -> bool:
    """Keep the rows of all subjects that were touched since the files were written; False if there are too many."""
    manifest = stored.assessment.manifest
    columns = {**manifest.columns, **manifest.settled}
    listed = [_column("subject"), *(_named(_cast(_column(name), of), name) for name, of in columns.items())]
    here = exp.select(*listed, _named(exp.false(), GONE)).from_(_table(TOUCHED_ROWS))
    nothing = [_column("subject"), *(_named(_cast(exp.Null(), of), name) for name, of in columns.items())]
    held = exp.Subquery(this=exp.select(_column("subject")).from_(_table(TOUCHED_ROWS)))
    gone = exp.select(*nothing, _named(exp.true(), GONE)).from_(_table(TOUCHED_SUBJECTS))
    gone = gone.where(exp.Not(this=exp.In(this=_column("subject"), query=held)))
    rows: exp.Query = exp.Union(this=here, expression=gone, distinct=False)
    if TOUCHED in manifest.files:
        file = str(stored.assessment.path / TOUCHED)
        engine.attach(Table(TOUCHED_BEFORE, (file,), {"subject": "VARCHAR", **columns, GONE: "BOOLEAN"}))
        among = exp.Subquery(this=exp.select(_column("subject")).from_(_table(TOUCHED_SUBJECTS)))
        before = exp.select(_column("subject"), *(_column(name) for name in columns), _column(GONE))
        before = before.from_(_table(TOUCHED_BEFORE)).where(exp.Not(this=exp.In(this=_column("subject"), query=among)))
        rows = exp.Union(this=rows, expression=before, distinct=False)
    engine.keep(ALL_TOUCHED, rows)
    ((count,),) = engine.fetch(exp.select(exp.Count(this=exp.Star(), big_int=True)).from_(_table(ALL_TOUCHED)))
    return int(str(count)) <= MOST_TOUCHED


def _link(source: Path, target: Path) -> None:
    """Have the same file under another name: files of assessments are replaced, never changed."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _cast(tree: exp.Expression, of: str) -> exp.Expression:
    return exp.Cast(this=tree, to=exp.DataType.build(of, dialect="duckdb"))


def _named(tree: exp.Expression, name: str) -> exp.Alias:
    return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=True))


def _table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
