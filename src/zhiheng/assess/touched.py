"""The subjects whose records may stand otherwise than in an earlier assessment, gathered anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.gathered import load, read_kinds
from zhiheng.ledger import subjects_since

if TYPE_CHECKING:
    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot

TOUCHED_SUBJECTS, ANEW, KEYS = "touched_subjects", "gathered_anew", "touched_keys"
MOST_TOUCHED = 50_000  # more than these, and reading everything costs no more


@dataclass(frozen=True)
class Touched:
    """The subjects that are gathered anew, and the keys by which their records name them."""

    subjects: frozenset[str]
    keys: frozenset[str]


def find_touched(stored: Stored, snapshot: Snapshot, engine: Engine) -> Touched | None:
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
    return Touched(frozenset(subjects), frozenset(keys))


def gather_anew(stored: Stored, snapshot: Snapshot, engine: Engine, touched: Touched) -> None:
    """Gather the touched subjects into a table of their own."""
    manifest = stored.assessment.manifest
    engine.load(TOUCHED_SUBJECTS, {"subject": "VARCHAR"}, [(subject,) for subject in sorted(touched.subjects)])
    engine.load(KEYS, {"subject": "VARCHAR"}, [(key,) for key in sorted(touched.keys)])
    gathering = compiled.Gathering(stored.version, stored.kinds, manifest.as_of, {}, wide=manifest.wide)
    among = exp.select(_column("subject")).from_(exp.to_table(KEYS, quoted=True))
    sources = {kind: snapshot.visible(kind, among=among) for kind in read_kinds(gathering)}
    plan = compiled.plan_gather(gathering, sources)
    for table in plan.tables:
        load(table, engine)
    engine.keep(ANEW, plan.query)


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
