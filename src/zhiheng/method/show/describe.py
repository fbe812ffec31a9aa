"""Say in words what a measure, a scale, a benchmark or a rule does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.method.model import Bins, Codes, Confidence, Expression, Line, Measure
from zhiheng.method.show.table import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.errors import Lang
    from zhiheng.method.model import Benchmark, Bin, Citation, Criterion, Fact, Scale, Shrink
    from zhiheng.method.show.readable import Reader

DESIGN = "design"


def number(value: object) -> str:
    """Write a number without an exponent and without empty digits; anything else as it stands."""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sources(cite: tuple[str, ...], citations: Mapping[str, Citation], lang: Lang) -> str:
    """Name the sources of an entry, each with its date and how sure it is."""
    return "\n".join(_source(name, citations, lang) for name in cite)


def _source(name: str, citations: Mapping[str, Citation], lang: Lang) -> str:
    if name == DESIGN or name not in citations:
        return words("confidence", DESIGN, lang) if name == DESIGN else name
    citation = citations[name]
    sure = words("confidence", citation.confidence, lang)
    details = [citation.dated.isoformat(), sure] if citation.dated else [sure]
    within = words("describe", "within_brackets", lang, text=words("describe", "comma", lang).join(details))
    return words("describe", "said_of", lang, name=name, text=citation.title[lang] + within)


def measure(reader: Reader, entry: Fact | Criterion) -> str:
    """Say how a value is measured."""
    lang, source = reader.lang, entry.source
    if isinstance(source, Measure):
        said = [reader.over_records(source.measure, source.kind)]
        if source.where is not None:
            said.append(words("describe", "where", lang, where=reader.over_records(source.where, source.kind)))
        if source.weight is not None:
            said.append(words("describe", "weight", lang, weight=reader.over_records(source.weight, source.kind)))
        if source.shrink is not None:
            towards, strength = (
                _number_or_name(reader, each) for each in (source.shrink.towards, source.shrink.strength)
            )
            said.append(words("describe", "shrink", lang, towards=towards, strength=strength))
    else:
        said = [words("describe", "formula", lang, formula=reader.over_subject(source))]
    if entry.applies is not None:
        said.append(words("describe", "applies", lang, applies=reader.over_subject(entry.applies)))
    if entry.unit:
        said[0] += words("describe", "within_brackets", lang, text=entry.unit)
    if entry.catalogue:
        said.append(words("describe", "catalogue", lang, entry=entry.catalogue))
    return "\n".join(said)


def _shrink(reader: Reader, shrink: Shrink) -> str:
    towards, strength = (_number_or_name(reader, given) for given in (shrink.towards, shrink.strength))
    return words("describe", "shrink", reader.lang, towards=towards, strength=strength)


def records(reader: Reader, entry: Fact | Criterion) -> str:
    """Say which records a value is measured from."""
    source = entry.source
    if not isinstance(source, Measure):
        return ""
    said = [reader.kind_label(source.kind)]
    if source.window.current:
        said.append(words("describe", "within_current", reader.lang))
    elif source.window.latest:
        said.append(words("describe", "within_latest", reader.lang))
    elif source.window.months is not None:
        said.append(words("describe", "within_months", reader.lang, months=source.window.months))
    return "\n".join(said)


def _number_or_name(reader: Reader, given: Decimal | str) -> str:
    return reader.label_of(given) if isinstance(given, str) else number(given)


def scale(reader: Reader, given: Scale) -> str:
    """Say how a value becomes points."""
    lang = reader.lang
    match given:
        case Line():
            knots = [words("describe", "knot", lang, value=number(at), points=number(to)) for at, to in given.knots]
            return "\n".join([*knots, words("describe", "straight", lang)])
        case Bins():
            return "\n".join(_step(step, lang) for step in given.bins)
        case Codes():
            said = [words("describe", "code", lang, code=code, points=number(to)) for code, to in given.points.items()]
            rest = [] if given.otherwise is None else [words("describe", "above", lang, points=number(given.otherwise))]
            return "\n".join([*said, *rest])
        case Expression():
            by_value = given.text.strip() == "value"
            return words("describe", "by_value", lang) if by_value else reader.over_subject(given)


def _step(step: Bin, lang: Lang) -> str:
    points = number(step.points)
    if step.limit is None:
        return words("describe", "above", lang, points=points)
    return words("describe", "at_most" if step.closed else "below", lang, limit=number(step.limit), points=points)


def statistic(reader: Reader, benchmark: Benchmark) -> str:
    """Say which number of the peers a benchmark is."""
    if benchmark.percent is not None:
        return words("statistics", "percentile", reader.lang, percent=number(benchmark.percent))
    return words("statistics", benchmark.statistic, reader.lang)


def peers(reader: Reader, benchmark: Benchmark) -> str:
    """Say who the peers are."""
    if not benchmark.by:
        return words("describe", "all_subjects", reader.lang)
    attributes = words("describe", "between", reader.lang).join(reader.label_of(name) for name in benchmark.by)
    return words("describe", "same", reader.lang, attributes=attributes)


def small_groups(reader: Reader, benchmark: Benchmark) -> str:
    """Say what a group needs, and what stands in for it."""
    what = "at_least_rows" if benchmark.statistic == "pooled" else "at_least_subjects"
    needed = words("describe", what, reader.lang, count=benchmark.at_least)
    if benchmark.otherwise is None:
        otherwise = words("describe", "nothing", reader.lang)
    else:
        otherwise = _number_or_name(reader, benchmark.otherwise)
    return f"{needed}\n{otherwise}"


def sureness(confidence: Confidence, lang: Lang) -> str:
    """Say how sure a citation is."""
    return words("confidence", confidence, lang)
