"""Find subjects in an assessment by what they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.assess.assessment import ASSESSMENT
from zhiheng.engine import Table

if TYPE_CHECKING:
    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine

LISTED = "listed_results"


def list_subjects(assessment: Assessment, grade: str, engine: Engine, *, most: int = 100) -> list[str]:
    """List the subjects of a grade in the order of their keys, so many at most."""
    engine.attach(Table(LISTED, (str(assessment.path / ASSESSMENT),), {"subject": "VARCHAR", "grade": "VARCHAR"}))
    subject, given = (exp.column(exp.to_identifier(name, quoted=True)) for name in ("subject", "grade"))
    query = (
        exp.Select()
        .select(subject)
        .from_(exp.Table(this=exp.to_identifier(LISTED, quoted=True)))
        .where(exp.EQ(this=given, expression=exp.Literal.string(grade)))
        .order_by(subject.copy())
        .limit(most)
    )
    return [str(found) for (found,) in engine.fetch(query)]
