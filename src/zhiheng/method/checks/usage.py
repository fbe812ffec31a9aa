"""Find what is declared twice, never used, or never in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from zhiheng.method.walk import record_expressions, references, shrinks_towards, subject_expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.model import Method, Value, Version
    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Declaration


def check_usage(page: Page, top: Declaration, method: Method) -> None:
    """Note names with two meanings, and what no version uses."""
    declared: dict[Place, tuple[str, str]] = {}
    used: set[Place] = set()
    for version in method.versions:
        _check_names(page.faults, version)
        entries = dict(_entries(version))
        declared |= {place: (section, name) for name, (section, place) in entries.items()}
        used |= {entries[name][1] for name in (_used(version) | page.words) if name in entries}
        _check_values(page.faults, version)
    for place, (section, name) in declared.items():
        if place in used:
            continue
        if section in ("value", "benchmark"):
            page.faults.note(f"{section}-unused", place, name=name)
        else:
            page.faults.warn(f"{section}-unused", place, name=name)
    _check_days(page.faults, method)
    _check_citations(page, top)


def _entries(version: Version) -> Iterator[tuple[str, tuple[str, Place]]]:
    for name, value in version.values.items():
        yield name, ("value", value.place)
    for name, attribute in version.attributes.items():
        yield name, ("attribute", attribute.place)
    for name, fact in version.facts.items():
        yield name, ("fact", fact.rule.place)
    for name, benchmark in version.benchmarks.items():
        yield name, ("benchmark", benchmark.place)


def _used(version: Version) -> set[str]:
    used = {name for each in subject_expressions(version) for _, name in references(each.tree)}
    used |= {name for each in record_expressions(version) for _, name in references(each.tree)}
    for entry in version.measured:
        used.update(shrinks_towards(entry))
    for benchmark in version.benchmarks.values():
        used.update((benchmark.of, *benchmark.by))
        if isinstance(benchmark.otherwise, str):
            used.add(benchmark.otherwise)
    used.update(state.pass_through for state in version.states)
    if version.buffer is not None:
        used.add(version.buffer.previous)
    if version.feeds is not None and version.feeds.region:
        used.add("region")
    return used


def _check_names(faults: MethodFaults, version: Version) -> None:
    """Refuse a name with two meanings in the sections that share names."""
    seen: dict[str, str] = {}
    for name, section, place in _declared(version):
        if name in seen:
            faults.note("name-twice", place, name=name, first=seen[name], second=section)
        seen.setdefault(name, section)


def _declared(version: Version) -> Iterator[tuple[str, str, Place]]:
    for name, criterion in version.criteria.items():
        yield name, "criteria", criterion.rule.place
    for name, (section, place) in _entries(version):
        yield name, section, place


def _check_values(faults: MethodFaults, version: Version) -> None:
    for value in version.values.values():
        first = next(iter(value.dated))
        if first > version.since:
            faults.note(
                "value-starts-late",
                value.place,
                name=value.name,
                first=first,
                version=version.version,
                since=version.since,
            )


def _check_days(faults: MethodFaults, method: Method) -> None:
    """Every dated value applies on some day of some version that has it."""
    held: dict[Place, tuple[Value, list[Version]]] = {}
    for version in method.versions:
        for value in version.values.values():
            held.setdefault(value.place, (value, []))[1].append(version)
    for value, versions in held.values():
        days = list(value.dated)
        for day, following in zip(days, [*days[1:], None], strict=True):
            last = date.max if following is None else following - timedelta(days=1)
            if not any(version.since <= last and day <= (version.until or date.max) for version in versions):
                faults.note("value-never-in-force", value.place, day=day)


def _check_citations(page: Page, top: Declaration) -> None:
    section = top.section("citations", "citations")
    for name in page.citations if section else ():
        if name not in page.cited and section is not None:
            page.faults.warn("citation-unused", section.place(name), name=name)
