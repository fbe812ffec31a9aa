"""Account for every row of every table that an import read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_DEFECT, Place, ZhihengError
from zhiheng.ledger.batch import Counts, FileReport
from zhiheng.ledger.classify import ACCEPTED, CORRECTION, KNOWN, QUARANTINED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.ledger.classify import Verdicts
    from zhiheng.ledger.offer import Entry


class ImportUnbalanced(ZhihengError):
    """Rows were lost or doubled: a defect."""

    code: ClassVar[str] = "ledger.import-unbalanced"
    exit_code: ClassVar[int] = EXIT_DEFECT


def account(entries: Sequence[Entry], judged: Mapping[str, Verdicts]) -> tuple[FileReport, ...]:
    """
    Count what became of the rows of each table.

    Raises:
        ImportUnbalanced: rows were lost or doubled.

    """
    reports = []
    for entry in entries:
        verdicts, table = judged[entry.table.kind], entry.table
        found = verdicts.counts[entry.number]
        first = entry.number == verdicts.entries[0].number
        counts = Counts(
            rows_seen=table.rows_seen,
            ignored=table.ignored_rows,
            accepted=found.get(ACCEPTED, 0),
            known=found.get(KNOWN, 0),
            corrections=found.get(CORRECTION, 0),
            quarantined=table.quarantined_rows + sum(found.get(verdict, 0) for verdict in QUARANTINED),
            withdrawn=verdicts.withdrawn if first else 0,
            kept=verdicts.kept if first else 0,
        )
        if not counts.reconcile:
            raise ImportUnbalanced(Place(entry.path_name, part=table.sheet), counts=str(counts))
        why = Counter(str(row.why) for row in table.ignored)
        reports.append(
            FileReport(
                number=entry.number,
                name=entry.path_name,
                sha256=entry.sha256,
                kind=table.kind,
                sheet=table.sheet,
                heading_row=table.heading_row,
                title=table.title,
                mapping=table.mapping,
                unmapped=table.unmapped,
                counts=counts,
                ignored=dict(why),
                passed=tuple((sheet.sheet, sheet.why, sheet.rows) for sheet in table.passed),
            )
        )
    return tuple(reports)
