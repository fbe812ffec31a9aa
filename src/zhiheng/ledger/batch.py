"""What a batch is: which files came from whom, and what became of every row of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from zhiheng.errors import Fault, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.errors import Lang

NOWHEN = datetime.min  # noqa: DTZ901 - UTC without a zone, as all moments here


@dataclass(frozen=True, slots=True)
class Counts:
    """
    What became of the rows of a file.

    `rows_seen` = `ignored` + `accepted` + `known` + `corrections` + `quarantined`. The others count records that a
    complete extract lacks: `withdrawn`; `kept`, because it cannot be told which of the two is the newer; `unread`,
    because they may stand in what was not read of it.
    """

    rows_seen: int = 0
    ignored: int = 0
    accepted: int = 0
    known: int = 0
    corrections: int = 0
    quarantined: int = 0
    withdrawn: int = 0
    kept: int = 0
    unread: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def taken(self) -> int:
        """How many rows are in the ledger, by this file or by an earlier one."""
        return self.accepted + self.known + self.corrections

    @property
    def reconcile(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows_seen == self.ignored + self.accepted + self.known + self.corrections + self.quarantined


@dataclass(frozen=True, slots=True)
class FileReport:
    """One table of a file (a sheet may hold several), and what became of its rows; the batch's `file` counts these."""

    number: int
    name: str
    sha256: str
    kind: str
    sheet: str
    heading_row: int
    title: str
    mapping: Mapping[str, tuple[str, ...]]
    unmapped: tuple[str, ...]
    counts: Counts
    declared: str = ""  # SHA-256 of the kind's declaration by which it was read
    ignored: Mapping[str, int] = field(default_factory=dict)  # why -> rows, empty lines left out
    from_title: Mapping[str, str] = field(default_factory=dict)  # field -> what the title said, or the unit it named
    unfit: tuple[Mapping[str, str], ...] = ()  # columns whose unit is not converted to their field's
    undated: int = 0  # rows that name no day and took that of the import
    set_aside: tuple[tuple[int, str, str], ...] = ()  # the first ignored rows: (row, why, first value)
    passed: tuple[tuple[str, str, int], ...] = ()  # sheets of the file that were not read: (name, why, rows)


@dataclass(frozen=True, slots=True)
class TableReport:
    """What a batch wrote into one table of records."""

    rows: int
    first_row: int  # row_id
    last_row: int
    replaced: int  # entries in `replaced`, of a kind; 0 for its children
    digest: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A file that an earlier batch holds."""

    name: str
    sha256: str
    batch: int


@dataclass(frozen=True, slots=True)
class Options:
    """How the files of a batch were to be read."""

    kind: str | None = None
    complete_extract: bool = False
    extract_date: date | None = None
    received_on: date | None = None
    assumed: bool = False  # the day of the extract was not declared: it is the day of the import

    @property
    def told(self) -> Options:
        """The same without what was assumed."""
        return replace(self, extract_date=None) if self.assumed else self


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as the ledger holds it; `number` 0 is one that was only tried."""

    number: int
    recorded_at: datetime
    source: str
    options: Options
    files: tuple[FileReport, ...]
    tables: Mapping[str, TableReport]
    earliest: datetime  # between these two moments its files were made, as far as can be told
    latest: datetime
    resolves: tuple[tuple[int, int, int], ...] = ()  # (batch, first number, last) of quarantined rows that it mends
    rereads: tuple[tuple[int, int], ...] = ()  # (batch, number of its file) whose quarantined rows it read anew
    quarantine: str = ""  # SHA-256 of the file of quarantined rows
    head: str = ""

    @property
    def counts(self) -> Counts:
        """The sum over its files."""
        return sum((file.counts for file in self.files), Counts())

    def meta(self) -> str:
        """Write all but the head as canonical JSON: what the chain runs over."""
        plain = {name: value for name, value in asdict(self).items() if name != "head"}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)

    def as_json(self) -> dict[str, Any]:
        """Write the batch for programs."""
        read: dict[str, Any] = json.loads(self.meta())
        return {"batch": self.number, **read, "counts": asdict(self.counts), "head": self.head}

    @classmethod
    def read(cls, meta: str, head: str) -> Batch:
        """Read what `meta` wrote."""
        plain = json.loads(meta)
        options = plain["options"]
        return cls(
            number=plain["number"],
            recorded_at=datetime.fromisoformat(plain["recorded_at"]),
            source=plain["source"],
            options=Options(
                options["kind"],
                options["complete_extract"],
                _day(options["extract_date"]),
                _day(options["received_on"]),
                options.get("assumed", False),
            ),
            files=tuple(_file(one) for one in plain["files"]),
            tables={name: TableReport(**one) for name, one in plain["tables"].items()},
            earliest=datetime.fromisoformat(plain["earliest"]),
            latest=datetime.fromisoformat(plain["latest"]),
            resolves=tuple((one[0], one[1], one[-1]) for one in plain["resolves"]),  # once without the last
            rereads=tuple((batch, number) for batch, number in plain.get("rereads", ())),
            quarantine=plain["quarantine"],
            head=head,
        )


class Refused(Protocol):
    """A row that was not taken, as a report tells it."""

    def render(self, lang: Lang) -> str:
        """Say where the row stands and what is wrong with it."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Write the row for programs."""
        ...


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of an import: the batch that it made, if any, and the files that were known already."""

    batch: int  # the batch made, or the batch that holds these files already; 0 for a dry run
    head: str
    recorded_at: datetime
    source: str
    files: tuple[FileReport, ...]
    repeated: tuple[Repeated, ...] = ()
    assumed: date | None = None  # the day that a complete extract of no declared day was taken to be of
    refused: tuple[Refused, ...] = ()  # of a dry run: the first rows that would be quarantined
    dry_run: bool = False
    remarks: tuple[Fault, ...] = ()  # what a judgement changes, what of a workbook was not imported

    @property
    def counts(self) -> Counts:
        """The sum over the files."""
        return sum((file.counts for file in self.files), Counts())

    @property
    def appended(self) -> bool:
        """Whether the ledger has one batch more."""
        return bool(self.files) and not self.dry_run

    @property
    def refused_more(self) -> int:
        """How many rows more a dry run would quarantine than `refused` lists."""
        return self.counts.quarantined - len(self.refused) if self.dry_run else 0

    @property
    def unmapped(self) -> Mapping[str, tuple[str, ...]]:
        """The headings that fed nothing, by file; not those of a file that feed something in another of its tables."""
        fed = {(file.name, heading) for file in self.files for heading in file.mapping}
        found: dict[str, dict[str, None]] = {}
        for file in self.files:
            idle = [heading for heading in file.unmapped if (file.name, heading) not in fed]
            found.setdefault(file.name, {}).update(dict.fromkeys(idle))
        return {name: tuple(headings) for name, headings in found.items() if headings}

    @property
    def told(self) -> tuple[Fault, ...]:
        """What the importer should know besides the counts."""
        known = (
            Fault("ledger.file-known", Place(one.name), {"batch": one.batch}, warning=True) for one in self.repeated
        )
        kept = (
            Fault("ledger.records-kept", Place(one.name), {"count": one.counts.kept}, warning=True)
            for one in self.files
            if one.counts.kept
        )
        unread = (
            Fault("ledger.records-unread", Place(one.name), {"count": one.counts.unread}, warning=True)
            for one in self.files
            if one.counts.unread
        )
        day = [Fault("ledger.extract-day-assumed", Place(), {"day": str(self.assumed)}, warning=True)]
        return (*(day if self.assumed else ()), *known, *kept, *unread, *_told_of_tables(self.files), *self.remarks)

    def notices(self, lang: Lang) -> tuple[str, ...]:
        """Say what the importer should know besides the counts."""
        return tuple(fault.render(lang) for fault in self.told)

    def as_json(self) -> dict[str, Any]:
        """Write the report for programs."""
        written = json.dumps(asdict(replace(self, remarks=(), refused=())), ensure_ascii=False, default=_plain)
        read: dict[str, Any] = json.loads(written)
        notices = [{"code": fault.code, "file": fault.place.file, **fault.facts} for fault in self.told]
        told = {"appended": self.appended, "unmapped": dict(self.unmapped), "notices": notices}
        read.pop("remarks")
        refused = [one.as_json() for one in self.refused]
        return {**read, "counts": asdict(self.counts), **told, "refused": refused, "refused_more": self.refused_more}


def _told_of_tables(files: Sequence[FileReport]) -> tuple[Fault, ...]:
    """Tell what was passed over, taken from a title or assumed."""
    passed = (
        Fault("ledger.sheet-" + why, Place(one.name, part=sheet), {"rows": rows}, warning=True)
        for one in files
        for sheet, why, rows in one.passed
    )
    titled = (
        Fault("ledger.title-said", Place(one.name, one.heading_row, part=one.sheet), {"said": said}, warning=True)
        for one in files
        if (said := "; ".join(f"{name}: {text}" for name, text in one.from_title.items()))
    )
    others = (
        Fault(
            "ledger.table-passed",
            Place(one.name, part=one.sheet),
            {
                "rows": one.ignored["other_table"],
                **next(
                    ({"row": row, "seen": text} for row, why, text in one.set_aside if why == "other_table"),
                    {"row": "?", "seen": "…"},
                ),
            },
            warning=True,
        )
        for one in files
        if one.ignored.get("other_table")
    )
    unfit = (
        Fault("ledger.unit-unfit", Place(one.name, one.heading_row, part=one.sheet), dict(facts), warning=True)
        for one in files
        for facts in one.unfit
    )
    undated = (
        Fault("ledger.days-assumed", Place(one.name, part=one.sheet), {"count": one.undated}, warning=True)
        for one in files
        if one.undated
    )
    return (*passed, *others, *titled, *undated, *unfit)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _file(plain: dict[str, Any]) -> FileReport:
    return FileReport(
        **{
            **plain,
            "mapping": {heading: tuple(names) for heading, names in plain["mapping"].items()},
            "unmapped": tuple(plain["unmapped"]),
            "counts": Counts(**plain["counts"]),
            "unfit": tuple(plain.get("unfit", ())),
            "set_aside": tuple((row, why, text) for row, why, text in plain.get("set_aside", ())),
            "passed": tuple((sheet, why, rows) for sheet, why, rows in plain["passed"]),
        }
    )
