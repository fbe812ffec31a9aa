"""Check the grades and the rules that change them: order, names, and bounds that say something."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from zhiheng.method.checks.sums import reachable_scores
from zhiheng.method.evaluate import as_decimal
from zhiheng.method.reading.points import digits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Bound, Grade, Requirement, Rule, Version
    from zhiheng.vocabulary import Declaration

RULE_SECTIONS = ("requires", "floors", "caps", "gates", "vetoes")


def check_grades(faults: MethodFaults, top: Declaration, version: Version) -> None:
    """Note what is wrong with the grades of a version, whose sections stand in `top`."""
    grades = version.grades
    for section in (*RULE_SECTIONS, "states"):
        entries: Sequence[Bound | Requirement] = getattr(version, section)
        if section != "states" and entries and not grades:
            faults.note("rules-without-grades", top.place(section), section=section)
        _check_names(faults, [entry.rule for entry in entries], section)
    if version.buffer is not None and not all(grade.when is None for grade in grades):
        faults.note("buffer-needs-cuts", version.buffer.rule.place)
    if not grades:
        return
    _check_list(faults, grades)
    if any(grade.cut is not None for grade in grades):
        _check_cuts(faults, version)
    _check_rules(faults, version)


def _check_names(faults: MethodFaults, rules: Sequence[Rule], section: str) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            faults.note("rule-name-twice", rule.place, section=section, name=rule.name)
        seen.add(rule.name)


def _check_list(faults: MethodFaults, grades: Sequence[Grade]) -> None:
    seen: set[str] = set()
    closed = False
    for grade in grades:
        if grade.grade in seen:
            faults.note("grade-twice", grade.rule.place, grade=grade.grade)
        if closed:
            faults.note("grades-after-otherwise", grade.rule.place, grade=grade.grade)
        seen.add(grade.grade)
        closed = closed or (grade.cut is None and grade.when is None)
    if not closed:
        faults.note("grades-without-otherwise", grades[-1].rule.place)


def _check_cuts(faults: MethodFaults, version: Version) -> None:
    cuts = [(grade, grade.cut) for grade in version.grades if grade.cut is not None]
    lowest, highest = score_range(version)
    reachable = reachable_scores(version)
    before: Decimal | None = None
    for grade, cut in cuts:
        place = grade.rule.place
        if before is not None and cut >= before:
            faults.note("cuts-not-descending", place, grade=grade.grade, cut=cut, before=before)
        before = cut
        if digits_of(cut) > version.score.places:
            faults.note("cut-finer-than-places", place, cut=cut, places=version.score.places)
        if highest is not None and cut > highest:
            low = "-" if lowest is None else lowest
            faults.note("cut-out-of-reach", place, grade=grade.grade, cut=cut, lowest=low, highest=highest)
        elif lowest is not None and cut <= lowest:
            faults.note("cut-always-reached", place, grade=grade.grade, cut=cut, lowest=lowest)
        else:
            _check_steps(faults, version, reachable, grade, cuts)


def _check_steps(
    faults: MethodFaults,
    version: Version,
    reachable: frozenset[Fraction] | None,
    grade: Grade,
    cuts: Sequence[tuple[Grade, Decimal]],
) -> None:
    """Note a grade between whose cut and the next no sum of points falls: a warning where a rule may give it."""
    better = [cut for other, cut in cuts if grade.cut is not None and cut > grade.cut and other is not grade]
    upper = min(better, default=None)
    if (
        grade.cut is None
        or reachable is None
        or any(score >= grade.cut and (upper is None or score < upper) for score in reachable)
    ):
        return
    given = {rule.otherwise for rule in (*version.requires, *version.gates)}
    given |= {bound.grade for bound in (*version.floors, *version.caps, *version.vetoes)}
    tell = faults.warn if grade.grade in given else faults.note
    tell(
        "grade-between-steps",
        grade.rule.place,
        grade=grade.grade,
        cut=grade.cut,
        upper="..." if upper is None else upper,
    )


def score_range(version: Version) -> tuple[Decimal | None, Decimal | None]:
    """
    Tell between which bounds every score lies; None where that cannot be told.

    Any line may be without points, and so leave both the points and the maximum. The bounds are rounded as scores are.
    """
    score, criteria = version.score, version.criteria.values()
    if score.formula is not None or not criteria:
        return None, None
    zero = Decimal(0)
    lowest = sum((min(criterion.min, zero) for criterion in criteria), zero)
    highest = sum((max(criterion.max, zero) for criterion in criteria), zero)
    if score.out_of is None:
        return as_decimal(Fraction(lowest), score.places), as_decimal(Fraction(highest), score.places)
    deducting = any(criterion.max <= 0 or criterion.min < 0 for criterion in criteria)
    unbounded = deducting if score.over == "applicable" else any(criterion.max < 0 for criterion in criteria)
    return (None if deducting else zero), (None if unbounded else as_decimal(Fraction(score.out_of), score.places))


def _check_rules(faults: MethodFaults, version: Version) -> None:
    names = [grade.grade for grade in version.grades]

    def known(name: str, rule: Rule, key: str) -> bool:
        if name not in names:
            faults.note_unknown("unknown-grade", faults.spot(rule.place, key), name, names)
        return name in names

    for rule in (*version.requires, *version.gates):
        both = [known(rule.grade, rule.rule, "grade"), known(rule.otherwise, rule.rule, "otherwise")]
        if all(both):
            _check_requirement(faults, version, rule, names)
    for bound in (*version.floors, *version.caps, *version.vetoes):
        if known(bound.grade, bound.rule, bound.bound) and bound.grade == _useless(bound, names):
            place = faults.spot(bound.rule.place, bound.bound)
            faults.note("bound-changes-nothing", place, grade=bound.grade)


def _useless(bound: Bound, names: Sequence[str]) -> str | None:
    """Name the grade at which a bound bounds nobody."""
    if bound.bound == "grade":
        return None
    return names[0] if bound.bound == "at_most" else names[-1]


def _check_requirement(faults: MethodFaults, version: Version, rule: Requirement, names: Sequence[str]) -> None:
    facts = {"grade": rule.grade, "otherwise": rule.otherwise}
    place = faults.spot(rule.rule.place, "otherwise")
    if rule.grade == rule.otherwise:
        faults.note("otherwise-the-same", place, **facts)
    elif rule in version.gates and names.index(rule.otherwise) < names.index(rule.grade):
        faults.note("otherwise-not-worse", place, **facts)
