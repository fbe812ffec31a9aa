"""What stands between a subject and a better grade: conditions, rules in force, and what they make of the next cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.ladder import Ladder
from zhiheng.method.compile.outcome import names_of_changes
from zhiheng.method.compile.scale import Num

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.method.compile.outcome import Outcome
    from zhiheng.method.compile.subject import SubjectSheet

GRADE, RULE, NEXT, NEXT_RULES = "meets ", "in force ", "next grade", "next rules"


def ask_standing(scope: SubjectSheet, outcome: Outcome) -> Iterator[tuple[str, exp.Expression]]:
    """
    Write which grades' conditions hold, and which rules ask to move a grade, whether or not they did.

    And what the rules would make of the next better cut, were it reached and all else as it is.
    """
    ladder, version = outcome.ladder, scope.gathering.version
    if ladder is None or outcome.rank is None:
        return
    for entry in version.grades:
        if entry.when is not None:
            yield f"{GRADE}{entry.grade}", sql.surely(ladder.at.condition(entry.when.tree))
    for name, condition in ladder.conditions.items():
        yield f"{RULE}{name}", condition
    for veto in version.vetoes:
        yield f"{RULE}vetoes.{veto.rule.name}", sql.surely(ladder.at.condition(veto.when.tree))
    yield from _ask_next(scope, outcome, ladder, outcome.rank)


def _ask_next(
    scope: SubjectSheet, outcome: Outcome, ladder: Ladder, rank: exp.Column
) -> Iterator[tuple[str, exp.Expression]]:
    """Write the grade that would come of a score at the cut of the next better grade, and the rules that move it."""
    cuts = {place: entry.cut for place, entry in enumerate(ladder.version.grades) if entry.cut is not None}
    below = [place + 1 for place in cuts]
    if not below:
        return
    at_rank = {place: sql.binary(exp.EQ, rank, sql.integer(place)) for place in below}
    reached = scale.aligned(ladder.score, *(scale.number(cut) for cut in cuts.values()))
    tree = sql.choose([(at_rank[place], cut.tree) for place, cut in zip(below, reached[1:], strict=True)])
    column = scope.sheet.define("next$score", sql.cast(tree, sql.LONG))
    low, high = min(one.low for one in reached), max(one.high for one in reached)
    score = Num(column, reached[0].scale, low, high)
    would = Ladder(ladder.version, scope, score, scope.lowering(score=score, coverage=outcome.coverage), prefix="next")
    next_rank = sql.choose([(at_rank[place], sql.integer(place - 1)) for place in below])
    final = would.final(scope.sheet.define("next$rank", next_rank))
    yield NEXT, would.grade_of(final)
    yield NEXT_RULES, names_of_changes(would)
