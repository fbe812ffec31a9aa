"""Load a method file, and report everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from zhiheng.errors import FaultsFound
from zhiheng.method.checks.method import Reading, check_whole
from zhiheng.method.compile.size import MOST_LAYERS, MOST_NODES, heaviest, may_be_too_much, size_of
from zhiheng.method.faults import MethodFaults
from zhiheng.method.model import Method, Version
from zhiheng.method.reading.basis import read_attributes, read_citations, read_values
from zhiheng.method.reading.measures import read_criteria, read_facts
from zhiheng.method.reading.outcome import (
    read_bounds,
    read_buffer,
    read_grades,
    read_requirements,
    read_score,
    read_states,
    read_sufficient,
)
from zhiheng.method.reading.page import NOTHING, Page, Places
from zhiheng.method.reading.peers import read_benchmarks, read_dimensions, read_feeds, read_one_deduction
from zhiheng.method.reading.versions import NAMED, REPLACED, Edition, read_editions
from zhiheng.method.subject_scope import SubjectScope
from zhiheng.method.written import Written
from zhiheng.vocabulary import Declaration, Entries, Scalar, parse_yaml, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhiheng.vocabulary import Kind

TOP_KEYS = (
    *("method", "label", "about", "subject", "citations", "version", "in_force", "versions"),
    *REPLACED,
    *NAMED,
)
_METHOD_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def load_method(path: Path, kinds: Mapping[str, Kind]) -> Method:
    """
    Load a method that reads the given kinds.

    Raises:
        YamlUnreadable: no such file, no YAML, or constructs that are refused.
        FaultsFound: everything that is wrong with it.
    """
    return _sound(*read_method_file(path, kinds))


def load_method_text(text: str, kinds: Mapping[str, Kind], file: str = "method.yaml") -> Method:
    """Load a method from its text, as `load_method` does."""
    return _sound(*read_method_text(text, kinds, file))


def read_method_file(path: Path, kinds: Mapping[str, Kind]) -> tuple[Method | None, MethodFaults]:
    """Read a method file as far as it can be read, with its faults."""
    faults = MethodFaults()
    entries = read_yaml(path, twice=faults.found)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return read_method(entries, kinds, written=data.decode("utf-8-sig"), digest=digest, faults=faults)


def read_method_text(text: str, kinds: Mapping[str, Kind], file: str) -> tuple[Method | None, MethodFaults]:
    """Read the text of a method as far as it can be read, with its faults."""
    faults = MethodFaults()
    digest = hashlib.sha256(text.encode()).hexdigest()
    return read_method(parse_yaml(text, file, faults.found), kinds, written=text, digest=digest, faults=faults)


def read_method(
    entries: Entries,
    kinds: Mapping[str, Kind],
    *,
    written: str = "",
    digest: str = "",
    faults: MethodFaults | None = None,
) -> tuple[Method | None, MethodFaults]:
    """
    Read a method from the entries of its file.

    `written` is the file's text, by which a name inside an expression is placed; without it (entries of a workbook)
    every name stands where its expression stands. `faults` holds what was found before.
    """
    faults = faults or MethodFaults()
    page = Page(faults, Written(written), kinds)
    top = Declaration(entries, faults)
    top.allow(TOP_KEYS)
    page.citations = read_citations(page, top)
    name = _name(page, top)
    label, about = top.label() or NOTHING, top.label("about", required=False)
    subject = top.name("subject", required=True)
    editions = read_editions(page, top)
    page.subject = subject
    read: list[Reading] = []
    for edition in editions:
        page.broken = set()
        version = _version(page, edition)
        read.append(Reading(edition.top, version, SubjectScope(version, kinds, broken=frozenset(page.broken))))
    if not read:
        return None, faults
    versions = tuple(each.version for each in read)
    method = Method(name, label, about, subject, page.citations, versions, entries.place.file, digest)
    check_whole(page, top, method, read)
    if not faults.errors:
        _check_size(faults, method, kinds)
    return method, faults


def _check_size(faults: MethodFaults, method: Method, kinds: Mapping[str, Kind]) -> None:
    """Refuse what would become more SQL than engines take."""
    for version in method.versions:
        if may_be_too_much(version):
            size = size_of(version, kinds)
            if size.is_too_much:
                facts = {"nodes": size.nodes, "layers": size.layers, "most": MOST_NODES, "most_layers": MOST_LAYERS}
                faults.note("too-much-sql", heaviest(version).rule.place, **facts)


def _sound(method: Method | None, faults: MethodFaults) -> Method:
    if method is None or faults.errors:
        raise FaultsFound([fault for fault in faults.in_order() if not fault.warning])
    return method


def _name(page: Page, top: Declaration) -> str:
    name = top.text("method", required=True)
    if name and not _METHOD_NAME.fullmatch(name):
        page.faults.note("bad-method-name", top.place("method"), name=name[:60])
    return name


def _version(page: Page, edition: Edition) -> Version:
    top = edition.top
    page.places = page.digits(top, ("value", "points", "score"), Places())
    return Version(
        version=edition.name,
        since=edition.since,
        until=edition.until,
        subjects=_subjects(top),
        total=top.number("total"),
        values=read_values(page, top),
        attributes=read_attributes(page, top),
        facts=read_facts(page, top),
        criteria=read_criteria(page, top),
        benchmarks=read_benchmarks(page, top),
        dimensions=read_dimensions(page, top),
        one_deduction=read_one_deduction(page, top),
        feeds=read_feeds(page, top),
        states=read_states(page, top),
        score=read_score(page, top),
        sufficient=read_sufficient(page, top),
        grades=read_grades(page, top),
        requires=read_requirements(page, top, "requires", "requirement"),
        floors=read_bounds(page, top, "floors", "floor", ("at_least",)),
        caps=read_bounds(page, top, "caps", "cap", ("at_most",)),
        gates=read_requirements(page, top, "gates", "gate"),
        buffer=read_buffer(page, top),
        vetoes=read_bounds(page, top, "vetoes", "veto", ("grade", "at_most")),
    )


def _subjects(top: Declaration) -> tuple[str, ...]:
    value = top.get("subjects")
    if isinstance(value, Scalar):
        return (str(value),)
    return tuple(str(each) for each in top.texts("subjects"))
