"""Write the records beneath a line or fact for people: what they hold and give, and which row they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.wording import called_code, inner, joined, said_of, say, shown, shown_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhiheng.assess.page import Page
    from zhiheng.assess.told import FieldTold, Measured, RecordTold
    from zhiheng.errors import Lang
    from zhiheng.vocabulary import Label

MOST = 12  # records written out beneath one line
CONDITIONS = ("share", "count", "any", "all", "held")


@dataclass
class Records:
    """Writes records onto a page."""

    page: Page
    labels: Mapping[str, Label]  # of criteria
    lang: Lang

    def write(self, measured: Measured, indent: int) -> None:
        """Write how a value is measured, the records that count, and how many were left out and why."""
        self.page.write(self._measure(measured), indent)
        told = [one for one in measured.records if one.left_out not in ("window", "where")]
        for one in told[:MOST]:
            self.page.write("  ".join(self._record(one)), indent)
        if len(told) > MOST:
            self.page.write(self._say("more", count=len(told) - MOST), indent)
        if not told:
            self.page.write(self._say("no-records", kind=measured.label[self.lang]), indent)
        left = Counter(one.left_out for one in measured.records)
        reasons = [self._say(f"left-{why}", count=left[why]) for why in ("window", "where") if left[why]]
        if reasons:
            self.page.write(self._say("left-out", reasons=joined(reasons, self.lang)), indent)

    def _say(self, name: str, /, **facts: object) -> str:
        return say(f"explain.{name}", self.lang, **facts)

    def _measure(self, measured: Measured) -> str:
        kind = measured.label[self.lang] + inner(measured.kind, self.lang)
        parts = [self._say("measure", measure=measured.measure), self._say("of-kind", kind=kind)]
        if measured.where:
            parts.append(self._say("where", where=measured.where))
        if measured.months is not None:
            parts.append(self._say("months", months=measured.months))
        if measured.current:
            parts.append(self._say("current"))
        if measured.latest:
            parts.append(self._say("latest"))
        if measured.weight:
            parts.append(self._say("weight", weight=measured.weight))
        return say("mark.comma", self.lang).join(parts)

    def _record(self, one: RecordTold) -> Iterator[str]:
        """Write one record: its day, what was read of it, what it gives, where it is from."""
        until = f" – {one.true_until}" if one.true_until else ""
        moment = one.moment if one.moment is not None and one.moment.time() != time.min else None
        yield f"· {one.true_on if moment is None else f'{moment:%Y-%m-%d %H:%M:%S}'.removesuffix(':00')}{until}"
        decides = any(given.decides for given in one.given)
        yield from (self._field(field) for field in one.fields if decides or field.value is not None)
        if one.left_out == "one_deduction":
            fed = self.labels[one.fed][self.lang] if one.fed in self.labels else one.fed
            yield self._say("one_deduction", criterion=fed)
        elif one.left_out:
            yield self._say(one.left_out)
        else:
            if one.weight is not None:
                yield self._say("record-weight", weight=number(one.weight))
            yield from self._given(one)
        yield self._origin(one)
        if one.filed_as:
            yield self._say("filed-as", key=one.filed_as)

    def _field(self, field: FieldTold) -> str:
        said = called_code(shown(field.value, self.lang), field.code, self.lang)
        unit = f" {field.unit}" if field.unit else ""
        return said_of(field.label[self.lang], said + unit, self.lang)

    def _given(self, one: RecordTold) -> Iterator[str]:
        if any(given.decides for given in one.given):
            yield self._say("decides")
        for given in one.given:
            if given.decides:
                continue
            if given.aggregate in CONDITIONS:
                full = number(given.amount) if given.amount is not None else "1"
                yield self._say("counts-yes", amount=full) if given.value is True else self._say("counts-no")
            elif given.amount is not None:
                yield self._say("gives", amount=number(given.amount))

    def _origin(self, one: RecordTold) -> str:
        origin = one.origin
        file = f"{origin.file}[{origin.sheet}]" if origin.sheet else origin.file
        said = self._say(
            "origin", source=shown_source(origin.source, self.lang), file=file, row=origin.row, batch=origin.batch
        )
        name = "known-asserted" if origin.known_asserted else ""
        return (
            f"{said}{say('mark.comma', self.lang)}{self._say(name, known_at=f'{origin.known_at:%Y-%m-%d}')}"
            if name
            else said
        )
