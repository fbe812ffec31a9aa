"""Check what the entries of a version say about each other: totals, dimensions, benchmarks, feeds, subjects."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.method.expression import bare, name_of
from zhiheng.method.functions import AGGREGATES
from zhiheng.method.model import Absent, Measure
from zhiheng.method.scope import fields_of, type_of_field, type_of_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot import exp

    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Benchmark, Criterion, Fact, Feeds, Version
    from zhiheng.method.reading.page import Page
    from zhiheng.method.scope import Sort
    from zhiheng.method.subject_scope import SubjectScope
    from zhiheng.vocabulary import Declaration


def check_structure(page: Page, top: Declaration, version: Version, scope: SubjectScope) -> None:
    """Note what does not fit together in a version, whose sections stand in `top`."""
    _check_total(page.faults, version, scope, top.place("total"))
    _check_dimensions(page.faults, version, scope)
    for benchmark in version.benchmarks.values():
        _check_benchmark(page.faults, version, scope, benchmark)
    for entry in version.measured:
        _check_shrink(page.faults, version, scope, entry)
    for fact in version.facts.values():
        _check_default(page.faults, scope, fact)
    _check_feeds(page, version, scope)
    _check_subjects(page, version, top.place("subjects"))
    _check_state_facts(page.faults, version, scope)


def _check_total(faults: MethodFaults, version: Version, scope: SubjectScope, place: Place) -> None:
    if scope.broken:
        return
    total = sum((criterion.max for criterion in version.criteria.values()), Decimal(0))
    if version.total is not None and version.total != total:
        faults.note("total-differs", place, sum=total, total=version.total)
    if not version.criteria and version.score.formula is None:
        faults.note("no-criteria", version.score.place)
    elif version.score.out_of is not None and all(criterion.max <= 0 for criterion in version.criteria.values()):
        faults.note("out-of-nothing", version.score.place, out_of=version.score.out_of)


def _check_dimensions(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    held: dict[str, str] = {}
    for dimension in version.dimensions.values():
        _check_listed(faults, version, scope, dimension.criteria, dimension.place)
        for name in dict.fromkeys(dimension.criteria):
            if name in held:
                both = {"first": held[name], "second": dimension.name}
                place = faults.spot(dimension.place, "criteria", name)
                faults.note("criterion-in-two-dimensions", place, name=name, **both)
            held.setdefault(name, dimension.name)
        parts = [version.criteria[name] for name in dimension.criteria if name in version.criteria]
        total = sum((criterion.max for criterion in parts), Decimal(0))
        if dimension.max is not None and dimension.max != total and len(parts) == len(dimension.criteria):
            faults.note("dimension-max-differs", faults.spot(dimension.place, "max"), sum=total, max=dimension.max)
    for name, criterion in version.criteria.items():
        if version.dimensions and name not in held:
            faults.note("criterion-in-no-dimension", criterion.rule.place, name=name)


def _check_listed(
    faults: MethodFaults, version: Version, scope: SubjectScope, names: Iterable[str], place: Place
) -> None:
    """Check that names in a list are criteria, each once."""
    seen: set[str] = set()
    for name in names:
        where = faults.spot(place, "criteria", name)
        if name in seen:
            faults.note("criterion-twice", where, name=name)
        seen.add(name)
        if name not in version.criteria and name not in scope.broken:
            faults.note_unknown("not-a-criterion", where, name, version.criteria)


def single_aggregate(entry: Fact | Criterion) -> str:
    """Name the aggregate that a measure consists of; '' where it is something else."""
    if not isinstance(entry.source, Measure):
        return ""
    tree: exp.Expression = bare(entry.source.measure.tree)
    name = name_of(tree) if tree.key == "anonymous" else ""
    return name if name in AGGREGATES else ""


def _check_benchmark(faults: MethodFaults, version: Version, scope: SubjectScope, benchmark: Benchmark) -> None:
    place, of = benchmark.place, benchmark.of
    entry = version.criteria.get(of) or version.facts.get(of)
    if entry is None:
        if of not in scope.broken:
            faults.note_unknown("not-a-measure", faults.spot(place, "of"), of, (*version.criteria, *version.facts))
    else:
        found = scope.resolve(of)
        if found is not None and found.sort not in ("number", "unknown"):
            faults.note("benchmark-of-text", faults.spot(place, "of"), name=of, found=found.sort)
        if benchmark.statistic == "pooled" and single_aggregate(entry) not in ("share", "mean"):
            faults.note("pooled-needs-share", faults.spot(place, "statistic"), name=of)
    for name in benchmark.by:
        if name not in version.attributes and name not in scope.broken:
            faults.note_unknown("not-an-attribute", faults.spot(place, "by", name), name, version.attributes)
    _check_number_name(faults, version, scope, benchmark.otherwise, faults.spot(place, "otherwise"))


def _check_number_name(
    faults: MethodFaults,
    version: Version,
    scope: SubjectScope,
    given: Decimal | str | None,
    place: Place,
    *,
    benchmarks: bool = True,
) -> None:
    """Check that what stands for a number names one."""
    if not isinstance(given, str) or given in scope.broken:
        return
    known = [name for name, value in version.values.items() if type_of_value(value).sort == "number"]
    known += version.benchmarks if benchmarks else []
    if given not in known:
        faults.note_unknown("not-a-number-name", place, given, known)


def _check_shrink(faults: MethodFaults, version: Version, scope: SubjectScope, entry: Fact | Criterion) -> None:
    if not isinstance(entry.source, Measure) or entry.source.shrink is None:
        return
    shrink, place = entry.source.shrink, entry.rule.place
    if single_aggregate(entry) not in ("share", "mean"):
        faults.note("shrink-needs-share", faults.spot(place, "shrink"))
    _check_number_name(faults, version, scope, shrink.towards, faults.spot(place, "shrink", "towards"))
    strength = faults.spot(place, "shrink", "strength")
    _check_number_name(faults, version, scope, shrink.strength, strength, benchmarks=False)


def _check_default(faults: MethodFaults, scope: SubjectScope, fact: Fact) -> None:
    if fact.default is None:
        return
    found, place = scope.undefaulted(fact), faults.spot(fact.rule.place, "default")
    given: Sort = "truth" if isinstance(fact.default, bool) else "text" if isinstance(fact.default, str) else "number"
    if found.sort not in (given, "unknown"):
        faults.note("default-of-other-sort", place, found=given, wanted=found.sort)
    if not found.nullable and found.sort != "unknown":
        faults.note("default-unused", place)


def _check_feeds(page: Page, version: Version, scope: SubjectScope) -> None:
    asking = [each for each in version.criteria.values() if each.absent is Absent.FULL_IF_FEED_COMPLETE]
    for criterion in asking:
        source = criterion.source
        windowed = isinstance(source, Measure) and (source.window.current or source.window.months is not None)
        if not windowed:
            page.faults.note("feed-needs-window", page.faults.spot(criterion.rule.place, "absent"))
        if version.feeds is None:
            page.faults.note("feeds-missing", page.faults.spot(criterion.rule.place, "absent"))
    if version.feeds is not None:
        _check_attestations(page, version, scope, version.feeds, asked=bool(asking))


def _check_attestations(page: Page, version: Version, scope: SubjectScope, feeds: Feeds, *, asked: bool) -> None:
    if not asked and not scope.broken:
        page.faults.note("feeds-unused", feeds.place)
    if feeds.region and "region" not in version.attributes and "region" not in scope.broken:
        page.faults.note("feed-region-without-attribute", page.faults.spot(feeds.place, "region"))
    fields = fields_of(page.kinds, feeds.kind)
    if fields is None:
        return
    wanted: tuple[tuple[str, str, Sort], ...] = (
        ("kind", feeds.of_kind, "text"),
        ("starts", feeds.starts, "date"),
        ("ends", feeds.ends, "date"),
        ("complete", feeds.complete, "truth"),
        ("region", feeds.region, "text"),
    )
    for key, name, sort in wanted:
        place = page.faults.spot(feeds.place, key)
        if name and name not in fields:
            page.faults.note_unknown("unknown-field", place, name, fields, kind=feeds.kind)
        elif name and type_of_field(fields[name]).sort != sort:
            found = type_of_field(fields[name]).sort
            page.faults.note("feed-field", place, key=key, name=name, kind=feeds.kind, found=found, wanted=sort)


def _check_subjects(page: Page, version: Version, listed: Place) -> None:
    """Check that every kind read is about the subject that the method rates; attestations are about nobody."""
    spot = page.faults.spot
    reads = [(attribute.kind, spot(attribute.place, "from")) for attribute in version.attributes.values()]
    measured = [(entry.source, entry.rule.place) for entry in version.measured]
    reads += [(source.kind, spot(place, "from")) for source, place in measured if isinstance(source, Measure)]
    for name in version.subjects:
        if name not in page.kinds:
            page.faults.note_unknown("unknown-kind", listed, name, page.kinds)
        reads.append((name, listed))
    for source, place in reads:
        kind = page.kinds.get(source.partition(".")[0])
        if kind is not None and page.subject and kind.subject.type != page.subject:
            page.faults.note("other-subject", place, kind=source, type=kind.subject.type, subject=page.subject)


def _check_state_facts(faults: MethodFaults, version: Version, scope: SubjectScope) -> None:
    """Check the facts that `pass_through` and `buffer` name."""
    passing = [state for state in version.states if state.pass_through]
    named = [(state.pass_through, faults.spot(state.rule.place, "pass_through")) for state in passing]
    if version.buffer is not None:
        named.append((version.buffer.previous, faults.spot(version.buffer.rule.place, "previous")))
    for name, place in named:
        if name in scope.broken:
            continue
        if name not in version.facts:
            faults.note_unknown("not-a-fact", place, name, version.facts)
            continue
        found = scope.resolve(name)
        if found is not None and found.sort not in ("text", "unknown"):
            faults.note("pass-through-not-text", place, name=name, found=found.sort)
    for state in passing:
        known = scope.resolve(state.pass_through) if state.pass_through in version.facts else None
        if known is not None and known.codes is not None:
            for text in state.except_:
                if text not in known.codes:
                    place = faults.spot(state.rule.place, "except", text)
                    faults.note_unknown("unknown-code", place, text, sorted(known.codes))
