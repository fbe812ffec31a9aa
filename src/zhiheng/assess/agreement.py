"""Compare an assessment with the officially published results that came with the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sqlglot import exp

from zhiheng.assess.assessment import ASSESSMENT
from zhiheng.engine import Table
from zhiheng.errors import Fault, Place, ZhihengError, nearest
from zhiheng.method import calls_in, name_of, names_in, outcome_types, parse_expression

if TYPE_CHECKING:
    from zhiheng.assess.assessment import Assessment
    from zhiheng.engine import Engine
    from zhiheng.errors import Lang
    from zhiheng.ledger import Snapshot
    from zhiheng.method import Method
    from zhiheng.vocabulary import Label, Published

RESULTS = "published_with"
RESULT_COLUMNS = frozenset({"state", "score", "grade", "cut_grade", "coverage"})
SHOWN = 5


class PublishedUnfit(ZhihengError):
    """The condition under which results are compared names something that neither side has, or calls a function."""

    code: ClassVar[str] = "assess.published-unfit"


@dataclass(frozen=True, slots=True)
class Difference:
    """A subject whose published result differs from the computed one (None: there is none)."""

    subject: str
    published: str
    computed: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many published results the assessment equals."""

    label: Label
    compared: int
    different: tuple[Difference, ...]

    @property
    def equal(self) -> int:
        """How many are equal."""
        return self.compared - len(self.different)

    def text(self, lang: Lang) -> str:
        """Say how many are equal, and name the first that are not."""
        facts = {"label": self.label[lang], "equal": f"{self.equal:,}", "compared": f"{self.compared:,}"}
        if not self.compared:
            return Fault("assess.nothing-to-compare", Place(), facts).what(lang)
        told = [Fault("assess.agreement", Place(), facts).what(lang)]
        for one in self.different[:SHOWN]:
            facts = {"subject": one.subject, "published": one.published, "computed": one.computed or "-"}
            told.append("  " + Fault("assess.difference", Place(), facts).what(lang))
        if len(self.different) > SHOWN:
            told.append("  " + Fault("assess.differences", Place(), {"count": len(self.different) - SHOWN}).what(lang))
        return "\n".join(told)

    def as_json(self) -> dict[str, Any]:
        """Write the comparison for programs."""
        return {
            "label": {"zh": self.label.zh, "en": self.label.en},
            "compared": self.compared,
            "equal": self.equal,
            "different": [
                {"subject": one.subject, "published": one.published, "computed": one.computed} for one in self.different
            ],
        }


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is compared: the records of a snapshot, up to a day, under the version of a method that applies on it."""

    snapshot: Snapshot
    method: Method
    as_of: date

    @property
    def under_version(self) -> list[exp.Expression]:
        """Leave out the days on which another version of the method was in force."""
        day, here = _column("record", "true_on"), self.method.version_on(self.as_of)
        return [
            exp.Not(this=exp.Between(this=day.copy(), low=_day(one.since), high=_day(one.until or date.max)))
            for one in self.method.versions
            if one is not here
        ]


def agree(
    assessment: Assessment, method: Method, snapshot: Snapshot, published: Published, engine: Engine
) -> Agreement:
    """
    Compare the results that a kind's outcome field holds with those of an assessment by a method.

    Only records that say a result, date from no later than the as-of day, and meet the pack's `where` are compared: of
    each subject those of its last such day. It is equal if all of them are. Nothing is compared where a later record
    says that there is no result any more and the assessment finds none either, nor what was published while another
    version of the method was in force.

    Raises:
        PublishedUnfit: the pack's `where` cannot be read.
    """
    if published.kind not in snapshot.held:
        return Agreement(published.label, 0, ())
    for table in snapshot.tables:
        engine.attach(table)
    file = str(assessment.path / ASSESSMENT)
    engine.attach(Table(RESULTS, (file,), outcome_types(method.version_on(assessment.manifest.as_of))))
    last: dict[str, list[tuple[object, object]]] = {}
    asked = _Asked(snapshot, method, assessment.manifest.as_of)
    for subject, said, computed in engine.fetch(_results(asked, published)):
        last.setdefault(str(subject), []).append((said, computed))
    different = [
        Difference(subject, _plain(unequal[0][0]), None if unequal[0][1] is None else _plain(unequal[0][1]))
        for subject, results in sorted(last.items())
        if (unequal := [pair for pair in results if not _equal(published.compare, *pair)])
    ]
    return Agreement(published.label, len(last), tuple(different))


def _results(asked: _Asked, published: Published) -> exp.Select:
    """Select (subject, said, computed): the results of the last day that says any, unless they are no more."""
    said = _column("record", published.field)
    conditions: list[exp.Expression] = [exp.Not(this=exp.Is(this=said, expression=exp.Null())), *asked.under_version]
    if published.where:
        fields = frozenset(asked.snapshot.kinds[published.kind].fields)
        conditions.append(exp.Paren(this=_condition(published, fields)))
    day = _column("record", "true_on")
    told_on = exp.Case(ifs=[exp.If(this=exp.and_(*conditions), true=day.copy())])
    results = exp.Table(this=_quoted(RESULTS), alias=exp.TableAlias(this=_quoted("result")))
    records = exp.Subquery(this=asked.snapshot.visible(published.kind), alias=exp.TableAlias(this=_quoted("record")))
    same = exp.EQ(this=_column("record", "subject"), expression=_column("result", "subject"))
    dated = (
        exp.Select()
        .select(
            _column("record", "subject"),
            exp.alias_(said.copy(), "said", quoted=True),
            exp.alias_(_column("result", published.compare), "computed", quoted=True),
            exp.alias_(told_on, "told_on", quoted=True),
            exp.alias_(_latest(told_on), "last_told", quoted=True),
            exp.alias_(_latest(day), "last_day", quoted=True),
        )
        .from_(records)
        .join(results, on=same, join_type="left")
        .where(exp.LTE(this=day.copy(), expression=_day(asked.as_of)))
    )
    told, last_told, last_day = (_column("dated", name) for name in ("told_on", "last_told", "last_day"))
    no_more = exp.and_(
        exp.LT(this=last_told, expression=last_day), exp.Is(this=_column("dated", "computed"), expression=exp.Null())
    )
    shown = [_column("dated", name) for name in ("subject", "said", "computed")]
    query = exp.Select().select(*shown).distinct().from_(dated.subquery("dated"))
    return query.where(exp.EQ(this=told, expression=last_told.copy()), exp.not_(no_more)).order_by(*shown[:2])


def _latest(day: exp.Expression) -> exp.Window:
    """Write the last of a day over the records of a subject."""
    return exp.Window(this=exp.Max(this=day.copy()), partition_by=[_column("record", "subject")])


def _condition(published: Published, fields: frozenset[str]) -> exp.Expression:
    """Read the pack's condition: names of the record's fields, then of the assessment's columns."""
    parsed = parse_expression(published.where, Place(f"{published.kind}.{published.field}", part="published where"))
    known = fields | RESULT_COLUMNS
    for column in names_in(parsed.tree):
        if name_of(column) not in known:
            near = nearest(name_of(column), known)
            raise PublishedUnfit(parsed.place, name=name_of(column), near=near or ", ".join(sorted(known)))
    if calls := list(calls_in(parsed.tree)):
        raise PublishedUnfit(parsed.place, name=str(calls[0].this), near=", ".join(sorted(known)))

    def placed(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column):
            return _column("record" if node.name in fields else "result", node.name)
        return node

    return parsed.tree.copy().transform(placed)


def _equal(compare: str, published: object, computed: object) -> bool:
    if computed is None:
        return False
    if compare == "score":
        return Decimal(str(published)) == Decimal(str(computed))
    return str(published) == str(computed)


def _plain(result: object) -> str:
    return f"{result.normalize():f}" if isinstance(result, Decimal) else str(result)


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _column(table: str, name: str) -> exp.Column:
    return exp.Column(this=_quoted(name), table=_quoted(table))


def _day(day: date) -> exp.Expression:
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("DATE"))
