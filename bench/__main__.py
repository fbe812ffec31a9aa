"""Measure zhiheng beside what it is compared with, and write `bench/results.md`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench import assessing, changing, compiling, importing, others
from bench.report import machine, show, show_all, versions
from bench.synthetic import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.report import Result


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    size: Size
    others: Size
    csv_rows: int
    times: int


FULL = Scale(Size(1_000_000, 50_000_000), Size(100_000, 5_000_000), 3_000_000, 5)
SMALL = Scale(Size(10_000, 500_000), Size(10_000, 500_000), 50_000, 1)

MEASUREMENTS: Mapping[str, Callable[[Scale], Result]] = {
    "hand": lambda scale: compiling.against_hand(scale.size, scale.times),
    "lines": lambda scale: assessing.lines(scale.size, scale.times),
    "new-records": lambda scale: changing.new_records(scale.size, scale.times),
    "corrections": lambda scale: changing.corrections(scale.size, scale.times),
    "query-each": lambda scale: compiling.against_a_query_each(scale.size, scale.times),
    "import": lambda scale: importing.measure(scale.size.subjects, scale.csv_rows, scale.times),
    "others": lambda scale: others.measure(scale.others, scale.times),
}


def main() -> int:
    """Measure what is asked for; 1 where a bar does not hold on full-sized data."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="small data, under two minutes; only printed, and no bar is judged"
    )
    parser.add_argument("--only", nargs="*", choices=list(MEASUREMENTS), help="some of the measurements")
    asked = parser.parse_args()
    start = time.monotonic()
    results = []
    for name, measure in MEASUREMENTS.items():
        if asked.only and name not in asked.only:
            continue
        results.append(measure(SMALL if asked.small else FULL))
        print(show(results[-1], judged=not asked.small), flush=True)
    on, took = f"{machine()}; {versions()}", time.monotonic() - start
    report = show_all(results, datetime.now(UTC), on=on, small=asked.small, took=took)
    print(report.partition("\n## ")[0])
    if not asked.only and not asked.small:
        (Path(__file__).parent / "results.md").write_text(report, "utf-8")
    missed = [ratio for result in results for ratio in result.ratios if not ratio.holds]
    return 1 if missed and not asked.small else 0


if __name__ == "__main__":
    sys.exit(main())
