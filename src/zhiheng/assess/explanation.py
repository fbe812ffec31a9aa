"""An explanation: one grade opened all the way, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from zhiheng.assess.as_json import plain
from zhiheng.assess.explanation_text import write_explanation
from zhiheng.assess.told import Explained

if TYPE_CHECKING:
    from zhiheng.errors import Lang

FORMAT = "zhiheng.explanation/1"


@dataclass(frozen=True)
class Explanation(Explained):
    """One subject's outcome, opened down to source rows and clauses."""

    def as_json(self) -> dict[str, Any]:
        """Write it for programs; the format is versioned: `docs/reference/explanation-format.md`."""
        return {"format": FORMAT, **{one.name: plain(getattr(self, one.name)) for one in fields(self)}}

    def text(self, lang: Lang = "en") -> str:
        """Write it for a terminal of 100 columns."""
        return write_explanation(self, lang)
