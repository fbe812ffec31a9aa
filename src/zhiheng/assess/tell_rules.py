"""Tell what settled a state, gave a grade or changed it, and how the points became the score."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.assess.tell_lines import names_read
from zhiheng.assess.told import DimensionTold, NextCut, RuleTold, ScoreTold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhiheng.assess.told import LineTold
    from zhiheng.method import Account, Bound, Grade, Requirement, StateRule, Version

GRADED, INSUFFICIENT, NOT_COMPUTABLE = "graded", "insufficient", "not_computable"
WITHHELD, NO_LINE, NO_SCORE = "withheld", "no_line", "no_score"


def tell_settled(version: Version, account: Account) -> tuple[RuleTold, ...]:
    """Tell the rule that settled the state, or the grade as the cuts or conditions gave it."""
    for rule in version.states:
        if account.settling[f"states.{rule.rule.name}"]:
            return (_state(rule, account.state),)
    if account.state == INSUFFICIENT and version.sufficient is not None:
        return (_state(version.sufficient, INSUFFICIENT),)
    return tuple(_grade(entry) for entry in version.grades if entry.grade == account.cut_grade)


def tell_reasons(version: Version, account: Account) -> tuple[str, ...]:
    """Say why a score could not be computed, where no rule of the method says so itself: the lines withheld, ..."""
    if account.state != NOT_COMPUTABLE or any(account.settling[f"states.{rule.rule.name}"] for rule in version.states):
        return ()
    withheld = [name for name, line in account.lines.items() if line.state == "withheld"]
    if withheld:
        return (WITHHELD, *withheld)
    measured = any(line.state == "measured" for line in account.lines.values())
    return (NO_SCORE,) if measured or not account.lines else (NO_LINE,)


def tell_rules(version: Version, account: Account) -> tuple[RuleTold, ...]:
    """Tell every rule that changed the grade, in the order in which they did."""
    return _named(version, account, account.rules)


def tell_in_force(version: Version, account: Account) -> tuple[RuleTold, ...]:
    """
    Tell every rule whose condition holds and that bounds the grade, whether or not it changed it.

    What a grade asks for bounds the grade where it keeps a better one away; a bound does wherever its condition holds.
    """
    if account.grade is None:
        return ()
    grades = [entry.grade for entry in version.grades]
    own = grades.index(account.grade)
    asking = {f"requires.{one.rule.name}": one.grade for one in version.requires}
    asking |= {f"gates.{one.rule.name}": one.grade for one in version.gates}
    return tuple(
        rule
        for rule in _all_rules(version, account)
        if rule.name in account.rules
        or (rule.name in account.in_force and (rule.name not in asking or grades.index(asking[rule.name]) < own))
    )


def tell_next_cut(version: Version, account: Account) -> NextCut | None:
    """Tell how far the score is from the cut to the next better grade, and from its own."""
    cuts = [entry for entry in version.grades if entry.cut is not None]
    if account.score is None or account.cut_grade is None or not cuts:
        return None
    place = [entry.grade for entry in version.grades].index(account.cut_grade)
    better = version.grades[place - 1] if place else None
    own = version.grades[place].cut
    return NextCut(
        grade=better.grade if better else None,
        cut=better.cut if better else None,
        missing=better.cut - account.score if better and better.cut is not None else None,
        own_cut=own,
        to_spare=None if own is None else account.score - own,
        would_be=account.next_grade if better else None,
        held_by=_named(version, account, account.next_rules) if better and account.next_grade != better.grade else (),
    )


def tell_score(version: Version, account: Account, lines: Sequence[LineTold]) -> ScoreTold:
    """Tell how the points of the lines became the score."""
    rule = version.score
    return ScoreTold(
        formula=rule.formula.text if rule.formula else "",
        over=rule.over,
        out_of=rule.out_of,
        points=sum((line.points for line in lines if line.points is not None), Decimal(0)),
        max_points=sum((line.max_points for line in lines if line.max_points is not None), Decimal(0)),
        score=account.score,
        places=rule.places,
        citations=rule.cite,
    )


def tell_dimensions(version: Version, lines: Sequence[LineTold]) -> tuple[DimensionTold, ...]:
    """Tell the points of each dimension."""
    found = []
    for dimension in version.dimensions.values():
        own = [line for line in lines if line.dimension == dimension.name]
        points = sum((line.points for line in own if line.points is not None), Decimal(0))
        most = sum((line.max_points for line in own if line.max_points is not None), Decimal(0))
        found.append(DimensionTold(dimension.name, dimension.label, dimension.criteria, points, most))
    return tuple(found)


def _state(rule: StateRule, state: str) -> RuleTold:
    name = rule.rule.name if rule.rule.name == "sufficient" else f"states.{rule.rule.name}"
    reads = names_read(rule.when) if rule.when else (rule.pass_through,)
    condition = rule.when.text if rule.when else rule.pass_through
    return RuleTold(name, "states", rule.rule.label, condition, "state", state, None, reads, rule.rule.cite)


def _grade(entry: Grade) -> RuleTold:
    effect = "cut" if entry.cut is not None else ("when" if entry.when else "otherwise")
    condition = entry.when.text if entry.when else ""
    return RuleTold(
        name=f"grades.{entry.grade}",
        section="grades",
        label=entry.rule.label,
        condition=condition,
        effect=effect,
        to=entry.grade,
        bound=entry.cut,
        reads=names_read(entry.when),
        citations=entry.rule.cite,
    )


def _named(version: Version, account: Account, names: tuple[str, ...]) -> tuple[RuleTold, ...]:
    told = {rule.name: rule for rule in _all_rules(version, account)}
    return tuple(told[name] for name in names if name in told)


def _all_rules(version: Version, account: Account) -> Iterator[RuleTold]:
    yield from (_requirement("requires", rule) for rule in version.requires)
    yield from (_bound("floors", rule) for rule in version.floors)
    yield from (_bound("caps", rule) for rule in version.caps)
    yield from (_requirement("gates", rule) for rule in version.gates)
    if version.buffer is not None:
        rule, previous = version.buffer.rule, str(account.values.get(version.buffer.previous) or "")
        yield RuleTold(
            "buffer", "buffer", rule.label, "", "keeps", previous, version.buffer.points, (version.buffer.previous,),
            rule.cite,
        )  # fmt: skip
    yield from (_bound("vetoes", rule) for rule in version.vetoes)


def _requirement(section: str, rule: Requirement) -> RuleTold:
    name, reads = f"{section}.{rule.rule.name}", names_read(rule.needs)
    condition, cite = rule.needs.text, rule.rule.cite
    return RuleTold(name, section, rule.rule.label, condition, "needs", rule.otherwise, None, reads, cite, rule.grade)


def _bound(section: str, rule: Bound) -> RuleTold:
    name, reads = f"{section}.{rule.rule.name}", names_read(rule.when)
    condition, cite = rule.when.text, rule.rule.cite
    return RuleTold(name, section, rule.rule.label, condition, rule.bound, rule.grade, None, reads, cite)
