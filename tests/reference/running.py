"""Put records and a method through the product, and read what comes out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from tests.reference.outcome import Line, Outcome
from tests.reference.points import as_code
from tests.reference.tables import KNOWN_AT, all_tables, columns_of, kinds, write_parquet

from zhiheng.assess import run_method
from zhiheng.engine import Table
from zhiheng.ledger import Snapshot
from zhiheng.ledger.snapshot import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from zhiheng.engine import Engine
    from zhiheng.method import Method


def snapshot_of(folder: Path, records: Mapping[str, Sequence[Mapping[str, object]]]) -> Snapshot:
    """Take records as a ledger that holds nothing else: one batch, and what of it was replaced."""
    written = write_parquet(folder, records)
    tables = tuple(
        Table("raw_" + name.replace(".", "__"), (str(written[name]),) if name in written else (), columns_of(name))
        for name in all_tables()
    )
    plain = Filters(
        batch=False, known=False, withdrawals=False, replaced=True, replaced_later=False, aside=False, shared=False
    )
    return Snapshot(
        batches=1,
        head="0" * 64,
        known_at=KNOWN_AT,
        true_on=None,
        kinds=kinds(),
        held=frozenset(kinds()),
        tables=tables,
        filters=dict.fromkeys(all_tables(), plain),
    )


def run(
    method: Method, as_of: date, records: Mapping[str, Sequence[Mapping[str, object]]], engine: Engine, folder: Path
) -> dict[str, Outcome]:
    """Assess records with an engine, and read the outcome back from the files that were written."""
    run_method(method, snapshot_of(folder, records), engine, as_of=as_of, out=folder / "out")
    lines: dict[str, dict[str, Line]] = {}
    for row in pq.read_table(folder / "out" / "lines.parquet").to_pylist():
        value = row["text"] if row["value"] is None else Fraction(row["value"])
        points, most = (None if row[name] is None else Fraction(row[name]) for name in ("points", "max_points"))
        line = Line(row["state"], value, points, most, row["records"])
        lines.setdefault(row["subject"], {})[row["criterion"]] = line
    return {
        row["subject"]: Outcome(
            row["state"],
            None if row["score"] is None else Fraction(row["score"]),
            row["grade"],
            row["cut_grade"],
            Fraction(row["coverage"]),
            tuple(row["rules"]),
            lines.get(row["subject"], {}),
            {},
        )
        for row in pq.read_table(folder / "out" / "assessment.parquet").to_pylist()
    }


def differences(reference: Mapping[str, Outcome], found: Mapping[str, Outcome]) -> list[str]:
    """List in words whatever an engine made otherwise than the reference; facts are in no file and not compared."""
    if set(reference) != set(found):
        return [f"subjects: {sorted(set(reference) ^ set(found))}"]
    told = []
    for subject, expected in reference.items():
        came = found[subject]
        for part in ("state", "score", "grade", "cut_grade", "coverage", "rules"):
            told += _told(f"{subject} {part}", getattr(expected, part), getattr(came, part))
        told += _told(f"{subject} lines", sorted(expected.lines), sorted(came.lines))
        for name in set(expected.lines) & set(came.lines):
            line = expected.lines[name]
            shown = line.value if line.value is None or isinstance(line.value, Fraction) else as_code(line.value)
            told += _told(f"{subject} {name}", replace(line, value=shown), came.lines[name])
    return told


def _told(what: str, expected: object, came: object) -> list[str]:
    return [] if expected == came else [f"{what}: {expected} by the reference, {came} by the engine"]
