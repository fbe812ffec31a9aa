"""Find what the codes are called that a value may be: those of the fields from which it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.method import Expression, Measure, name_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhiheng.method import Version
    from zhiheng.vocabulary import Field, Kind, Label


def code_labels(version: Version, kinds: Mapping[str, Kind], name: str) -> dict[str, Label]:
    """Give the labels of the codes that a criterion, fact or attribute may be; none of a code that has two."""
    found: dict[str, Label] = {}
    doubtful: set[str] = set()
    for field in _fields(version, kinds, name):
        for code, entry in field.codes.items():
            if found.setdefault(code, entry.label) != entry.label:
                doubtful.add(code)
    return {code: label for code, label in found.items() if code not in doubtful}


def _fields(version: Version, kinds: Mapping[str, Kind], name: str) -> Iterator[Field]:
    """Go through the fields from which a value is taken, also by way of other names."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in version.attributes:
            yield from _taken(kinds, version.attributes[one].kind, version.attributes[one].take)
            continue
        entry = version.facts.get(one) or version.criteria.get(one)
        if entry is None:
            continue
        if isinstance(entry.source, Measure):
            yield from _taken(kinds, entry.source.kind, entry.source.measure)
        else:
            waiting += [name_of(column) for column in names_in(entry.source.tree)]


def _taken(kinds: Mapping[str, Kind], kind: str, measure: Expression) -> Iterator[Field]:
    parent, _, child = kind.partition(".")
    fields = kinds[parent].children[child].fields if child else kinds[parent].fields
    yield from (fields[name] for name in map(name_of, names_in(measure.tree)) if name in fields)
