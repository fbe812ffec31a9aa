"""What a name of a method means on a day, so that two versions can be told apart entry by entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhiheng.method import Expression, Measure, calls_in, name_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlglot import exp

    from zhiheng.method import Criterion, Fact, Version

OUTCOME_SECTIONS = (
    "states", "score", "sufficient", "grades", "requires", "floors", "caps", "gates", "buffer", "vetoes",
)  # fmt: skip
AGEING = frozenset({"age", "as_of"})
AGEING_CALLS = frozenset({"fade", "half_life", "held"})


def trees_of(version: Version, name: str) -> Iterator[exp.Expression]:
    """Go through the expressions by which a criterion, fact or attribute is defined, over records or over a subject."""
    if name in version.attributes:
        attribute = version.attributes[name]
        given = [attribute.take, attribute.where]
    else:
        entry = _entry(version, name)
        source = entry.source
        given = [entry.applies]
        given += [source.where, source.weight, source.measure] if isinstance(source, Measure) else [source]
        scale = getattr(entry, "scale", None)
        given += [scale] if isinstance(scale, Expression) else []
    yield from (one.tree for one in given if one is not None)


def reads(version: Version, name: str) -> tuple[str, ...]:
    """Name the criteria, facts, attributes and benchmarks from which a name of the subject follows directly."""
    if name in version.attributes or name in version.benchmarks:
        return ()
    entry = _entry(version, name)
    source, scale = entry.source, getattr(entry, "scale", None)
    given = [entry.applies, None if isinstance(source, Measure) else source]
    given += [scale] if isinstance(scale, Expression) else []
    found = dict.fromkeys(name_of(one) for each in given if each is not None for one in names_in(each.tree))
    if isinstance(source, Measure) and source.shrink is not None:
        found |= {one: None for one in (source.shrink.towards, source.shrink.strength) if isinstance(one, str)}
    return tuple(one for one in found if one in _names(version) and one != name)


def _names(version: Version) -> frozenset[str]:
    return frozenset((*version.criteria, *version.facts, *version.attributes, *version.benchmarks))


def _entry(version: Version, name: str) -> Criterion | Fact:
    return version.criteria[name] if name in version.criteria else version.facts[name]


def definition(version: Version, name: str, as_of: date) -> object:
    """Give all that defines a name of its own on a day: its entry, and what the values that it reads are worth then."""
    if name in version.benchmarks:
        return version.benchmarks[name]
    entry = version.attributes[name] if name in version.attributes else _entry(version, name)
    used = {name_of(one) for tree in trees_of(version, name) for one in names_in(tree)}
    source = getattr(entry, "source", None)
    if isinstance(source, Measure) and source.shrink is not None:
        used |= {one for one in (source.shrink.towards, source.shrink.strength) if isinstance(one, str)}
    among = tuple(one.among for one in version.one_deduction if name in one.among)
    feeds = version.feeds if getattr(entry, "absent", "") == "full_if_feed_complete" else None
    return _meaning(entry), _worth(version, used, as_of), among, feeds


def _meaning(entry: object) -> object:
    """Leave out of an entry what changes no result: its label and its sources."""
    rule = getattr(entry, "rule", None)
    if rule is None:
        return replace(entry, label=None) if hasattr(entry, "label") else entry  # type: ignore[type-var]
    return replace(entry, rule=rule.name)  # type: ignore[type-var]


def _worth(version: Version, used: set[str], as_of: date) -> tuple[tuple[str, object], ...]:
    found = []
    for name in sorted(used & set(version.values)):
        dated = version.values[name].dated
        found.append((name, dated[max(day for day in dated if day <= as_of)]))
    return tuple(found)


def outcome_of(version: Version, as_of: date) -> object:
    """Give all that turns lines and facts into state, score and grade."""
    sections = tuple(_bare(getattr(version, section)) for section in OUTCOME_SECTIONS)
    return sections, _worth(version, set(version.values), as_of)


def _bare(section: object) -> object:
    if isinstance(section, tuple):
        return tuple(_meaning(entry) for entry in section)
    return section if section is None or not hasattr(section, "rule") else _meaning(section)


def ages(version: Version, name: str) -> bool:
    """Tell whether a value can change with the day alone, its records giving the same."""
    return any(_ages(tree) for tree in trees_of(version, name))


def ageing(version: Version, name: str) -> frozenset[str]:
    """Tell what of a record's part in a measure can change with the day alone: `where`, `weight`, `given`, `window`."""
    source = None if name in version.attributes else getattr(_entry(version, name), "source", None)
    if isinstance(source, Measure):
        parts = {"where": source.where, "weight": source.weight, "given": source.measure}
    elif name in version.attributes:
        attribute = version.attributes[name]
        parts = {"where": attribute.where, "given": attribute.take}
    else:
        return frozenset()
    found = {part for part, given in parts.items() if given is not None and _ages(given.tree)}
    passes = isinstance(source, Measure) and (source.window.current or source.window.months is not None)
    return frozenset(found | {"window"} if passes else found)


def _ages(tree: exp.Expression) -> bool:
    if any(name_of(one) in AGEING for one in names_in(tree)):
        return True
    return any(name_of(call) in AGEING_CALLS for call in calls_in(tree))
