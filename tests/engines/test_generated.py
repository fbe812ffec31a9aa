"""On generated methods and records, an engine gives exactly what the reference gives."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from tests.reference.evaluate import evaluate
from tests.reference.running import differences, run
from tests.reference.strategies_method import methods
from tests.reference.strategies_records import Sample, samples
from tests.reference.tables import kinds

from zhiheng.errors import FaultsFound
from zhiheng.method import Method, load_method_text

if TYPE_CHECKING:
    from zhiheng.engine import Engine

DEGENERATE = frozenset(
    f"method.{name}"
    for name in (
        *("never-true", "always-true", "grade-unreachable", "grade-between-steps"),
        *("cut-out-of-reach", "cut-always-reached", "table-code-unknown", "weight-below-zero"),
    )
)

SEED = int(os.environ.get("ZHIHENG_SEED") or date.today().toordinal())  # noqa: DTZ011  other methods every day
AGAIN = f"ZHIHENG_SEED={SEED} repeats this run"

EVERYDAY = settings(
    deadline=None,
    database=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.large_base_example),
)


def load(text: str) -> Method:
    """Load a generated method; leave out the few in which chance wrote a rule that nothing can reach."""
    try:
        return load_method_text(text, kinds())
    except FaultsFound as found:
        if {fault.code for fault in found.faults} <= DEGENERATE:
            reject()
        raise


def check(engine: Engine, text: str, sample: Sample) -> None:
    """Run a method on an engine, and hold every state, value, point, score, grade and rule to the reference."""
    method = load(text)
    reference = evaluate(method.versions[0], sample.as_of, sample.records)
    with tempfile.TemporaryDirectory() as folder:
        found = run(method, sample.as_of, sample.records, engine, Path(folder))
    assert differences(reference, found)[:10] == [], AGAIN


@seed(SEED)
@settings(EVERYDAY, max_examples=8)
@given(methods(), samples())
def test_duckdb_gives_what_the_reference_gives(duckdb_engine: Engine, text: str, sample: Sample):
    check(duckdb_engine, text, sample)


@pytest.mark.spark
@seed(SEED)
@settings(EVERYDAY, max_examples=3, phases=[Phase.generate])
@given(methods(), samples())
def test_spark_gives_what_the_reference_gives(spark_engine: Engine, text: str, sample: Sample):
    check(spark_engine, text, sample)


@pytest.mark.soak
@settings(EVERYDAY, max_examples=2000)
@given(methods(), samples())
def test_duckdb_gives_what_the_reference_gives_two_thousand_times(duckdb_engine: Engine, text: str, sample: Sample):
    check(duckdb_engine, text, sample)
