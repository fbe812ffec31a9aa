"""Run a method over the ledger as it stood at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from zhiheng.assess.gathered import gather
from zhiheng.assess.widening import in_bits_enough
from zhiheng.assess.writing import write_assessment
from zhiheng.errors import ZhihengError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Method


class MissingKinds(ZhihengError):
    """The method reads kinds of record of which the ledger holds none."""

    code: ClassVar[str] = "assess.missing-kinds"


def run_method(
    method: Method,
    snapshot: Snapshot,
    engine: Engine,
    *,
    as_of: date,
    out: Path,
    lines: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Assessment:
    """
    Assess every subject that the snapshot knows of, and write the assessment into a folder.

    The same method, snapshot and day give the same results on any engine. The manifest is written last: without it
    there is no assessment.

    Raises:
        NoVersionInForce: no version of the method applies on the day.
        MissingKinds: the ledger holds no record that the method reads.
        NumberTooLarge: a number does not fit 128 bits.
    """
    advance = progress or (lambda _: None)
    in_force = method.version_on(as_of)
    if not {kind.partition(".")[0] for kind in in_force.reads} & snapshot.held:
        held = ", ".join(sorted(snapshot.held)) or "-"
        raise MissingKinds(method=method.name, reads=", ".join(sorted(in_force.reads)), held=held)

    def assess(wide: bool) -> Assessment:  # noqa: FBT001  in 128 bits or not
        gathered = gather(in_force, snapshot, engine, as_of, wide=wide)
        advance(1)
        return write_assessment(method, snapshot, engine, gathered, out=out, lines=lines, advance=advance)

    return in_bits_enough(assess)
