"""The engines that this machine can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhiheng.engine import EngineMissing, open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.engine import Engine


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    try:
        opened = open_engine("spark")
    except EngineMissing as missing:
        pytest.skip(str(missing))
    with opened:
        yield opened


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)], scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(f"{request.param}_engine")
