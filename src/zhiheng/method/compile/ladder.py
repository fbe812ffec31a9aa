"""The grade in SQL: cuts, then the rules that move it, in their order; grades are counted from the best, 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sqlglot import exp

from zhiheng.method.compile import scale
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.lower import Lowering, Nothing, Text, as_tree
from zhiheng.method.model import Bound, Buffer, Requirement, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.method.compile.lower import Plain
    from zhiheng.method.compile.scale import Num
    from zhiheng.method.compile.sheet import Sheet


class Columns(Protocol):
    """Where the ladder puts its columns, and finds the previous grade."""

    @property
    def sheet(self) -> Sheet:
        """The columns so far."""

    def own_value(self, name: str) -> Plain:
        """Give the value of a fact."""


@dataclass
class Ladder:
    """The grades of a version over one sheet of subjects."""

    version: Version
    scope: Columns
    score: Num
    at: Lowering  # over a subject whose score and coverage are known
    changes: list[tuple[str, exp.Expression]] = field(default_factory=list)  # rule -> whether it changed the grade
    prefix: str = "grade"  # of the columns
    conditions: dict[str, exp.Expression] = field(default_factory=dict)  # all rules but vetoes -> whether they ask to

    def rank(self, grade: str) -> int:
        """Count a grade's place from the best, 0."""
        return [entry.grade for entry in self.version.grades].index(grade)

    def _rank(self, grade: str) -> exp.Expression:
        return sql.integer(self.rank(grade))

    def grade_of(self, rank: exp.Expression) -> exp.Expression:
        """Write the grade that has a rank."""
        return sql.choose(
            [
                (sql.binary(exp.EQ, rank, sql.integer(place)), sql.text(entry.grade))
                for place, entry in enumerate(self.version.grades)
            ]
        )

    def cut(self) -> exp.Column:
        """Write the rank of the grade that the cuts or conditions give."""
        branches = []
        otherwise = None
        for place, entry in enumerate(self.version.grades):
            if entry.cut is not None:
                one, two = scale.aligned(self.score, scale.number(entry.cut))
                branches.append((sql.binary(exp.GTE, one.tree, two.tree), sql.integer(place)))
            elif entry.when is not None:
                branches.append((self.at.condition(entry.when.tree), sql.integer(place)))
            else:
                otherwise = sql.when(sql.is_known(self.score.tree), sql.integer(place))
                break
        return self._define("cut", sql.choose(branches, otherwise))

    def final(self, cut: exp.Column) -> exp.Column:
        """Write the rank after every rule."""
        self.at = self._knowing_grade(cut)
        conditions = {name: self._condition(name, rule) for name, rule in self._rules()}
        self.conditions |= conditions
        rank = self._ruled(cut, conditions, "rule", note=True)
        if self.version.buffer is not None:
            rank = self._buffered(cut, rank, self.version.buffer, conditions)
        return self._vetoed(rank)

    def _knowing_grade(self, cut: exp.Column) -> Lowering:
        grade = self._define("cut_grade", self.grade_of(cut))
        before = self.at.names

        def names(name: str) -> object:
            return Text(grade) if name == "grade" else before(name)

        return Lowering(names, self.at.as_of, self.at.functions, self.at.bind)  # type: ignore[arg-type]

    def _define(self, name: str, tree: exp.Expression) -> exp.Column:
        return self.scope.sheet.define(f"{self.prefix}${name}", tree)

    def _rules(self) -> Iterator[tuple[str, Requirement | Bound]]:
        for section in ("requires", "floors", "caps", "gates"):
            for rule in getattr(self.version, section):
                yield f"{section}.{rule.rule.name}", rule

    def _condition(self, name: str, rule: Requirement | Bound) -> exp.Column:
        """Write the condition under which a rule moves a grade that it speaks of."""
        if isinstance(rule, Requirement):
            return self._define(name, sql.negation(sql.surely(self.at.condition(rule.needs.tree))))
        return self._define(name, sql.surely(self.at.condition(rule.when.tree)))

    def _ruled(self, start: exp.Column, conditions: dict[str, exp.Column], run: str, *, note: bool) -> exp.Column:
        rank = start
        for name, rule in self._rules():
            given = self._define(f"{run}.{name}", self._given(name, rule, rank, conditions[name]))
            if note:
                self.changes.append((name, sql.binary(exp.NEQ, given, rank)))
            rank = given
        return rank

    def _given(
        self, name: str, rule: Requirement | Bound, rank: exp.Column, condition: exp.Expression
    ) -> exp.Expression:
        """Write what one rule makes of a rank."""
        if isinstance(rule, Bound):
            applies = sql.binary(exp.And, sql.is_known(rank), condition)
            return sql.choose([(applies, self._bounded(rule, rank))], rank)
        asked = sql.binary(exp.EQ if name.startswith("requires.") else exp.LTE, rank, self._rank(rule.grade))
        return sql.choose([(sql.binary(exp.And, asked, condition), self._rank(rule.otherwise))], rank)

    def _bounded(self, rule: Bound, rank: exp.Expression) -> exp.Expression:
        bound = self._rank(rule.grade)
        match rule.bound:
            case "at_least":
                return exp.Least(this=rank, expressions=[bound])
            case "at_most":
                return exp.Greatest(this=rank, expressions=[bound])
        return bound

    def _buffered(
        self, cut: exp.Column, rank: exp.Column, buffer: Buffer, conditions: dict[str, exp.Column]
    ) -> exp.Column:
        """Keep the previous grade, under the same rules, where it is the neighbour and the score is near their cut."""
        previous = self.scope.own_value(buffer.previous)
        if isinstance(previous, Nothing):
            return rank
        places = [
            (sql.binary(exp.EQ, as_tree(previous), sql.text(entry.grade)), self._rank(entry.grade))
            for entry in self.version.grades
        ]
        before = self._define("before", sql.choose(places))
        near = self._define("near", sql.surely(self._is_near(cut, before, buffer)))
        kept = self._ruled(before, conditions, "buffer", note=False)
        given = self._define("buffered", sql.choose([(near, kept)], rank))
        self.changes.append(("buffer", sql.binary(exp.NEQ, given, rank)))
        return given

    def _is_near(self, cut: exp.Column, before: exp.Column, buffer: Buffer) -> exp.Expression:
        """Write that the score lies within reach of the cut between the previous grade and the grade of the cuts."""
        reach = scale.number(buffer.points)
        found: list[exp.Expression] = []
        for place, entry in enumerate(self.version.grades):
            if entry.cut is None or place + 1 >= len(self.version.grades):
                continue
            between = scale.number(entry.cut)  # the cut between this grade and the next worse
            lowest, highest = scale.minus(between, reach), scale.plus(between, reach)
            down = [_is(cut, place + 1), _is(before, place), _compare(exp.GTE, self.score, lowest)]
            up = [_is(cut, place), _is(before, place + 1), _compare(exp.LT, self.score, highest)]
            found += [condition for condition in (sql.every(down), sql.every(up)) if condition is not None]
        return sql.some(found) or sql.truth(value=False)

    def _vetoed(self, rank: exp.Column) -> exp.Column:
        """Apply the worst of the vetoes that apply."""
        given = [
            (f"vetoes.{veto.rule.name}", self._define(f"veto.{veto.rule.name}", self._veto(veto, rank)))
            for veto in self.version.vetoes
        ]
        if not given:
            return rank
        known = [sql.either(bound, sql.integer(-1)) for _, bound in given]
        worst = known[0] if len(known) == 1 else exp.Greatest(this=known[0], expressions=known[1:])
        highest = self._define("worst", worst)
        final = self._define("final", sql.choose([(sql.binary(exp.LT, highest, sql.integer(0)), rank)], highest))
        for name, bound in given:
            both = [sql.binary(exp.EQ, bound, final), sql.binary(exp.NEQ, final, rank)]
            condition = sql.every(both)
            if condition is not None:
                self.changes.append((name, condition))
        return final

    def _veto(self, veto: Bound, rank: exp.Column) -> exp.Expression:
        applies = sql.binary(exp.And, sql.is_known(rank), self.at.condition(veto.when.tree))
        return sql.choose([(applies, self._bounded(veto, rank))])


def _is(rank: exp.Column, place: int) -> exp.Expression:
    return sql.binary(exp.EQ, rank, sql.integer(place))


def _compare(kind: type[exp.Binary], one: Num, other: Num) -> exp.Expression:
    left, right = scale.aligned(one, other)
    return sql.binary(kind, left.tree, right.tree)
