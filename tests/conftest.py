"""What holds for every test: nothing is skipped where all must run, and what needs the public files is marked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

ACCEPT = Path(__file__).parent / "accept"
os.environ["ZHIHENG_LANG"] = "en"  # the language of a process is chosen once; tests read English
SLOW = Path(__file__).parent / "slow.txt"
NO_SKIP = bool(os.environ.get("ZHIHENG_NO_SKIP"))

hypothesis.settings.register_profile("everyday", deadline=None, max_examples=50, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile("soak" if os.environ.get("ZHIHENG_SOAK") else "everyday")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be skipped, make a skipped test a failed one that names what is missing."""
    report = yield
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a module that is skipped as a whole."""
    report = yield
    if NO_SKIP and report.skipped:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"Nothing may be skipped here (ZHIHENG_NO_SKIP is set), but this was: {reason}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the public files by where it stands, and what takes long by the list."""
    slow = frozenset(SLOW.read_text("utf-8").split())
    for item in items:
        if ACCEPT in item.path.parents:
            item.add_marker(pytest.mark.accept)
        if item.nodeid.partition("[")[0] in slow:
            item.add_marker(pytest.mark.slow)
