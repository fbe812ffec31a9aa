"""Propose names that may be one subject: by what is left of them without region and legal form, and say why."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidfuzz import fuzz
from sqlglot import exp

from zhiheng.errors import Fault
from zhiheng.ledger.as_of import read_as_of
from zhiheng.ledger.identity import standing_judgements
from zhiheng.ledger.query import fetch
from zhiheng.ledger.workspace import JUDGEMENT
from zhiheng.vocabulary import normalise_name, region_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhiheng.errors import Lang
    from zhiheng.ledger.snapshot import Snapshot
    from zhiheng.ledger.workspace import Workspace

_SHARED_MOST = 200  # names that share two letters; more of them share too little to say anything
_DIFFERENT_FORM, _DIFFERENT_REGION, _SHORTEST = 5, 15, 2
_RAREST = 4  # pairs of letters by which a name is looked up
_LEVELS = (2, 4)  # digits of a region's code that name its province, its prefecture
_CODE = 6
_BRACKETS = str.maketrans("", "", "() ")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart."""

    region: str
    core: str
    form: str


class Named(NamedTuple):
    """A subject with a name, and the region that its records give."""

    type: str
    subject: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two subjects that may be one: a score from 0 to 100, and how their parts compare."""

    type: str
    left: str
    right: str
    score: int
    left_parts: NameParts
    right_parts: NameParts
    left_region: str = ""  # what their records say
    right_region: str = ""

    @property
    def agreeing(self) -> tuple[str, ...]:
        """The parts that are the same, of `region`, `core`, `form`."""
        return tuple(part for part in ("region", "core", "form") if self._compared(part) == "same")

    def _compared(self, part: str) -> str:
        left, right = self._said(part)
        if left == right or _meant(part, left) == _meant(part, right) or (part == "region" and _within(left, right)):
            return "same" if left else "absent"
        return "different" if left and right else "one"

    def _said(self, part: str) -> tuple[str, str]:
        """Tell what both say of a part; where not both names say a region, their records may say two."""
        named: tuple[str, str] = getattr(self.left_parts, part), getattr(self.right_parts, part)
        told = self.left_region, self.right_region
        if part == "region" and not all(named) and all(told) and not _reaches(*map(_region_told, told)):
            return told
        return named

    @property
    def less(self) -> int:
        """How many points what differs takes off."""
        compared = {part: self._compared(part) for part in ("form", "region")}
        form = _DIFFERENT_FORM if compared["form"] in ("different", "one") else 0
        return form + (_DIFFERENT_REGION if compared["region"] == "different" else 0)

    def reason(self, lang: Lang) -> str:
        """Say which parts agree and which do not."""
        said = (
            Fault(f"ledger.names-{self._compared(part)}", facts=self._facts(part, lang)).what(lang)
            for part in ("core", "form", "region")
            if self._compared(part) != "absent"
        )
        return " ".join(said)

    def _facts(self, part: str, lang: Lang) -> dict[str, str]:
        left, right = self._said(part)
        word = Fault(f"ledger.name-{part}").what(lang)
        return {"part": word, "left": left or "—", "right": right or "—"}

    def as_json(self) -> dict[str, Any]:
        """Write the pair for programs."""
        compared = {part: self._compared(part) for part in ("core", "form", "region")}
        return {**asdict(self), "compared": compared, "zh": self.reason("zh"), "en": self.reason("en")}


def candidates(workspace: Workspace, *, least: int = 85, most: int = 1000) -> tuple[Candidate, ...]:
    """
    Propose pairs of subjects whose names may mean the same, the best first; pairs that were judged are left out.

    Nothing is joined by this: names that are equal but for width, brackets and spaces are one subject already, and
    anything less takes a judgement.
    """
    snapshot = read_as_of(workspace)
    judged = set()
    if JUDGEMENT in {table.name.removeprefix("raw_") for table in snapshot.tables if table.files}:
        judged = {(one.subject_type, one.first, one.second) for one in standing_judgements(snapshot)}
    by_type: dict[str, list[Named]] = defaultdict(list)
    for named in _named(snapshot):
        by_type[named.type].append(named)
    found: list[Candidate] = []
    for group in by_type.values():
        found += (pair for pair in _pairs(group, least) if (pair.type, pair.left, pair.right) not in judged)
    found.sort(key=lambda pair: (-pair.score, pair.left, pair.right))
    return tuple(found[:most])


def take_apart(name: str) -> NameParts:
    """Take the region at the front (or in brackets) and the legal form at the end off a name."""
    core, form, region = normalise_name(name).casefold(), "", ""
    for ending in _words()["legal_forms"]:
        stripped = core.rstrip(".,()")
        if stripped.endswith(ending) and len(stripped) > len(ending):
            before = stripped[: -len(ending)]
            if ending.isascii() and not before.endswith((" ", ".", ",", ")")):
                continue
            form, core = ending, before.rstrip(" .,")
            break
    for bracket in _bracketed(core):
        if place := _region(bracket):
            core, region = core.replace(f"({bracket})", ""), place
    while (place := _region_at_front(core)) and len(core) > len(place):
        core, region = core[len(place) :], region + _short(place)
    return NameParts(region, core.strip(" ()"), form)


def _named(snapshot: Snapshot) -> Iterator[Named]:
    """Find every subject with its name: the name fields of provisional keys, wherever the type has such a field."""
    provisional = [kind for kind in snapshot.kinds.values() if kind.subject.provisional]
    names = {(kind.subject.type, kind.subject.fields[0]): kind.subject.fields[1:] for kind in provisional}
    seen: set[tuple[str, str]] = set()
    for kind in sorted(snapshot.held):
        declared = snapshot.kinds[kind]
        for (type_, field), regions in sorted(names.items()):
            if type_ != declared.subject.type or field not in declared.fields:
                continue
            wanted = [field, *(one for one in regions if one in declared.fields)]
            rows = exp.select("subject", *(exp.column(one, quoted=True) for one in wanted)).distinct()
            for row in fetch(snapshot, rows.from_(snapshot.visible(kind).subquery("v"))):
                if row[field] and (type_, row["subject"]) not in seen:
                    seen.add((type_, row["subject"]))
                    region = next((str(row[one]) for one in wanted[1:] if row[one]), "")
                    yield Named(type_, row["subject"], row[field], region)


def _pairs(group: Sequence[Named], least: int) -> Iterator[Candidate]:
    parts = [take_apart(named.name) for named in group]
    for left, right in _likely(parts):
        similar = fuzz.ratio(parts[left].core, parts[right].core)
        if similar < least:
            continue
        one, other = sorted(
            ((group[left], parts[left]), (group[right], parts[right])), key=lambda both: both[0].subject
        )
        if one[0].subject == other[0].subject:
            continue
        (first, first_parts), (second, second_parts) = one, other
        regions = first.region, second.region
        pair = Candidate(first.type, first.subject, second.subject, int(similar), first_parts, second_parts, *regions)
        if pair.score - pair.less >= least:
            yield replace(pair, score=pair.score - pair.less)


def _meant(part: str, said: str) -> str:
    """Write a legal form as the law that has two words for it writes it first."""
    return _forms().get(said, said) if part == "form" else said


def _region_told(said: str) -> str:
    """Write the region that a record gives, as code or by its names, by short names from the province down."""
    if said.isdigit() and len(said) == _CODE:
        known = region_codes()
        codes = [known.get(said[:digits].ljust(_CODE, "0")) for digits in _LEVELS]
        return "".join(dict.fromkeys(_short(code.label.zh) for code in codes if code)) or said
    rest, found = normalise_name(said).casefold(), ""
    while place := _region_at_front(rest):
        rest, found = rest[len(place) :], found + _short(place)
    return found + rest


def _reaches(one: str, other: str) -> bool:
    """Tell whether two regions may be one: either is named with what is above or below it, the other without."""
    return _within(one, other) or one.startswith(other) or other.startswith(one)


def _within(one: str, other: str) -> bool:
    """Tell whether two regions are one, named with and without what is above it."""
    return bool(one and other) and (one.endswith(other) or other.endswith(one))


def _likely(parts: Sequence[NameParts]) -> Iterable[tuple[int, int]]:
    """Pair the names that share a pair of letters which few names have."""
    plain = [one.core.translate(_BRACKETS) for one in parts]
    letters = [
        {one[start : start + 2] for start in range(len(one) - 1)} if len(one) >= _SHORTEST else set() for one in plain
    ]
    common = Counter(pair for pairs in letters for pair in pairs)
    sharing: dict[str, list[int]] = defaultdict(list)
    for at, pairs in enumerate(letters):
        shared = (pair for pair in pairs if common[pair] > 1)  # others lead to nobody
        for pair in sorted(shared, key=lambda pair: (common[pair], pair))[:_RAREST]:
            sharing[pair].append(at)
        if pairs:
            sharing[f"={plain[at]}"].append(at)
    likely: set[tuple[int, int]] = set()
    for members in sharing.values():
        if len(members) <= _SHARED_MOST:
            likely.update(combinations(members, 2))
    return sorted(likely)


def _bracketed(text: str) -> list[str]:
    return [piece.partition(")")[0] for piece in text.split("(")[1:] if ")" in piece]


def _region(text: str) -> str:
    return _short(text) if text in _regions() else ""


def _region_at_front(text: str) -> str:
    return next(
        (text[:length] for length in range(min(_longest(), len(text)), 1, -1) if text[:length] in _regions()), ""
    )


def _short(place: str) -> str:
    for ending in _words()["region_endings"]:
        if place.endswith(ending) and len(place) > len(ending) + 1:
            return place.removesuffix(ending)
    return place


@cache
def _words() -> dict[str, list[str]]:
    read: dict[str, list[str]] = tomllib.loads((files("zhiheng.ledger") / "words.toml").read_text("utf-8"))
    return read


@cache
def _forms() -> Mapping[str, str]:
    same: dict[str, str] = tomllib.loads((files("zhiheng.ledger") / "words.toml").read_text("utf-8"))["same_forms"]
    return same


@cache
def _regions() -> frozenset[str]:
    spellings: set[str] = set()
    for code in region_codes().values():
        for spelling in (code.label.zh, *code.aliases):
            spellings |= {spelling, _short(spelling)}
    return frozenset(spelling for spelling in spellings if len(spelling) > 1)


@cache
def _longest() -> int:
    return max(len(spelling) for spelling in _regions())
