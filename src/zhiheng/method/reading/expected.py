"""Read what a worked case expects: only what is written is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.method.scope import LINE_STATES
from zhiheng.vocabulary import Scalar, as_written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Version
    from zhiheng.vocabulary import Declaration, Yaml

EXPECT_KEYS = ("state", "grade", "cut_grade", "score", "coverage", "rules", "criteria", "facts")
OUTCOME_KEYS = EXPECT_KEYS[:5]
LINE_KEYS = ("value", "points", "max", "state", "records")
LINE_NUMBERS = ("value", "points", "max", "records")
OWN_STATES = ("graded", "insufficient", "not_computable", "not_rated")

Plain = Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out: each mapping holds what is to be compared, and None where there must be nothing."""

    outcome: Mapping[str, Plain] = field(default_factory=dict)  # state, grade, cut_grade, score, coverage
    criteria: Mapping[str, Mapping[str, Plain]] = field(default_factory=dict)  # value, points, max, state, records
    facts: Mapping[str, Plain] = field(default_factory=dict)  # of facts and attributes
    rules: tuple[str, ...] | None = None  # the rules that changed the grade


def read_expected(case: Declaration, version: Version, faults: MethodFaults) -> Expected:
    """Read the `expect` of a case; what it names must exist in the version of its day."""
    entry = case.section("expect")
    if entry is None:
        if case.get("expect") is None:
            faults.add("missing-key", case.place(), key="expect")
        return Expected()
    entry.allow(EXPECT_KEYS)
    given = [key for key in OUTCOME_KEYS if key in entry.entries]
    outcome = {key: _plain(entry, key, text=key not in ("score", "coverage")) for key in given}
    rules = tuple(str(each) for each in entry.texts("rules")) if "rules" in entry.entries else None
    _check_outcome(entry, outcome, version, faults)
    if not entry.entries:
        faults.note("case-expects-nothing", entry.place())
    return Expected(outcome, _criteria(entry, version, faults), _facts(entry, version, faults), rules)


def _section(entry: Declaration, key: str, faults: MethodFaults) -> Declaration | None:
    """Read a part of what is expected; one that compares nothing is a fault."""
    section = entry.section(key)
    if key in entry.entries and (section is None or not section.entries):
        faults.note("case-expects-nothing", entry.place(key))
    return section


def _check_outcome(entry: Declaration, outcome: Mapping[str, Plain], version: Version, faults: MethodFaults) -> None:
    state = outcome.get("state")
    names = [each.grade for each in version.grades]
    for key in ("grade", "cut_grade"):
        grade = outcome.get(key)
        if isinstance(grade, str) and grade not in names:
            faults.note_unknown("unknown-grade", entry.place(key), grade, names)
    known = [*OWN_STATES, *(rule.state for rule in version.states if rule.state)]
    passing = any(rule.pass_through for rule in version.states)
    if isinstance(state, str) and state not in known and not passing:
        faults.note_unknown("unknown-state", entry.place("state"), state, known)


def _criteria(entry: Declaration, version: Version, faults: MethodFaults) -> dict[str, Mapping[str, Plain]]:
    section = _section(entry, "criteria", faults)
    found: dict[str, Mapping[str, Plain]] = {}
    for name, value in section.entries.items() if section else ():
        line = section.within(str(name), value, f"{entry.part}, criterion {name}") if section else None
        if line is None:
            continue
        if name not in version.criteria:
            faults.note_unknown("not-a-criterion", entry.place_of(name), str(name), version.criteria)
        line.allow(LINE_KEYS)
        if not line.entries:
            faults.note("case-expects-nothing", entry.place_of(name))
        state = line.choice("state", sorted(LINE_STATES))
        read = {key: _plain(line, key, text=False) for key in LINE_NUMBERS if key in line.entries}
        found[str(name)] = {**read, **({"state": state} if state else {})}
    return found


def _facts(entry: Declaration, version: Version, faults: MethodFaults) -> dict[str, Plain]:
    section = _section(entry, "facts", faults)
    found: dict[str, Plain] = {}
    for name in section.entries if section else ():
        if section is None:
            continue
        if name not in version.facts and name not in version.attributes:
            faults.note_unknown("not-a-fact", entry.place_of(name), str(name), (*version.facts, *version.attributes))
        found[str(name)] = _plain(section, str(name), text=False)
    return found


def _plain(entry: Declaration, key: str, *, text: bool) -> Plain:
    """Read an expected value: a number, true or false where unquoted, or a text."""
    value: Yaml | None = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, Scalar):
        entry.wrong(key, value, "1234.5, text, true / false")
        return None
    if text:
        return str(value)
    return as_written(value)
