"""A snapshot shows of every record the last edition that was there and known, whatever came or was compacted since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.ledger.conftest import NOON, visit, write_csv

from zhiheng.ledger import BatchUnknown, KindNotHeld, compact, create_workspace, import_files, read_as_of, verify
from zhiheng.ledger.query import fetch
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.ledger import BatchReport, Snapshot, Workspace

    Bring = Callable[..., BatchReport]

FIRST = datetime.min  # noqa: DTZ901
KEYS = st.sampled_from("abcdefgh")


class Step(NamedTuple):
    """An import: key -> (score, day from which it was known), and how it was declared."""

    rows: dict[str, tuple[int, int | None]]
    extract: int | None = None
    received: int | None = None
    complete: bool = False
    compacted: bool = False


STEPS = st.lists(
    st.builds(
        Step,
        st.dictionaries(KEYS, st.tuples(st.integers(1, 3), st.none() | st.integers(0, 15)), min_size=1),
        st.none() | st.integers(0, 9),
        st.none() | st.integers(0, 9),
        st.booleans(),
        st.booleans(),
    ).map(lambda step: step._replace(complete=step.complete and step.extract is not None)),
    min_size=1,
    max_size=5,
)


@dataclass
class Edition:
    batch: int
    act: str
    content: tuple[object, ...]
    known_at: datetime
    latest: datetime


@dataclass
class Model:
    """The ledger as a list of editions for each record: slow, plain, and written from the documents alone."""

    editions: dict[str, list[Edition]] = field(default_factory=dict)
    recorded: list[datetime] = field(default_factory=list)
    confirmed: list[tuple[int, datetime]] = field(default_factory=list)  # by which batch, up to when
    complete: list[datetime] = field(default_factory=list)
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, step: Step) -> dict[str, int]:
        counts = dict.fromkeys(("accepted", "known", "corrections", "quarantined", "withdrawn", "kept"), 0)
        recorded = _now(len(self.recorded))
        batch = len(self.recorded) + 1
        earliest, latest = self._made(step, recorded)
        behind = any(latest <= moment for moment in self.complete)
        for key, (score, told) in step.rows.items():
            content = (score, told)
            known_at = _known(told, step.received, recorded)
            held = self.editions.get(key)
            fresh = Edition(batch, "assert", content, known_at, latest)
            if not held:
                counts["quarantined" if behind else "accepted"] += 1
                if not behind:
                    self.editions[key] = [fresh]
            elif held[-1].act == "assert" and held[-1].content == content:
                counts["known"] += 1
            elif earliest >= self._until(held[-1]):
                counts["corrections" if held[-1].act == "assert" else "accepted"] += 1
                held.append(fresh)
            else:
                counts["quarantined"] += 1
        if step.complete:
            known_at = _known(None, step.received, recorded)
            self._withdraw(step, Edition(batch, "withdraw", (), known_at, latest), earliest, counts)
        self.recorded.append(recorded)
        if counts["known"] and earliest > FIRST:
            self.confirmed.append((batch, latest))
        return counts

    def _withdraw(self, step: Step, gone: Edition, earliest: datetime, counts: dict[str, int]) -> None:
        for key, held in self.editions.items():
            if key in step.rows or held[-1].act == "withdraw":
                continue
            newer = earliest >= self._until(held[-1])
            counts["withdrawn" if newer else "kept"] += 1
            if newer:
                held.append(gone)
        self.complete.append(earliest)

    def _until(self, edition: Edition) -> datetime:
        return max(edition.latest, *(latest for batch, latest in self.confirmed if batch > edition.batch), FIRST)

    def _made(self, step: Step, recorded: datetime) -> tuple[datetime, datetime]:
        if step.extract is not None:
            return _day(step.extract), _day(step.extract + 1)
        today = recorded.replace(hour=0) + timedelta(days=1)
        came = today if step.received is None else min(today, _day(step.received + 1))
        return FIRST, came

    def visible(self, batches: int, known_at: datetime) -> dict[str, tuple[object, ...]]:
        found = {}
        for key, editions in self.editions.items():
            seen = [one for one in editions if one.batch <= batches and one.known_at <= known_at]
            if seen and seen[-1].act == "assert":
                found[key] = seen[-1].content
        return found

    def first_known(self, batches: int, known_at: datetime) -> dict[str, datetime]:
        seen = {
            key: [one.known_at for one in self.editions[key] if one.batch <= batches and one.act == "assert"]
            for key in self.visible(batches, known_at)
        }
        return {key: min(moment for moment in moments if moment <= known_at) for key, moments in seen.items()}


def _now(number: int) -> datetime:
    return NOON + timedelta(days=7 + number)


def _day(number: int) -> datetime:
    return NOON.replace(hour=0) + timedelta(days=number - 3)


def _known(told: int | None, received: int | None, recorded: datetime) -> datetime:
    declared = told if told is not None else received
    return _day(declared) if declared is not None and _day(declared) <= recorded else recorded


def _rows(step: Step) -> list[dict[str, object]]:
    return [
        visit(key, score, told_on="" if told is None else _day(told).date(), items=f"{key}║{score}")
        for key, (score, told) in step.rows.items()
    ]


def _import(workspace: Workspace, step: Step, number: int, path: Path) -> BatchReport:
    return import_files(
        workspace,
        [write_csv(path, _rows(step))],
        source="bureau",
        kind="visit",
        complete_extract=step.complete,
        extract_date=None if step.extract is None else _day(step.extract).date(),
        received_on=None if step.received is None else _day(step.received).date(),
        now=_now(number),
    )


def _check(workspace: Workspace, model: Model, moments_each: int) -> None:
    """Compare at every number of batches, at moments spread over all that matter."""
    last = len(model.recorded)
    moments = sorted({one.known_at for held in model.editions.values() for one in held})
    for batches in range(last + 1):
        chosen = [None, *moments[:: max(1, len(moments) // moments_each)]]
        for moment in chosen:
            snapshot = read_as_of(workspace, batches=batches, known_at=moment)
            expected = model.visible(batches, snapshot.known_at)
            rows = fetch(snapshot, snapshot.visible("visit"))
            assert len(rows) == len(expected)
            assert {row["visit_no"]: int(row["score"]) for row in rows} == {
                key: said[0] for key, said in expected.items()
            }
            documents = _with_documents(snapshot)
            rows = fetch(documents, documents.visible("visit"))
            first_known = {row["visit_no"]: row["first_known_at"] for row in rows}
            assert first_known == model.first_known(batches, snapshot.known_at)
            items = fetch(snapshot, snapshot.visible("visit.items"))
            assert {row["name"]: int(row["result"]) for row in items} == {
                key: said[0] for key, said in expected.items()
            }
            assert {row["parent"] for row in items} == {row["record"] for row in rows}


def _with_documents(snapshot: Snapshot) -> Snapshot:
    """Read visits as if each named the document that it is of."""
    return replace(snapshot, kinds={**snapshot.kinds, "visit": replace(snapshot.kinds["visit"], same_fact=("shop",))})


def _agree(shops: Path, steps: list[Step], moments_each: int = 2) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder) / "w", find_pack(shops))
        for step in steps:
            said = (tuple(step.rows.items()), *step[1:4])
            if said in model.seen:
                continue  # an identical file
            model.seen.add(said)
            report = _import(workspace, step, len(model.recorded), Path(folder) / "visits.csv")
            expected = model.take(step)
            assert {name: getattr(report.counts, name) for name in expected} == expected
            if step.compacted:
                compact(workspace, now=NOON, keep_hours=0)
        _check(workspace, model, moments_each)
        assert verify(workspace).whole


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_snapshots_are_what_a_plain_model_says(shops: Path, steps: list[Step]) -> None:
    _agree(shops, steps)


@pytest.mark.soak
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_snapshots_are_what_a_plain_model_says_at_length(shops: Path, steps: list[Step]) -> None:
    _agree(shops, steps, moments_each=9)


def test_a_correction_known_earlier_than_the_one_before_it_is_seen_at_both_moments(shops: Path) -> None:
    steps = [
        Step({"a": (1, 1), "b": (1, 1)}, extract=0),
        Step({"a": (2, 4)}, extract=1, compacted=True),
        Step({"a": (3, 2)}, extract=2, compacted=True),
        Step({"b": (2, None)}, extract=3, complete=True, compacted=True),
    ]
    _agree(shops, steps)


def test_children_of_a_record_withdrawn_later_are_seen_before_that_after_compaction_too(shops: Path) -> None:
    steps = [
        Step({"a": (1, None), "b": (1, None)}, extract=0),
        Step({"b": (2, None)}, extract=2),
        Step({"b": (2, None)}, extract=5, complete=True, compacted=True),
    ]
    _agree(shops, steps)


def test_a_snapshot_stays_as_it_was_when_more_comes(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=date(2023, 1, 1))
    before = read_as_of(workspace)
    bring("visit", [visit(1, 85), visit(2, 1)], extract_date=date(2023, 1, 2))
    compact(workspace, now=NOON, keep_hours=24)
    again = read_as_of(workspace, batches=before.batches, known_at=before.known_at)
    assert (again.head, again.known_at) == (before.head, before.known_at)
    assert fetch(again, again.visible("visit")) == fetch(before, before.visible("visit"))


def test_where_nothing_was_corrected_reading_needs_no_condition(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)])
    assert read_as_of(workspace).visible("visit").args.get("where") is None


def test_after_compaction_reading_corrected_records_needs_no_join(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=date(2023, 1, 1))
    bring("visit", [visit(1, 85)], extract_date=date(2023, 1, 2))
    compact(workspace, now=NOON)
    text = read_as_of(workspace).visible("visit").sql("duckdb")
    assert text.endswith('WHERE ("r"."replaced_batch" IS NULL)')


def test_the_query_prints_for_spark_as_well(workspace: Workspace, bring: Bring) -> None:
    bring("visit", [visit(1, 80)], extract_date=date(2023, 1, 1))
    bring("visit", [visit(1, 85)], extract_date=date(2023, 1, 2))
    text = read_as_of(workspace, batches=1, known_at=NOON - timedelta(days=1)).visible("visit.items").sql("spark")
    assert "TIMESTAMP_NTZ" in text


def test_a_kind_without_records_is_an_empty_table(workspace: Workspace) -> None:
    snapshot = read_as_of(workspace)
    assert fetch(snapshot, snapshot.visible("licence")) == []
    assert (snapshot.batches, snapshot.held) == (0, frozenset())


def test_an_unknown_kind_is_named_with_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(KindNotHeld, match=r"`visits`.*visit"):
        read_as_of(workspace).visible("visits")


def test_a_number_of_batches_that_the_ledger_does_not_have_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BatchUnknown):
        read_as_of(workspace, batches=3)
