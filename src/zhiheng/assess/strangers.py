"""Tell of a kind whose records are all about others than those who are assessed: their keys may not meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.assess.assessment import ASSESSMENT
from zhiheng.assess.evidence import subject_kinds
from zhiheng.assess.find_subject import OUTCOMES
from zhiheng.engine import Table
from zhiheng.errors import Fault, Place
from zhiheng.method import outcome_types
from zhiheng.vocabulary import shorten

if TYPE_CHECKING:
    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine

_SUBJECT = exp.column("subject", quoted=True)
_FIRST = exp.Min(this=_SUBJECT.copy())


def tell_strangers(stored: Stored, engine: Engine, kind: str) -> list[Fault]:
    """Tell if none of a kind's records up to the day is about an assessed subject; the ledger's tables are attached."""
    assessment = stored.assessment
    if kind in subject_kinds(stored.version) or not assessment.manifest.subjects:
        return []
    engine.attach(Table(OUTCOMES, (str(assessment.path / ASSESSMENT),), outcome_types(stored.version)))
    assessed = exp.select(_SUBJECT.copy()).from_(exp.to_table(OUTCOMES, quoted=True))
    day = exp.cast(exp.Literal.string(assessment.manifest.as_of.isoformat()), "date")
    records = exp.select("*").from_(stored.snapshot.visible(kind).subquery("records"))
    records = records.where(exp.LTE(this=exp.column("true_on", quoted=True), expression=day))
    met = exp.In(this=_SUBJECT.copy(), query=exp.Subquery(this=assessed.copy()))
    if engine.fetch(records.where(met).limit(1)):
        return []
    [(count, theirs)] = engine.fetch(records.select(exp.Count(this=exp.Star()), _FIRST.copy(), append=False))
    if not count:
        return []
    [(ours,)] = engine.fetch(assessed.select(_FIRST.copy(), append=False))
    label = stored.kinds[kind].label
    facts = {"kind": kind, "label_zh": label.zh, "label_en": label.en, "count": int(str(count))}
    keys = {"theirs": shorten(str(theirs)), "ours": shorten(str(ours))}
    return [Fault("assess.records-about-others", Place(), {**facts, **keys}, warning=True)]
