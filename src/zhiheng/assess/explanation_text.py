"""Write an explanation for people: why, the points, the lines with their records, peers and sources."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.ground_text import Ground
from zhiheng.assess.why_text import Why
from zhiheng.assess.wording import called_code, inner, joined, said_of, say, shown, spell

if TYPE_CHECKING:
    from zhiheng.assess.told import BenchmarkTold, Explained, LineTold
    from zhiheng.errors import Lang


def write_explanation(told: Explained, lang: Lang) -> str:
    """Write an explanation in a language, at most 100 columns wide."""
    return _Writer(told, lang).written()


class _Writer:
    def __init__(self, told: Explained, lang: Lang) -> None:
        self.ground = Ground(told, lang)
        self.told, self.lang, self.page = told, lang, self.ground.page

    def written(self) -> str:
        self._head()
        Why(self.ground).write()
        if self.told.lines or self.told.score_from.formula:
            self._points()
        if self.told.lines:
            self._lines()
        self._facts()
        self._benchmarks()
        self._sources()
        return str(self.page)

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

    # Points

    def _points(self) -> None:
        self.page.head(self._say("points"))
        rows = []
        for line in self.told.lines:
            points, most = shown(line.points, self.lang), shown(line.max_points, self.lang)
            rows.append((points, f"/ {most}", self._state(line), self.ground.worth(line), line.label[self.lang]))
        source = self.told.score_from
        if rows:
            rows.append((number(source.points), f"/ {number(source.max_points)}", "", "", self._say("total")))
            self.page.table(rows, 2, numbers=(0, 3))
        if source.score is not None:
            self.page.write(self._score() + self.ground.cited(source.citations), 2)
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
        facts = self.ground.facts
        for line in self.told.lines:
            called = line.label[self.lang] + inner(line.name, self.lang)
            self.page.write(called + self.ground.cited(line.citations), 2)
            self.page.write("  ".join(self._line(line)), 4)
            self.ground.applies(line, 4)
            if line.applies and line.value is None:
                self.page.write(self._absent(line), 4)
            if line.shrunk is not None:
                self.page.write(self.ground.shrunk(line.shrunk), 4)
            if line.formula:
                self.page.write(self._say("by-formula", formula=line.formula), 4)
            reads = [self.ground.short(facts[name]) for name in line.reads if name in facts]
            if reads:
                self.page.write(self._say("reads", reads=joined(reads, self.lang)), 4)
            if line.measured is not None:
                self.ground.records.write(line.measured, 4)
            self.page.write(self._say("scale", scale=self._scale(line)), 4)

    def _scale(self, line: LineTold) -> str:
        scale = line.scale
        for code, label in line.codes.items():
            called = called_code(code, label, self.lang)
            scale = re.sub(rf"(^|, ){re.escape(code)} → ", lambda found, to=called: f"{found[1]}{to} → ", scale)  # type: ignore[misc]
        if self.lang == "en" or " → " not in scale:
            return scale
        rest, comma = say("mark.rest", self.lang), say("mark.comma", self.lang)
        return scale.replace("* →", f"{rest} →").replace(", ", comma)

    def _line(self, line: LineTold) -> list[str]:
        said = [self._state(line)]
        if line.value is not None:
            said.append(self._say("line-value", value=self.ground.worth(line)))
        if line.points is not None:
            said.append(self.ground.points(line))
        if line.measured is not None:
            said.append(self._say("line-records", count=line.records))
        return said

    def _absent(self, line: LineTold) -> str:
        """Say what the method makes of a line without a value."""
        unattested = line.absent == "full_if_feed_complete" and line.points is None
        return self._say(f"absent-{'unattested' if unattested else line.absent}", points=shown(line.points, self.lang))

    def _facts(self) -> None:
        rest = [one for one in self.told.named if one.name not in self.ground.opened and one.what != "value"]
        if rest:
            self.page.head(self._say("facts"))
        for one in rest:
            self.ground.named(one, 2)

    def _benchmarks(self) -> None:
        if self.told.benchmarks:
            self.page.head(self._say("benchmarks"))
        for one in self.told.benchmarks:
            self.page.write(self._benchmark(one) + self.ground.cited(one.citations), 2)

    def _benchmark(self, one: BenchmarkTold) -> str:
        if one.group is None:
            group = self._say("no-group")
        elif not one.by:
            group = self._say("everyone")
        else:
            keys = zip(one.by, one.group, strict=True)
            group = joined((self._attribute(name, key) for name, key in keys), self.lang)
        label = one.label[self.lang] if one.label.zh != one.name else one.name
        said = [
            self._say(
                "benchmark",
                label=label,
                value=shown(one.value, self.lang),
                statistic=self._statistic(one.statistic),
                of=self.ground.called(one.of),
                group=group,
            )
        ]
        if one.count is not None:
            said.append(self._say(f"count-{one.counted}", count=one.count, at_least=one.at_least))
        if one.stands_in:
            said.append(self._say("stands-in", name=one.stands_in))
        return "; ".join(said) if self.lang == "en" else "；".join(said)

    def _statistic(self, written: str) -> str:
        name, _, percent = written.partition(" ")
        return say(f"statistic.{name}", self.lang, percent=percent)

    def _attribute(self, name: str, key: str) -> str:
        found = self.ground.facts.get(name)
        code = found.code if found is not None and found.value == key else None
        return said_of(self.ground.called(name), called_code(key, code, self.lang), self.lang)

    def _sources(self) -> None:
        self.page.head(self._say("sources"))
        for one in self.told.citations:
            if one.name not in self.ground.sources:
                continue
            details = [part for part in (one.dated.isoformat() if one.dated else "", one.url) if part]
            sure = say(f"sure.{one.confidence}", self.lang)
            own = one.confidence == one.name  # a choice of the author is no source: it is said once
            title = one.title[self.lang] + ("" if own else inner(sure, self.lang))
            named = said_of(sure if own else one.name, title, self.lang)
            self.page.write("  ".join([named, *details]), 2)
        self.page.write(self._say("hash", hash=self.told.results_hash), 2)
