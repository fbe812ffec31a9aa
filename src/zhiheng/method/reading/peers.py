"""Read benchmarks, dimensions, one_deduction and feeds: what stands between the criteria."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from zhiheng.method.model import Benchmark, Dimension, Feeds, OneDeduction
from zhiheng.method.reading.page import NOTHING, place_within

if TYPE_CHECKING:
    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Declaration

Statistic = Literal["pooled", "mean", "sd", "min", "max", "count", "percentile"]
STATISTICS: dict[str, Statistic] = {
    "pooled": "pooled",
    "mean": "mean",
    "sd": "sd",
    "min": "min",
    "max": "max",
    "count": "count",
}
BENCHMARK_KEYS = ("label", "of", "by", "statistic", "at_least", "otherwise", "places", "cite")
DIMENSION_KEYS = ("label", "criteria", "max")
FEED_KEYS = ("from", "kind", "starts", "ends", "complete", "region")
PLACES_OF_BENCHMARKS = 9
WHOLE = 100
MOST_ROWS = 100_000_000

_PERCENTILE = re.compile(r"percentile (\d{1,3}(?:\.\d{1,3})?)", re.ASCII)


def read_benchmarks(page: Page, top: Declaration) -> dict[str, Benchmark]:
    """Read the benchmarks by name."""
    found: dict[str, Benchmark] = {}
    section = top.section("benchmarks", "benchmarks")
    for name, entry in page.named(section, "benchmark") if section else ():
        entry.allow(BENCHMARK_KEYS)
        of, statistic = entry.text("of", required=True), _statistic(page, entry)
        at_least, places = entry.whole("at_least", 1, MOST_ROWS), entry.whole("places", 0, PLACES_OF_BENCHMARKS)
        label, by = entry.label(required=False), tuple(str(each) for each in entry.texts("by"))
        otherwise, cite = page.number_or_name(entry, "otherwise"), page.cite(entry, section)
        if not of or statistic is None:
            page.give_up(str(name), entry.entries)
            continue
        found[str(name)] = Benchmark(
            name=str(name),
            label=label,
            of=of,
            by=by,
            statistic=statistic[0],
            percent=statistic[1],
            at_least=1 if at_least is None else at_least,
            otherwise=otherwise,
            places=PLACES_OF_BENCHMARKS if places is None else places,
            cite=cite,
            place=page.place(entry, name),
        )
    return found


def _statistic(page: Page, entry: Declaration) -> tuple[Statistic, Decimal | None] | None:
    written = entry.text("statistic", required=True)
    if not written:
        return None
    if written in STATISTICS:
        return STATISTICS[written], None
    percent = _PERCENTILE.fullmatch(written)
    if percent is not None and 0 < Decimal(percent[1]) <= WHOLE:  # a percentage
        return "percentile", Decimal(percent[1])
    place = place_within(entry, entry.get("statistic"))
    page.faults.note_unknown("unknown-statistic", place, written[:40], [*STATISTICS, "percentile 75"])
    return None


def read_dimensions(page: Page, top: Declaration) -> dict[str, Dimension]:
    """Read the groups of criteria by name."""
    found: dict[str, Dimension] = {}
    section = top.section("dimensions", "dimensions")
    for name, entry in page.named(section, "dimension") if section else ():
        entry.allow(DIMENSION_KEYS)
        label = entry.label() or NOTHING
        criteria = tuple(str(each) for each in entry.texts("criteria"))
        if not criteria:
            entry.faults.add("missing-key", entry.place(), key="criteria")
        found[str(name)] = Dimension(str(name), label, criteria, entry.number("max"), page.place(entry, name))
    return found


def read_one_deduction(page: Page, top: Declaration) -> tuple[OneDeduction, ...]:
    """Read the groups of criteria in which one document costs points once."""
    found: list[OneDeduction] = []
    for _, entry in page.entries(top, "one_deduction", "one_deduction"):
        entry.allow(("among", "cite"))
        among = tuple(str(each) for each in entry.texts("among"))
        if len(among) <= 1:  # one criterion shares with nobody
            page.faults.note("too-few-among", entry.place("among"))
        found.append(OneDeduction(among, page.cite(entry), page.place(entry)))
    return tuple(found)


def read_feeds(page: Page, top: Declaration) -> Feeds | None:
    """Read how an attestation says that a register was complete."""
    entry = top.section("feeds", "feeds")
    if entry is None:
        return None
    entry.allow(FEED_KEYS)
    kind = page.kind(entry, "from")
    of_kind, starts, ends, complete = (entry.text(key, required=True) for key in FEED_KEYS[1:5])
    return Feeds(kind, of_kind, starts, ends, complete, entry.text("region"), page.place(entry))
