"""Print the page of commands in one language, from the commands themselves."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from zhiheng import errors
from zhiheng.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = tomllib.loads(Path(__file__).with_name("reference_texts.toml").read_text("utf-8"))


def walk_commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  typer's own classes of commands
    """Yield a command and all below it, each with its full name."""
    yield name, command
    for child in sorted(getattr(command, "commands", {})):
        if not command.commands[child].hidden:
            yield from walk_commands(command.commands[child], f"{name} {child}")


def render_command(name: str, command: Any, words: dict[str, str]) -> str:  # noqa: ANN401
    """Render one command: what it does, its usage, its arguments and options."""
    context = command.make_context(name, [], resilient_parsing=True)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    parts = [f"## {name}", (command.help or "").strip(), f"{words['usage']}: `{usage}`"]
    records = [record for parameter in command.params if (record := parameter.get_help_record(context))]
    shown = [record for record in records if "--help" not in record[0]]
    if shown:
        rows = [f"| `{_cell(declared)}` | {_cell(said)} |" for declared, said in shown]
        parts.append("\n".join([f"| {words['option']} | {words['meaning']} |", "|---|---|", *rows]))
    return "\n\n".join(part for part in parts if part)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def render_exit_codes(lang: str, words: dict[str, str]) -> str:
    """Render the exit codes by number, each with its meaning."""
    codes = {name: getattr(errors, name) for name in dir(errors) if name.startswith("EXIT_")}
    rows = [
        f"| {code} | {TEXTS['exit_codes'][name][lang]} |" for name, code in sorted(codes.items(), key=lambda it: it[1])
    ]
    return "\n".join([f"## {words['exit_codes']}\n", f"| {words['code']} | {words['meaning']} |", "|---|---|", *rows])


def render_page(lang: str) -> str:
    """Render the whole page."""
    words = TEXTS["commands"][lang]
    parts = [words["head"].strip(), render_exit_codes(lang, words)]
    parts += [
        render_command(name, found, words) for name, found in walk_commands(typer.main.get_command(app), "zhiheng")
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(render_page(sys.argv[1]).encode())
