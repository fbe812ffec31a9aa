"""Read worked cases: records of one subject on a day, and what must come out."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from zhiheng.errors import Fault, FaultsFound, Place
from zhiheng.method.compile.months import add_months
from zhiheng.method.faults import MethodFaults
from zhiheng.method.reading.expected import Expected, read_expected
from zhiheng.vocabulary import (
    ENTRY_MARK,
    Declaration,
    Entries,
    FieldType,
    Items,
    Scalar,
    ValueRefused,
    YamlUnreadable,
    parse_yaml,
    read_value,
    read_yaml,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

    from zhiheng.method.model import Method, Version
    from zhiheng.vocabulary import Field, Kind, Value, Yaml

CASES_KEYS = ("cases",)
CASE_KEYS = ("case", "as_of", "given", "frozen", "expect")
OLDEST = 1200
MOST_CASES = 10_000


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """One record of a case, every field of its kind as a value or None, with its own days and its children."""

    values: Mapping[str, Value | None]
    true_on: date
    true_until: date | None
    children: Mapping[str, tuple[Mapping[str, Value | None], ...]]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the records of one subject, the benchmarks set by hand, and what must come out."""

    name: str
    as_of: date
    given: Mapping[str, tuple[GivenRecord, ...]]
    frozen: Mapping[str, Decimal]
    expect: Expected
    place: Place = field(compare=False)


def cases_beside(method_file: Path) -> Path:
    """Tell where the cases of a method stand: `cases.yaml` beside `method.yaml`, `NAME.cases.yaml` beside others."""
    name = "cases.yaml" if method_file.stem == "method" else f"{method_file.stem}.cases.yaml"
    return method_file.with_name(name)


def load_cases(path: Path, method: Method, kinds: Mapping[str, Kind]) -> tuple[Case, ...]:
    """
    Load the worked cases of a method.

    Raises:
        YamlUnreadable: no such file, no YAML, or constructs that are refused.
        FaultsFound: everything that is wrong with them.
    """
    faults = MethodFaults()
    return _load(read_yaml(path, twice=faults.found), method, kinds, faults)


def load_cases_text(text: str, method: Method, kinds: Mapping[str, Kind], file: str = "cases.yaml") -> tuple[Case, ...]:
    """Load worked cases from their text, as `load_cases` does."""
    faults = MethodFaults()
    return _load(parse_yaml(text, file, faults.found), method, kinds, faults)


def check_cases(path: Path, method: Method, kinds: Mapping[str, Kind]) -> tuple[Fault, ...]:
    """List everything that is wrong with a file of cases; whether they hold is found by running the method."""
    try:
        load_cases(path, method, kinds)
    except FaultsFound as found:
        return found.faults
    except YamlUnreadable as unreadable:
        return (unreadable.fault,)
    return ()


def _load(entries: Entries, method: Method, kinds: Mapping[str, Kind], faults: MethodFaults) -> tuple[Case, ...]:
    top = Declaration(entries, faults)
    top.allow(CASES_KEYS)
    if top.get("cases") is None:
        faults.add("missing-key", top.place(), key="cases")
    found: list[Case] = []
    seen: set[str] = set()
    for number, item in enumerate(top.items("cases")[:MOST_CASES], 1):
        entry = top.within("cases", item, f"case {number}")
        case = entry and _case(entry, method, kinds, faults)
        if entry and case:
            if case.name in seen:
                faults.note("case-twice", case.place, name=case.name)
            seen.add(case.name)
            found.append(case)
    if faults.errors:
        raise FaultsFound(faults.in_order())
    return tuple(found)


def _case(entry: Declaration, method: Method, kinds: Mapping[str, Kind], faults: MethodFaults) -> Case | None:
    entry.allow(CASE_KEYS)
    name, as_of = entry.text("case", required=True), entry.day("as_of")
    if as_of is None:
        if entry.get("as_of") is None:
            faults.add("missing-key", entry.place(), key="as_of")
        return None
    version = _version(method, as_of)
    if version is None:
        faults.note("case-without-version", entry.place("as_of"), as_of=as_of, method=method.name)
        return None
    given = _given(entry, as_of, kinds, faults)
    frozen = _frozen(entry, version, faults)
    expected = read_expected(entry, version, faults)
    return Case(name, as_of, given, frozen, expected, entry.place("case")) if name else None


def _version(method: Method, as_of: date) -> Version | None:
    within = (each for each in method.versions if each.since <= as_of and (each.until is None or as_of <= each.until))
    return next(within, None)


def _frozen(entry: Declaration, version: Version, faults: MethodFaults) -> dict[str, Decimal]:
    section = entry.section("frozen")
    found: dict[str, Decimal] = {}
    for name in section.entries if section else ():
        number = section.number(str(name)) if section else None
        if section and name not in version.benchmarks:
            faults.note_unknown("not-a-benchmark", section.place_of(name), str(name), version.benchmarks)
        if number is not None:
            found[str(name)] = number
    return found


def _given(
    entry: Declaration, as_of: date, kinds: Mapping[str, Kind], faults: MethodFaults
) -> dict[str, tuple[GivenRecord, ...]]:
    section = entry.section("given")
    found: dict[str, tuple[GivenRecord, ...]] = {}
    for name in section.entries if section else ():
        if section is None or name not in kinds:
            faults.note_unknown("unknown-kind", entry.place_of(name), str(name), kinds)
            continue
        rows = [section.within(str(name), row) for row in section.items(str(name))]
        records = [_record(kinds[name], row, as_of, faults) for row in rows if row is not None]
        found[str(name)] = tuple(record for record in records if record is not None)
    return found


def _record(kind: Kind, row: Declaration, as_of: date, faults: MethodFaults) -> GivenRecord | None:
    row.allow(("age", *kind.fields, *kind.children))
    values = _values(kind.fields, row, faults, day_first=kind.day_first)
    age = row.whole("age", 0, OLDEST)
    if age is not None and row.get(kind.true_on.field) is not None:
        faults.note("age-beside-date", row.place("age"), field=kind.true_on.field)
    if age is not None:
        true_on = add_months(as_of, -age)
        values |= _dated(kind, values, true_on)
    else:
        true_on = _placed(kind, values.get(kind.true_on.field), as_of)
    until = values.get(kind.true_until) if kind.true_until else None
    children = {name: _children(kind, name, row, faults) for name in kind.children}
    return GivenRecord(values, true_on, _day(until), children, row.place())


def _children(kind: Kind, name: str, row: Declaration, faults: MethodFaults) -> tuple[Mapping[str, Value | None], ...]:
    fields = kind.children[name].fields
    found: list[Mapping[str, Value | None]] = []
    for item in row.items(name):
        child = row.within(name, item)
        if child is not None:
            child.allow(tuple(fields))
            found.append(_values(fields, child, faults, day_first=kind.day_first))
    return tuple(found)


def _dated(kind: Kind, values: Mapping[str, Value | None], true_on: date) -> dict[str, Value | None]:
    """Fill the field that says when a record was so, where the case gives an age instead."""
    dated = kind.fields.get(kind.true_on.field)
    if dated is None or values.get(dated.name) is not None:
        return {}
    match dated.type:
        case FieldType.YEAR:
            return {dated.name: true_on.year}
        case FieldType.MONTH:
            return {dated.name: true_on.replace(day=1)}
        case FieldType.DATETIME:
            return {dated.name: datetime.combine(true_on, time())}  # UTC, as all are
    return {dated.name: true_on}


def _values(
    fields: Mapping[str, Field], row: Declaration, faults: MethodFaults, *, day_first: bool | None
) -> dict[str, Value | None]:
    found: dict[str, Value | None] = {}
    for name, each in fields.items():
        value = row.get(name)
        text = _text(value)
        found[name] = None
        if value is None:
            continue
        if text is None:
            row.wrong(name, value, "text")
            continue
        try:
            found[name] = read_value(each, text, day_first=day_first)
        except ValueRefused as refused:
            at = row.place_of(value)
            faults.found.append(Fault(refused.rule, at, refused.facts))
    return found


def _text(value: Yaml | None) -> str | None:
    """Take what a cell would hold; a list as its entries joined."""
    if isinstance(value, Scalar):
        return str(value)
    if isinstance(value, Items) and all(isinstance(item, Scalar) for item in value):
        return ENTRY_MARK.join(str(item) for item in value)
    return None


def _placed(kind: Kind, value: Value | None, as_of: date) -> date:
    """Place a year or a month at the day that its kind declares; a record without a date stands on the as-of day."""
    day = kind.true_on.day
    if isinstance(value, int):
        month, _, of_month = (day or "12-31").partition("-")
        return _in_month(date(value, int(month), 1), of_month)
    found = _day(value)
    if found is None:
        return as_of
    return _in_month(found, day) if day else found


def _in_month(first: date, day: str) -> date:
    last = monthrange(first.year, first.month)[1]
    return first.replace(day=last if day == "last" else min(int(day), last))


def _day(value: Value | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
