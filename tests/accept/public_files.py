"""What the acceptance tests read: the public files as text, and what a run of a scheme wrote."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNEQUAL_SUMS = """
    select count(*)
    from subjects
    join (select subject, sum(coalesce(points, 0)) as total from lines group by subject) using (subject)
    where state = 'graded' and score <> total
"""


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV file as text, packed or not."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(text.decode("utf-8-sig").splitlines(keepends=True))


@dataclass(frozen=True)
class Graded:
    """What a run wrote: a row for each subject, a row for each subject and criterion."""

    subjects: dict[str, tuple[str, str | None, object]]  # subject: state, grade, score
    unequal_sums: int  # graded subjects whose lines do not add up to their score


def read_graded(folder: Path) -> Graded:
    """Read the files of an assessment."""
    with duckdb.connect() as database:
        for view, file in (("subjects", "assessment"), ("lines", "lines")):
            database.read_parquet(str(folder / f"{file}.parquet")).create_view(view)
        rows = database.sql("select subject, state, grade, score from subjects").fetchall()
        [(unequal,)] = database.sql(UNEQUAL_SUMS).fetchall()
    return Graded({row[0]: row[1:] for row in rows}, unequal)
