"""Write a comparison for people: what the two share, the migration matrix, the causes, and who moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.page import Page
from zhiheng.assess.wording import inner, joined, said_of, say, shown, shown_source, spell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from zhiheng.assess.movement import Cause, Cell, Compared, Side, Standing, SubjectMoved, ValueMoved
    from zhiheng.errors import Lang

MOST_SUBJECTS = 20
MOST_RECORDS = 5

Outcome = tuple[str | None, str | None]  # state and grade; no state: not assessed


def write_comparison(told: Compared, lang: Lang) -> str:
    """Write a comparison in a language, at most 100 columns wide."""
    return str(_Writer(told, lang).written())


class _Writer:
    def __init__(self, told: Compared, lang: Lang) -> None:
        self.told, self.lang, self.page = told, lang, Page()

    def written(self) -> Page:
        self._head()
        self._matrix()
        self._causes()
        self._subjects()
        return self.page

    def _say(self, name: str, /, **facts: object) -> str:
        return say(f"compare.{name}", self.lang, **facts)

    def _joined(self, parts: Sequence[str]) -> str:
        return joined(parts, self.lang)

    def _head(self) -> None:
        self.page.write(self._say("before", **_facts(self.told.before)))
        self.page.write(self._say("after", **_facts(self.told.after)))
        if not self.told.differs:
            self.page.write(self._say("same-inputs"))
        for name in self.told.differs:
            self.page.write(self._say(f"differs-{name}"))
        total = sum(cell.subjects for cell in self.told.matrix)
        self.page.write(self._say("moved", moved=self.told.moved, total=total))

    def _matrix(self) -> None:
        cells = self.told.matrix
        if not cells:
            return
        rows = self._ordered({(one.state_before, one.grade_before) for one in cells})
        columns = self._ordered({(one.state_after, one.grade_after) for one in cells})
        counts = {_ends(one): one.subjects for one in cells}
        self.page.head(self._say("matrix"))
        table = [["", *(self._called(column) for column in columns)]]
        for row in rows:
            counted = [counts.get((row, column), 0) for column in columns]
            table.append([self._called(row), *(f"{count:,}" if count else "·" for count in counted)])
        self.page.table(table, 2, numbers=range(1, len(columns) + 1))

    def _ordered(self, found: set[Outcome]) -> list[Outcome]:
        """Put the best grade first, then the other states; those not assessed last."""

        def place(outcome: Outcome) -> tuple[int, int, str]:
            state, grade = outcome
            known = self.told.grades.index(grade) if grade in self.told.grades else len(self.told.grades)
            return (2 if state is None else 0 if grade is not None else 1), known, state or ""

        return sorted(found, key=place)

    def _called(self, outcome: Outcome) -> str:
        state, grade = outcome
        if state is None:
            return self._say("not-assessed")
        return grade if grade is not None else spell(f"state.{state}", self.lang)

    def _causes(self) -> None:
        if not self.told.subjects:
            return
        self.page.head(self._say("causes"))
        counts = sorted(self.told.by_cause.items(), key=lambda one: (-one[1], one[0]))
        self.page.table([[f"{count:,}", say(f"cause.{name}", self.lang)] for name, count in counts], 2, numbers=(0,))
        if self.told.told < self.told.moved:
            self.page.write(self._say("told", told=self.told.told), 2)

    def _subjects(self) -> None:
        if self.told.subjects:
            self.page.head(self._say("subjects"))
        for one in self.told.subjects[:MOST_SUBJECTS]:
            self._subject(one)
        if len(self.told.subjects) > MOST_SUBJECTS:
            self.page.write(self._say("more", count=len(self.told.subjects) - MOST_SUBJECTS), 2)

    def _subject(self, one: SubjectMoved) -> None:
        before, after = (self._standing(end) for end in (one.before, one.after))
        causes = self._named(one.causes)
        self.page.write(said_of(one.subject, f"{before} → {after}", self.lang) + self._for(causes), 2)
        for value in one.values:
            self._value(value)

    def _named(self, causes: Sequence[Cause]) -> str:
        return self._joined([say(f"cause.{cause}", self.lang) for cause in causes])

    def _for(self, causes: str) -> str:
        return say("mark.cited", self.lang, text=causes)

    def _standing(self, one: Standing | None) -> str:
        if one is None:
            return self._say("not-assessed")
        said = self._called((one.state, one.grade))
        return said if one.score is None else f"{said} {number(one.score)}"

    def _value(self, value: ValueMoved) -> None:
        before, after = self._worth(value, before=True), self._worth(value, before=False)
        said = said_of(value.label[self.lang], f"{before} → {after}", self.lang)
        self.page.write(said + self._for(self._named(value.causes)), 4)
        for record in value.records[:MOST_RECORDS]:
            said = self._say(
                "record",
                cause=say(f"cause.{record.cause}", self.lang),
                true_on=record.true_on,
                before=self._counted(record.before, record.weight_before),
                after=self._counted(record.after, record.weight_after),
                source=shown_source(record.source, self.lang),
                file=f"{record.file}[{record.sheet}]" if record.sheet else record.file,
                row=record.row,
                batch=record.batch,
            )
            self.page.write(said, 6)
        if len(value.records) > MOST_RECORDS:
            self.page.write(self._say("more-records", count=len(value.records) - MOST_RECORDS), 6)

    def _counted(self, how: str, weight: Decimal | None) -> str:
        said = say(f"record.{how}", self.lang)
        return said if weight is None or how != "counted" else f"{said} × {number(weight)}"

    def _worth(self, value: ValueMoved, *, before: bool) -> str:
        state, points, told = (
            (value.state_before, value.points_before, value.before)
            if before
            else (value.state_after, value.points_after, value.after)
        )
        if value.what != "line":
            return shown(told, self.lang)
        if state != "measured":
            return say(f"line.{state}", self.lang) if state else self._say("no-line")
        points_said = "" if points is None else inner(self._say("points", points=number(points)), self.lang)
        return shown(told, self.lang) + points_said


def _facts(side: Side) -> dict[str, object]:
    return {
        "folder": side.folder,
        "method": side.method,
        "version": side.version,
        "as_of": side.as_of,
        "batches": side.batches,
        "known_at": side.known_at[:16].replace("T", " "),
        "subjects": f"{side.subjects:,}",
    }


def _ends(cell: Cell) -> tuple[Outcome, Outcome]:
    return (cell.state_before, cell.grade_before), (cell.state_after, cell.grade_after)
