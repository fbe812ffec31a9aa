"""One subject's state, score and grade in SQL, and the queries that write them and the lines beneath."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.ladder import Ladder
from zhiheng.method.compile.lower import Lowering, Nothing, Plain, Text, Truth, as_tree
from zhiheng.method.compile.scale import Num, Ratio
from zhiheng.method.scope import LINE_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.method.compile.subject import SubjectSheet
    from zhiheng.method.model import Criterion, StateRule, Version

COVERAGE_PLACES = 6
FILED_PLACES = 6  # what files carry unless a method asks for more
GRADED = "graded"
STATES = tuple(sql.text(state) for state in sorted(LINE_STATES))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns that settle one subject."""

    state: exp.Expression
    score: Num
    grade: exp.Expression
    cut_grade: exp.Expression
    coverage: Num
    rules: exp.Expression  # the names of the rules that changed the grade, joined by commas
    rank: exp.Column | None = None  # the place of the grade that the cuts alone gave, from the best, 0
    ladder: Ladder | None = None  # None: the method has no grades


def settle(scope: SubjectSheet) -> Outcome:
    """Write the state, score and grade of every subject."""
    version = scope.gathering.version
    coverage = _coverage(scope)
    rough = _score(scope)
    score_column = scope.sheet.define("score$rough", sql.cast(rough.tree, sql.LONG))
    score = Num(score_column, rough.scale, max(rough.low, -scale.LONGEST), min(rough.high, scale.LONGEST))
    at = scope.lowering(score=score, coverage=coverage)
    state_column = scope.sheet.define("state$", _state(scope, score, at))
    shown = sql.binary(exp.Or, _is(state_column, GRADED), _is(state_column, "insufficient"))
    settled = sql.when(shown if version.sufficient else _is(state_column, GRADED), score.tree)
    score_shown = Num(settled, score.scale, score.low, score.high)
    if not version.grades:
        none = sql.cast(sql.null(), "VARCHAR")
        return Outcome(state_column, score_shown, none, none, coverage, sql.text(""))
    graded = scope.sheet.define("score$graded", sql.when(_is(state_column, GRADED), score.tree))
    of_graded = Num(graded, score.scale, score.low, score.high)
    ladder = Ladder(version, scope, of_graded, scope.lowering(score=of_graded, coverage=coverage))
    cut = scope.sheet.define("rank$cut", sql.when(_is(state_column, GRADED), ladder.cut()))
    final = ladder.final(cut)
    grade, cut_grade = ladder.grade_of(final), ladder.grade_of(cut)
    return Outcome(state_column, score_shown, grade, cut_grade, coverage, names_of_changes(ladder), cut, ladder)


def names_of_changes(ladder: Ladder) -> exp.Expression:
    """Write the names of the rules that changed the grade, joined by commas."""
    changed: list[exp.Expression] = [sql.when(condition, sql.text(name)) for name, condition in ladder.changes]
    return sql.call("concat_ws", sql.text(","), *changed) if changed else sql.text("")


def _is(column: exp.Expression, state: str) -> exp.Expression:
    return sql.binary(exp.EQ, column, sql.text(state))


def _most(criterion: Criterion) -> Num:
    return scale.number(criterion.max)


def _summed(parts: Sequence[Num]) -> Num:
    parts = scale.aligned(*parts) if parts else [scale.constant(0, 0)]
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    return Num(sql.total([part.tree for part in parts]), parts[0].scale, low, high)


def _added(scope: SubjectSheet, name: str, parts: Mapping[str, Num]) -> Num:
    """Add up a part of each criterion; what rests on nobody else is a sum of its own."""
    own = _summed([part for one, part in parts.items() if one not in scope.others])
    others = [part for one, part in parts.items() if one in scope.others]
    if own.known is None and not own.is_wide:
        own = Num(scope.define_own(name, own), own.scale, own.low, own.high)
    return _summed([own, *others]) if others else own


def _some(scope: SubjectSheet, name: str, conditions: Mapping[str, exp.Expression]) -> exp.Expression | None:
    """Ask whether something holds of any criterion; of those that rest on nobody else by a column of its own."""
    own = sql.some([one for criterion, one in conditions.items() if criterion not in scope.others])
    others = [one for criterion, one in conditions.items() if criterion in scope.others]
    return sql.some([*([] if own is None else [scope.define_own(name, Truth(own))]), *others])


def _if(condition: exp.Expression | None, number: Num) -> Num:
    """Count a constant only where a condition holds."""
    if condition is None:
        return number
    tree = sql.choose([(condition, number.tree)], sql.integer(0))
    return Num(tree, number.scale, min(number.low, 0), max(number.high, 0))


def _covered(scope: SubjectSheet) -> Num:
    """Add the maxima of the lines that have points."""
    criteria = scope.gathering.version.criteria
    parts = {
        name: _if(sql.is_known(scope.line(name).points.tree), _most(one)) for name, one in criteria.items() if one.max
    }
    return scope.sheet.bind(_added(scope, "covered", parts))


def _coverage(scope: SubjectSheet) -> Num:
    """Divide the maxima of the lines with points by the maxima of those that apply."""
    criteria = scope.gathering.version.criteria
    asked = _added(
        scope, "asked", {name: _if(scope.applies(name), _most(one)) for name, one in criteria.items() if one.max}
    )
    if asked.known == 0:
        return scale.constant(10**COVERAGE_PLACES, COVERAGE_PLACES)
    part = scale.divided(Ratio(_covered(scope), scope.sheet.bind(asked)), COVERAGE_PLACES, scope.sheet.bind)
    whole = sql.either(part.tree, sql.integer(10**COVERAGE_PLACES))
    column = scope.sheet.define("coverage$", whole)
    return Num(column, COVERAGE_PLACES, min(part.low, 0), max(part.high, 10**COVERAGE_PLACES))


def _score(scope: SubjectSheet) -> Num:
    version = scope.gathering.version
    rule = version.score
    if rule.formula is not None:
        found = scope.lowering().rounded(rule.formula.tree, rule.places)
        return found if isinstance(found, Num) else Num(sql.cast(sql.null(), sql.LONG), rule.places, 0, 0)
    points = _added(scope, "points", {name: _or_zero(scope.line(name).points) for name in version.criteria})
    if rule.out_of is None:
        return scale.rounded(points, rule.places, scope.sheet.bind)
    if rule.over == "applicable":
        most = _covered(scope)
    else:
        most = scale.number(sum((criterion.max for criterion in version.criteria.values()), Decimal(0)))
    top = scale.times(scale.number(rule.out_of), scope.sheet.bind(points))
    return scale.divided(Ratio(top, most), rule.places, scope.sheet.bind)


def _or_zero(points: Num) -> Num:
    return Num(sql.either(points.tree, sql.integer(0)), points.scale, min(points.low, 0), max(points.high, 0))


def _state(scope: SubjectSheet, score: Num, at: Lowering) -> exp.Expression:
    version = scope.gathering.version
    branches = [_settling(scope, rule) for rule in version.states]
    states = {name: scope.line(name).state for name in version.criteria}
    withheld = {
        name: _is(states[name], "withheld") for name, one in version.criteria.items() if one.absent == "withhold"
    }
    some_withheld = _some(scope, "withheld", withheld)
    measured = _some(scope, "measured", {name: _is(state, "measured") for name, state in states.items()})
    none_measured = None if measured is None else sql.negation(measured)
    bad = sql.some([one for one in (some_withheld, none_measured) if one is not None])
    if bad is not None:
        branches.append((bad, sql.text("not_computable")))
    branches.append((sql.is_null(score.tree), sql.text("not_computable")))
    if version.sufficient is not None and version.sufficient.when is not None:
        enough = sql.surely(at.condition(version.sufficient.when.tree))
        branches.append((sql.negation(enough), sql.text("insufficient")))
    return sql.choose(branches, sql.text(GRADED))


def _settling(scope: SubjectSheet, rule: StateRule) -> tuple[exp.Expression, exp.Expression]:
    """Write when a rule settles the state, and which."""
    if rule.when is not None:
        return scope.lowering().condition(rule.when.tree), sql.text(rule.state)
    status = as_tree(scope.own_value(rule.pass_through))
    if not rule.except_:
        return sql.is_known(status), status
    listed: list[exp.Expression] = [sql.text(code) for code in rule.except_]
    return sql.negation(exp.In(this=status, expressions=listed)), status


# Queries


def outcome_columns(outcome: Outcome) -> dict[str, exp.Expression]:
    """Name the columns of `assessment.parquet`, with the rules still joined by commas."""
    return {
        "subject": sql.column("subject"),
        "state": outcome.state,
        "score": scale.as_decimal(outcome.score, *filed(outcome.score.scale)),
        "grade": outcome.grade,
        "cut_grade": outcome.cut_grade,
        "coverage": scale.as_decimal(outcome.coverage),
        "rules": outcome.rules,
    }


def outcome_types(version: Version) -> dict[str, str]:
    """Name the columns of `assessment.parquet` with their types."""
    return {
        "subject": "VARCHAR",
        "state": "VARCHAR",
        "score": _decimal(version.score.places),
        "grade": "VARCHAR",
        "cut_grade": "VARCHAR",
        "coverage": _decimal(COVERAGE_PLACES),
        "rules": "VARCHAR[]",
    }


def line_types(version: Version) -> dict[str, str]:
    """Name the columns of `lines.parquet` with their types."""
    values, points = _most_places(version)
    return {
        "subject": "VARCHAR",
        "criterion": "VARCHAR",
        "state": "VARCHAR",
        "value": _decimal(values),
        "text": "VARCHAR",
        "points": _decimal(points),
        "max_points": _decimal(points),
        "records": "BIGINT",
    }


def filed(places: int) -> tuple[int, int]:
    """Give the precision and the places of the decimal that files carry for a number of so many places."""
    return (18, FILED_PLACES) if places <= FILED_PLACES else (38, places)


def _decimal(places: int) -> str:
    precision, kept = filed(places)
    return f"DECIMAL({precision},{kept})"


def _most_places(version: Version) -> tuple[int, int]:
    """Find the most places that values and points of any criterion have: all lines stand in one column."""
    criteria = version.criteria.values()
    values = max((one.value_places for one in criteria), default=0)
    return values, max((one.points_places for one in criteria), default=0)


def line_query(scope: SubjectSheet) -> exp.Query:
    """
    Write the query for the lines, criterion by criterion: each reads only the columns that it needs.

    One criterion's lines follow another's, so that what they share compresses to nothing.
    """
    return sql.union([_line_query(scope, name) for name in scope.gathering.version.criteria])


def _line_query(scope: SubjectSheet, name: str) -> exp.Query:
    criterion = scope.gathering.version.criteria[name]
    line = scope.line(name)
    values, points = map(filed, _most_places(scope.gathering.version))
    most = scale.as_decimal(_most(criterion), *points)
    names = [sql.text(one) for one in scope.gathering.version.criteria]
    outputs = {
        "subject": sql.column("subject"),
        "criterion": sql.call("one_of", sql.text(name), *names),
        "state": sql.call("one_of", scope.sheet.opened(line.state), *STATES),
        "value": _value(line.value, *values),
        "text": _text(line.value),
        "points": scale.as_decimal(line.points, *points),
        "max_points": sql.when(sql.is_known(line.points.tree), most),
        "records": line.records.tree,
    }
    return scope.sheet.select(outputs)


def _value(value: Plain, precision: int, places: int) -> exp.Expression:
    if isinstance(value, Num):
        return scale.as_decimal(value, precision, places)
    return sql.cast(sql.null(), f"DECIMAL({precision},{places})")


def _text(value: Plain) -> exp.Expression:
    if isinstance(value, Num | Nothing):
        return sql.cast(sql.null(), "VARCHAR")
    return value.tree if isinstance(value, Text) else sql.cast(as_tree(value), "VARCHAR")
