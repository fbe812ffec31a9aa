"""On generated methods and records, assessing again after a change gives what a full run gives."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import given, seed, settings
from tests.engines.test_generated import AGAIN, EVERYDAY, SEED, load
from tests.reference.running import snapshot_of
from tests.reference.strategies_method import methods
from tests.reference.strategies_records import Inventor, Rows, Sample, invent, samples
from tests.reference.tables import KNOWN_AT

from zhiheng.assess import rerun, run_method
from zhiheng.assess.assessment import SETTLED, VALUES
from zhiheng.assess.stored import Stored
from zhiheng.engine import Table
from zhiheng.ledger.columns import REPLACED_COLUMNS
from zhiheng.ledger.snapshot import Filters, replaced_name

if TYPE_CHECKING:
    from zhiheng.engine import Engine

LATER = datetime(2026, 2, 1)
SECOND = {"batch": 2, "known_at": LATER, "recorded_at": LATER}
BEFORE = Filters(
    batch=True, known=True, withdrawals=False, replaced=True, replaced_later=True, aside=False, shared=False
)


def changed(sample: Sample) -> Rows:
    """Give the records with a second batch: some corrected, some withdrawn, some new, of few subjects."""
    random = Random(sample.number + 1)
    rows = {kind: list(found) for kind, found in sample.records.items()}
    inventor = Inventor(random, sample.as_of, days=[sample.as_of])
    subjects = {str(row["subject"]) for row in rows["register"] if random.random() < 0.2}
    for kind, more in (("visit", inventor.visit), ("register", inventor.register)):
        for at, row in enumerate(rows[kind]):
            if row["subject"] in subjects and not row.get("replaced_at") and random.random() < 0.5:
                rows[kind][at] = row | {"replaced_at": LATER, "replaced_batch": 2}
                if random.random() < 0.7:
                    rows[kind].append(row | more() | SECOND)
                _replace_children(rows, kind, str(row["record"]))
    for kind, found in invent(random, sample.as_of).items():
        rows[kind] += [row | SECOND for row in found if row["subject"] in subjects and not row.get("replaced_at")]
    return rows


def _replace_children(rows: Rows, kind: str, parent: str) -> None:
    """Let the rows within a row go with it; the corrected record has none."""
    for at, child in enumerate(rows.get(f"{kind}.items", ())):
        if child["parent"] == parent:
            rows[f"{kind}.items"][at] = child | {"replaced_at": LATER, "replaced_batch": 2}


def check(engine: Engine, text: str, sample: Sample) -> None:
    """Assess before a change, after it, and again from the first of the two, with lines and without."""
    method = load(text)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = snapshot_of(folder, changed(sample))
        aside = tuple(Table(replaced_name(kind), (), REPLACED_COLUMNS) for kind in whole.kinds)
        after = replace(whole, batches=2, known_at=LATER, tables=(*whole.tables, *aside))
        before = replace(after, batches=1, known_at=KNOWN_AT, filters=dict.fromkeys(after.filters, BEFORE))
        first = run_method(method, before, engine, as_of=sample.as_of, out=folder / "first")
        full = run_method(method, after, engine, as_of=sample.as_of, out=folder / "full")
        assert filed_types(folder / "full" / VALUES) == {"subject": "VARCHAR", **full.manifest.columns}, AGAIN
        assert filed_types(folder / "full" / SETTLED) == {"subject": "VARCHAR", **full.manifest.settled}, AGAIN
        stored = Stored(first, None, before, method)  # type: ignore[arg-type]  there is no workspace
        with (
            patch("zhiheng.assess.rerunning.restore", return_value=stored),
            patch("zhiheng.assess.rerunning._check_ledger"),
        ):
            for lines in (False, True):
                out = folder / f"again-{lines}"
                again = rerun(first, after, engine, as_of=sample.as_of, out=out, lines=lines)
                assert again.manifest.results_hash == full.manifest.results_hash, AGAIN
                assert again.manifest.counts == full.manifest.counts, AGAIN


def filed_types(file: Path) -> dict[str, str]:
    return {name: type_ for name, type_, *_ in duckdb.execute("describe from read_parquet(?)", [str(file)]).fetchall()}


@seed(SEED)
@settings(EVERYDAY, max_examples=4)
@given(methods(), samples())
def test_assessing_again_gives_what_a_full_run_gives(duckdb_engine: Engine, text: str, sample: Sample):
    check(duckdb_engine, text, sample)


@pytest.mark.soak
@settings(EVERYDAY, max_examples=500)
@given(methods(), samples())
def test_assessing_again_gives_what_a_full_run_gives_at_length(duckdb_engine: Engine, text: str, sample: Sample):
    check(duckdb_engine, text, sample)
