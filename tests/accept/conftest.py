"""Acceptance on the public files themselves: where they are, and how a scheme is run over them."""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from zhiheng.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVIDENCE = "ZHIHENG_EVIDENCE"


@pytest.fixture(scope="session")
def evidence() -> Path:
    """Find the folder of public files; without one, these tests say nothing."""
    folder = os.environ.get(EVIDENCE, "")
    if not folder:
        pytest.skip(f"{EVIDENCE} names no folder of public files")
    return Path(folder)


@dataclass(frozen=True)
class Graded:
    """What a run wrote: a row for each subject, a row for each subject and criterion."""

    folder: Path

    def subjects(self, columns: str = "subject, state, grade, score") -> dict[str, tuple[object, ...]]:
        """Read assessment.parquet: the subject, then the columns asked for."""
        found = duckdb.read_parquet(str(self.folder / "assessment.parquet")).project(columns).fetchall()
        return {str(row[0]): tuple(row[1:]) for row in found}

    def counts(self, column: str) -> dict[str, int]:
        """Count the rows of assessment.parquet by a column."""
        table = duckdb.read_parquet(str(self.folder / "assessment.parquet"))
        return {str(value): int(n) for value, n in table.aggregate(f"{column}, count(*)").fetchall()}

    def unequal_sums(self) -> int:
        """Count the graded subjects whose lines do not add up to their score."""
        folder = self.folder
        duckdb.read_parquet(str(folder / "lines.parquet")).create_view("accept_lines", replace=True)
        duckdb.read_parquet(str(folder / "assessment.parquet")).create_view("accept_subjects", replace=True)
        rows = duckdb.sql(
            "select count(*) from accept_subjects s join "
            "(select subject, sum(coalesce(points, 0)) total from accept_lines group by subject) l using (subject) "
            "where s.state = 'graded' and s.score <> l.total"
        ).fetchall()
        return int(rows[0][0])


@pytest.fixture
def grade(tmp_path: Path) -> Callable[..., Graded]:
    """Run a packaged scheme over files in one shot, as `zhiheng try` does."""

    def run_try(pack: str, as_of: str, *files: str) -> Graded:
        out = tmp_path / "graded"
        assert run(["try", pack, *files, "--as-of", as_of, "--out", str(out)]) == 0
        return Graded(out)

    return run_try


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV file as text, packed or not."""
    opened = gzip.open(path, "rt", encoding="utf-8-sig", newline="") if path.suffix == ".gz" else path.open(encoding="utf-8-sig", newline="")
    with opened as lines:
        yield from csv.DictReader(lines)
