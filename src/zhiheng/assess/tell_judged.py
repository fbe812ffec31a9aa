"""Tell by which judgements records that came under another key belong to a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.assess.absent import kinds_read
from zhiheng.assess.told import JudgedTold
from zhiheng.ledger import standing_judgements

if TYPE_CHECKING:
    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine


def tell_judged(stored: Stored, subject: str) -> tuple[JudgedTold, ...]:
    """List the judgements that join other keys to a subject, as they stood then."""
    of_type = stored.assessment.manifest.subject
    same = stored.snapshot.same.items()
    keys = {subject, *(alias for (type_, alias), one in same if (type_, one) == (of_type, subject))}
    if len(keys) == 1:
        return ()
    return tuple(
        JudgedTold(one.first, one.second, one.decided_by, one.decided_on, one.reason)
        for one in standing_judgements(stored.snapshot)
        if one.subject_type == of_type and one.verdict == "same" and {one.first, one.second} <= keys
    )


def filed_otherwise(stored: Stored, engine: Engine, subject: str) -> dict[str, str]:
    """Find the records of a subject that came under another key; the ledger's tables are attached."""
    found: dict[str, str] = {}
    for kind in kinds_read(stored.version):
        for alias in stored.snapshot.spellings(kind, subject)[1:]:
            if kind in stored.snapshot.held:
                rows = stored.snapshot.visible(kind, among=[alias]).subquery("r")
                query = exp.select(exp.column("record", quoted=True)).from_(rows)
                found |= {str(record): alias for (record,) in engine.fetch(query)}
    return found
