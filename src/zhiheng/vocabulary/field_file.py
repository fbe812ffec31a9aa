"""Read the declaration of one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from zhiheng.vocabulary.alternatives import read_headings
from zhiheng.vocabulary.code_list import CodeList, shared_spellings
from zhiheng.vocabulary.declaration import NAME, as_number
from zhiheng.vocabulary.industries import industries
from zhiheng.vocabulary.kind import Code, Field, FieldType, Label, Resembling
from zhiheng.vocabulary.regions import region_codes
from zhiheng.vocabulary.spelling import normalise_spelling
from zhiheng.vocabulary.yaml_text import Entries, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from zhiheng.vocabulary.declaration import Declaration

FIELD_KEYS = (
    "type", "label", "aliases", "resembling", "fallback", "fallback_with", "required",
    "unit", "places", "at_least", "at_most", "values", "codes",
    "scheme", "of", "separator", "from_title", "untitled_with", "words", "idle_words", "empty_words", "below",
    "outcome", "personal",
)  # fmt: skip
RESEMBLING_KEYS = ("words", "and", "without")
RESERVED = (
    "subject", "record", "row_id", "content", "act", "source", "batch", "file", "file_row", "true_on", "true_until",
    "known_at", "known_asserted", "recorded_at", "fact", "replaced_at", "replaced_batch", "parent", "position",
    "age", "as_of", "key", "version", "known_on", "first_known_at",
)  # fmt: skip
BUILT_IN = {"regions": region_codes, "industries": industries}

_NUMBERS = frozenset({FieldType.DECIMAL, FieldType.MONEY, FieldType.WHOLE})
_COUNTED = _NUMBERS | {FieldType.YEAR}
_DAYS = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.MONTH})
ONLY_FOR: Mapping[str, frozenset[FieldType]] = {
    "unit": _NUMBERS,
    "places": frozenset({FieldType.DECIMAL}),
    "values": _NUMBERS | {FieldType.YEAR},
    "at_least": _COUNTED | _DAYS,
    "at_most": _COUNTED | _DAYS,
    "codes": frozenset({FieldType.CODE, FieldType.LIST}),
    "scheme": frozenset({FieldType.IDENTIFIER}),
    "of": frozenset({FieldType.LIST}),
    "separator": frozenset({FieldType.LIST}),
    "from_title": frozenset({FieldType.YEAR, FieldType.CODE}),
    "untitled_with": frozenset({FieldType.YEAR, FieldType.CODE}),
    "words": _NUMBERS | {FieldType.CODE},
    "below": _NUMBERS,
    "idle_words": frozenset({FieldType.CODE}),
}
_MONEY_PLACES, _DECIMAL_PLACES, _MOST_PLACES = 2, 6, 9


def read_fields(
    declared: Declaration, lists: Mapping[str, Mapping[str, Code]], *, key: str = "fields"
) -> dict[str, Field]:
    """Read all fields under a key, noting every fault."""
    section = declared.section(key)
    if section is None or not section.entries:
        declared.faults.add("no-fields", declared.place(key))
        return {}
    fields: dict[str, Field] = {}
    for name, value in section.entries.items():
        if not NAME.fullmatch(name):
            declared.faults.add("bad-name", declared.place_of(name), name=str(name))
        if name in RESERVED:
            declared.faults.add("reserved-name", declared.place_of(name), name=str(name))
        entry = section.within(str(name), value, f"field {name}")
        if entry is not None:
            fields[str(name)] = read_field(str(name), entry, lists)
    for name, value in section.entries.items():
        entry = section.within(str(name), value, f"field {name}") if isinstance(value, Entries) else None
        if entry is not None:
            _check_fallback_with(str(name), entry, fields)
    return fields


def _check_fallback_with(name: str, entry: Declaration, fields: Mapping[str, Field]) -> None:
    """Note a field that `fallback_with` names and that is none, or is the field itself."""
    other = entry.get("fallback_with")
    if not isinstance(other, Scalar):
        return
    others = [one for one in fields if one != name]
    if other not in others:
        entry.faults.add_near("unknown-field", entry.place_of(other), str(other), others, key="fallback_with")


def read_field(name: str, entry: Declaration, lists: Mapping[str, Mapping[str, Code]]) -> Field:
    """Read one field; what is wrong with it is noted, and a value near to it taken."""
    entry.allow(FIELD_KEYS)
    word = entry.choice("type", tuple(FieldType), default="")
    if not word and entry.get("type") is None:
        entry.faults.add("missing-key", entry.place(), key="type")
    kind = FieldType(word) if word else FieldType.TEXT
    if word:
        _check_keys_fit(entry, kind)
    codes = _codes(entry, kind, lists)
    at_least, at_most = _bound(entry, kind, "at_least"), _bound(entry, kind, "at_most")
    _check_order(entry, at_least, at_most)
    return Field(
        name=name,
        type=kind,
        label=entry.label() or Label(name, name),
        aliases=read_headings(entry, "aliases"),
        resembling=_resembling(entry),
        fallback=read_headings(entry, "fallback"),
        fallback_with=entry.text("fallback_with"),
        required=bool(entry.truth("required")),
        unit=entry.text("unit"),
        places=_places(entry, kind),
        at_least=at_least,
        at_most=at_most,
        values=_values(entry),
        codes=codes,
        scheme=_scheme(entry),
        of=FieldType(entry.choice("of", ("text", "code"), default="text")),
        separators=_separators(entry),
        title_year=_title_year(entry, kind),
        title_words=_words(entry, "from_title", kind, codes),
        untitled_with=read_headings(entry, "untitled_with"),
        words=_words(entry, "words", kind, codes),
        empty_words=tuple(str(word) for word in entry.texts("empty_words")),
        below=_below(entry),
        idle_words=read_headings(entry, "idle_words"),
        outcome=bool(entry.truth("outcome")),
        personal=bool(entry.truth("personal")),
    )


def _resembling(entry: Declaration) -> Resembling | None:
    section = entry.section("resembling")
    if section is None:
        return None
    section.allow(RESEMBLING_KEYS)
    words, also, without = (read_headings(section, key) for key in RESEMBLING_KEYS)
    if not words and section.get("words") is None:
        section.faults.add("missing-key", section.place(), key="words")
    return Resembling(words, also, without) if words else None


def _check_keys_fit(entry: Declaration, kind: FieldType) -> None:
    for key, kinds in ONLY_FOR.items():
        if entry.get(key) is not None and kind not in kinds:
            fitting = ", ".join(sorted(kinds))
            entry.faults.add("key-of-other-type", entry.place(key), key=key, type=str(kind), types=fitting)


def _places(entry: Declaration, kind: FieldType) -> int:
    if kind is FieldType.MONEY:
        return _MONEY_PLACES
    places = entry.whole("places", 0, _MOST_PLACES)
    return _DECIMAL_PLACES if places is None else places


def _bound(entry: Declaration, kind: FieldType, key: str) -> Decimal | date | None:
    return entry.day(key) if kind in _DAYS else entry.number(key) if kind in _COUNTED else None


def _check_order(entry: Declaration, at_least: Decimal | date | None, at_most: Decimal | date | None) -> None:
    if at_least is not None and at_most is not None and at_least > at_most:  # type: ignore[operator] # one type
        entry.faults.add("bounds-crossed", entry.place("at_most"), at_least=at_least, at_most=at_most)


def _values(entry: Declaration) -> tuple[Decimal, ...]:
    numbers = [(item, as_number(item)) for item in entry.items("values")]
    for item, number in numbers:
        if number is None:
            entry.wrong("values", item, "1234.5")
    return tuple(number for _, number in numbers if number is not None)


def _scheme(entry: Declaration) -> Literal["", "uscc"]:
    return "uscc" if entry.choice("scheme", ("uscc",)) else ""


def _below(entry: Declaration) -> Literal["", "zero", "bound"]:
    match entry.choice("below", ("zero", "bound")):
        case "zero":
            return "zero"
        case "bound":
            return "bound"
        case _:
            return ""


def _separators(entry: Declaration) -> str:
    value = entry.get("separator")
    if isinstance(value, Items) and all(isinstance(item, Scalar) and len(item) == 1 for item in value):
        return "".join(item for item in value if isinstance(item, Scalar))
    if isinstance(value, Scalar) and value:
        return str(value)
    if value is not None:
        entry.wrong("separator", value, "text")
    return "、;,；，|"


def _codes(entry: Declaration, kind: FieldType, lists: Mapping[str, Mapping[str, Code]]) -> Mapping[str, Code]:
    value = entry.get("codes")
    needed = kind is FieldType.CODE or (kind is FieldType.LIST and entry.get("of") == "code")
    if value is None:
        if needed:
            entry.faults.add("missing-key", entry.place(), key="codes")
        return {}
    if isinstance(value, Scalar):
        return _named_codes(entry, value, lists)
    section = entry.within("codes", value)
    if section is None:
        return {}
    codes = CodeList({str(code): _code(section, code) for code in section.entries})
    entry.faults.found += shared_spellings(codes, entry.place("codes"))
    return codes


def _named_codes(entry: Declaration, name: Scalar, lists: Mapping[str, Mapping[str, Code]]) -> Mapping[str, Code]:
    if name in lists:
        return lists[str(name)]
    if name in BUILT_IN:
        return BUILT_IN[str(name)]()
    entry.faults.add_near("unknown-code-list", entry.place_of(name), str(name), (*lists, *BUILT_IN))
    return {}


def _code(section: Declaration, code: Scalar) -> Code:
    value = section.entries[code]
    if isinstance(value, Entries) and set(value) == {"zh", "en"}:  # the short form: the label alone
        label = section.label(str(code))
        return Code(str(code), label or Label(code, code))
    entry = section.within(str(code), value, f"{section.part}, code {code}")
    if entry is None:
        return Code(str(code), Label(code, code))
    entry.allow(("label", "aliases"))
    aliases = tuple(str(alias) for alias in entry.texts("aliases"))
    return Code(str(code), entry.label() or Label(code, code), aliases)


def _title_year(entry: Declaration, kind: FieldType) -> bool:
    value = entry.get("from_title")
    if kind is not FieldType.YEAR or value is None:
        return False
    if value != "year":
        entry.wrong("from_title", value, "year")
    return True


def _words(entry: Declaration, key: str, kind: FieldType, codes: Mapping[str, Code]) -> dict[str, tuple[str, ...]]:
    """Read the words by which a code is known in a longer text, or that stand for a number."""
    section = entry.section(key) if kind is FieldType.CODE or (kind in _NUMBERS and key == "words") else None
    if section is None:
        return {}
    if kind is FieldType.CODE:
        section.allow(tuple(codes))
    else:
        for number in section.entries:
            if as_number(number) is None:
                section.faults.add("wrong-shape", section.place_of(number), key=key, expected="{0: [text, ...]}")
    words = {str(code): section.texts(str(code)) for code in section.entries}
    for code, listed in words.items():
        if not any(normalise_spelling(word) for word in listed):
            entry.wrong(code, section.entries[Scalar(code)], "[text, ...]")
    return {code: tuple(str(word) for word in listed) for code, listed in words.items()}
