"""One subject's account in SQL: outcome, lines, facts, benchmarks, and which conditions hold; read back exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.frozen import as_key
from zhiheng.method.compile.lower import Nothing, Plain, as_tree
from zhiheng.method.compile.outcome import Outcome, settle
from zhiheng.method.compile.scale import Num
from zhiheng.method.compile.standing import GRADE, NEXT, NEXT_RULES, RULE, ask_standing
from zhiheng.method.model import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhiheng.method.compile.subject import SubjectSheet
    from zhiheng.method.model import Fact

Told = Decimal | str | bool | date | None
"""What a value is to a reader: a number exact to its places, a text, a truth, a day; None where it is unknown."""


@dataclass(frozen=True, slots=True)
class LineAccount:
    """One criterion's line; `unshrunk` is what was measured before it was drawn towards another number."""

    state: str
    value: Told
    unshrunk: Told
    points: Decimal | None
    records: int
    applies: bool


@dataclass(frozen=True, slots=True)
class FactAccount:
    """How a fact came to its value: what was measured before it was drawn elsewhere; whether its default stands in."""

    unshrunk: Told
    applies: bool
    defaulted: bool


@dataclass(frozen=True, slots=True)
class Account:
    """All that a method makes of one subject."""

    subject: str
    state: str
    score: Decimal | None
    grade: str | None
    cut_grade: str | None
    coverage: Decimal
    rules: tuple[str, ...]
    lines: Mapping[str, LineAccount]
    facts: Mapping[str, FactAccount]
    values: Mapping[str, Told]  # of facts and attributes
    benchmarks: Mapping[str, Told]
    groups: Mapping[str, tuple[str, ...] | None]  # of each benchmark, as its frozen groups are named; None: of no group
    settling: Mapping[str, bool]  # entries of `states` as `states.NAME`, and `sufficient`: whether they hold
    # Of a plan that asks for the standing:
    conditions: Mapping[str, bool]  # of grades by conditions: whether each holds
    in_force: frozenset[str]  # the rules that ask to move a grade, whether or not they did
    next_grade: str | None  # what would come of a score at the cut of the next better grade, all else as it is
    next_rules: tuple[str, ...]  # the rules that would make it so


@dataclass
class AccountPlan:
    """The query for the accounts of all subjects in a table, and how its rows are read."""

    sheet: SubjectSheet
    standing: bool = False  # what stands between a subject and a better grade is asked as well
    outputs: dict[str, exp.Expression] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        version = self.sheet.gathering.version
        outcome = settle(self.sheet)
        self._ask_outcome(outcome)
        for name in version.criteria:
            self._ask_line(name)
        for name in (*version.facts, *version.attributes):
            self._ask(f"value {name}", self.sheet.own_value(name))
        for fact in version.facts.values():
            self._ask_fact(fact)
        for name, benchmark in version.benchmarks.items():
            found = self.sheet.benchmark(name)
            self._ask(f"benchmark {name}", found)
            for at, key in enumerate(benchmark.by):
                self.outputs[f"group {name} {at}"] = as_key(as_tree(self.sheet.own_value(key)))
        self._ask_settling(outcome)
        if self.standing:
            self.outputs |= dict(ask_standing(self.sheet, outcome))

    @property
    def query(self) -> exp.Select:
        """Write the query."""
        return self.sheet.sheet.select(self.outputs)

    def read(self, row: Sequence[object]) -> Account:
        """Read one row of the query."""
        found = dict(zip(self.outputs, row, strict=True))
        version = self.sheet.gathering.version
        told = {name: self._told(name, value) for name, value in found.items()}
        return Account(
            subject=str(found["subject"]),
            state=str(found["state"]),
            score=_number(told["score"]),
            grade=_text(found["grade"]),
            cut_grade=_text(found["cut_grade"]),
            coverage=_number(told["coverage"]) or Decimal(0),
            rules=_names(found["rules"]),
            lines={name: _line(name, found, told) for name in version.criteria},
            facts={name: _fact(name, found, told) for name in version.facts},
            values={name: told[f"value {name}"] for name in (*version.facts, *version.attributes)},
            benchmarks={name: told[f"benchmark {name}"] for name in version.benchmarks},
            groups={name: _group(name, len(entry.by), found) for name, entry in version.benchmarks.items()},
            settling={name: bool(value) for name, value in _under("settles ", found)},
            conditions={name: bool(value) for name, value in _under(GRADE, found)},
            in_force=frozenset(name for name, value in _under(RULE, found) if value),
            next_grade=_text(found.get(NEXT)),
            next_rules=_names(found.get(NEXT_RULES)),
        )

    def _ask(self, name: str, value: Plain) -> None:
        self.outputs[name] = sql.cast(sql.null(), "VARCHAR") if isinstance(value, Nothing) else as_tree(value)
        if isinstance(value, Num):
            self.scales[name] = value.scale

    def _told(self, name: str, value: object) -> Told:
        if value is None or isinstance(value, bool | date):
            return value
        if name in self.scales:
            return Decimal(int(str(value))).scaleb(-self.scales[name])
        return ", ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)

    def _ask_outcome(self, outcome: Outcome) -> None:
        self.outputs |= {
            "subject": sql.column("subject"),
            "state": outcome.state,
            "grade": outcome.grade,
            "cut_grade": outcome.cut_grade,
            "rules": outcome.rules,
        }
        self._ask("score", outcome.score)
        self._ask("coverage", outcome.coverage)

    def _ask_line(self, name: str) -> None:
        line = self.sheet.line(name)
        self.outputs[f"state {name}"] = line.state
        self._ask(f"line {name}", line.value)
        self._ask_way(name, line.value)
        self._ask(f"points {name}", line.points)
        self.outputs[f"records {name}"] = line.records.tree

    def _ask_fact(self, fact: Fact) -> None:
        name = fact.rule.name
        self._ask_way(name, self.sheet.own_value(name))
        defaulted = sql.truth(value=False) if fact.default is None else self.sheet.is_unknown(fact)
        self.outputs[f"defaulted {name}"] = defaulted

    def _ask_way(self, name: str, value: Plain) -> None:
        """Ask whether a criterion or fact applies, and what it was before it was drawn towards another number."""
        source, applies = self.sheet.entry(name).source, self.sheet.applies(name)
        shrinks = isinstance(source, Measure) and source.shrink is not None
        self._ask(f"unshrunk {name}", self.sheet.value(name, shrunk=False) if shrinks else value)
        self.outputs[f"applies {name}"] = sql.truth(value=True) if applies is None else applies

    def _ask_settling(self, outcome: Outcome) -> None:
        version = self.sheet.gathering.version
        at = self.sheet.lowering(score=outcome.score, coverage=outcome.coverage)
        for rule in version.states:
            if rule.when is not None:
                self.outputs[f"settles states.{rule.rule.name}"] = sql.surely(at.condition(rule.when.tree))
            else:
                status = as_tree(self.sheet.own_value(rule.pass_through))
                listed: list[exp.Expression] = [sql.text(code) for code in rule.except_]
                other = sql.negation(exp.In(this=status, expressions=listed)) if listed else sql.is_known(status)
                self.outputs[f"settles states.{rule.rule.name}"] = sql.surely(other)
        if version.sufficient is not None and version.sufficient.when is not None:
            self.outputs["settles sufficient"] = sql.surely(at.condition(version.sufficient.when.tree))


def _number(value: Told) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _under(prefix: str, found: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((name.removeprefix(prefix), value) for name, value in found.items() if name.startswith(prefix))


def _names(joined: object) -> tuple[str, ...]:
    return tuple(name for name in str(joined or "").split(",") if name)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _line(name: str, found: Mapping[str, object], told: Mapping[str, Told]) -> LineAccount:
    return LineAccount(
        state=str(found[f"state {name}"]),
        value=told[f"line {name}"],
        unshrunk=told[f"unshrunk {name}"],
        points=_number(told[f"points {name}"]),
        records=int(str(found[f"records {name}"] or 0)),
        applies=bool(found[f"applies {name}"]),
    )


def _fact(name: str, found: Mapping[str, object], told: Mapping[str, Told]) -> FactAccount:
    return FactAccount(told[f"unshrunk {name}"], bool(found[f"applies {name}"]), bool(found[f"defaulted {name}"]))


def _group(name: str, width: int, found: Mapping[str, object]) -> tuple[str, ...] | None:
    keys = [found[f"group {name} {at}"] for at in range(width)]
    return None if any(key is None for key in keys) else tuple(str(key) for key in keys)
