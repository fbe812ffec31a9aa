from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import City, attest, make_city, notice, register, visit

from zhiheng.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhiheng.assess import Assessment
    from zhiheng.engine import Engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with open_engine(threads=2) as opened:
        yield opened


@pytest.fixture
def city(tmp_path: Path, engine: Engine) -> City:
    return make_city(tmp_path, engine)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> City:
    """Give a city with one shop of each sort; tests must not add to it."""
    city = make_city(tmp_path_factory.mktemp("town"), engine)
    city.bring(
        "register",
        *(register(shop) for shop in ("S1", "S2", "S3", "S4", "S6")),
        register("S5", status="Exempt"),
        register("S7", trade=None, staff=None),
        register("S8", former_grade="A", trade="rice"),
    )
    city.bring(
        "visit",
        visit("S1", 1, "2026-05-01", paper_no="P1", defects=4),
        visit("S1", 2, "2025-01-15", clean=False, defects=1),
        visit("S1", 3, "2019-01-15"),
        visit("S1", 4, "2025-06-15", clean=None, defects=None),
        visit("S2", 5, "2026-06-30"),
        visit("S3", 6, "2026-06-01", clean=False, defects=9),
        visit("S6", 7, "2026-01-01"),
        visit("S8", 8, "2026-02-02"),
        visit("S8", 9, "2025-11-30", defects=2),
        visit("S8", 10, "2025-12-30"),
    )
    city.bring(
        "notice",
        notice("S1", 1, "2026-05-02", paper_no="P1", amount="3.5"),
        notice("S1", 2, "2026-05-03", paper_no="P1", amount="3.5"),
        notice("S1", 3, "2025-12-31", amount="1.25"),
        notice("S3", 4, "2026-04-01", amount=20, gravity="heavy"),
        notice("S6", 5, "2026-04-01", gravity="heavy"),
        notice("S6", 6, "2026-04-02", gravity="heavy"),
    )
    city.bring("attest", attest("notice", region="14"))
    return city


@pytest.fixture(scope="session")
def assessed(town: City) -> Assessment:
    return town.assess("first")
