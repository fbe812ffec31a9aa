"""Read worked cases and compare them with what the reference makes of them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.reference.evaluate import evaluate
from tests.reference.numbers import add_months

from zhiheng.vocabulary import Entries, FieldType, Kind, Scalar, Yaml, load_kinds, read_value, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.reference.expressions import Plain
    from tests.reference.outcome import Outcome

    from zhiheng.method import Version

SUBJECT = "the subject of the case"


@dataclass(frozen=True)
class Case:
    """One worked case: records of one subject on a day, and what must come out."""

    title: str
    as_of: date
    given: dict[str, list[dict[str, object]]]
    frozen: dict[str, Decimal]
    expect: Entries


def read_cases(folder: Path) -> list[Case]:
    """Read `cases.yaml` beside a method."""
    kinds = load_kinds(folder)
    return [_case(entry, kinds) for entry in read_yaml(folder / "cases.yaml")["cases"]]  # type: ignore[index]


def differences(case: Case, version: Version) -> dict[str, tuple[object, object]]:
    """Run a case; for each expectation that does not hold, give what was expected and what came out."""
    outcome = evaluate(version, case.as_of, case.given, case.frozen)[SUBJECT]
    return {
        what: (expected, found)
        for what, expected, found in _pairs(case.expect, outcome)
        if not _same(str(expected), found, null=isinstance(expected, Scalar) and expected.null)
    }


def _case(entry: Yaml, kinds: Mapping[str, Kind]) -> Case:
    assert isinstance(entry, Entries)
    as_of = date.fromisoformat(str(entry["as_of"]))
    given = {
        str(kind): [_record(kinds[str(kind)], row, as_of, number) for number, row in enumerate(rows)]
        for kind, rows in entry["given"].items()  # type: ignore[union-attr]
    }
    frozen = {str(name): Decimal(str(value)) for name, value in entry.get("frozen", {}).items()}  # type: ignore[union-attr]
    return Case(str(entry["case"]), as_of, given, frozen, entry["expect"])  # type: ignore[arg-type]


def _record(kind: Kind, row: Entries, as_of: date, number: int) -> dict[str, object]:
    written = {str(name): str(text) for name, text in row.items() if not text.null}  # type: ignore[union-attr]
    fields = {name: read_value(kind.fields[name], text) for name, text in written.items() if name != "age"}
    values = {**dict.fromkeys(kind.fields), **fields}
    if "age" in written:
        true_on = add_months(as_of, -int(written["age"]))
        if kind.fields[kind.true_on.field].type is not FieldType.YEAR:
            values[kind.true_on.field] = true_on
    else:
        true_on = _placed(kind, values[kind.true_on.field], as_of)
    document = [str(values[name]) for name in kind.same_fact if values[name] is not None]
    return {
        **values,
        "subject": SUBJECT,
        "record": f"{kind.name}-{number:03d}",
        "true_on": true_on,
        "true_until": values[kind.true_until] if kind.true_until else None,
        "fact": "/".join(document) or None,
    }


def _placed(kind: Kind, day: object, as_of: date) -> date:
    """Place a month or a year at the day that the kind declares."""
    if isinstance(day, int):
        return date.fromisoformat(f"{day}-{kind.true_on.day}")
    if isinstance(day, date) and kind.true_on.day:
        last = monthrange(day.year, day.month)[1]
        return day.replace(day=last if kind.true_on.day == "last" else int(kind.true_on.day))
    return day if isinstance(day, date) else as_of


def _pairs(expect: Entries, outcome: Outcome) -> list[tuple[str, Yaml, Plain]]:
    pairs: list[tuple[str, Yaml, Plain]] = []
    for what, expected in expect.items():
        if what == "criteria":
            for criterion, parts in expected.items():  # type: ignore[union-attr]
                line = outcome.lines[str(criterion)]
                pairs += [(f"{criterion} {part}", value, getattr(line, part)) for part, value in parts.items()]
        elif what == "facts":
            pairs += [(str(fact), value, outcome.facts[str(fact)]) for fact, value in expected.items()]  # type: ignore[union-attr]
        else:
            pairs.append((str(what), expected, getattr(outcome, str(what))))
    return pairs


def _same(expected: str, found: Plain, *, null: bool) -> bool:
    if null or found is None:
        return null and found is None
    if isinstance(found, bool):
        return expected == str(found).lower()
    return Fraction(expected) == found if isinstance(found, Fraction) else expected == str(found)
