"""The door of the engine room: where SQL runs."""

from zhiheng.engine.choice import open_engine
from zhiheng.engine.duckdb import DuckDB
from zhiheng.engine.faults import (
    EngineMissing,
    EngineUnknown,
    FilesUnreadable,
    MemoryExhausted,
    NumberTooLarge,
    QueryRefused,
)
from zhiheng.engine.protocol import Engine, Table

__all__ = [
    "DuckDB",
    "Engine",
    "EngineMissing",
    "EngineUnknown",
    "FilesUnreadable",
    "MemoryExhausted",
    "NumberTooLarge",
    "QueryRefused",
    "Table",
    "open_engine",
]
