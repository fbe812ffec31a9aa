"""Tell which files, and which tables of them, an earlier batch holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.batch import Repeated
from zhiheng.ledger.order import declaration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.ledger.batch import Batch
    from zhiheng.ledger.offer import Entry
    from zhiheng.ledger.order import Import, Incoming


def part_known(
    order: Import, incoming: Sequence[Incoming], batches: Sequence[Batch]
) -> tuple[list[Incoming], tuple[Repeated, ...]]:
    """Part the files that an earlier batch took in, told and read as they would be now, from the others."""
    told = (order.source, order.options.told)
    alike = [batch for batch in batches if (batch.source, batch.options.told) == told]
    kinds = {file.kind for batch in alike for file in batch.files} & order.workspace.kinds.keys()
    declared = {kind: declaration(order.workspace.kinds[kind]) for kind in kinds}
    last = _last_of_kinds(order, batches) if order.options.complete_extract and order.options.assumed else {}
    files = {one.sha256 for one in incoming}
    if order.options.complete_extract:  # its files are it together, and no others are
        alike = [batch for batch in alike if files == _hashes(batch) == _read_alike(batch, declared, last)]
    held = {sha256: batch.number for batch in reversed(alike) for sha256 in _read_alike(batch, declared, last)}
    new: dict[str, Incoming] = {}
    repeated = []
    for one in incoming:
        if one.sha256 in held or one.sha256 in new:
            repeated.append(Repeated(one.name, one.sha256, held.get(one.sha256, len(batches) + 1)))
        else:
            new[one.sha256] = one
    return list(new.values()), tuple(repeated)


def _last_of_kinds(order: Import, batches: Sequence[Batch]) -> dict[str, int]:
    """
    Tell the last batch of each kind of the source: what an extract of today said before one of these is no longer so.

    Mended rows do not count: the extract as it was would only bring their faults back.
    """
    own = [batch for batch in batches if batch.source == order.source]
    return {file.kind: batch.number for batch in own if not batch.resolves for file in batch.files}


def _read_alike(batch: Batch, declared: Mapping[str, str], last: Mapping[str, int]) -> set[str]:
    """
    Tell which files of a batch would be read now as they were, and say nothing else.

    An alias declared since reads more; an extract of today is another after a batch that came between (`last`).
    """
    changed = {
        one.sha256
        for one in batch.files
        if one.declared != declared.get(one.kind) or last.get(one.kind, 0) > batch.number
    }
    return _hashes(batch) - changed


def _hashes(batch: Batch) -> set[str]:
    return {one.sha256 for one in batch.files}


def read_again(order: Import, entries: Sequence[Entry], batches: Sequence[Batch]) -> tuple[tuple[int, int], ...]:
    """
    Tell of which tables read before, as (batch, number of the table), the same bytes are read anew.

    They are if they are read as the same kind; as another, if nothing of the table was taken as the first and some of
    it can be read as this one: then the first was a mistake. A list may hold what is true of two kinds, so that where
    rows of it were taken, those in quarantine stay there.
    """
    alike = {(entry.sha256, entry.table.sheet, entry.table.kind) for entry in entries}
    places = {(one.sha256, one.table.sheet, one.table.heading_row) for one in entries if one.table.valid}
    done = {one for batch in batches for one in batch.rereads}
    return tuple(
        (batch.number, file.number)
        for batch in batches
        if batch.source == order.source
        for file in batch.files
        if (file.sha256, file.sheet, file.kind) in alike
        or (file.counts.taken == 0 and (file.sha256, file.sheet, file.heading_row) in places)
        if file.counts.quarantined and (batch.number, file.number) not in done
    )
