"""Assessing again after new records gives what a full run gives, and every mover has a cause."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.unit.assess.shops import AS_OF, METHOD, City, Row, attest, make_city, notice, register, visit
from tests.unit.assess.test_run import SQUARED

from zhiheng.assess import FilesAltered, compare, rerun
from zhiheng.assess.movement import Cause
from zhiheng.assess.rerunning import LedgerOther
from zhiheng.ledger import compact, judge, read_as_of
from zhiheng.ledger.query import fetch
from zhiheng.method import load_method

if TYPE_CHECKING:
    from zhiheng.assess import Assessment
    from zhiheng.engine import Engine

pytestmark = pytest.mark.slow
OF_THE_LATEST = METHOD.replace(
    "where: clean is not null\n    within: 36 months", "where: clean is not null\n    within: latest"
)
SHOPS = [f"S{number}" for number in range(9)]


def again(city: City, previous: Assessment, name: str, as_of: date = AS_OF, *, lines: bool = False) -> Assessment:
    snapshot = read_as_of(city.workspace)
    return rerun(previous, snapshot, city.engine, as_of=as_of, out=city.folder / "assessments" / name, lines=lines)


def assert_same(one: Assessment, other: Assessment) -> None:
    assert one.manifest.results_hash == other.manifest.results_hash
    assert one.manifest.hash == other.manifest.hash
    assert one.manifest.counts == other.manifest.counts


@dataclass(frozen=True)
class Chance:
    """The records that a number stands for: printed in short, and made again from what is printed."""

    number: int

    def first(self) -> Random:
        return Random(self.number)

    def second(self) -> Random:
        return Random(self.number + 1)


def some_day(random: Random) -> str:
    return (AS_OF - timedelta(days=random.choice((-10, 0, 40, 200, 500, 900, 1300)))).isoformat()


def invented(random: Random, start: int) -> dict[str, list[Row]]:
    """Invent records; numbers from `start` on are new, others correct what was there."""
    rows: dict[str, list[Row]] = {"register": [], "visit": [], "notice": []}
    for number in range(start, start + random.randint(1, 6)):
        trade, status = random.choice(("tea", "rice", None)), random.choice(("Normal", "Normal", "Exempt"))
        day = f"20{random.randint(18, 25)}-01-{1 + number % 28:02d}"
        grade = random.choice((None, "A", "B", "C", "D"))
        more = {"trade": trade, "status": status, "former_grade": grade, "staff": random.choice((None, 0, 5, 12))}
        rows["register"].append(register(random.choice(SHOPS), recorded_on=day, **more))
    for number in range(start, start + random.randint(1, 12)):
        more = {"defects": random.choice((None, 0, 1, 4)), "clean": random.choice((True, False, None))}
        paper = random.choice((None, "P1", "P2"))
        rows["visit"].append(visit(random.choice(SHOPS), number, some_day(random), paper_no=paper, **more))
    for number in range(start, start + random.randint(0, 6)):
        more = {"amount": random.randint(0, 9), "gravity": random.choice(("light", "heavy"))}
        paper = random.choice((None, "P1", "P2"))
        rows["notice"].append(notice(random.choice(SHOPS), number, some_day(random), paper_no=paper, **more))
    return {kind: unique(found) for kind, found in rows.items()}


def unique(rows: list[Row]) -> list[Row]:
    """Keep one row a key, as one file may not say two things."""
    keys = {
        str(row.get("visit_no") or row.get("notice_no") or (row["shop"], row.get("recorded_on"))): row for row in rows
    }
    return list(keys.values())


def change(city: City, random: Random) -> None:
    """Bring new records, corrections, withdrawals, a judgement or an attestation, in some order."""
    for _ in range(random.randint(1, 3)):
        what = random.choice(("new", "new", "corrected", "withdrawn", "judged", "attested", "compacted"))
        if what in ("new", "corrected", "withdrawn"):
            start = random.randint(1, 8) if what != "new" else 100 + city.imports * 20
            for kind, rows in invented(random, start).items():
                if rows:
                    city.bring(kind, *rows, complete_extract=what == "withdrawn")
        elif what == "judged":
            held = registered(city)
            if len(held) > 1:
                first, second = random.sample(held, 2)
                judge(city.workspace, first, second, "same", by="x", reason="y", now=city.now, subject_type="shop")
                city.imports += 1
        elif what == "attested":
            city.bring("attest", attest("notice", region=random.choice((None, "14", "99"))))
        else:
            compact(city.workspace, now=city.now, keep_hours=0)


def registered(city: City) -> list[str]:
    snapshot = read_as_of(city.workspace)
    return sorted({str(row["subject"]) for row in fetch(snapshot, snapshot.visible("register"))})


@settings(max_examples=60 if os.environ.get("ZHIHENG_SOAK") else 5, phases=[Phase.reuse, Phase.generate])
@given(chance=st.builds(Chance, st.integers(0, 2**32)), method=st.sampled_from((METHOD, OF_THE_LATEST)))
def test_it_equals_a_full_run_and_every_mover_has_a_cause(chance: Chance, method: str, engine: Engine):
    with TemporaryDirectory() as folder:
        city = make_city(Path(folder), engine)
        for kind, rows in invented(chance.first(), 1).items():
            if rows:
                city.bring(kind, *rows)
        before = city.assess("before", method=method)
        change(city, chance.second())
        full = city.assess("full", method=method)
        assert_same(again(city, before, "again"), full)
        assert_same(again(city, before, "lined", lines=True), full)
        found = compare(before, full, engine=engine)
        assert [one.subject for one in found.subjects if Cause.UNTRACED in one.causes] == []
        assert [one for one in found.subjects if one.before is None and one.after is None] == []


@pytest.fixture
def grown(city: City) -> City:
    city.bring("register", *(register(shop) for shop in SHOPS[:4]))
    city.bring("visit", visit("S0", 1, "2026-01-01"), visit("S1", 2, "2026-01-01", clean=False))
    return city


def test_nothing_new_gives_the_same(grown: City):
    before = grown.assess("before")
    assert_same(again(grown, before, "again"), before)


def test_it_goes_on_from_an_assessment_that_went_on_itself(grown: City):
    first = grown.assess("before")
    grown.bring("visit", visit("S2", 3, "2026-02-01", clean=False))
    second = again(grown, first, "second")
    grown.bring("visit", visit("S1", 2, "2026-01-01", clean=True))
    assert_same(again(grown, second, "third"), grown.assess("full"))


def test_another_day_is_a_full_run(grown: City):
    before = grown.assess("before")
    later = date(2026, 12, 31)
    assert_same(again(grown, before, "again", later), grown.assess("full", as_of=later))


def test_only_the_touched_are_read(grown: City, monkeypatch: pytest.MonkeyPatch):
    before = grown.assess("before")
    grown.bring("visit", visit("S2", 3, "2026-02-01", clean=False))
    read: list[str] = []
    keep = type(grown.engine).keep

    def watch(self: Engine, name: str, query: object) -> None:
        keep(self, name, query)  # type: ignore[arg-type]
        if name == "gathered_anew":
            read.extend(
                str(row[0]) for row in self._connection.execute('select subject from "gathered_anew"').fetchall()
            )  # type: ignore[attr-defined]

    monkeypatch.setattr(type(grown.engine), "keep", watch)
    again(grown, before, "again")
    assert read == ["S2"]


def test_only_what_rests_on_others_is_worked_out_anew(grown: City):
    before = grown.assess("before")
    grown.bring("visit", visit("S2", 3, "2026-02-01", clean=False))
    done = again(grown, before, "again")
    rows = pq.read_table(done.path / "touched.parquet").to_pylist()
    assert [(row["subject"], row["gone$"]) for row in rows] == [("S2", False)]
    assert (done.path / "settled.parquet").samefile(before.path / "settled.parquet")
    assert not (done.path / "lines.parquet").exists()


def test_subjects_without_records_any_more_are_gone(grown: City):
    before = grown.assess("before")
    grown.bring("register", *(register(shop) for shop in SHOPS[:2]), complete_extract=True)
    done = again(grown, before, "again")
    rows = pq.read_table(done.path / "touched.parquet").to_pylist()
    assert {row["subject"] for row in rows if row["gone$"]} == {"S2", "S3"}
    assert_same(done, grown.assess("full"))
    assert_same(again(grown, done, "onward"), grown.assess("full"))


def test_an_altered_file_of_the_earlier_assessment_is_refused(grown: City):
    before = grown.assess("before")
    path = before.path / "settled.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.slice(0, 1), path)
    grown.bring("visit", visit("S2", 3, "2026-02-01", clean=False))
    with pytest.raises(FilesAltered, match="settled"):
        again(grown, before, "again")


def test_an_assessment_of_another_ledger_is_refused_and_that_ledger_is_called_neither_cut_nor_damaged(
    grown: City, tmp_path: Path, engine: Engine
):
    before = grown.assess("before")
    other = make_city(tmp_path / "other", engine)
    other.bring("register", register("S0", staff=99))
    other.bring("register", register("S1", staff=99))
    with pytest.raises(LedgerOther) as caught:
        rerun(before, read_as_of(other.workspace), engine, as_of=AS_OF, out=tmp_path / "out")
    told = caught.value.render("en")
    assert "another ledger" in told
    assert str(grown.folder) in told
    assert "restore" not in told.lower()


@pytest.mark.parametrize("lines", [False, True])
def test_what_overflows_64_bits_only_now_is_worked_out_in_128(city: City, lines: bool):  # noqa: FBT001
    city.bring("visit", visit("S1", 1, "2026-05-01", level=5), visit("S2", 2, "2026-05-01", level=7))
    before = city.assess("before", method=SQUARED)
    assert not before.manifest.wide
    city.bring("visit", visit("S1", 1, "2026-05-01", level=5_000_000_000))
    done = again(city, before, "again", lines=lines)
    assert done.manifest.wide
    assert_same(done, city.assess("full", method=SQUARED))


def test_the_method_is_the_one_of_then(grown: City):
    before = grown.assess("before")
    (grown.folder / "pack" / "method.yaml").unlink()
    grown.bring("visit", visit("S2", 3, "2026-02-01"))
    found = again(grown, before, "again")
    assert found.manifest.digest == before.manifest.digest
    assert load_method(found.path / "method.yaml", grown.workspace.kinds).digest == before.manifest.digest
