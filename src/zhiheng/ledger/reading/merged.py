"""Undo merged cells: what one cell says for several rows is written in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.tables import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST = 200_000


@dataclass(frozen=True, slots=True)
class _Span:
    top: int
    left: int
    bottom: int
    right: int  # the last row and column, both included


@dataclass
class Merged:
    """The merged cells of a sheet, and the texts of those that reach into the rows to come."""

    width: int
    by_row: dict[int, list[_Span]] = field(default_factory=dict)
    reaching: list[tuple[_Span, str]] = field(default_factory=list)

    @classmethod
    def of(cls, ranges: Iterable[Sequence[int]], width: int) -> Merged:
        """Index ranges of (top, left, bottom, right), from 0, both ends included."""
        merged = cls(width)
        for number, (top, left, bottom, right) in enumerate(ranges):
            if number >= _MOST:
                break
            if bottom >= top and right >= left >= 0:
                merged.by_row.setdefault(top, []).append(_Span(top, left, bottom, min(right, width - 1)))
        return merged

    def fill(self, number: int, cells: tuple[str, ...]) -> Row:
        """Make the row of the number (from 1); rows must come in order."""
        at = number - 1
        begun = self.by_row.get(at, [])
        held = any(cell.strip() for cell in cells)
        filled = list(cells)
        self.reaching = [(span, text) for span, text in self.reaching if span.bottom >= at]
        if held:
            for span, text in self.reaching:
                if span.left < len(filled) and not filled[span.left].strip():
                    filled[span.left] = text
        for span in begun:
            if span.bottom > at and span.left < len(cells) and not self._is_wide(span):
                self.reaching.append((span, cells[span.left]))
        return Row(
            number,
            tuple(filled),
            spans=any(self._is_wide(span) for span in begun),
            upper=self._upper(filled, begun),
            joins_next=any(span.bottom > at for span in begun),
        )

    def _is_wide(self, span: _Span) -> bool:
        """Tell titles, sections and notes, which lie across the table, from values."""
        return span.right > span.left and (span.right - span.left + 1) * 2 >= self.width

    def _upper(self, cells: Sequence[str], begun: Sequence[_Span]) -> tuple[str, ...]:
        """Repeat each cell over the columns that it is merged across."""
        across = [span for span in begun if span.right > span.left and span.left < len(cells)]
        if not across:
            return ()
        upper = list(cells)
        for span in across:
            upper[span.left : span.right + 1] = [cells[span.left]] * (min(span.right, len(cells) - 1) - span.left + 1)
        return tuple(upper)
