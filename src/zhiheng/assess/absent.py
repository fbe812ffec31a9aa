"""Which kinds of record a version of a method reads, and of which of them there is no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Version


def kinds_read(version: Version) -> tuple[str, ...]:
    """Name the kinds that a version reads; not the one by which somebody attests that others are complete."""
    attesting = {version.feeds.kind} if version.feeds else set()
    return tuple(sorted({kind.partition(".")[0] for kind in version.reads - attesting}))


def kinds_without_records(version: Version, snapshot: Snapshot, engine: Engine) -> tuple[str, ...]:
    """Name the kinds that a version reads and of which a snapshot, whose tables are attached, shows no record."""
    return tuple(kind for kind in kinds_read(version) if not _any_record(kind, snapshot, engine))


def _any_record(kind: str, snapshot: Snapshot, engine: Engine) -> bool:
    if kind not in snapshot.held:
        return False
    one = exp.select(exp.Literal.number(1)).from_(snapshot.visible(kind).subquery("r")).limit(1)
    return bool(engine.fetch(one))
