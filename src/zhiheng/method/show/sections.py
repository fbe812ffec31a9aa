"""Lay a version of a method out as the sections of its table."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from zhiheng.method.show import describe
from zhiheng.method.show.outcome import grade_rows, rule_rows, score_rows, state_rows
from zhiheng.method.show.readable import Reader
from zhiheng.method.show.table import MethodTable, Row, Section, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhiheng.errors import Lang
    from zhiheng.method.model import Method, Version
    from zhiheng.vocabulary import Kind

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "head": ("item", "what"),
    "values": ("name", "label", "from_day", "value", "source"),
    "attributes": ("name", "label", "kind", "measure", "source"),
    "criteria": ("name", "label", "kind", "measure", "points", "range", "absent", "source"),
    "facts": ("name", "label", "kind", "measure", "source"),
    "benchmarks": ("name", "label", "measure", "peers", "statistic", "otherwise", "source"),
    "dimensions": ("name", "label", "criteria", "maximum"),
    "one_deduction": ("criteria", "source"),
    "feeds": ("item", "what"),
    "states": ("state", "label", "condition", "source"),
    "score": ("item", "what", "source"),
    "grades": ("grade", "label", "condition", "source"),
    "rules": ("rule", "label", "condition", "effect", "source"),
    "citations": ("name", "title", "dated", "confidence", "address"),
    "functions": ("function", "meaning"),
}


def table_of(method: Method, version: Version, kinds: Mapping[str, Kind], lang: Lang) -> MethodTable:
    """Lay out one version of a method as the table that a reader without programming proof-reads."""
    reader = Reader(version, kinds, lang)
    rows: dict[str, Iterable[Sequence[str]]] = {
        "head": _head(method, version, reader),
        "values": _values(method, reader),
        "attributes": _attributes(method, reader),
        "criteria": _criteria(method, reader),
        "facts": _facts(method, reader),
        "benchmarks": _benchmarks(method, reader),
        "dimensions": _dimensions(reader),
        "one_deduction": _one_deduction(method, reader),
        "feeds": _feeds(reader),
        "states": state_rows(method, reader),
        "score": score_rows(method, reader),
        "grades": grade_rows(method, reader),
        "rules": rule_rows(method, reader),
        "citations": _citations(method, lang),
    }
    laid = {key: [Row(tuple(cells)) for cells in found] for key, found in rows.items()}
    laid["functions"] = [Row((name, words("functions", name, lang))) for name in sorted(reader.functions)]
    sections = tuple(_section(key, found, lang) for key, found in laid.items() if found)
    about = method.about[lang] if method.about else ""
    return MethodTable(method.label[lang], about, lang, sections)


def _section(key: str, rows: list[Row], lang: Lang) -> Section:
    columns = tuple(words("columns", column, lang) for column in COLUMNS[key])
    return Section(key, words("sections", key, lang), columns, tuple(rows))


def _head(method: Method, version: Version, reader: Reader) -> list[Sequence[str]]:
    lang = reader.lang
    since, until = version.since.isoformat(), version.until
    period = (
        words("head", "period", lang, since=since, until=until)
        if until
        else words("head", "period_open", lang, since=since)
    )
    kinds = words("describe", "between", lang).join(reader.kind_label(name) for name in version.subjects)
    who = words("head", "subjects_of", lang, kinds=kinds) if kinds else words("head", "subjects_all", lang)
    rows: list[Sequence[str]] = [
        (words("head", "method", lang), method.name),
        (words("head", "subject", lang), method.subject),
        (words("head", "who", lang), who),
        (words("head", "version", lang), version.version),
        (words("head", "in_force", lang), period),
    ]
    if version.total is not None:
        rows.append((words("head", "total", lang), describe.number(version.total)))
    if method.digest:
        rows.append((words("head", "digest", lang), method.digest))
    return rows


def _values(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    for name, value in reader.version.values.items():
        label = value.label[reader.lang] if value.label else ""
        said = describe.sources(value.cite, method.citations, reader.lang)
        for day, given in value.dated.items():
            if hasattr(given, "items"):
                shown = "\n".join(
                    words("describe", "said_of", reader.lang, name=code, text=describe.number(points))
                    for code, points in given.items()
                )
            else:
                shown = describe.number(given)
            yield name, label, day.isoformat(), shown, said


def _attributes(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    for name, attribute in reader.version.attributes.items():
        said = [reader.over_records(attribute.take, attribute.kind)]
        if attribute.where is not None:
            where = reader.over_records(attribute.where, attribute.kind)
            said.append(words("describe", "where", reader.lang, where=where))
        source = describe.sources(attribute.cite, method.citations, reader.lang)
        yield name, attribute.label[reader.lang], reader.kind_label(attribute.kind), "\n".join(said), source


def _criteria(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    lang = reader.lang
    for name, criterion in reader.version.criteria.items():
        held = words("describe", "range", lang, min=describe.number(criterion.min), max=describe.number(criterion.max))
        digits = words("describe", "digits", lang, value=criterion.value_places, points=criterion.points_places)
        yield (
            name,
            criterion.rule.label[lang],
            describe.records(reader, criterion),
            describe.measure(reader, criterion),
            describe.scale(reader, criterion.scale),
            f"{held}\n{digits}",
            words("absent", criterion.absent, lang),
            describe.sources(criterion.rule.cite, method.citations, lang),
        )


def _facts(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    lang = reader.lang
    for name, fact in reader.version.facts.items():
        said = describe.measure(reader, fact)
        if fact.default is not None:
            default = str(fact.default).lower() if isinstance(fact.default, bool) else describe.number(fact.default)
            said += "\n" + words("describe", "default", lang, default=default)
        cited = describe.sources(fact.rule.cite, method.citations, lang)
        yield name, fact.rule.label[lang], describe.records(reader, fact), said, cited


def _benchmarks(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    for name, benchmark in reader.version.benchmarks.items():
        yield (
            name,
            benchmark.label[reader.lang] if benchmark.label else "",
            reader.label_of(benchmark.of),
            describe.peers(reader, benchmark),
            describe.statistic(reader, benchmark),
            describe.small_groups(reader, benchmark),
            describe.sources(benchmark.cite, method.citations, reader.lang),
        )


def _dimensions(reader: Reader) -> Iterable[Sequence[str]]:
    criteria = reader.version.criteria
    for name, dimension in reader.version.dimensions.items():
        listed = "\n".join(reader.label_of(each) for each in dimension.criteria)
        total = sum((criteria[each].max for each in dimension.criteria), start=Decimal(0))
        yield name, dimension.label[reader.lang], listed, describe.number(total)


def _one_deduction(method: Method, reader: Reader) -> Iterable[Sequence[str]]:
    for group in reader.version.one_deduction:
        among = "\n".join(reader.label_of(name) for name in group.among)
        yield among, describe.sources(group.cite, method.citations, reader.lang)


def _feeds(reader: Reader) -> Iterable[Sequence[str]]:
    feeds = reader.version.feeds
    if feeds is None:
        return
    fields = reader.kinds[feeds.kind].fields
    yield words("columns", "kind", reader.lang), reader.kind_label(feeds.kind)
    for name in (feeds.of_kind, feeds.starts, feeds.ends, feeds.complete, feeds.region):
        if name:
            yield name, fields[name].label[reader.lang]


def _citations(method: Method, lang: Lang) -> Iterable[Sequence[str]]:
    for name, citation in method.citations.items():
        dated = citation.dated.isoformat() if citation.dated else ""
        yield name, citation.title[lang], dated, describe.sureness(citation.confidence, lang), citation.url
    if not method.citations or any(describe.DESIGN in cite for cite in _all_citations(method)):
        yield describe.DESIGN, words("confidence", "design", lang), "", "", ""


def _all_citations(method: Method) -> Iterable[tuple[str, ...]]:
    for version in method.versions:
        yield from (entry.rule.cite for entry in version.measured)
        yield from (value.cite for value in version.values.values())
        yield from (benchmark.cite for benchmark in version.benchmarks.values())
        yield from (group.cite for group in version.one_deduction)
        yield from (grade.rule.cite for grade in version.grades)
        yield from (state.rule.cite for state in version.states)
        for rules in (version.requires, version.gates, version.floors, version.caps, version.vetoes):
            yield from (rule.rule.cite for rule in rules)
