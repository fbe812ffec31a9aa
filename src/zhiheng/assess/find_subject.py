"""Find the subject that a reader means: by its key as it stands, as it might be written, or near it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng.assess.assessment import ASSESSMENT
from zhiheng.engine import Table
from zhiheng.errors import EXIT_USAGE, Fault, Place, ZhihengError
from zhiheng.ledger import LONGEST_ASKED, SUGGESTED, add_nearest, holds_text, spellings_of
from zhiheng.method import outcome_types
from zhiheng.vocabulary import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine
    from zhiheng.vocabulary import Kind

OUTCOMES = "outcomes"


class SubjectNotAssessed(ZhihengError):
    """The assessment has no such subject."""

    code: ClassVar[str] = "assess.subject-not-assessed"
    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, place: Place, asked: str, near: tuple[str, ...]) -> None:
        facts = {"subject": shorten(asked), "near": ", ".join(near)}
        super().__init__(place, **facts)
        self.near = near
        if near:
            self.fault = Fault(f"{self.code}-near", place, facts)
            self.args = (self.fault.render(),)


def find_subject(stored: Stored, engine: Engine, asked: str) -> str:
    """
    Find a subject of an assessment.

    Its key may be written with days as `2017-12-11`, in full width, as a name with other spaces or brackets, or as a
    key that was judged to be the same subject.

    Raises:
        SubjectNotAssessed: there is none; with the keys that come near, or whose records hold such a name.
    """
    path = stored.assessment.path / ASSESSMENT
    engine.attach(Table(OUTCOMES, (str(path),), outcome_types(stored.version)))
    asked = asked[:LONGEST_ASKED]
    written = dict.fromkeys(_ways(stored, asked))
    rows = engine.fetch(_outcomes("subject").where(_among("subject", list(written))))
    known = {str(subject) for (subject,) in rows}
    found = next((one for one in written if one in known), None)
    if found is None:
        near = _near(engine, asked) or _named(stored, engine, asked)
        raise SubjectNotAssessed(Place(str(stored.assessment.path)), asked, near)
    return found


def _ways(stored: Stored, asked: str) -> Iterator[str]:
    """Write a key in every way in which it may be meant."""
    kinds = _kinds_about(stored)
    for one in spellings_of(asked):
        yield one
        for kind in kinds:
            yield stored.snapshot.canonical(kind.name, one)


def _kinds_about(stored: Stored) -> tuple[Kind, ...]:
    of_type = stored.assessment.manifest.subject
    return tuple(kind for kind in stored.kinds.values() if kind.subject.type == of_type)


def _outcomes(*columns: str) -> exp.Select:
    table = exp.Table(this=exp.to_identifier(OUTCOMES, quoted=True))
    return exp.Select().from_(table).select(*(_column(name) for name in columns))


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _among(column: str, texts: list[str]) -> exp.Expression:
    return exp.In(this=_column(column), expressions=[exp.Literal.string(text) for text in texts])


def _near(engine: Engine, asked: str) -> tuple[str, ...]:
    """Find the keys that begin with what was asked for, or differ from it in the fewest letters."""
    begins = exp.Anonymous(this="begins_with", expressions=[_column("subject"), exp.Literal.string(asked)])
    query = _outcomes("subject").where(begins).order_by(_column("subject")).limit(SUGGESTED)
    begun = [str(subject) for (subject,) in engine.fetch(query)]
    distance = exp.Levenshtein(this=_column("subject"), expression=exp.Literal.string(asked))
    query = _outcomes("subject").order_by(distance, _column("subject")).limit(10 * SUGGESTED)
    keys = [str(subject) for (subject,) in engine.fetch(query)]
    return tuple(add_nearest(asked, begun, keys))


def _named(stored: Stored, engine: Engine, asked: str) -> tuple[str, ...]:
    """Find subjects whose records hold such a name in a text field."""
    for table in stored.snapshot.tables:
        engine.attach(table)
    found: dict[str, None] = {}
    for kind in _kinds_about(stored):
        holds = holds_text(kind, asked)
        if kind.name not in stored.snapshot.held or holds is None:
            continue
        rows = exp.Select().from_(stored.snapshot.visible(kind.name).subquery("r")).select(_column("subject"))
        query = rows.distinct().where(holds).order_by(_column("subject")).limit(SUGGESTED)
        found |= dict.fromkeys(str(subject) for (subject,) in engine.fetch(query))
    assessed = engine.fetch(_outcomes("subject").where(_among("subject", [*found]))) if found else []
    return tuple(sorted(str(subject) for (subject,) in assessed))[:SUGGESTED]
