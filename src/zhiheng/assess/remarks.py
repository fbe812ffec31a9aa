"""What a reader of grades should know of the records beneath them: what the method reads and no record says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhiheng.assess.absent import kinds_read
from zhiheng.assess.evidence import measures_of
from zhiheng.assess.stored import restore
from zhiheng.assess.strangers import tell_strangers
from zhiheng.errors import Fault, Place
from zhiheng.ledger import list_batches
from zhiheng.method import name_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine
    from zhiheng.ledger import Batch, Snapshot
    from zhiheng.method import Version
    from zhiheng.vocabulary import Field, Kind


def remark_on(assessment: Assessment, engine: Engine) -> tuple[Fault, ...]:
    """
    Name the kinds without a record and the fields without a value that the method reads, and records of later days.

    And kinds of which no record is about anybody who is assessed.

    Grades that rest on such an absence look like any others: whoever reads them has to be told.
    """
    stored, as_of = restore(assessment), assessment.manifest.as_of
    snapshot, batches = stored.snapshot, list_batches(stored.workspace)[: assessment.manifest.batches]
    for table in snapshot.tables:
        engine.attach(table)
    fields = fields_read(stored.version, snapshot.kinds)
    told: list[Fault] = []
    for kind in kinds_read(stored.version):
        declared = snapshot.kinds[kind]
        tally = _tally(snapshot, batches, engine, kind, fields[kind], as_of) if kind in snapshot.held else {}
        if not tally.get(""):
            told.append(_tell_absent(declared, snapshot, engine))
            continue
        told += _tell_unsaid(declared, fields[kind], tally, batches)
        told += _tell_undated(declared, tally)
        told += _tell_later(declared, tally, as_of)
        told += tell_strangers(stored, engine, kind)
        for child in sorted(name for name in fields if name.startswith(f"{kind}.")):
            said = _tally(snapshot, batches, engine, child, fields[child], as_of)
            told += _tell_unsaid(declared, fields[child], said, batches, child=child.partition(".")[2])
    return tuple(told)


def remarks_as_json(remarks: Iterable[Fault]) -> list[dict[str, Any]]:
    """Write remarks for programs: what each is about, and its text in both languages."""
    return [
        {"code": one.code, **one.facts, **{lang: f"{one.what(lang)} {one.todo(lang)}".strip() for lang in ("zh", "en")}}
        for one in remarks
    ]


def fields_read(version: Version, kinds: Mapping[str, Kind]) -> Mapping[str, tuple[Field, ...]]:
    """Find the fields that a version reads of each kind (and `kind.child`)."""
    names: dict[str, set[str]] = defaultdict(set)
    for measure in measures_of(version).values():
        trees = [given.tree for given in (measure.where, measure.weight, measure.measure) if given is not None]
        names[measure.kind] |= {name_of(one) for tree in trees for one in names_in(tree)}
    found: dict[str, tuple[Field, ...]] = defaultdict(tuple)
    for name, read in names.items():
        kind, _, child = name.partition(".")
        declared = kinds[kind].children[child].fields if child else kinds[kind].fields
        found[name] = tuple(field for field in declared.values() if field.name in read)
    return found


def _tally(
    snapshot: Snapshot, batches: Sequence[Batch], engine: Engine, table: str, fields: Sequence[Field], as_of: date
) -> dict[str, int]:
    """Count in one scan: records (''), those of later days (`later`), those dated by an import (`undated`), values."""
    kind = snapshot.kinds[table.partition(".")[0]]
    later = exp.GT(this=_column("true_on"), expression=exp.cast(exp.Literal.string(as_of.isoformat()), "date"))
    by_import = [exp.Literal.number(one.number) for one in batches if one.options.extract_date is None]
    undated: exp.Expr = exp.false()
    if by_import and "." not in table:
        undated = exp.and_(later.copy(), exp.In(this=_column("batch"), expressions=by_import))
        if kind.true_on.field:
            undated = exp.and_(undated, exp.Is(this=_column(kind.true_on.field), expression=exp.Null()))
    counted = {"": exp.true(), " later": later, " undated": undated}
    named = {one.name: one.name for one in fields}
    if kind.true_on.field and "." not in table:
        named[" dated"] = kind.true_on.field
    counted |= {key: exp.not_(exp.Is(this=_column(name), expression=exp.Null())) for key, name in named.items()}
    query = exp.select(*(_count(condition) for condition in counted.values()))
    [row] = engine.fetch(query.from_(snapshot.visible(table).subquery("records")))
    return {name: int(str(count or 0)) for name, count in zip(counted, row, strict=True)}


def _tell_unsaid(
    kind: Kind, fields: Sequence[Field], tally: Mapping[str, int], batches: Sequence[Batch], child: str = ""
) -> list[Fault]:
    """Tell which fields no record says: those that no file has a column for, and those whose cells are all empty."""
    empty = [field for field in fields if not tally[field.name]]
    given = {name for batch in batches for file in batch.files if file.kind == kind.name
             for names in file.mapping.values() for name in names}  # fmt: skip
    absent = [] if child else [field for field in empty if field.name not in given]
    blank = [field for field in empty if field not in absent]
    told = []
    for code, unsaid in (("assess.fields-not-given", absent), ("assess.fields-empty", blank)):
        if unsaid:
            named = {
                "fields_zh": "、".join(f"“{one.label.zh}”（{one.name}）" for one in unsaid),
                "fields_en": ", ".join(f"{one.label.en} ({one.name})" for one in unsaid),
            }
            facts = {**_facts(kind), "fields": [one.name for one in unsaid], **named}
            told.append(Fault(code, Place(), facts, warning=True))
    return told


def _tell_undated(kind: Kind, tally: Mapping[str, int]) -> list[Fault]:
    """Tell where no record says its own day: then all have that of their extract."""
    if tally.get(" dated", 1):
        return []
    field = kind.fields[kind.true_on.field]
    named = {"field": field.name, "field_zh": field.label.zh, "field_en": field.label.en}
    return [Fault("assess.days-not-given", Place(), {**_facts(kind), **named}, warning=True)]


def _tell_absent(kind: Kind, snapshot: Snapshot, engine: Engine) -> Fault:
    """Tell that there is no record of a kind: none at all, or none that was known at the moment asked for."""
    came = None
    if kind.name in snapshot.held:
        ever = replace(snapshot, known_at=datetime.max).visible(kind.name)  # noqa: DTZ901 - UTC without a zone
        [(came,)] = engine.fetch(exp.select(exp.Min(this=_column("known_at"))).from_(ever.subquery("records")))
    if not isinstance(came, datetime) or came <= snapshot.known_at:
        return Fault("assess.kind-without-records", Place(), _facts(kind), warning=True)
    moments = {"known_at": f"{snapshot.known_at:%Y-%m-%d %H:%M}", "came": f"{came:%Y-%m-%d %H:%M}"}
    return Fault("assess.kind-not-known-yet", Place(), {**_facts(kind), **moments}, warning=True)


def _tell_later(kind: Kind, tally: Mapping[str, int], as_of: date) -> list[Fault]:
    later, undated = tally[" later"], tally[" undated"]
    if not later:
        return []
    code = "assess.records-later-undated" if undated else "assess.records-later"
    facts = {**_facts(kind), "count": later, "undated": undated, "as_of": as_of.isoformat()}
    return [Fault(code, Place(), facts, warning=True)]


def _facts(kind: Kind) -> dict[str, object]:
    return {"kind": kind.name, "label_zh": kind.label.zh, "label_en": kind.label.en}


def _count(condition: exp.Expr) -> exp.Expression:
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    return exp.Sum(this=exp.Case(ifs=[exp.If(this=condition, true=one)], default=none))


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
