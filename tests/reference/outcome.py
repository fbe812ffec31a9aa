"""What comes out of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from tests.reference.expressions import Plain


@dataclass(frozen=True)
class Line:
    """One criterion of one subject."""

    state: str
    value: Plain
    points: Fraction | None
    max: Fraction | None
    records: int


@dataclass(frozen=True)
class Outcome:
    """One subject: its state, score and grade, and all that led there."""

    state: str
    score: Plain
    grade: str | None
    cut_grade: str | None
    coverage: Fraction
    rules: tuple[str, ...]
    lines: Mapping[str, Line]
    facts: Mapping[str, Plain]
