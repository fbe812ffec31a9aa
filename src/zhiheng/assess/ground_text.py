"""Write what an explanation rests on: facts and attributes with their records, values read, and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.page import Page
from zhiheng.assess.records_text import Records
from zhiheng.assess.wording import called_code, inner, joined, said_of, say, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.assess.told import BenchmarkTold, Explained, LineTold, NamedTold, ShrunkTold
    from zhiheng.errors import Lang

OWN = ("score", "coverage", "grade")  # what a subject has besides what the method names


class Ground:
    """Writes what is read onto a page, each thing in full the first time that it is met."""

    def __init__(self, told: Explained, lang: Lang) -> None:
        self.told, self.lang, self.page = told, lang, Page()
        self.facts = {one.name: one for one in told.named}
        self.lines = {one.name: one for one in told.lines}
        self.benchmarks = {one.name: one for one in told.benchmarks}
        self.sure = {one.name: one.confidence for one in told.citations}
        self.records = Records(self.page, {one.name: one.label for one in told.lines}, lang)
        self.opened: set[str] = set()
        self.sources: set[str] = set()

    def say(self, name: str, /, **facts: object) -> str:
        """Word a text of explanations."""
        return say(f"explain.{name}", self.lang, **facts)

    def cited(self, citations: Sequence[str]) -> str:
        """Name the sources of an entry and how sure they are."""
        self.sources.update(citations)
        return "".join(say("mark.cited", self.lang, text=self._source(name)) for name in citations)

    def _source(self, name: str) -> str:
        sure = self.sure.get(name, "unverified")
        said = say(f"sure.{sure}", self.lang)
        return said if name == sure else said_of(name, said, self.lang)

    def called(self, name: str) -> str:
        """Say what a criterion or fact is called."""
        found = self.lines.get(name) or self.facts.get(name)
        return found.label[self.lang] if found is not None else name

    def applies(self, one: LineTold | NamedTold, indent: int) -> None:
        """Write under which condition something applies."""
        if one.condition:
            self.page.write(self.say("applies" if one.applies else "applies-not", condition=one.condition), indent)

    def _default(self, one: NamedTold) -> str:
        """Say that a fact has its value by default, and why."""
        default = shown(one.default, self.lang)
        if not one.applies:
            return self.say("default-applies", default=default)
        recordless = one.measured is not None and not one.measured.counted
        return self.say("default-records" if recordless else "default-unknown", default=default)

    def shrunk(self, shrunk: ShrunkTold) -> str:
        """Say towards what a value was drawn."""
        towards = self._worth(shrunk.towards, shown(shrunk.towards_value, self.lang))
        strength = self._worth(shrunk.strength, shown(shrunk.strength_value, self.lang))
        return self.say("shrunk", before=shown(shrunk.before, self.lang), towards=towards, strength=strength)

    def _worth(self, name: str, value: str) -> str:
        return value if name == value else f"{name} = {value}"

    def short(self, one: NamedTold) -> str:
        """Say in one phrase what a fact or attribute is worth."""
        unit = f" {one.unit}" if one.unit else ""
        return f"{self._headed(one)} = {called_code(shown(one.value, self.lang), one.code, self.lang)}{unit}"

    def worth(self, line: LineTold) -> str:
        """Say the value of a line, a code by its label."""
        code = line.codes.get(line.value) if isinstance(line.value, str) else None
        unit = f" {line.unit}" if line.unit and line.value is not None else ""
        return called_code(shown(line.value, self.lang), code, self.lang) + unit

    def points(self, line: LineTold) -> str:
        """Say the points of a line that has some, and what it can have."""
        if line.most <= 0:
            facts = {"points": shown(line.points, self.lang), "least": number(line.least), "most": number(line.most)}
            return self.say("line-deducts", **facts)
        return self.say("line-points", points=shown(line.points, self.lang), most=shown(line.max_points, self.lang))

    def read(self, names: Sequence[str], indent: int) -> None:
        """Write what a rule reads."""
        for name in names:
            if name in self.facts:
                self.named(self.facts[name], indent)
            elif name in self.lines or name in self.benchmarks or name in OWN:
                self.page.write(self._read(name), indent)

    def _read(self, name: str) -> str:
        if name in self.lines:
            line = self.lines[name]
            said = f"{self._headed(line)} = {self.worth(line)}"
            return said if line.points is None else say("mark.comma", self.lang).join((said, self.points(line)))
        if name in self.benchmarks:
            one = self.benchmarks[name]
            return f"{self._headed(one)} = {shown(one.value, self.lang)}"
        value = {"score": self.told.score, "coverage": self.told.coverage, "grade": self.told.cut_grade}[name]
        return f"{self.say(f'own-{name}')} = {shown(value, self.lang)}"

    def _headed(self, one: NamedTold | LineTold | BenchmarkTold) -> str:
        label = one.label[self.lang]
        return label if label == one.name else label + inner(one.name, self.lang)

    def named(self, one: NamedTold, indent: int) -> None:
        """Write a fact or attribute with its records, the first time that it is met."""
        self.page.write(self.short(one) + self.cited(one.citations), indent)
        if one.name in self.opened:
            return
        self.opened.add(one.name)
        self.applies(one, indent + 2)
        if one.defaulted:
            self.page.write(self._default(one), indent + 2)
        if one.shrunk is not None:
            self.page.write(self.shrunk(one.shrunk), indent + 2)
        if one.formula:
            self.page.write(self.say("by-formula", formula=one.formula), indent + 2)
        above = [self.short(self.facts[name]) for name in one.reads if name in self.opened]
        if above:
            self.page.write(self.say("reads", reads=joined(above, self.lang)), indent + 2)
        if one.measured is not None:
            self.records.write(one.measured, indent + 2)
        for name in one.reads:
            if name in self.facts and name not in self.opened:
                self.named(self.facts[name], indent + 2)
