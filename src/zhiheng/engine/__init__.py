"""The door of the engine room: where SQL runs."""

from zhiheng.engine.choice import open_engine
from zhiheng.engine.duckdb import DuckDB, literal_path
from zhiheng.engine.faults import (
    EngineMissing,
    EngineNotStarted,
    EngineUnknown,
    FilesUnreadable,
    JavaTooOld,
    MemoryExhausted,
    NumberTooLarge,
    QueryRefused,
)
from zhiheng.engine.protocol import Engine, Table

__all__ = [
    "DuckDB",
    "Engine",
    "EngineMissing",
    "EngineNotStarted",
    "EngineUnknown",
    "FilesUnreadable",
    "JavaTooOld",
    "MemoryExhausted",
    "NumberTooLarge",
    "QueryRefused",
    "Table",
    "literal_path",
    "open_engine",
]
