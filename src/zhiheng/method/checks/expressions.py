"""Check every expression of a version where it stands: names, sorts, null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.method.inference import check_expression
from zhiheng.method.model import Codes, Expression, Line, Measure
from zhiheng.method.scope import NUMBER, RecordScope, ValueType

if TYPE_CHECKING:
    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Criterion, Fact, Version
    from zhiheng.method.reading.page import Page
    from zhiheng.method.subject_scope import SubjectScope


def check_expressions(page: Page, version: Version, scope: SubjectScope) -> None:
    """Check the expressions of every section of a version."""
    faults = page.faults
    for attribute in version.attributes.values():
        records = scope.records(attribute.kind)
        if records is not None:
            _where(records, attribute.where, faults)
            check_expression(attribute.take, records.narrowed(attribute.where).measured(), faults)
    for fact in version.facts.values():
        _check_source(faults, scope, fact)
    for criterion in version.criteria.values():
        _check_source(faults, scope, criterion)
        _check_scale(scope, criterion, faults)
    _check_outcome(version, scope, faults)


def _where(records: RecordScope, where: Expression | None, faults: MethodFaults) -> None:
    if where is not None:
        check_expression(where, records, faults, wanted="truth")


def _check_source(faults: MethodFaults, scope: SubjectScope, entry: Fact | Criterion) -> None:
    source = entry.source
    if entry.applies is not None:
        check_expression(entry.applies, scope, faults, wanted="truth")
    if not isinstance(source, Measure):
        check_expression(source, scope, faults)
        return
    records = scope.records(source.kind)
    if records is None:
        return
    _where(records, source.where, faults)
    left = records.narrowed(source.where)
    if source.weight is not None:
        check_expression(source.weight, left, faults, wanted="number")
    check_expression(source.measure, left.measured(), faults)


def _check_scale(scope: SubjectScope, criterion: Criterion, faults: MethodFaults) -> None:
    name, place = criterion.rule.name, criterion.rule.place
    found = scope.resolve(name)
    if found is None or found.sort == "unknown":
        return
    scale = criterion.scale
    if isinstance(scale, Expression):
        check_expression(scale, scope.adding(value=found.surely()), faults, wanted="number")
    elif isinstance(scale, Codes):
        _check_codes(found, scale, place, faults)
    elif found.sort != "number":
        where = faults.spot(place, "points" if isinstance(scale, Line) else "bins")
        faults.note("scale-needs-number", where, found=found.sort)


def _check_codes(found: ValueType, scale: Codes, place: Place, faults: MethodFaults) -> None:
    if found.sort == "number":
        faults.note("codes-of-number", faults.spot(place, "codes"))
        return
    known = frozenset({"true", "false"}) if found.sort == "truth" else found.codes
    if known is None:
        if scale.otherwise is None and found.sort == "text":
            faults.note("codes-without-otherwise", faults.spot(place, "codes"))
        return
    for code in scale.points.keys() - known:
        faults.note_unknown("unknown-code", faults.spot(place, "codes", code), code, sorted(known))
    missing = sorted(known - scale.points.keys())
    if missing and scale.otherwise is None:
        faults.note("codes-missing", faults.spot(place, "codes"), missing=", ".join(missing[:10]))
    if not missing and scale.otherwise is not None:
        faults.note("codes-otherwise-unused", faults.spot(place, "codes", "otherwise"))


def _check_outcome(version: Version, scope: SubjectScope, faults: MethodFaults) -> None:
    """Check the conditions and formulas that make a subject's state, score and grade."""

    def conditions(where: SubjectScope, *found: Expression | None) -> None:
        for expression in found:
            if expression is not None:
                check_expression(expression, where, faults, wanted="truth", may_be_null=False)

    conditions(scope, *(state.when for state in version.states))
    if version.score.formula is not None:
        check_expression(version.score.formula, scope, faults, wanted="number")
    scored = scope.adding(score=NUMBER, coverage=NUMBER)
    if version.sufficient is not None:
        conditions(scored, version.sufficient.when)
    conditions(scored, *(grade.when for grade in version.grades))
    graded = scored.adding(grade=ValueType("text", codes=frozenset(grade.grade for grade in version.grades)))
    conditions(graded, *(rule.needs for rule in (*version.requires, *version.gates)))
    conditions(graded, *(rule.when for rule in (*version.floors, *version.caps, *version.vetoes)))
