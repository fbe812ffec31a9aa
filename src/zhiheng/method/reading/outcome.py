"""Read states, the score, the grades, and the rules that change a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from zhiheng.errors import Place
from zhiheng.method.expression import sets_numbers
from zhiheng.method.model import Bound, Buffer, Grade, Requirement, Rule, Score, StateRule
from zhiheng.vocabulary import Declaration, Entries, Items, Label, Scalar, as_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.method.reading.page import Page

RULE_KEYS = ("name", "label", "cite")
SCORE_KEYS = ("sum_of", "over", "out_of", "formula", "cite")
BoundKey = Literal["at_least", "at_most", "grade"]


def read_states(page: Page, top: Declaration) -> tuple[StateRule, ...]:
    """Read the conditions that settle a state before any score."""
    found: list[StateRule] = []
    for number, entry in page.entries(top, "states", "state"):
        entry.allow((*RULE_KEYS, "state", "when", "pass_through", "except"))
        rule = page.rule(page.numbered(entry, number), entry)
        fact = entry.text("pass_through")
        if fact:
            for key in ("state", "when"):
                if entry.get(key) is not None:
                    page.faults.note("key-beside-pass-through", entry.place(key), key=key)
            found.append(StateRule(rule, "", None, fact, tuple(str(each) for each in entry.texts("except"))))
            continue
        if entry.get("except") is not None:
            page.faults.note("except-without-pass-through", entry.place("except"))
        state, when = entry.text("state", required=True), page.expression(entry, "when", required=True)
        if state and when is not None:
            found.append(StateRule(rule, state, when))
    return tuple(found)


def read_sufficient(page: Page, top: Declaration) -> StateRule | None:
    """Read what evidence a grade needs."""
    entry = top.section("sufficient", "sufficient")
    if entry is None:
        return None
    entry.allow(("when", "label", "cite"))
    rule, when = page.rule("sufficient", entry), page.expression(entry, "when", required=True)
    return None if when is None else StateRule(rule, "insufficient", when)


def read_score(page: Page, top: Declaration) -> Score:
    """Read how points become the score."""
    entry = top.section("score", "score")
    if entry is None:
        if top.get("score") is None:
            top.faults.add("missing-key", top.place(), key="score")
        return Score("all", None, None, page.places.score, (), top.place())
    entry.allow(SCORE_KEYS)
    formula = page.expression(entry, "formula")
    cite = page.cite(entry, required=sets_numbers(formula))
    if entry.get("formula") is not None:
        for key in ("sum_of", "over", "out_of"):
            if entry.get(key) is not None:
                page.faults.note("key-beside-formula", entry.place(key), key=key)
        return Score("all", None, formula, page.places.score, cite, entry.place())
    for key in ("sum_of", "over"):
        if entry.get(key) is None:
            entry.faults.add("missing-key", entry.place(), key=key)
    if entry.choice("sum_of", ("criteria", "dimensions")) == "dimensions" and top.get("dimensions") is None:
        page.faults.note("no-dimensions", entry.place("sum_of"))
    over: Literal["all", "applicable"] = "all" if entry.choice("over", ("all", "applicable")) == "all" else "applicable"
    out_of = entry.number("out_of")
    if out_of is not None and out_of <= 0:
        page.faults.note("not-positive", entry.place("out_of"), key="out_of")
    return Score(over, out_of, None, page.places.score, cite, entry.place())


def read_grades(page: Page, top: Declaration) -> tuple[Grade, ...]:
    """Read the grades, best first: cuts of the score, or conditions."""
    value = top.get("grades")
    if value is None:
        return ()
    if isinstance(value, Entries):
        return _cuts(page, Declaration(value, page.faults, "grades"))
    if isinstance(value, Items):
        return _conditions(page, top)
    top.wrong("grades", value, "{...}, [...]")
    return ()


def _cuts(page: Page, section: Declaration) -> tuple[Grade, ...]:
    cite = page.cite(section)
    found: list[Grade] = []
    for name, value in section.entries.items():
        if name == "cite":
            continue
        place = Place(name.place.file, name.place.line, name.place.column, f"grade {name}")
        rule = Rule(str(name), Label(str(name), str(name)), cite, place)
        rest = isinstance(value, Scalar) and value == "otherwise"
        cut = None if rest else as_number(value)
        if not rest and cut is None:
            section.wrong(str(name), value, "1234.5, otherwise")
            continue
        found.append(Grade(rule, str(name), cut, None))
    return tuple(found)


def _conditions(page: Page, top: Declaration) -> tuple[Grade, ...]:
    found: list[Grade] = []
    for _, entry in page.entries(top, "grades", "grade"):
        entry.allow(("grade", "when", "otherwise", "label", "cite"))
        grade = entry.text("grade", required=True)
        rest = entry.truth("otherwise")
        if (entry.get("when") is None) is not (rest is True):
            page.faults.note("when-or-otherwise", entry.place())
        named = Declaration(entry.entries, page.faults, f"grade {grade}") if grade else entry
        when, rule = page.expression(named, "when"), page.rule(grade, named)
        if grade and (when is not None or entry.get("when") is None):
            found.append(Grade(rule, grade, None, when))
    return tuple(found)


def read_requirements(page: Page, top: Declaration, section: str, part: str) -> tuple[Requirement, ...]:
    """Read `requires` or `gates`: a grade that asks for something."""
    found: list[Requirement] = []
    for number, entry in page.entries(top, section, part):
        entry.allow((*RULE_KEYS, "grade", "needs", "otherwise"))
        rule = page.rule(page.numbered(entry, number), entry)
        grade, otherwise = entry.text("grade", required=True), entry.text("otherwise", required=True)
        needs = page.expression(entry, "needs", required=True)
        if grade and otherwise and needs is not None:
            found.append(Requirement(rule, grade, needs, otherwise))
    return tuple(found)


def read_bounds(
    page: Page, top: Declaration, section: str, part: str, allowed: Sequence[BoundKey]
) -> tuple[Bound, ...]:
    """Read `floors`, `caps` or `vetoes`: a condition, and the grade that it bounds or sets."""
    found: list[Bound] = []
    for number, entry in page.entries(top, section, part):
        entry.allow((*RULE_KEYS, "when", *allowed))
        rule, when = page.rule(page.numbered(entry, number), entry), page.expression(entry, "when", required=True)
        given = [key for key in allowed if entry.get(key) is not None]
        if len(given) != 1:
            page.faults.note("one-bound", entry.place(), keys=" / ".join(allowed))
            continue
        grade = entry.text(given[0])
        if grade and when is not None:
            found.append(Bound(rule, when, given[0], grade))
    return tuple(found)


def read_buffer(page: Page, top: Declaration) -> Buffer | None:
    """Read how near to a cut the previous grade stays."""
    entry = top.section("buffer", "buffer")
    if entry is None:
        return None
    entry.allow(("previous", "points", "label", "cite"))
    rule, previous, points = page.rule("buffer", entry), entry.text("previous", required=True), entry.number("points")
    if entry.get("points") is None:
        entry.faults.add("missing-key", entry.place(), key="points")
    if points is not None and points <= 0:
        page.faults.note("not-positive", entry.place("points"), key="points")
    return None if not previous or points is None else Buffer(rule, previous, points)
