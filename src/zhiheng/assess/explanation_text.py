"""Write an explanation for people: why, the points, the lines with their records, peers and sources."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.page import Page
from zhiheng.assess.records_text import Records
from zhiheng.assess.wording import inner, joined, said_of, say, shown, spell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhiheng.assess.told import BenchmarkTold, Case, Explained, LineTold, NamedTold, RuleTold, ShrunkTold
    from zhiheng.errors import Lang


def write_explanation(told: Explained, lang: Lang) -> str:
    """Write an explanation in a language, at most 100 columns wide."""
    return str(_Writer(told, lang).written())


class _Writer:
    def __init__(self, told: Explained, lang: Lang) -> None:
        self.told, self.lang, self.page = told, lang, Page()
        self.named = {one.name: one for one in told.named}
        self.lines = {one.name: one for one in told.lines}
        self.sure = {one.name: one.confidence for one in told.citations}
        self.records = Records(self.page, {one.name: one.label for one in told.lines}, lang)
        self.opened: set[str] = set()
        self.cited: set[str] = set()

    def written(self) -> Page:
        self._head()
        self._why()
        if self.told.lines or self.told.score_from.formula:
            self._points()
        if self.told.lines:
            self._lines()
        self._facts()
        self._benchmarks()
        self._sources()
        return self.page

    def _say(self, name: str, /, **facts: object) -> str:
        return say(f"explain.{name}", self.lang, **facts)

    def _head(self) -> None:
        told = self.told
        called = f"{told.called}  " if told.called else ""
        of_type = inner(told.subject_type, self.lang)
        self.page.write(f"{called}{told.subject}{of_type if self.lang == 'zh' else ' ' + of_type}")
        parts = [spell(f"state.{told.state}", self.lang)]
        if told.score is not None:
            parts.insert(0, self._say("score", score=number(told.score)))
        if told.grade is not None:
            label = told.grade_label[self.lang] if told.grade_label else told.grade
            name = "grade" if label == told.grade else "grade-called"
            parts.insert(0, self._say(name, grade=told.grade, label=label))
        if told.coverage != 1:
            parts.append(self._say("coverage", coverage=number(told.coverage * 100)))
        self.page.write("  ".join(parts))
        method = told.method
        until = shown(method.until, self.lang) if method.until else self._say("open-end")
        if method.until and self.lang == "zh":
            until = f" {until}"
        self.page.write(
            self._say(
                "method",
                label=method.label[self.lang],
                name=method.name,
                version=method.version,
                since=method.since,
                until=until,
            )
        )
        snapshot = told.snapshot
        self.page.write(
            self._say(
                "day",
                as_of=told.as_of,
                batches=snapshot.batches,
                known_at=f"{snapshot.known_at:%Y-%m-%d %H:%M}",
                head=snapshot.head[:16],
            )
        )
        if told.without:
            named = [
                f"“{one.label.zh}”" if self.lang == "zh" else f"{one.label.en} ({one.name})" for one in told.without
            ]
            self.page.write(self._say("without", kinds=joined(named, self.lang)))
        for one in told.judged:
            on, by = shown(one.decided_on, self.lang), one.decided_by
            self.page.write(self._say("judged", first=one.first, second=one.second, by=by, on=on, reason=one.reason))

    def _cited(self, citations: Sequence[str]) -> str:
        """Name the sources of an entry and how sure they are."""
        self.cited.update(citations)
        return "".join(say("mark.cited", self.lang, text=self._source(name)) for name in citations)

    def _source(self, name: str) -> str:
        sure = self.sure.get(name, "unverified")
        said = say(f"sure.{sure}", self.lang)
        return said if name == sure else said_of(name, said, self.lang)

    # Why

    def _why(self) -> None:
        self.page.head(self._say("why"))
        for rule in self.told.settled_by:
            self._rule(rule)
        if self.told.reasons:
            first, *names = self.told.reasons
            labels = joined((self._called(name) for name in names), self.lang)
            self.page.write(self._say(first, lines=labels) if names else self._say(first), 2)
        self._next_cut()
        for rule in self.told.rules:
            self._rule(rule)
        found = self.told.range
        if found is not None:
            labels = joined((self._called(name) for name in found.lines), self.lang)
            said = [self._say("range", lines=labels)]
            if found.best and found.worst:
                said.append(self._say("best", best=self._case(found.best), worst=self._case(found.worst)))
            else:
                said.append(self._say("range-unknown"))
            self.page.write((" " if self.lang == "en" else "").join(said), 2)

    def _rule(self, rule: RuleTold) -> None:
        self.page.write(self._ruled(rule) + self._cited(rule.citations), 2)
        for name in rule.reads:
            if name in self.named:
                self._named(self.named[name], 4)

    def _ruled(self, rule: RuleTold) -> str:
        label = rule.label[self.lang]
        match rule.effect:
            case "cut":
                return self._say("cut", grade=rule.to, cut=shown(rule.bound, self.lang))
            case "when":
                return self._say("when", grade=rule.to, condition=rule.condition)
            case "otherwise":
                return self._say("otherwise", grade=rule.to)
            case "state" if rule.name == "sufficient" and rule.to == "insufficient":
                return self._say("insufficient", condition=rule.condition, label=label)
            case "state":
                state = spell(f"state.{rule.to}", self.lang)
                return self._say("state", label=label, state=state, condition=rule.condition)
            case "keeps":
                return self._say("rule-keeps", label=label, grade=rule.to, points=shown(rule.bound, self.lang))
        effect = self._say("set" if rule.effect in ("grade", "needs") else rule.effect, grade=rule.to)
        name = "rule-needs" if rule.effect == "needs" else "rule"
        section = say(f"section.{rule.section}", self.lang)
        return self._say(name, section=section, label=label, effect=effect, condition=rule.condition)

    def _next_cut(self) -> None:
        found = self.told.next_cut
        if found is None:
            return
        said = []
        if found.grade is not None and found.missing is not None:
            cut, missing = shown(found.cut, self.lang), shown(found.missing, self.lang)
            said.append(self._say("next", grade=found.grade, cut=cut, missing=missing))
        if found.to_spare is not None:
            cut, to_spare = shown(found.own_cut, self.lang), shown(found.to_spare, self.lang)
            said.append(self._say("to-spare", to_spare=to_spare, cut=cut))
        if said:
            self.page.write((" " if self.lang == "en" else "").join(said), 2)

    def _case(self, case: Case) -> str:
        grade = case.grade if case.grade is not None else spell(f"state.{case.state}", self.lang)
        score = "" if case.score is None else inner(self._say("score", score=number(case.score)), self.lang)
        return grade + score

    def _called(self, name: str) -> str:
        return self.lines[name].label[self.lang] if name in self.lines else name

    # Points

    def _points(self) -> None:
        self.page.head(self._say("points"))
        rows = []
        for line in self.told.lines:
            points, most = shown(line.points, self.lang), shown(line.max_points, self.lang)
            value = shown(line.value, self.lang) + (f" {line.unit}" if line.unit and line.value is not None else "")
            rows.append((points, f"/ {most}", self._state(line), value, line.label[self.lang]))
        source = self.told.score_from
        if rows:
            rows.append((number(source.points), f"/ {number(source.max_points)}", "", "", self._say("total")))
            self.page.table(rows, 2, numbers=(0, 3))
        if source.score is not None:
            self.page.write(self._score() + self._cited(source.citations), 2)
        for dimension in self.told.dimensions:
            points = f"{number(dimension.points)} / {number(dimension.max_points)}"
            said = said_of(dimension.label[self.lang], points, self.lang)
            self.page.write(said, 2)

    def _state(self, line: LineTold) -> str:
        return say(f"line.{line.state}", self.lang)

    def _score(self) -> str:
        source = self.told.score_from
        score = number(source.score if source.score is not None else Decimal(0))
        if source.formula:
            return self._say("formula", score=score, formula=source.formula)
        if source.out_of is None:
            return self._say("sum", score=score)
        most = (
            source.max_points if source.over == "applicable" else sum((one.most for one in self.told.lines), Decimal(0))
        )
        return self._say(
            source.over, score=score, out_of=number(source.out_of), points=number(source.points), most=number(most)
        )

    # Lines, facts, peers

    def _lines(self) -> None:
        self.page.head(self._say("lines"))
        for line in self.told.lines:
            called = line.label[self.lang] + inner(line.name, self.lang)
            self.page.write(called + self._cited(line.citations), 2)
            self.page.write("  ".join(self._line(line)), 4)
            self._applies(line, 4)
            if line.applies and line.value is None:
                self.page.write(self._absent(line), 4)
            if line.shrunk is not None:
                self.page.write(self._shrunk(line.shrunk), 4)
            if line.formula:
                self.page.write(self._say("by-formula", formula=line.formula), 4)
            reads = [self._short(self.named[name]) for name in line.reads if name in self.named]
            if reads:
                self.page.write(self._say("reads", reads=joined(reads, self.lang)), 4)
            if line.measured is not None:
                self.records.write(line.measured, 4)
            self.page.write(self._say("scale", scale=self._scale(line.scale)), 4)

    def _scale(self, scale: str) -> str:
        if self.lang == "en" or " → " not in scale:
            return scale
        rest, comma = say("mark.rest", self.lang), say("mark.comma", self.lang)
        return scale.replace("* →", f"{rest} →").replace(", ", comma)

    def _line(self, line: LineTold) -> list[str]:
        said = [self._state(line)]
        if line.value is not None:
            unit = f" {line.unit}" if line.unit else ""
            said.append(self._say("line-value", value=shown(line.value, self.lang) + unit))
        if line.points is not None:
            said.append(self._say("line-points", points=number(line.points), most=shown(line.max_points, self.lang)))
        if line.measured is not None:
            said.append(self._say("line-records", count=line.records))
        return said

    def _applies(self, one: LineTold | NamedTold, indent: int) -> None:
        if one.condition:
            self.page.write(self._say("applies" if one.applies else "applies-not", condition=one.condition), indent)

    def _absent(self, line: LineTold) -> str:
        """Say what the method makes of a line without a value."""
        unattested = line.absent == "full_if_feed_complete" and line.points is None
        return self._say(f"absent-{'unattested' if unattested else line.absent}", points=shown(line.points, self.lang))

    def _default(self, one: NamedTold) -> str:
        """Say that a fact has its value by default, and why."""
        default = shown(one.default, self.lang)
        if not one.applies:
            return self._say("default-applies", default=default)
        recordless = one.measured is not None and not one.measured.counted
        return self._say("default-records" if recordless else "default-unknown", default=default)

    def _shrunk(self, shrunk: ShrunkTold) -> str:
        towards = self._worth(shrunk.towards, shown(shrunk.towards_value, self.lang))
        strength = self._worth(shrunk.strength, shown(shrunk.strength_value, self.lang))
        return self._say("shrunk", before=shown(shrunk.before, self.lang), towards=towards, strength=strength)

    def _worth(self, name: str, value: str) -> str:
        return value if name == value else f"{name} = {value}"

    def _short(self, one: NamedTold) -> str:
        unit = f" {one.unit}" if one.unit else ""
        return f"{one.label[self.lang]}{inner(one.name, self.lang)} = {shown(one.value, self.lang)}{unit}"

    def _facts(self) -> None:
        rest = [one for one in self.told.named if one.name not in self.opened and one.what != "value"]
        if rest:
            self.page.head(self._say("facts"))
        for one in rest:
            self._named(one, 2)

    def _named(self, one: NamedTold, indent: int) -> None:
        """Write a fact or attribute with its records, the first time that it is met."""
        self.page.write(self._short(one) + self._cited(one.citations), indent)
        if one.name in self.opened:
            return
        self.opened.add(one.name)
        self._applies(one, indent + 2)
        if one.defaulted:
            self.page.write(self._default(one), indent + 2)
        if one.shrunk is not None:
            self.page.write(self._shrunk(one.shrunk), indent + 2)
        if one.formula:
            self.page.write(self._say("by-formula", formula=one.formula), indent + 2)
        above = [self._short(self.named[name]) for name in one.reads if name in self.opened]
        if above:
            self.page.write(self._say("reads", reads=joined(above, self.lang)), indent + 2)
        if one.measured is not None:
            self.records.write(one.measured, indent + 2)
        for name in one.reads:
            if name in self.named and name not in self.opened:
                self._named(self.named[name], indent + 2)

    def _benchmarks(self) -> None:
        if self.told.benchmarks:
            self.page.head(self._say("benchmarks"))
        for one in self.told.benchmarks:
            self.page.write(self._benchmark(one) + self._cited(one.citations), 2)

    def _benchmark(self, one: BenchmarkTold) -> str:
        if one.group is None:
            group = self._say("no-group")
        elif not one.by:
            group = self._say("everyone")
        else:
            keys = zip(one.by, one.group, strict=True)
            group = joined((said_of(self._attribute(name), key, self.lang) for name, key in keys), self.lang)
        label = one.label[self.lang] if one.label.zh != one.name else one.name
        said = [
            self._say(
                "benchmark",
                label=label,
                value=shown(one.value, self.lang),
                statistic=self._statistic(one.statistic),
                of=self._called(one.of),
                group=group,
            )
        ]
        if one.count is not None:
            said.append(self._say("count", count=one.count, at_least=one.at_least))
        if one.stands_in:
            said.append(self._say("stands-in", name=one.stands_in))
        return "; ".join(said) if self.lang == "en" else "；".join(said)

    def _statistic(self, written: str) -> str:
        name, _, percent = written.partition(" ")
        return say(f"statistic.{name}", self.lang, percent=percent)

    def _attribute(self, name: str) -> str:
        return self.named[name].label[self.lang] if name in self.named else name

    def _sources(self) -> None:
        self.page.head(self._say("sources"))
        for one in self.told.citations:
            if one.name not in self.cited:
                continue
            details = [part for part in (one.dated.isoformat() if one.dated else "", one.url) if part]
            sure = say(f"sure.{one.confidence}", self.lang)
            own = one.confidence == one.name  # a choice of the author is no source: it is said once
            title = one.title[self.lang] + ("" if own else inner(sure, self.lang))
            named = said_of(sure if own else one.name, title, self.lang)
            self.page.write("  ".join([named, *details]), 2)
        self.page.write(self._say("hash", hash=self.told.results_hash), 2)
