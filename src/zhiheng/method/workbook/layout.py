"""Which sheets a method's workbook has, and which columns each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zhiheng.method.model import Absent, Confidence
from zhiheng.method.reading.basis import ATTRIBUTE_KEYS, CITATION_KEYS
from zhiheng.method.reading.measures import CRITERION_KEYS, FACT_KEYS
from zhiheng.method.reading.outcome import RULE_KEYS, SCORE_KEYS
from zhiheng.method.reading.peers import BENCHMARK_KEYS, DIMENSION_KEYS, FEED_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Shape = Literal["top", "versions", "named", "list", "single", "values", "points"]

LANGUAGES = ("zh", "en")
PARTS: Mapping[str, tuple[str, ...]] = {
    "label": LANGUAGES,
    "about": LANGUAGES,
    "title": LANGUAGES,
    "in_force": ("from", "until"),
    "shrink": ("towards", "strength"),
}
"""Entries of a file that are spread over several columns, `key.part`."""

LISTS = frozenset({"cite", "by", "criteria", "among", "except", "subjects"})
"""Columns whose cells hold several names, one a line or parted by `;`."""

NUMBERS = frozenset(
    {"total", "max", "min", "out_of", "at_least", "cut", "shrink.towards", "shrink.strength", "default", "value"}
    | {"places", "places.value", "places.points", "places.score"}
)
DAYS = frozenset({"in_force.from", "in_force.until", "dated", "since"})
CHOICES: Mapping[str, tuple[str, ...]] = {
    "absent": tuple(each.value for each in Absent),
    "confidence": tuple(each.value for each in Confidence),
    "sum_of": ("criteria", "dimensions"),
    "over": ("all", "applicable"),
    "scale": ("points", "bins", "codes"),
    "limit": ("at_most", "below", "otherwise"),
}

TEXT, LONG_NUMBER = "@", "0"
"""How cells are formatted that hold a text, or a number of more digits than a spreadsheet keeps."""

VERSION, NAME, REMOVED = "version", "name", "removed"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, how its rows become entries, and its columns."""

    name: str
    shape: Shape
    columns: tuple[str, ...]

    def is_number(self, column: str) -> bool:
        """Tell whether cells of a column may be numbers for the spreadsheet; expressions and names stay texts."""
        if column == "points":
            return self.name in ("points", "buffer")
        if column == "otherwise":
            return self.name == "benchmarks"
        return column in NUMBERS or (self.name == "points" and column == "at")


def _spread(keys: Sequence[str], **places: tuple[str, ...]) -> tuple[str, ...]:
    """Spread keys over columns."""
    found: list[str] = []
    for key in keys:
        parts = places.get(key) or PARTS.get(key)
        found += [f"{key}.{part}" for part in parts] if parts else [key]
    return tuple(found)


def _named(name: str, keys: Sequence[str], **places: tuple[str, ...]) -> Sheet:
    return Sheet(name, "named", (VERSION, NAME, *_spread(keys, **places), REMOVED))


def _list(name: str, keys: Sequence[str]) -> Sheet:
    return Sheet(name, "list", (VERSION, *_spread(keys), REMOVED))


def _single(name: str, keys: Sequence[str]) -> Sheet:
    return Sheet(name, "single", (VERSION, *_spread(keys), REMOVED))


_ALL_PLACES = ("value", "points", "score")
_OWN_DAYS = ("version", "in_force")
_CRITERION = tuple(key for key in CRITERION_KEYS if key not in ("bins", "codes"))
_GENERAL = ("subjects", "total", "places")

SHEETS: Mapping[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "method",
            "top",
            _spread(("method", "label", "about", "subject", *_GENERAL, *_OWN_DAYS), places=_ALL_PLACES),
        ),
        Sheet("versions", "versions", _spread((*_OWN_DAYS, *_GENERAL), places=_ALL_PLACES)),
        Sheet("citations", "named", (NAME, *_spread(CITATION_KEYS))),
        Sheet("values", "values", (VERSION, NAME, *_spread(("label", "cite")), "since", "code", "value", REMOVED)),
        _named("attributes", ATTRIBUTE_KEYS),
        _named("facts", FACT_KEYS, places=("value",)),
        _named("criteria", _CRITERION, places=("value", "points")),
        Sheet("points", "points", (VERSION, "criterion", "scale", "limit", "at", "points")),
        _named("benchmarks", BENCHMARK_KEYS),
        _named("dimensions", DIMENSION_KEYS),
        _list("one_deduction", ("among", "cite")),
        _single("feeds", FEED_KEYS),
        _list("states", (*RULE_KEYS, "state", "when", "pass_through", "except")),
        _single("score", SCORE_KEYS),
        _single("sufficient", ("when", "label", "cite")),
        Sheet("grades", "list", (VERSION, "grade", "cut", "when", "otherwise", *_spread(("label", "cite")), REMOVED)),
        _list("requires", (*RULE_KEYS, "grade", "needs", "otherwise")),
        _list("floors", (*RULE_KEYS, "when", "at_least")),
        _list("caps", (*RULE_KEYS, "when", "at_most")),
        _list("gates", (*RULE_KEYS, "grade", "needs", "otherwise")),
        _single("buffer", ("previous", "points", "label", "cite")),
        _list("vetoes", (*RULE_KEYS, "when", "grade", "at_most")),
    )
}

SECTIONS = tuple(name for name in SHEETS if name not in ("method", "versions", "citations", "points"))
