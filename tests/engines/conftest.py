"""The engines that this machine can run."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING

import pytest

from zhiheng.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.engine import Engine


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("Spark is not installed: the extra [spark] brings it")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none on the path")
    with open_engine("spark") as opened:
        yield opened


@pytest.fixture(params=["duckdb", "spark"], scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(f"{request.param}_engine")
