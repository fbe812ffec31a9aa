"""For whom the register behind a criterion was attested complete over the criterion's window."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import months
from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.frozen import Coverage
from zhiheng.method.model import Absent, Criterion, Feeds, Measure, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DAY = timedelta(days=1)


def asks_for_feed(version: Version) -> tuple[Criterion, ...]:
    """Name the criteria that ask whether their register was attested complete."""
    return tuple(entry for entry in version.criteria.values() if entry.absent is Absent.FULL_IF_FEED_COMPLETE)


def attestations(feeds: Feeds, source: exp.Select, as_of: date) -> exp.Select:
    """Write the query for every attestation: subject, kind, first day, last day, region."""
    region: exp.Expression = sql.column(feeds.region) if feeds.region else sql.cast(sql.null(), "VARCHAR")
    names = [sql.column(name) for name in ("subject", feeds.of_kind, feeds.starts, feeds.ends)]
    query = sql.read(sql.subquery(source, "attestations")).select(*names, region, copy=False)
    query = query.where(
        sql.binary(exp.LTE, sql.column("true_on"), sql.day(as_of)), sql.column(feeds.complete), copy=False
    )
    return query.where(sql.is_known(sql.column(feeds.starts)), sql.is_known(sql.column(feeds.ends)), copy=False)


def settle_coverage(
    version: Version, rows: Iterable[Sequence[object]], as_of: date, *, by_subject: bool = False
) -> Mapping[str, Coverage]:
    """
    Tell for each criterion that asks for a feed for whom it was attested.

    `by_subject` judges each subject by its own attestations alone, as worked cases are.
    """
    found = list(rows)
    return {
        criterion.rule.name: _coverage(criterion, found, as_of, by_subject=by_subject)
        for criterion in asks_for_feed(version)
    }


def _coverage(criterion: Criterion, rows: list[Sequence[object]], as_of: date, *, by_subject: bool) -> Coverage:
    source = criterion.source
    if not isinstance(source, Measure):
        return Coverage()
    first = _first_day(source, as_of)
    if first is None:
        return Coverage()
    kind = source.kind.split(".")[0]
    spans = [(subject, start, end, region) for subject, of, start, end, region in rows if of == kind]
    if by_subject:
        subjects = sorted({str(subject) for subject, *_ in spans})
        own = [(one, _regions([span for span in spans if span[0] == one], first, as_of)) for one in subjects]
        return Coverage(subjects=tuple((one, regions) for one, regions in own if regions))
    regions = _regions(spans, first, as_of)
    return Coverage(everyone=True) if "" in regions else Coverage(regions=regions)


def _regions(spans: Sequence[tuple[object, ...]], first: date, as_of: date) -> tuple[str, ...]:
    """Find the shortest prefixes of regions for which every day is covered; '' where it is for every region."""
    prefixes = sorted({str(region) for *_, region in spans if region is not None} | {""})
    covered = [
        prefix
        for prefix in prefixes
        if _covers([(start, end) for _, start, end, region in spans if _counts(region, prefix)], first, as_of)
    ]
    return tuple(
        prefix for prefix in covered if not any(prefix != other and prefix.startswith(other) for other in covered)
    )


def _first_day(source: Measure, as_of: date) -> date | None:
    """Find the first day that has to be covered; None where the window has no start."""
    if source.window.current:
        return as_of
    if source.window.months is None:
        return None
    return months.newest_of_age(as_of, source.window.months) + DAY


def _counts(region: object, prefix: str) -> bool:
    return region is None or prefix.startswith(str(region))


def _covers(spans: list[tuple[object, object]], first: date, last: date) -> bool:
    """Tell whether spans of days, both ends included, together cover every day from first to last."""
    reached = first.toordinal()
    for start, end in sorted((start, end) for start, end in spans if isinstance(start, date) and isinstance(end, date)):
        if start.toordinal() > reached:
            break
        reached = max(reached, end.toordinal() + 1)
    return reached > last.toordinal()
