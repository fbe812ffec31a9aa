"""Whether a register was attested complete for a criterion's window."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.reference.numbers import months_between

from zhiheng.method.model import Criterion, Feeds, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.reference.expressions import Plain
    from tests.reference.records import Row

DAY = timedelta(days=1)


def is_attested(feeds: Feeds, attestations: Sequence[Row], criterion: Criterion, region: Plain, as_of: date) -> bool:
    """Tell whether attestations together cover every day of the window; no window can be covered that has no start."""
    source = criterion.source
    assert isinstance(source, Measure)
    spans = [
        (row[feeds.starts], row[feeds.ends])
        for row in attestations
        if row[feeds.of_kind] == source.kind.split(".")[0]
        and row[feeds.complete] is True
        and None not in (row[feeds.starts], row[feeds.ends])
        and _counts_for(region, row.get(feeds.region) if feeds.region else None)
    ]
    if source.window.current:
        days = [as_of]
    elif source.window.months is None:
        return False
    else:
        days = _days_of(source.window.months, as_of)
    return all(any(start <= day <= end for start, end in spans) for day in days)  # type: ignore[operator]


def _days_of(months: int, as_of: date) -> list[date]:
    days = [as_of]
    while months_between(days[-1] - DAY, as_of) < months:
        days.append(days[-1] - DAY)
    return days


def _counts_for(region: Plain, attested: object) -> bool:
    return attested is None or (isinstance(region, str) and region.startswith(str(attested)))
