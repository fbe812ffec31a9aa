"""Run the worked cases of a method through an engine, all of one day together, each judged for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhiheng.assess.gathered import Peers, gather
from zhiheng.assess.verdicts import say
from zhiheng.assess.widening import in_bits_enough
from zhiheng.errors import Fault
from zhiheng.ledger import RECORD_COLUMNS, table_columns
from zhiheng.method import AccountPlan, cases_beside, load_cases, load_method

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from zhiheng.engine import Engine, Table
    from zhiheng.errors import Lang
    from zhiheng.method import Account, Case, GivenRecord, Method, Told, Version
    from zhiheng.vocabulary import Kind

NOW = datetime(2000, 1, 1)  # noqa: DTZ001  when the records of cases are taken to be known: all at once, UTC


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that does not hold."""

    what: str  # "state", "criteria.pass_rate.points", "facts.inspections"
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case."""

    case: Case
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether all came out as expected."""
        return not self.differences

    def text(self, lang: Lang) -> str:
        """Say in words what came of it."""
        if self.holds:
            return say("case.holds", lang, case=self.case.name)
        told = [
            say("case.difference", lang, what=one.what, expected=one.expected, found=one.found)
            for one in self.differences
        ]
        return "\n".join([say("case.fails", lang, case=self.case.name, place=self.case.place.text(lang)), *told])

    def as_json(self) -> dict[str, Any]:
        """Give the result for a program."""
        return {
            "case": self.case.name,
            "as_of": self.case.as_of.isoformat(),
            "place": str(self.case.place),
            "holds": self.holds,
            "differences": [
                {"what": one.what, "expected": one.expected, "found": one.found} for one in self.differences
            ],
        }

    def faults(self) -> list[Fault]:
        """Give what does not hold as faults of the file of cases."""
        return [
            Fault(
                "assess.case-fails",
                self.case.place,
                {"case": self.case.name, "what": one.what, "expected": one.expected, "found": one.found},
            )
            for one in self.differences
        ]


@dataclass(frozen=True)
class CaseRecords:
    """The records of several cases, each of its own subject, as tables that an engine holds."""

    kinds: Mapping[str, Kind]
    tables: tuple[Table, ...] = ()

    def visible(self, kind: str) -> exp.Select:
        """Select the records of a kind."""
        columns: list[exp.Expression] = [_quoted(name) for name in table_columns(self.kinds, kind)]
        if kind in self.kinds and self.kinds[kind].same_fact:  # each record of a case has one edition
            columns.append(exp.Alias(this=_quoted("known_at"), alias=exp.to_identifier("first_known_at", quoted=True)))
        return exp.Select().from_(exp.Table(this=exp.to_identifier(table_name(kind), quoted=True))).select(*columns)


def table_name(kind: str) -> str:
    """Name the table that holds the records of a kind from cases."""
    return "case_" + kind.replace(".", "__")


def run_cases(
    method: Method, cases: Sequence[Case], kinds: Mapping[str, Kind], engine: Engine
) -> tuple[CaseResult, ...]:
    """Run every case; cases of one day go through the engine together."""
    by_day: dict[date, list[int]] = {}
    for number, case in enumerate(cases):
        by_day.setdefault(case.as_of, []).append(number)
    results: dict[int, CaseResult] = {}
    for as_of, numbers in by_day.items():
        together = {_subject(number): cases[number] for number in numbers}
        version = method.version_on(as_of)
        found = _run_day(version, together, kinds, engine, as_of)
        results |= {number: _compare(cases[number], found.get(_subject(number)), version) for number in numbers}
    return tuple(results[number] for number in range(len(cases)))


def check_cases_hold(method_file: Path, kinds: Mapping[str, Kind], engine: Engine) -> tuple[int, list[Fault]]:
    """Run the cases beside a method; give their number, and a fault for each expectation that does not hold."""
    beside = cases_beside(method_file)
    if not beside.is_file():
        return 0, []
    method = load_method(method_file, kinds)
    results = run_cases(method, load_cases(beside, method, kinds), kinds, engine)
    return len(results), [fault for result in results for fault in result.faults()]


def _subject(number: int) -> str:
    return f"case {number + 1:05d}"


# Records


def _run_day(
    version: Version, cases: Mapping[str, Case], kinds: Mapping[str, Kind], engine: Engine, as_of: date
) -> dict[str, Account]:
    records = CaseRecords(kinds)
    reads = {kind.partition(".")[0] for kind in version.reads} | version.reads
    for kind in reads:
        columns = table_columns(kinds, kind)
        rows = [row for subject, case in cases.items() for row in _rows(kinds, kind, subject, case)]
        engine.load(table_name(kind), columns, ([row.get(name) for name in columns] for row in rows))
    by_hand: dict[str, dict[str, Decimal]] = {}
    for subject, case in cases.items():
        for name, value in case.frozen.items():
            by_hand.setdefault(name, {})[subject] = value
    peers = Peers(alone=True, by_hand=by_hand)

    def account_for(wide: bool) -> dict[str, Account]:  # noqa: FBT001  in 128 bits or not
        plan = AccountPlan(gather(version, records, engine, as_of, peers, wide=wide).sheet())
        return {account.subject: account for account in map(plan.read, engine.fetch(plan.query))}

    return in_bits_enough(account_for)


def _rows(kinds: Mapping[str, Kind], table: str, subject: str, case: Case) -> Iterable[dict[str, object]]:
    kind, _, child = table.partition(".")
    for number, given in enumerate(case.given.get(kind, ())):
        own = _common(kinds[kind], given, subject, f"{subject} {number:05d}")
        if not child:
            yield {**given.values, **own}
            continue
        for position, part in enumerate(given.children.get(child, ()), 1):
            mine = {"record": f"{own['record']} {position:05d}", "parent": own["record"], "position": position}
            yield {**part, **own, **mine}


def _common(kind: Kind, given: GivenRecord, subject: str, record: str) -> dict[str, object]:
    """Fill the ledger's own columns."""
    document = [str(given.values[name]) for name in kind.same_fact if given.values.get(name) is not None]
    filled: dict[str, object] = dict.fromkeys(RECORD_COLUMNS)
    return filled | {
        "subject": subject,
        "record": record,
        "source": "cases",
        "true_on": given.true_on,
        "true_until": given.true_until,
        "known_at": NOW,
        "recorded_at": NOW,
        "fact": "/".join(document) or None,
    }


# What came out


def _compare(case: Case, account: Account | None, version: Version) -> CaseResult:
    if account is None:
        return CaseResult(case, (Difference("subject", "1", "0"),))
    expected: dict[str, Told] = dict(case.expect.outcome)
    for name, parts in case.expect.criteria.items():
        expected |= {f"criteria.{name}.{part}": value for part, value in parts.items()}
    expected |= {f"facts.{name}": value for name, value in case.expect.facts.items()}
    if case.expect.rules is not None:
        expected["rules"] = ",".join(case.expect.rules)
    found = _told(account, version)
    differences = [
        Difference(what, _shown(wanted), _shown(found[what]))
        for what, wanted in expected.items()
        if not _same(wanted, found[what])
    ]
    return CaseResult(case, tuple(differences))


def _told(account: Account, version: Version) -> dict[str, Told]:
    """Name all that came out as cases name it."""
    found: dict[str, Told] = {
        "state": account.state,
        "score": account.score,
        "grade": account.grade,
        "cut_grade": account.cut_grade,
        "coverage": account.coverage,
        "rules": ",".join(account.rules),
    }
    for name, line in account.lines.items():
        parts: dict[str, Told] = {
            "state": line.state,
            "value": line.value,
            "points": line.points,
            "max": None if line.points is None else version.criteria[name].max,
            "records": Decimal(line.records),
        }
        found |= {f"criteria.{name}.{part}": value for part, value in parts.items()}
    return found | {f"facts.{name}": value for name, value in account.values.items()}


def _same(expected: Told, found: Told) -> bool:
    """Compare; a number and a text, or a day and a text, are the same where they are written the same."""
    if expected is None or found is None or type(expected) is type(found):
        return expected == found
    return _shown(expected) == _shown(found)


def _shown(value: Told) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else value


def _quoted(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
