"""Open an engine by its name."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, cast

from zhiheng.engine.duckdb import DuckDB
from zhiheng.engine.faults import EngineMissing, EngineUnknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zhiheng.engine.protocol import Engine

STANDALONE = "spark://"


def open_engine(
    name: str = "duckdb",
    *,
    threads: int | None = None,
    memory: str | None = None,
    scratch: Path | None = None,
    folders: Sequence[Path] | None = None,
) -> Engine:
    """
    Open `duckdb`, `spark` on this machine, or a standalone Spark by the address of its master (`spark://HOST:7077`).

    `folders` are all that DuckDB may touch. A standalone Spark must see the same files under the same paths.

    Raises:
        EngineUnknown: there is no engine of this name.
        EngineMissing: Spark's Python package or Java is not installed.
    """
    if name == "duckdb":
        return DuckDB(threads=threads, memory=memory, scratch=scratch, folders=folders)
    master = name if name.startswith(STANDALONE) else None
    if name != "spark" and master is None:
        raise EngineUnknown(name=name)
    try:
        # Spark is an extra: the module can only be imported where it is installed.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pyspark about the pandas that happens to be here
            spark = import_module("zhiheng.engine.spark")
    except ModuleNotFoundError as error:
        raise EngineMissing(engine="Spark", missing="pyspark", how="`pip install 'zhiheng[spark]'`") from error
    opened = spark.Spark(threads=threads, memory=memory, scratch=scratch, master=master)
    return cast("Engine", opened)
