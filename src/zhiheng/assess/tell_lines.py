"""Tell lines, facts and attributes with the records beneath them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.tell_codes import code_labels
from zhiheng.assess.told import FieldTold, LineTold, Measured, NamedTold, Origin, RecordTold, ShrunkTold
from zhiheng.method import Bins, Codes, Expression, Line, Measure, name_of, names_in
from zhiheng.vocabulary import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.assess.evidence import Evidence, Seen
    from zhiheng.assess.stored import Stored
    from zhiheng.ledger import FileReport
    from zhiheng.method import Account, Attribute, Bin, Criterion, Fact, LineAccount, Scale, Shrink, Told
    from zhiheng.vocabulary import Field


@dataclass(frozen=True)
class Teller:
    """What it takes to tell of one subject."""

    stored: Stored
    account: Account
    evidence: Mapping[str, Evidence]
    files: Mapping[tuple[int, int], FileReport]
    filed: Mapping[str, str]  # record -> the key under which it came, where that is another

    def lines(self) -> tuple[LineTold, ...]:
        """Tell every line, in the order of the method."""
        version = self.stored.version
        within = {name: one.name for one in version.dimensions.values() for name in one.criteria}
        return tuple(
            self._line(criterion, self.account.lines[name], within.get(name, ""))
            for name, criterion in version.criteria.items()
        )

    def _line(self, criterion: Criterion, line: LineAccount, dimension: str) -> LineTold:
        rule, source = criterion.rule, criterion.source
        return LineTold(
            name=rule.name,
            label=rule.label,
            dimension=dimension,
            state=line.state,
            applies=line.applies,
            value=line.value,
            unit=criterion.unit,
            points=line.points,
            max_points=None if line.points is None else criterion.max,
            most=criterion.max,
            least=criterion.min,
            records=line.records,
            absent=criterion.absent.value,
            scale=written_scale(criterion.scale),
            formula=source.text if isinstance(source, Expression) else "",
            condition=criterion.applies.text if criterion.applies else "",
            reads=names_read(source, criterion.applies, criterion.scale),
            catalogue=criterion.catalogue,
            citations=rule.cite,
            measured=self._measured(rule.name, source),
            shrunk=self._shrunk(line.unshrunk, source),
            codes=code_labels(self.stored.version, self.stored.kinds, rule.name) if _of_codes(criterion, line) else {},
        )

    def named(self) -> tuple[NamedTold, ...]:
        """Tell every attribute and fact of the subject, and every value of the method's text."""
        version = self.stored.version
        attributes = tuple(self._attribute(one) for one in version.attributes.values())
        facts = tuple(self._fact(one) for one in version.facts.values())
        return (*attributes, *facts, *self._values())

    def _fact(self, fact: Fact) -> NamedTold:
        rule, source = fact.rule, fact.source
        way = self.account.facts[rule.name]
        return NamedTold(
            what="fact",
            name=rule.name,
            label=rule.label,
            value=self.account.values[rule.name],
            unit=fact.unit,
            formula=source.text if isinstance(source, Expression) else "",
            reads=names_read(source, fact.applies),
            citations=rule.cite,
            measured=self._measured(rule.name, source),
            condition=fact.applies.text if fact.applies else "",
            applies=way.applies,
            shrunk=None if way.defaulted else self._shrunk(way.unshrunk, source),
            default=fact.default,
            defaulted=way.defaulted,
            code=self._code(rule.name),
        )

    def _attribute(self, attribute: Attribute) -> NamedTold:
        evidence = self.evidence[attribute.name]
        measured = self._records(evidence, attribute.take.text, attribute.where)
        value = self.account.values[attribute.name]
        return NamedTold(
            "attribute", attribute.name, attribute.label, value, "", "", (), attribute.cite, measured,
            code=self._code(attribute.name),
        )  # fmt: skip

    def _code(self, name: str) -> Label | None:
        """Find what the value of a fact or attribute is called, where it is a code."""
        value = self.account.values[name]
        return code_labels(self.stored.version, self.stored.kinds, name).get(value) if isinstance(value, str) else None

    def _values(self) -> tuple[NamedTold, ...]:
        as_of = self.stored.assessment.manifest.as_of
        found = []
        for value in self.stored.version.values.values():
            worth = value.dated[max(day for day in value.dated if day <= as_of)]
            shown = _table(worth) if not isinstance(worth, Decimal | str) else worth
            label = value.label or Label(value.name, value.name)
            found.append(NamedTold("value", value.name, label, shown, "", "", (), value.cite, None))
        return tuple(found)

    def _measured(self, name: str, source: Measure | Expression) -> Measured | None:
        if not isinstance(source, Measure):
            return None
        told = self._records(self.evidence[name], source.measure.text, source.where)
        weight = source.weight.text if source.weight else ""
        return Measured(
            told.kind, told.label, told.measure, told.where, source.window.months, source.window.current,
            source.window.latest, weight, told.counted, told.records,
        )  # fmt: skip

    def _records(self, evidence: Evidence, measure: str, where: Expression | None) -> Measured:
        parent, _, child = evidence.kind.partition(".")
        kind = self.stored.kinds[parent]
        declared = kind.children[child].fields if child else kind.fields
        records = tuple(self._record(one, declared) for one in evidence.records)
        counted = sum(not one.left_out for one in records)
        label = kind.children[child].label if child else kind.label
        condition = where.text if where else ""
        return Measured(
            evidence.kind, label, measure, condition, months=None, current=False, latest=False, weight="",
            counted=counted, records=records,
        )  # fmt: skip

    def _record(self, seen: Seen, declared: Mapping[str, Field]) -> RecordTold:
        file = self.files.get((seen.batch, seen.file))
        origin = Origin(
            source=seen.source,
            batch=seen.batch,
            file=file.name if file else "",
            sheet=file.sheet if file else "",
            row=seen.row,
            known_at=seen.known_at,
            known_asserted=seen.known_asserted,
        )
        fields = tuple(_field(declared[name], value) for name, value in seen.fields.items())
        return RecordTold(
            seen.record, seen.true_on, seen.true_until, seen.moment, seen.age, fields, seen.weight, seen.given,
            seen.left_out, seen.fed, origin, self.filed.get(seen.record, ""),
        )  # fmt: skip

    def _shrunk(self, unshrunk: Told, source: Measure | Expression) -> ShrunkTold | None:
        if not isinstance(source, Measure) or source.shrink is None or unshrunk is None:
            return None
        shrink: Shrink = source.shrink
        return ShrunkTold(
            before=unshrunk,
            towards=_name(shrink.towards),
            towards_value=self._worth(shrink.towards),
            strength=_name(shrink.strength),
            strength_value=self._worth(shrink.strength),
        )

    def _worth(self, given: Decimal | str) -> Told:
        if isinstance(given, Decimal):
            return given
        if given in self.account.benchmarks:
            return self.account.benchmarks[given]
        return next((one.value for one in self._values() if one.name == given), None)


def _of_codes(criterion: Criterion, line: LineAccount) -> bool:
    return isinstance(criterion.scale, Codes) or isinstance(line.value, str)


def _name(given: Decimal | str) -> str:
    return given if isinstance(given, str) else number(given)


def _table(worth: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{code}: {number(entry)}" for code, entry in worth.items())


def _field(field: Field, value: Told) -> FieldTold:
    code = field.codes.get(value) if isinstance(value, str) else None
    return FieldTold(field.name, field.label, value, code.label if code else None, field.unit)


def names_read(*given: Measure | Scale | Expression | None) -> tuple[str, ...]:
    """Name what expressions over a subject read, `value` left out; records are read by measures alone."""
    found: dict[str, None] = {}
    for one in given:
        if isinstance(one, Expression):
            found |= dict.fromkeys(name_of(column) for column in names_in(one.tree))
        elif isinstance(one, Measure) and one.shrink is not None:
            found |= {name: None for name in (one.shrink.towards, one.shrink.strength) if isinstance(name, str)}
    return tuple(name for name in found if name != "value")


def written_scale(scale: Scale) -> str:
    """Write how a value becomes points."""
    match scale:
        case Line():
            return ", ".join(f"{number(value)} → {number(points)}" for value, points in scale.knots)
        case Bins():
            return ", ".join(_step(step) for step in scale.bins)
        case Codes():
            rest = [] if scale.otherwise is None else [f"* → {number(scale.otherwise)}"]
            return ", ".join([*(f"{code} → {number(points)}" for code, points in scale.points.items()), *rest])
        case Expression():
            return scale.text


def _step(step: Bin) -> str:
    limit = "*" if step.limit is None else f"{'≤' if step.closed else '<'} {number(step.limit)}"
    return f"{limit} → {number(step.points)}"
