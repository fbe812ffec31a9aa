"""Invent records of the kinds in `pack`: many subjects, dates at month ends, nulls, shared documents."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from hypothesis import strategies as st
from tests.reference.strategies_rows import GOODS, WORDS

Rows = dict[str, list[dict[str, object]]]
DAYS_READ = (date(2026, 6, 30), date(2026, 2, 28), date(2024, 2, 29), date(2025, 3, 31), date(2025, 8, 15))


@dataclass(frozen=True)
class Sample:
    """An as-of day and the records that a number stands for: printed in short, and made again from what is printed."""

    number: int
    as_of: date

    @property
    def records(self) -> Rows:
        return invent(Random(self.number), self.as_of)


def samples() -> st.SearchStrategy[Sample]:
    """Draw a day and the records of a few dozen subjects around it."""
    return st.builds(Sample, st.integers(0, 2**32), st.sampled_from(DAYS_READ))


def invent(random: Random, as_of: date, subjects: int = 24) -> Rows:
    """Invent the records of so many subjects."""
    return Inventor(random, as_of).records(subjects)


@dataclass
class Inventor:
    """One source of chance and the day that the records gather around."""

    random: Random
    as_of: date
    made: int = 0
    days: list[date] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)

    def records(self, subjects: int) -> Rows:
        rows: Rows = {kind: [] for kind in ("visit", "visit.items", "notice", "register", "attest")}
        for number in range(subjects):
            subject = f"S{number:02d}" if number % 5 else f"店{number:02d}"
            self.papers = [f"P{number}-{paper}" for paper in range(4)]
            self.days = [self.new_day() for _ in range(3)]  # so that records share a day now and then
            for _ in range(self.random.choice((0, 1, 1, 1, 2))):
                rows["register"].append(self.row(subject) | self.register())
            for _ in range(self.random.choice((0, 1, 3, 5, 9))):
                visit = self.row(subject, paper=True)
                visit |= self.moment(visit) | self.visit()
                rows["visit"] += [*self.earlier(visit), visit]
                rows["visit.items"] += [self.item(visit, position) for position in range(self.random.randint(0, 3))]
            for _ in range(self.random.choice((0, 0, 1, 2, 5))):
                rows["notice"].append(self.notice(subject))
        self.days = [self.new_day() for _ in range(3)]
        rows["attest"] = [self.row(f"source{n}") | self.attest() for n in range(self.random.randint(0, 12))]
        return {kind: sorted(found, key=lambda row: str(row["record"])) for kind, found in rows.items()}

    # Parts

    def maybe(self, value: object) -> object:
        return None if self.random.random() < 0.15 else value

    def one_of(self, *choices: object) -> object:
        return self.random.choice(choices)

    def truth(self) -> bool:
        return self.random.random() < 0.5

    def day(self) -> date:
        """Pick a day, every other time one that the subject's records have already."""
        return self.random.choice(self.days) if self.random.random() < 0.5 else self.new_day()

    def new_day(self) -> date:
        """Pick a day, often at a month's end or a whole number of months back, now and then after the as-of day."""
        day = self.as_of - timedelta(days=self.random.choice((0, 1, 30, *range(-40, 400, 3), *range(400, 1300, 9))))
        last = monthrange(day.year, day.month)[1]
        return day.replace(day=self.random.choice((day.day, last, 1, min(self.as_of.day, last), min(30, last))))

    def row(self, subject: str, *, paper: bool = False) -> dict[str, object]:
        self.made += 1
        name = f"{self.random.getrandbits(40):010x}{self.made:06x}"
        fact = self.maybe(self.random.choice(self.papers)) if paper else None
        known_at = datetime(2025, self.random.randint(1, 3), 1)
        dates = {"true_on": self.day(), "true_until": None, "known_at": known_at}
        return {"subject": subject, "record": name, **dates, "fact": fact}

    def register(self) -> dict[str, object]:
        return {
            "trade": self.maybe(self.one_of(*WORDS["trade"])),
            "region": self.maybe(self.one_of(*WORDS["region"])),
            "founded_on": self.maybe(self.day()),
            "staff": self.maybe(self.random.randint(0, 300)),
            "status": self.maybe(self.one_of("Normal", "Normal", "Exempt", "Awaiting Visit")),
            "former_grade": self.maybe(self.one_of("A", "B", "C", "D")),
        }

    def moment(self, row: dict[str, object]) -> dict[str, object]:
        """Pick an hour of a record's day, or none where only the day is known."""
        clock = self.one_of(None, time(), time(9, 30), time(9, 30, 0, 500_000), time(15))
        return {"moment": clock and datetime.combine(row["true_on"], clock)}  # type: ignore[arg-type]

    def visit(self) -> dict[str, object]:
        return {
            "mark": self.maybe(Decimal(self.one_of(self.random.randint(-2000, 2000), 25, -25, 50, -50, 0)) / 100),
            "defects": self.maybe(self.one_of(0, 1, 2, 5, 40)),
            "level": self.one_of(0, 1, 2, 3),
            "verdict": self.maybe(self.one_of(*WORDS["verdict"])),
            "zone": self.one_of(*WORDS["zone"]),
            "remark": self.maybe(self.one_of(*WORDS["remark"])),
            "clean": self.maybe(self.truth()),
            "open": self.truth(),
            "mended_on": self.maybe(self.day()),
            "goods": self.maybe(tuple(self.random.sample(GOODS, self.random.randint(0, 3)))),
        }

    def earlier(self, visit: dict[str, object]) -> list[dict[str, object]]:
        """Make up an edition that the record of a visit replaced, now and then."""
        if self.random.random() < 0.8:
            return []
        known_at = datetime(2025, self.random.randint(1, 3), 1)
        before = {"known_at": known_at, "replaced_at": visit["known_at"], "replaced_batch": 1}
        return [visit | self.visit() | before | {"fact": self.maybe(self.random.choice(self.papers))}]

    def item(self, visit: dict[str, object], position: int) -> dict[str, object]:
        return {
            **{name: visit[name] for name in ("subject", "true_on", "moment", "true_until", "known_at", "fact")},
            "record": f"{visit['record']}-{position}",
            "parent": visit["record"],
            "position": position,
            "item": self.maybe(self.one_of(*WORDS["item"])),
            "grams": self.maybe(Decimal(self.random.randint(0, 5000)) / 1000),
            "fine": self.maybe(self.truth()),
        }

    def notice(self, subject: str) -> dict[str, object]:
        row = self.row(subject, paper=True)
        row["true_until"] = self.maybe(self.day())
        return row | {
            "amount": Decimal(self.random.choice((0, 1, 2500, 10000, 33333))) / 1000,
            "fee": self.maybe(Decimal(self.random.randint(0, 10**7)) / 100),
            "gravity": self.one_of(*WORDS["gravity"]),
            "sort": self.maybe(self.one_of(*WORDS["sort"])),
            "final": self.truth(),
        }

    def attest(self) -> dict[str, object]:
        starts, ends = self.new_day(), self.new_day()
        if self.truth():
            starts, ends = (
                self.as_of - timedelta(days=1500),
                self.as_of + timedelta(days=self.random.choice((-1, 0, 9))),
            )
        return {
            "record_kind": self.one_of("visit", "notice", "visit", "register"),
            "starts_on": self.maybe(starts),
            "ends_on": self.maybe(ends),
            "complete": self.random.choice((True, True, True, False, None)),
            "region": self.one_of(None, None, "14", "1401", "1402"),
        }
