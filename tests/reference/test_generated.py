"""On generated methods and records, an engine gives exactly what the reference gives."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from tests.reference.evaluate import evaluate
from tests.reference.running import differences, run
from tests.reference.strategies_method import methods
from tests.reference.strategies_records import Sample, samples
from tests.reference.tables import kinds

from zhiheng.engine import open_engine
from zhiheng.errors import FaultsFound
from zhiheng.method import Method, load_method_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.engine import Engine

EXAMPLES = int(os.environ.get("ZHIHENG_SOAK", "15"))  # thousands, where somebody has the time
DEGENERATE = frozenset(
    f"method.{name}"
    for name in ("never-true", "always-true", "grade-unreachable", "cut-out-of-reach", "cut-always-reached")
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def load(text: str) -> Method:
    """Load a generated method; leave out the few in which chance wrote a rule that nothing can reach."""
    try:
        return load_method_text(text, kinds())
    except FaultsFound as found:
        if {fault.code for fault in found.faults} <= DEGENERATE:
            reject()
        raise


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="ZHIHENG_SOAK" not in os.environ,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.large_base_example),
)
@given(methods(), samples())
def test_an_engine_gives_what_the_reference_gives(engine: Engine, text: str, sample: Sample):
    method = load(text)
    reference = evaluate(method.versions[0], sample.as_of, sample.records)
    with tempfile.TemporaryDirectory() as folder:
        found = run(method, sample.as_of, sample.records, engine, Path(folder))
    assert differences(reference, found)[:10] == []
