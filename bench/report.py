"""Say what was measured, on what machine, and whether the bars hold; on the terminal and in `bench/results.md`."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bench.timing import Runs

PACKAGES = ("duckdb", "sqlglot", "deltalake", "pandas", "polars", "pyspark", "frictionless")

HOW = (
    "Each piece of work ran in a process of its own, in turn with what it is compared with (A B A B ...); times are"
    " medians, without the start of the process. The records are synthetic and come from a fixed seed: few"
    " enterprises have many, most have few."
)
SMALL = "These are small data: the ratios show that everything runs, not how fast; the bars are for `make bench`."


@dataclass(frozen=True)
class Bar:
    """What a ratio must not exceed, or must reach."""

    limit: float
    at_least: bool = False

    def holds(self, ratio: float) -> bool:
        """Compare a ratio as it was measured, however few digits of it are printed."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"


@dataclass(frozen=True)
class Ratio:
    """One number that was asked for."""

    what: str
    ratio: float
    bar: Bar
    measured: str = ""  # where the number is a bound: "more than"

    @property
    def holds(self) -> bool:
        """Whether the bar holds."""
        return self.bar.holds(self.ratio)

    @property
    def said(self) -> str:
        """The number in words, with so many digits that it shows on which side of the bar it lies."""
        telling = (one for one in (2, 3, 4) if round(self.ratio, one) != self.bar.limit)
        digits = 2 if self.ratio == self.bar.limit else next(telling, 4)
        return f"{self.measured} {self.ratio:.{digits}f}".strip()

    def __str__(self) -> str:
        return f"{self.what}: {self.said} ({self.bar}: {'holds' if self.holds else 'does not hold'})"


@dataclass(frozen=True)
class Result:
    """One measurement: what was compared, on what, and what came out."""

    title: str
    about: str
    sides: Mapping[str, Runs]
    ratios: Sequence[Ratio] = ()
    notes: Sequence[str] = field(default=())


def machine() -> str:
    """Describe the machine by what bears upon speed, and nothing else."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{cores} cores, {memory:.0f} GB of memory, {platform.system()} on {platform.machine()}"


def versions() -> str:
    """List what is measured, with versions; all of it must be installed."""
    return ", ".join((f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)))


def show(result: Result, *, judged: bool = True) -> str:
    """Write one measurement as Markdown; the bars are for full-sized data."""
    lines = [f"## {result.title}", "", result.about, ""]
    lines += ["| | median | fastest to slowest | peak memory |", "|---|---|---|---|"]
    for name, runs in result.sides.items():
        spread = f"{runs.fastest:.2f} to {runs.slowest:.2f} s" if len(runs.runs) > 1 else "once"
        peak = f"{runs.peak / 1024**2:,.0f} MB" if runs.peak else "—"
        lines.append(f"| {name} | {runs.seconds:.2f} s | {spread} | {peak} |")
    ratios = (str(ratio) if judged else f"{ratio.what}: {ratio.said}" for ratio in result.ratios)
    lines += ["", *(f"- {text}" for text in (*ratios, *result.notes))]
    return "\n".join(lines).rstrip() + "\n"


def show_all(results: Sequence[Result], now: datetime, *, on: str, small: bool, took: float) -> str:
    """Write the whole report as Markdown; `on` says on what machine, and with which versions."""
    ratios = [ratio for result in results for ratio in result.ratios]
    lines = [
        "# Speed",
        "",
        f"Measured on {now:%Y-%m-%d} on {on}. It took {took / 60:.0f} minutes.",
        "",
        HOW,
    ]
    if small:
        lines += ["", SMALL]
    lines += ["", "| | measured | bar | |", "|---|---|---|---|"]
    for ratio in ratios:
        verdict = "not judged" if small else "holds" if ratio.holds else "**does not hold**"
        lines.append(f"| {ratio.what} | {ratio.said} | {ratio.bar} | {verdict} |")
    return "\n".join(lines) + "\n\n" + "\n".join(show(result, judged=not small) for result in results)
