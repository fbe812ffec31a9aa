"""Find the subjects of a ledger that come near what a reader asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng.errors import EXIT_NO, EXIT_USAGE, Fault, Place, ZhihengError, nearest
from zhiheng.ledger.as_of import read_as_of
from zhiheng.ledger.query import fetch
from zhiheng.ledger.snapshot import raw_table
from zhiheng.vocabulary import FieldType, equal_width, normalise_name, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.ledger.snapshot import Snapshot
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind

SUGGESTED = 3
LONGEST_ASKED = 1000
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class SubjectUnknown(ZhihengError):
    """No record of the ledger is about such a subject."""

    code: ClassVar[str] = "ledger.subject-unknown"
    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, place: Place, asked: str, near: tuple[str, ...]) -> None:
        facts = {"subject": shorten(asked), "near": ", ".join(near)}
        super().__init__(place, **facts)
        self.near = near
        if near:
            self.fault = Fault(f"{self.code}-near", place, facts)
            self.args = (self.fault.render(),)


class SubjectWithdrawn(ZhihengError):
    """The records about a subject were withdrawn."""

    code: ClassVar[str] = "ledger.subject-withdrawn"
    exit_code: ClassVar[int] = EXIT_NO


def spellings_of(asked: str) -> tuple[str, ...]:
    """Write a key in every way in which it may be meant: as it stands, in half width, in capitals, as a name."""
    plain = equal_width(asked).strip()
    ways = (asked, plain, plain.upper(), _DAY.sub(r"\1\2\3", plain), normalise_name(asked))
    return tuple(dict.fromkeys(ways))


def check_held(workspace: Workspace, subject: str) -> str:
    """
    Make sure that the ledger has a record about a subject, whatever its kind and dates; return the key as it has it.

    Raises:
        SubjectWithdrawn: it had some.
        SubjectUnknown: it has none; with the subjects that come near, or whose records hold such a name.

    """
    asked = subject[:LONGEST_ASKED]
    snapshot = read_as_of(workspace)
    kinds = [snapshot.kinds[name] for name in sorted(snapshot.held)]
    written = spellings_of(asked)
    held: set[str] = set()
    for kind in kinds:
        meant = {snapshot.canonical(kind.name, way): way for way in reversed(written)}
        held |= {meant[one] for one in _subjects(snapshot, kind, _among(meant), len(meant))}
    if held:
        return next(way for way in written if way in held)
    if batch := max((_withdrawn(snapshot, kind, written) for kind in kinds), default=0):
        raise SubjectWithdrawn(Place(str(workspace.path)), subject=shorten(asked), batch=batch)
    found = _near(snapshot, kinds, asked) or [one for kind in kinds for one in _named(snapshot, kind, asked)]
    raise SubjectUnknown(Place(str(workspace.path)), asked, tuple(dict.fromkeys(found))[:SUGGESTED])


def add_nearest(asked: str, begun: Iterable[str], alike: Iterable[str]) -> list[str]:
    """List the subjects that begin with what was asked for, then the nearest of those alike, up to as many as told."""
    found = list(dict.fromkeys(begun))
    left = dict.fromkeys(one for one in alike if one not in found)
    while len(found) < SUGGESTED and (one := nearest(asked, left)):
        found.append(one)
        del left[one]
    return found


def holds_text(kind: Kind, asked: str) -> exp.Expr | None:
    """Write the condition that a record holds a text in a text field; None where its kind has no such field."""
    texts = [name for name, field in kind.fields.items() if field.type is FieldType.TEXT and not field.outcome]
    holds = [
        exp.GT(
            this=exp.StrPosition(this=_column(name), substr=exp.Literal.string(asked)),
            expression=exp.Literal.number(0),
        )
        for name in texts
    ]
    return exp.or_(*holds) if holds else None


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _among(subjects: Iterable[str]) -> exp.Expr:
    return exp.In(this=_column("subject"), expressions=[exp.Literal.string(one) for one in subjects])


def _withdrawn(snapshot: Snapshot, kind: Kind, subjects: Iterable[str]) -> int:
    """Tell in which batch the last record of a kind about some subjects was withdrawn; 0 where none was."""
    if not snapshot.filters[kind.name].withdrawals:
        return 0
    gone = exp.EQ(this=_column("act"), expression=exp.Literal.string("withdraw"))
    query = exp.select(exp.alias_(exp.Max(this=_column("batch")), "last", quoted=True))
    query = query.from_(exp.to_table(raw_table(kind.name), quoted=True)).where(gone, _among(subjects))
    return int(str(fetch(snapshot, query)[0]["last"] or 0))


def _subjects(snapshot: Snapshot, kind: Kind, condition: exp.Expr, most: int, by: exp.Expr | None = None) -> list[str]:
    query = exp.select(_column("subject")).distinct().from_(snapshot.visible(kind.name).subquery("v")).where(condition)
    around = exp.select(_column("subject")).from_(query.subquery("s"))
    order = [_column("subject")] if by is None else [by, _column("subject")]
    return [str(row["subject"]) for row in fetch(snapshot, around.order_by(*order).limit(most))]


def _near(snapshot: Snapshot, kinds: list[Kind], asked: str) -> list[str]:
    begins = exp.StartsWith(this=_column("subject"), expression=exp.Literal.string(asked))
    begun = [one for kind in kinds for one in _subjects(snapshot, kind, begins, SUGGESTED)]
    if len(set(begun)) >= SUGGESTED:
        return begun
    distance = exp.Levenshtein(this=_column("subject"), expression=exp.Literal.string(asked))
    alike = [one for kind in kinds for one in _subjects(snapshot, kind, exp.true(), 10 * SUGGESTED, distance)]
    return add_nearest(asked, begun, alike)


def _named(snapshot: Snapshot, kind: Kind, asked: str) -> list[str]:
    """Find subjects whose records hold such a name in a text field."""
    holds = holds_text(kind, asked)
    return [] if holds is None else _subjects(snapshot, kind, holds, SUGGESTED)
