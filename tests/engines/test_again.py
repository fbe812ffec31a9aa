"""Scoring again from what was settled gives what a full run gives, whichever engine settled it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import AS_OF, City, attest, make_city, notice, register, visit

from zhiheng.assess import rerun
from zhiheng.ledger import read_as_of

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.assess import Assessment
    from zhiheng.engine import Engine

pytestmark = [pytest.mark.slow, pytest.mark.spark]


def again(city: City, previous: Assessment, name: str) -> Assessment:
    out = city.folder / "assessments" / name
    done = rerun(previous, read_as_of(city.workspace), city.engine, as_of=AS_OF, out=out)
    assert (out / "touched.parquet").exists()
    return done


def test_each_engine_goes_on_from_what_either_settled(tmp_path: Path, duckdb_engine: Engine, spark_engine: Engine):
    duck = make_city(tmp_path, duckdb_engine)
    spark = replace(duck, engine=spark_engine)
    duck.bring("register", *(register(f"S{number}", trade=("tea", "rice")[number % 2]) for number in range(8)))
    duck.bring("visit", *(visit(f"S{number}", number, "2026-01-01", clean=number > 1) for number in range(8)))
    by_duck, by_spark = duck.assess("duck"), spark.assess("spark")
    assert by_duck.manifest.hash == by_spark.manifest.hash

    duck.bring("visit", visit("S2", 9, "2026-02-01", clean=False), visit("S9", 10, "2026-02-01"))
    duck.bring("notice", notice("S3", 1, "2026-03-01"))
    duck.bring("attest", attest("notice"))
    full = duck.assess("full").manifest.hash
    onward = again(spark, by_duck, "spark-on-duck")
    assert [onward.manifest.hash, again(duck, by_spark, "duck-on-spark").manifest.hash] == [full, full]

    duck.bring("visit", visit("S2", 9, "2026-02-01", clean=True))
    assert again(duck, onward, "duck-on-both").manifest.hash == duck.assess("full-too").manifest.hash
