"""Account for every row of every table that an import read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_DEFECT, Place, ZhihengError
from zhiheng.ledger.batch import Counts, FileReport
from zhiheng.ledger.classify import ACCEPTED, CORRECTION, KNOWN
from zhiheng.ledger.order import declaration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.ledger.classify import Verdicts
    from zhiheng.ledger.offer import Entry
    from zhiheng.vocabulary import Kind


_SET_ASIDE = 100  # ignored rows that a report lists


class ImportUnbalanced(ZhihengError):
    """Rows were lost or doubled: a defect."""

    code: ClassVar[str] = "ledger.import-unbalanced"
    exit_code: ClassVar[int] = EXIT_DEFECT


def account(
    entries: Sequence[Entry], judged: Mapping[str, Verdicts], kinds: Mapping[str, Kind]
) -> tuple[FileReport, ...]:
    """
    Count what became of the rows of each table.

    Raises:
        ImportUnbalanced: rows were lost or doubled.

    """
    reports = []
    declared = {kind: declaration(kinds[kind]) for kind in judged}
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
            quarantined=table.quarantined_rows + verdicts.refused(entry),
            withdrawn=verdicts.withdrawn if first else 0,
            kept=verdicts.kept if first and verdicts.whole else 0,
            unread=verdicts.kept if first and not verdicts.whole else 0,
        )
        _check(counts, entry)
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
                declared=declared[table.kind],
                ignored=dict(table.reasons),
                from_title=table.from_title,
                unfit=table.unfit,
                undated=table.undated,
                set_aside=tuple((row.file_row, row.why, row.text) for row in table.ignored[:_SET_ASIDE]),
                passed=tuple((sheet.sheet, sheet.why, sheet.rows) for sheet in table.passed),
            )
        )
    return tuple(reports)


def _check(counts: Counts, entry: Entry) -> None:
    if not counts.reconcile:
        raise ImportUnbalanced(Place(entry.path_name, part=entry.table.sheet), counts=str(counts))
