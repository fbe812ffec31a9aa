"""The grade: cuts, then the rules that move it, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.reference.expressions import Plain, Scope, holds
from tests.reference.syntax import read

from zhiheng.method.model import Bound, Expression, Requirement, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Ladder:
    """The grades of a method, best first, for one subject whose score is known."""

    version: Version
    scope_with: Callable[[str | None], Scope]  # names over the subject, once the cut grade is known
    score: Plain
    previous: Plain = None
    changed_by: list[str] = field(default_factory=list)

    def cut(self) -> str | None:
        """Find the grade that the cuts or conditions give."""
        scope = self.scope_with(None)
        for entry in self.version.grades:
            if entry.cut is not None and self.score >= entry.cut:  # type: ignore[operator]
                return entry.grade
            if entry.cut is None and (entry.when is None or holds(read(entry.when.text), scope)):
                return entry.grade
        return None

    def final(self, cut_grade: str) -> str:
        """Apply every rule to the grade of the cuts."""
        scope = self.scope_with(cut_grade)
        grade, self.changed_by = self.ruled(cut_grade, scope)
        if self.is_buffered(cut_grade):
            buffered, _ = self.ruled(str(self.previous), scope)
            if buffered != grade:
                self.changed_by.append("buffer")
            grade = buffered
        return self.vetoed(grade, scope)

    def ruled(self, grade: str, scope: Scope) -> tuple[str, list[str]]:
        """Apply what a grade requires, floors, caps and gates; tell which rules changed it."""
        changed = []
        for name, rule in self.rules():
            given = self.given(name, rule, grade, scope)
            if given != grade:
                changed.append(f"{name}.{rule.rule.name}")
            grade = given
        return grade, changed

    def rules(self) -> Iterator[tuple[str, Requirement | Bound]]:
        for name in ("requires", "floors", "caps", "gates"):
            for rule in getattr(self.version, name):
                yield name, rule

    def given(self, section: str, rule: Requirement | Bound, grade: str, scope: Scope) -> str:
        """Say what one rule makes of a grade."""
        if isinstance(rule, Bound):
            return self.bounded(rule, grade) if _is_true(rule.when, scope) else grade
        asked = grade == rule.grade if section == "requires" else self.rank(grade) <= self.rank(rule.grade)
        return rule.otherwise if asked and not _is_true(rule.needs, scope) else grade

    def bounded(self, rule: Bound, grade: str) -> str:
        match rule.bound:
            case "at_least":
                return min(grade, rule.grade, key=self.rank)
            case "at_most":
                return max(grade, rule.grade, key=self.rank)
        return rule.grade

    def rank(self, grade: str) -> int:
        """Count from the best grade, 0."""
        return [entry.grade for entry in self.version.grades].index(grade)

    def is_buffered(self, cut_grade: str) -> bool:
        """Tell whether the previous grade is the neighbour of the cut grade and the score near the cut between them."""
        buffer, cuts = self.version.buffer, [entry.cut for entry in self.version.grades]
        if buffer is None or self.previous not in [entry.grade for entry in self.version.grades]:
            return False
        now, before, points = self.rank(cut_grade), self.rank(str(self.previous)), Fraction(buffer.points)
        assert isinstance(self.score, Fraction)
        if before == now - 1:
            return self.score >= Fraction(cuts[before]) - points  # type: ignore[arg-type]
        return before == now + 1 and self.score < Fraction(cuts[now]) + points  # type: ignore[arg-type]

    def vetoed(self, grade: str, scope: Scope) -> str:
        """Apply the worst of the vetoes that apply."""
        given = [(self.bounded(veto, grade), veto) for veto in self.version.vetoes if _is_true(veto.when, scope)]
        worst = max((bound for bound, _ in given), key=self.rank, default=grade)
        if worst != grade:
            self.changed_by += [f"vetoes.{veto.rule.name}" for bound, veto in given if bound == worst]
        return worst


def _is_true(condition: Expression, scope: Scope) -> bool:
    return holds(read(condition.text), scope)
