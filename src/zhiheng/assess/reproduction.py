"""What became of running an assessment again: equal or not, and what differs first."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from zhiheng.assess.as_json import plain
from zhiheng.assess.page import Page
from zhiheng.assess.wording import say, shown

if TYPE_CHECKING:
    from datetime import date

    from zhiheng.errors import Lang
    from zhiheng.method import Told

FORMAT = "zhiheng.reproduction/1"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise than it was written."""

    subject: str
    criterion: str  # "" for the subject's outcome
    what: str  # the column
    written: Told
    found: Told


@dataclass(frozen=True, slots=True)
class BenchmarkDiffers:
    """A benchmark of a group of peers that came out otherwise than the manifest says."""

    name: str
    group: tuple[str, ...]
    written: Told
    found: Told


@dataclass(frozen=True, slots=True)
class Software:
    """A program that is of another version than then."""

    name: str
    then: str
    now: str


@dataclass(frozen=True)
class Reproduction:
    """An assessment, run again from its manifest."""

    folder: str
    method: str
    version: str
    as_of: date
    results_hash: str  # as the manifest says
    found_hash: str  # as came out now
    subjects_differ: int
    lines_differ: int
    differences: tuple[Difference, ...]  # the first of them, by subject
    benchmarks: tuple[BenchmarkDiffers, ...]
    software: tuple[Software, ...]
    files_altered: tuple[str, ...]  # files that are not as they were written
    manifest_differs: tuple[str, ...]  # further entries of the manifest that came out otherwise

    @property
    def altered(self) -> bool:
        """Whether the manifest's results came out again, but the files beside it are not as they were written."""
        differ = self.subjects_differ or self.lines_differ or self.files_altered
        return self.results_hash == self.found_hash and bool(differ)

    @property
    def equal(self) -> bool:
        """Whether every outcome, line and benchmark came out as it was written."""
        same = self.results_hash == self.found_hash
        differ = self.subjects_differ or self.lines_differ or self.benchmarks
        return same and not differ and not self.files_altered and not self.manifest_differs

    def as_json(self) -> dict[str, Any]:
        """Write it for programs."""
        told = {one.name: plain(getattr(self, one.name)) for one in fields(self)}
        return {"format": FORMAT, "equal": self.equal, "altered": self.altered, **told}

    def text(self, lang: Lang = "en") -> str:
        """Write it for a terminal of 100 columns."""
        page = Page()
        facts = {"method": self.method, "version": self.version, "as_of": self.as_of, "folder": self.folder}
        page.write(say("reproduce.run", lang, **facts))
        for one in self.software:
            page.write(say("reproduce.software", lang, name=one.name, then=one.then, now=one.now))
        if self.equal:
            page.write(say("reproduce.equal", lang, hash=self.results_hash))
            return str(page)
        name = "reproduce.altered" if self.altered else "reproduce.differs"
        page.write(say(name, lang, written=self.results_hash, found=self.found_hash))
        page.write(say("reproduce.counts", lang, subjects=self.subjects_differ, lines=self.lines_differ))
        for file in self.files_altered:
            page.write(say("reproduce.file", lang, file=file), 2)
        for entry in self.manifest_differs:
            page.write(say("reproduce.manifest", lang, entry=entry), 2)
        for found in self.benchmarks:
            group = ", ".join(found.group) or "—"
            written, now = shown(found.written, lang), shown(found.found, lang)
            page.write(say("reproduce.benchmark", lang, name=found.name, group=group, written=written, found=now), 2)
        for each in self.differences:
            written, now = shown(each.written, lang), shown(each.found, lang)
            where = f"{each.subject} {each.criterion}".rstrip()
            page.write(say("reproduce.difference", lang, where=where, what=each.what, written=written, found=now), 2)
        return str(page)
