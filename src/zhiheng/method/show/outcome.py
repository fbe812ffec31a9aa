"""Lay out states, score, grades and the rules that change a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.method.show import describe
from zhiheng.method.show.table import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhiheng.method.model import Method, Rule
    from zhiheng.method.show.readable import Reader


def state_rows(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    """Lay out what settles a state before any score."""
    lang = reader.lang
    for state in reader.version.states:
        if state.when is not None:
            condition = reader.over_subject(state.when)
        else:
            condition = words("describe", "pass_through", lang, fact=reader.label_of(state.pass_through))
            if state.except_:
                condition += "\n" + words(
                    "describe", "except", lang, texts=words("describe", "between", lang).join(state.except_)
                )
        yield state.state or state.pass_through, state.rule.label[lang], condition, _cited(method, reader, state.rule)


def score_rows(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    """Lay out how points become the score, and what evidence a grade needs."""
    score, lang = reader.version.score, reader.lang
    if score.formula is not None:
        said = words("describe", "formula", lang, formula=reader.over_subject(score.formula))
    elif score.out_of is None:
        said = words("describe", "score_sum", lang)
    else:
        said = words("describe", f"score_{score.over}", lang, out_of=describe.number(score.out_of))
    said += "\n" + words("describe", "places", lang, places=score.places)
    yield words("sections", "score", lang), said, describe.sources(score.cite, method.citations, lang)
    sufficient = reader.version.sufficient
    if sufficient is not None and sufficient.when is not None:
        condition = f"{reader.over_subject(sufficient.when)}\n{sufficient.rule.label[lang]}"
        yield words("describe", "sufficient", lang), condition, _cited(method, reader, sufficient.rule)


def grade_rows(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    """Lay out the grades, best first."""
    lang = reader.lang
    for grade in reader.version.grades:
        if grade.cut is not None:
            condition = words("describe", "cut", lang, cut=describe.number(grade.cut))
        elif grade.when is not None:
            condition = reader.over_subject(grade.when)
        else:
            condition = words("describe", "rest", lang)
        yield grade.grade, grade.rule.label[lang], condition, _cited(method, reader, grade.rule)


def rule_rows(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    """Lay out the rules that change a grade, in the order in which they are applied."""
    version = reader.version
    yield from _requirements(method, reader, "requires", "needs")
    yield from _bounds(method, reader, "floors")
    yield from _bounds(method, reader, "caps")
    yield from _requirements(method, reader, "gates", "needs_better")
    if version.buffer is not None:
        effect = words("rules", "buffer_is", reader.lang, points=describe.number(version.buffer.points))
        previous = reader.label_of(version.buffer.previous)
        yield _row(method, reader, "buffer", version.buffer.rule, previous, effect)
    yield from _bounds(method, reader, "vetoes")


def _requirements(method: Method, reader: Reader, section: str, effect: str) -> Iterable[Sequence[str]]:
    for rule in reader.version.requires if section == "requires" else reader.version.gates:
        said = words("rules", effect, reader.lang, grade=rule.grade, otherwise=rule.otherwise)
        yield _row(method, reader, section, rule.rule, reader.over_subject(rule.needs), said)


def _bounds(method: Method, reader: Reader, section: str) -> Iterable[Sequence[str]]:
    version = reader.version
    for rule in {"floors": version.floors, "caps": version.caps, "vetoes": version.vetoes}[section]:
        said = words("rules", rule.bound, reader.lang, grade=rule.grade)
        yield _row(method, reader, section, rule.rule, reader.over_subject(rule.when), said)


def _row(method: Method, reader: Reader, section: str, rule: Rule, condition: str, effect: str) -> Sequence[str]:
    named = (
        f"{words('rules', section, reader.lang)} {rule.name}"
        if rule.name != section
        else words("rules", section, reader.lang)
    )
    return named, rule.label[reader.lang], condition, effect, _cited(method, reader, rule)


def _cited(method: Method, reader: Reader, rule: Rule) -> str:
    return describe.sources(rule.cite, method.citations, reader.lang)
