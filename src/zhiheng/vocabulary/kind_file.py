"""Read the file of a kind of record, with all of its faults at once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

from zhiheng.errors import Fault, FaultsFound, Place, ZhihengError
from zhiheng.vocabulary.child_file import read_children
from zhiheng.vocabulary.code_list import LARGEST_LIST, read_code_list
from zhiheng.vocabulary.declaration import Declaration, Faults
from zhiheng.vocabulary.field_file import read_fields
from zhiheng.vocabulary.heading import check_headings
from zhiheng.vocabulary.kind import Disclosure, FieldType, Kind, Label, SubjectKey, TrueOn
from zhiheng.vocabulary.yaml_text import Scalar, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zhiheng.vocabulary.kind import Code, Field

T = TypeVar("T")

KIND_KEYS = (
    "kind", "label", "about", "subject", "key", "version", "same_fact", "true_on", "true_until", "known_on",
    "day_first", "fields", "children", "disclosure",
)  # fmt: skip
_NO_CODES: Mapping[str, Mapping[str, Code]] = MappingProxyType({})
_DAY_TYPES = frozenset({FieldType.DATE, FieldType.DATETIME})
_VERSION_TYPES = _DAY_TYPES | {FieldType.WHOLE, FieldType.YEAR}
_NO_KEY_TYPES = frozenset({FieldType.LIST})


def load_kind(path: Path, *, shown: str = "", codes: Mapping[str, Mapping[str, Code]] = _NO_CODES) -> Kind:
    """
    Read one kind; `codes` are the pack's own lists, `shown` is the file's name in messages.

    Raises:
        YamlUnreadable: no such file or no YAML.
        FaultsFound: everything that is wrong with it, in the order of the file.
    """
    entries = read_yaml(path, shown=shown)
    faults = Faults()
    kind = _read_kind(Declaration(entries, faults), codes)
    if faults.found:
        raise FaultsFound(sorted(faults.found, key=_order))
    return replace(kind, file=shown or str(path))


def load_kinds(folder: Path) -> Mapping[str, Kind]:
    """
    Read all kinds of a pack: `kinds/*.yaml` with the code lists `codes/*.csv` beside, by name.

    Raises:
        FaultsFound: everything that is wrong with any of them.
    """
    return _load_kinds(folder, _contents(folder))


def _contents(folder: Path) -> bytes:
    """Hash what the files hold: as long as that is the same, so are the kinds."""
    digest = hashlib.sha256()
    for path in sorted([*(folder / "codes").glob("*.csv"), *(folder / "kinds").glob("*.yaml")]):
        held = _held(path)
        digest.update(f"{path}\n{len(held)}\n".encode(errors="surrogateescape") + held)
    return digest.digest()


def _held(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST_LIST else b""  # a larger one is refused
    except OSError as error:
        return str(error).encode(errors="replace")


@lru_cache(maxsize=64)
def _load_kinds(folder: Path, _held_by_files: bytes) -> Mapping[str, Kind]:
    faults: list[Fault] = []
    lists = {
        path.stem: listed
        for path in sorted((folder / "codes").glob("*.csv"))
        if (listed := _noting(faults, read_code_list, path)) is not None
    }
    kinds: dict[str, Kind] = {}
    for path in sorted((folder / "kinds").glob("*.yaml")):
        kind = _noting(faults, partial(load_kind, codes=lists), path)
        if kind and kind.name in kinds:
            faults.append(Fault("vocabulary.duplicate-kind", Place(str(path)), {"kind": kind.name}))
        if kind:
            kinds[kind.name] = kind
    if not kinds and not faults:
        faults.append(Fault("vocabulary.no-kinds", Place(str(folder / "kinds"))))
    if faults:
        raise FaultsFound(faults)
    return MappingProxyType(kinds)


def _noting(faults: list[Fault], read: Callable[[Path], T], path: Path) -> T | None:
    """Read a file; note what is wrong with it and go on."""
    try:
        return read(path)
    except FaultsFound as found:
        faults += found.faults
    except ZhihengError as error:
        faults.append(error.fault)
    return None


def _order(fault: Fault) -> tuple[str, int, str]:
    return fault.place.file, fault.place.line or 0, str(fault.place.column).rjust(6)


def _read_kind(top: Declaration, codes: Mapping[str, Mapping[str, Code]]) -> Kind:
    top.allow(KIND_KEYS)
    fields = read_fields(top, codes)
    name = top.name("kind", required=True)
    kind = Kind(
        name=name,
        label=top.label() or Label(name, name),
        fields=MappingProxyType(fields),
        subject=_subject(top, fields),
        key=_keys(top, "key", fields),
        version=_one(top, "version", fields, _VERSION_TYPES),
        same_fact=_keys(top, "same_fact", fields),
        true_on=_true_on(top, fields),
        true_until=_one(top, "true_until", fields, _DAY_TYPES),
        known_on=_one(top, "known_on", fields, _DAY_TYPES),
        day_first=top.truth("day_first"),
        children=MappingProxyType(read_children(top, fields, codes)),
        disclosure=_disclosure(top, fields),
        about=top.label("about", required=False),
    )
    check_headings(top, fields)
    return kind


def _field(
    top: Declaration, key: str, name: Scalar, fields: Mapping[str, Field], types: frozenset[FieldType] | None = None
) -> Field | None:
    """Find a field that a key names; it must exist, be of a fitting type and be no outcome."""
    place = top.place_of(name)
    field = fields.get(str(name))
    if field is None:
        top.faults.add_near("unknown-field", place, str(name), fields, key=key)
        return None
    if field.outcome:
        top.faults.add("outcome-in-key", place, field=field.name, key=key)
    fits = field.type in types if types is not None else field.type not in _NO_KEY_TYPES
    if not fits:
        wanted = ", ".join(sorted(types or (set(FieldType) - _NO_KEY_TYPES)))
        top.faults.add("field-of-other-type", place, field=field.name, type=str(field.type), key=key, types=wanted)
    return field


def _one(top: Declaration, key: str, fields: Mapping[str, Field], types: frozenset[FieldType]) -> str:
    value = top.get(key)
    if value is None:
        return ""
    if not isinstance(value, Scalar):
        top.wrong(key, value, "text")
        return ""
    _field(top, key, value, fields, types)
    return str(value)


def _keys(top: Declaration, key: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    names = top.texts(key)
    for position, name in enumerate(names):
        _field(top, key, name, fields)
        if name in names[:position]:
            top.faults.add("duplicate-entry", top.place_of(name), word=str(name), key=key)
    return tuple(str(name) for name in names)


def _subject(top: Declaration, fields: Mapping[str, Field]) -> SubjectKey:
    section = top.section("subject", "subject")
    if section is None:
        if top.get("subject") is None:
            top.faults.add("missing-key", top.place(), key="subject")
        return SubjectKey("", ())
    section.allow(("type", "key", "provisional", "markers"))
    kind = section.name("type", required=True)
    named, provisional = section.get("key"), section.get("provisional")
    if (named is None) is (provisional is None):
        section.faults.add("subject-key-or-provisional", section.place())
        return SubjectKey(kind, ())
    key = "key" if named is not None else "provisional"
    names = _keys(section, key, fields)
    if provisional is not None and len(names) > 2:  # noqa: PLR2004 - a name and a region
        section.wrong(key, provisional, "[name, region]")
    if provisional is None and section.get("markers") is not None:
        section.faults.add("markers-of-no-name", section.place("markers"))
    markers = tuple(str(marker) for marker in section.texts("markers"))
    return SubjectKey(kind, names, provisional=provisional is not None, markers=markers)


def _true_on(top: Declaration, fields: Mapping[str, Field]) -> TrueOn:
    value = top.get("true_on")
    if value is None:
        top.faults.add("missing-key", top.place(), key="true_on")
        return TrueOn()
    if isinstance(value, Scalar):
        if value == "extract":
            return TrueOn()
        field = _field(top, "true_on", value, fields, _DAY_TYPES | {FieldType.MONTH, FieldType.YEAR})
        if field and field.type in (FieldType.MONTH, FieldType.YEAR):
            top.faults.add("day-missing", top.place_of(value), field=field.name, type=str(field.type))
        return TrueOn(str(value))
    section = top.within("true_on", value, "true_on")
    return _placed(section, fields) if section else TrueOn()


def _placed(section: Declaration, fields: Mapping[str, Field]) -> TrueOn:
    section.allow(("field", "day"))
    name, day = section.get("field"), section.text("day", required=True)
    if not isinstance(name, Scalar):
        section.faults.add("missing-key", section.place(), key="field")
        return TrueOn()
    field = _field(section, "true_on", name, fields, frozenset({FieldType.MONTH, FieldType.YEAR}))
    if field and day and not _is_day(day, field.type):
        expected = "MM-DD" if field.type is FieldType.YEAR else "1..28 / last"
        section.wrong("day", section.get("day") or section.entries, expected)
    return TrueOn(str(name), day)


def _is_day(day: str, kind: FieldType) -> bool:
    if kind is FieldType.MONTH:
        return day == "last" or (re.fullmatch(r"\d{1,2}", day) is not None and 1 <= int(day) <= 28)  # noqa: PLR2004
    found = re.fullmatch(r"(\d{2})-(\d{2})", day)
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return found is not None and 1 <= int(found[1]) <= len(lengths) and 1 <= int(found[2]) <= lengths[int(found[1]) - 1]


def _disclosure(top: Declaration, fields: Mapping[str, Field]) -> Disclosure:
    section = top.section("disclosure", "disclosure")
    if section is None:
        return Disclosure()
    section.allow(("level", "until", "cite"))
    level: Literal["public", "internal"] = (
        "public" if section.choice("level", ("public", "internal"), default="internal") == "public" else "internal"
    )
    if section.get("level") is None:
        section.faults.add("missing-key", section.place(), key="level")
    until = section.section("until")
    months, since, field = None, "true_on", ""
    if until is not None:
        until.allow(("months", "from", "field"))
        months, since, field = until.whole("months", 1, 1200), until.text("from") or "true_on", until.text("field")
        if (months is None) is (not field):
            until.faults.add("until-months-or-field", until.place())
        for key in ("from", "field"):
            name = until.get(key)
            if isinstance(name, Scalar) and not (key == "from" and name == "true_on"):
                _field(until, key, name, fields, _DAY_TYPES)
    return Disclosure(level, months, since, field, section.text("cite"))
