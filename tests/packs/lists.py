"""Read a list as a pack's kind, for tests of headings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from zhiheng.ledger.reading import StagedTable, read_file
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class ReadTable(NamedTuple):
    """One table of a file as it was read."""

    table: StagedTable
    rows: Sequence[Mapping[str, object]]
    items: Sequence[tuple[object, ...]]


def read_text(tmp_path: Path, pack: str, kind: str, text: str) -> ReadTable:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    with duckdb.connect() as staging:
        [table] = read_file(
            path, find_pack(pack).kinds, kind=kind, extract_date=date(2020, 12, 31), staging=staging, progress=None
        )
        found = staging.table(table.rows)
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
        items = [row for name in table.children.values() for row in staging.table(name).fetchall()]
    return ReadTable(table, rows, items)
