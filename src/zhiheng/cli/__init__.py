"""The door of the command line."""

from zhiheng.cli.app import app, main, run

__all__ = ["app", "main", "run"]
