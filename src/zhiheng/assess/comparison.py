"""A comparison: two assessments side by side, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from zhiheng.assess.as_json import plain
from zhiheng.assess.comparison_text import write_comparison
from zhiheng.assess.movement import Compared

if TYPE_CHECKING:
    from zhiheng.errors import Lang

FORMAT = "zhiheng.comparison/1"


@dataclass(frozen=True)
class Comparison(Compared):
    """Who moved between two assessments, and why."""

    def as_json(self) -> dict[str, Any]:
        """Write it for programs; the format is versioned: `docs/reference/explanation-format.md`."""
        told = {one.name: plain(getattr(self, one.name)) for one in fields(self)}
        subjects = told.pop("subjects")
        return {"format": FORMAT, **told, "by_cause": self.by_cause, "subjects": subjects}

    def text(self, lang: Lang = "en") -> str:
        """Write it for a terminal of 100 columns."""
        return write_comparison(self, lang)
