"""What can go wrong where queries run."""

from __future__ import annotations

from typing import ClassVar

from zhiheng.errors import EXIT_USAGE, ZhihengError


class NumberTooLarge(ZhihengError):
    """A number does not fit where it has to stand."""

    code: ClassVar[str] = "engine.number-too-large"


class FilesUnreadable(ZhihengError):
    """Parquet files that a table should be read from cannot be read."""

    code: ClassVar[str] = "engine.files-unreadable"


class QueryRefused(ZhihengError):
    """The engine refuses a query; a defect of zhiheng unless memory or disk ran out."""

    code: ClassVar[str] = "engine.query-refused"


class MemoryExhausted(ZhihengError):
    """The engine ran out of memory or of disk."""

    code: ClassVar[str] = "engine.memory-exhausted"


class EngineMissing(ZhihengError):
    """What an engine needs is not installed."""

    code: ClassVar[str] = "engine.engine-missing"


class EngineNotStarted(ZhihengError):
    """What an engine needs is there, and yet it does not start."""

    code: ClassVar[str] = "engine.engine-not-started"


class JavaTooOld(ZhihengError):
    """The Java of this machine is older than the engine."""

    code: ClassVar[str] = "engine.java-too-old"


class EngineUnknown(ZhihengError):
    """There is no engine of this name."""

    code: ClassVar[str] = "engine.engine-unknown"
    exit_code: ClassVar[int] = EXIT_USAGE
