"""Read by both clocks: a snapshot of the ledger, or the records of one subject."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhiheng.ledger.batches import BatchUnknown, list_batches
from zhiheng.ledger.columns import field_names
from zhiheng.ledger.identity import derive_identity, share_identity
from zhiheng.ledger.query import fetch
from zhiheng.ledger.snapshot import open_snapshot
from zhiheng.ledger.workspace import JUDGEMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.errors import Lang
    from zhiheng.ledger.snapshot import Snapshot
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind


def read_as_of(
    workspace: Workspace,
    *,
    true_on: date | None = None,
    known_at: datetime | None = None,
    batches: int | None = None,
) -> Snapshot:
    """
    Open the ledger as it stood after so many batches (all, unless given), as known at a moment (the last's, if none).

    `true_on` leaves out records of later days. Judgements of identity count as they stood then.

    Raises:
        BatchUnknown: the ledger has not so many batches.

    """
    listed = list_batches(workspace)
    if batches is not None and not 0 <= batches <= len(listed):
        raise BatchUnknown(batch=batches, last=len(listed))
    known = known_at if known_at is None or known_at.tzinfo is None else known_at.astimezone(UTC).replace(tzinfo=None)
    snapshot = open_snapshot(workspace, listed[: len(listed) if batches is None else batches], known, true_on)
    if JUDGEMENT not in {name for batch in listed[: snapshot.batches] for name in batch.tables}:
        return snapshot
    return share_identity(workspace, snapshot, derive_identity(snapshot))


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record as it stands, with where it came from."""

    kind: str
    subject: str
    record: str
    source: str
    batch: int
    file: str
    sheet: str
    file_row: int
    true_on: date | None
    true_until: date | None
    known_at: datetime
    known_asserted: bool
    recorded_at: datetime
    fields: Mapping[str, object]
    labels: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[Lang, str]] = field(default_factory=dict)  # what codes, yes and no are called

    def text(self, lang: Lang) -> str:
        """Write the record on a few lines."""
        words, sheet = _texts(), f"[{self.sheet}]" if self.sheet else ""
        top = words["record"][lang].format_map(
            {
                "kind": self.labels[""][lang],
                "from": self.true_on,
                "until": f" – {self.true_until}" if self.true_until else "",
                "source": self.source,
                "file": f"{self.file}{sheet}",
                "row": self.file_row,
                "batch": self.batch,
                "known_at": f"{self.known_at:%Y-%m-%d}",
            }
        )
        said = (
            words["field"][lang].format(label=self.labels[name][lang], text=self._said(name, lang))
            for name, shown in self.fields.items()
            if shown is not None
        )
        return "\n".join((top, *said))

    def _said(self, name: str, lang: Lang) -> str:
        held = self.fields[name]
        if name in self.words:
            return self.words[name][lang]
        return _texts()["between"][lang].join(map(str, held)) if isinstance(held, list | tuple) else str(held)

    def as_json(self) -> dict[str, Any]:
        """Write the record for programs."""
        names = [name for name in self.__slots__ if name not in ("fields", "labels", "words")]
        plain = {name: _plain(getattr(self, name)) for name in names}
        return {**plain, "fields": {name: _plain(shown) for name, shown in self.fields.items()}}


def read_records(
    workspace: Workspace,
    subject: str,
    *,
    kind: str | None = None,
    true_on: date | None = None,
    known_at: datetime | None = None,
    batches: int | None = None,
) -> tuple[HeldRecord, ...]:
    """
    Read the records of a subject, by day and record.

    `true_on` asks for what was so on a day: nothing of later days, nothing that had ended before.

    Raises:
        KindNotHeld: no such kind.

    """
    snapshot = read_as_of(workspace, true_on=true_on, known_at=known_at, batches=batches)
    files = {(batch.number, file.number): file for batch in list_batches(workspace) for file in batch.files}
    kinds = [kind] if kind else [name for name in snapshot.kinds if name in snapshot.held]
    found: list[HeldRecord] = []
    for one in kinds:
        query = exp.select("*").from_(snapshot.visible(one).subquery("v"))
        query = query.where(_equals("subject", exp.Literal.string(snapshot.canonical(one, subject))))
        if true_on is not None:
            day = exp.cast(exp.Literal.string(true_on.isoformat()), "date")
            ended = exp.LT(this=exp.column("true_until", quoted=True), expression=day)
            query = query.where(
                exp.or_(exp.Is(this=exp.column("true_until", quoted=True), expression=exp.Null()), exp.not_(ended))
            )
        query = query.order_by(exp.column("true_on", quoted=True), exp.column("record", quoted=True))
        declared = snapshot.kinds[one.partition(".")[0]]
        fields = field_names(snapshot.kinds, one)
        labels = {name: _label(declared.fields[name].label) for name in fields if name in declared.fields}
        labels[""] = _label(declared.label)
        for row in fetch(snapshot, query):
            file = files[row["batch"], row["file"]]
            found.append(
                HeldRecord(
                    kind=one,
                    file=file.name,
                    sheet=file.sheet,
                    fields={name: row[name] for name in fields},
                    labels={name: labels.get(name, {"zh": name, "en": name}) for name in ("", *fields)},
                    words=_words(declared, {name: row[name] for name in fields}),
                    **{name: row[name] for name in _TAKEN},
                )
            )
    return tuple(found)


_TAKEN = (
    "subject", "record", "source", "batch", "file_row", "true_on", "true_until", "known_at", "known_asserted",
    "recorded_at",
)  # fmt: skip


def _words(kind: Kind, row: Mapping[str, object]) -> dict[str, Mapping[Lang, str]]:
    """Call what stands in a record's codes and yes/no fields by its labels."""
    found: dict[str, Mapping[Lang, str]] = {}
    for name, held in row.items():
        declared = kind.fields.get(name)
        if isinstance(held, bool):
            found[name] = _texts()["yes" if held else "no"]
        elif declared is not None and declared.codes and held is not None:
            codes = [declared.codes.get(str(one)) for one in (held if isinstance(held, list | tuple) else [held])]
            if all(codes):
                found[name] = {
                    lang: between.join(one.label[lang] for one in codes if one)
                    for lang, between in _texts()["between"].items()
                }
    return found


@cache
def _texts() -> Mapping[str, Mapping[Lang, str]]:
    return tomllib.loads((files("zhiheng.ledger") / "texts.toml").read_text("utf-8"))


def _equals(column: str, value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.column(column, quoted=True), expression=value)


def _label(label: Any) -> Mapping[str, str]:  # noqa: ANN401 - a label, as a mapping
    return {"zh": label.zh, "en": label.en}


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value
