"""The command `zhiheng`: parse, call one room, print; every failure a sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

import typer

from zhiheng.cli import assess, demo, history, identity, ledger, method, quarantine
from zhiheng.cli.language import LANG, say
from zhiheng.cli.output import remark
from zhiheng.cli.usage import Commands, explain_misuse
from zhiheng.errors import EXIT_DEFECT, EXIT_DONE, EXIT_USAGE, ZhihengError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = Commands(name="zhiheng", help=say("app.help"), add_completion=False, pretty_exceptions_enable=False)
for room in (ledger, quarantine, identity, method, assess, history, demo):
    room.add_to(app)


@app.callback()
def _options(
    lang: str = typer.Option("", "--lang", help=say("option.lang"), metavar="zh|en"),
) -> None:
    """Take what holds for every command."""


def main() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code. No traceback reaches a user unless `ZHIHENG_TRACE` asks for it."""
    command = typer.main.get_command(app)
    try:
        left = command.main(list(arguments), prog_name="zhiheng", standalone_mode=False)
    except ZhihengError as error:
        remark(error.render(LANG))
        return error.exit_code
    except typer.TyperException as error:
        remark(explain_misuse(error, LANG))
        return EXIT_USAGE
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else EXIT_DONE
    except Exception as error:  # noqa: BLE001  the last resort: a defect is told in a sentence
        return _tell_defect(error)
    return left if isinstance(left, int) else EXIT_DONE


def _tell_defect(error: Exception) -> int:
    if os.environ.get("ZHIHENG_TRACE"):
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rsplit('zhiheng/', 1)[-1]}:{last.lineno}"
    remark(say("app.defect", fault=type(error).__name__, where=where, text=str(error).split("\n", 1)[0]))
    return EXIT_DEFECT
