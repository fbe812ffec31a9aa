"""The door of the engine room."""

from zhiheng.engine.protocol import Engine, Table

__all__ = ["Engine", "Table"]
