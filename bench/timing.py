"""Measure work side by side, each piece in a process of its own: how long it takes, and the memory it needs."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.connection import Connection

SCRATCH = Path(__file__).parent / "data"


class Failed(Exception):
    """What was to be measured ended with an error."""


class TooSlow(Exception):
    """What was to be measured was stopped, as it had taken longer than need be known."""


@dataclass(frozen=True)
class Task:
    """
    A piece of work: a module's function that prepares it, and what it is given.

    The function returns the work itself; only that is timed, not what is loaded and opened before. Where the work
    returns a function, that is called after the clock has stopped, for an answer to compare.
    """

    prepare: Callable[..., Callable[[], object]]
    given: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Run:
    """One measured run."""

    seconds: float
    peak: int  # bytes
    answer: object


@dataclass(frozen=True)
class Runs:
    """All measured runs of one task."""

    runs: Sequence[Run]

    @property
    def seconds(self) -> float:
        """The median."""
        return median(run.seconds for run in self.runs)

    @property
    def fastest(self) -> float:
        """The shortest of the times."""
        return min(run.seconds for run in self.runs)

    @property
    def slowest(self) -> float:
        """The longest of the times."""
        return max(run.seconds for run in self.runs)

    @property
    def peak(self) -> int:
        """The most memory that any run needed."""
        return max(run.peak for run in self.runs)

    @property
    def answer(self) -> object:
        """What the work gave, the same in every run."""
        (answer,) = {run.answer for run in self.runs}
        return answer


def side_by_side(tasks: Mapping[str, Task], times: int) -> dict[str, Runs]:
    """Run tasks in turn, A B A B and so on, so that whatever else the machine does falls on all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in tasks}
    for _ in range(times):
        for name, task in tasks.items():
            runs[name].append(run_apart(task))
    return {name: Runs(of_one) for name, of_one in runs.items()}


def run_apart(task: Task, *, at_most: float | None = None) -> Run:
    """
    Run a task in a new process.

    Raises:
        Failed: it ended with an error.
        TooSlow: it took longer than `at_most` seconds, preparation included, and was stopped.
    """
    SCRATCH.mkdir(exist_ok=True)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    with TemporaryDirectory(dir=SCRATCH, ignore_cleanup_errors=True) as scratch:
        process = context.Process(target=_run, args=(there, task, scratch))
        process.start()
        there.close()
        try:
            if not here.poll(at_most):
                process.terminate()
                raise TooSlow
            told: Run | str = here.recv()
        except EOFError as error:
            raise Failed("the process died") from error
        finally:
            process.join()
    if isinstance(told, str):
        raise Failed(told)
    return told


def _run(answers: Connection[Run | str, None], task: Task, scratch: str) -> None:
    tempfile.tempdir = os.environ["TMPDIR"] = scratch  # whatever is left there goes with it
    try:
        work = task.prepare(*task.given)
        start = time.perf_counter()
        answer = work()
        seconds = time.perf_counter() - start
        peak = peak_memory()
        answer = answer() if callable(answer) else answer
    except Exception as error:  # noqa: BLE001 - told to the process that asked
        answers.send(f"{type(error).__name__}: {error}")
    else:
        answers.send(Run(seconds, peak, answer))


def peak_memory() -> int:
    """Tell the most memory that this process has had at one time, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # here the number below would include what the parent had at the fork
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
