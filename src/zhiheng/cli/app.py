"""The command `zhiheng`: parse, call one room, print; every failure a sentence and an exit code."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

import typer

from zhiheng.cli import assess, demo, history, identity, ledger, method, quarantine
from zhiheng.cli.language import LANG, say
from zhiheng.cli.options import check_language
from zhiheng.cli.output import remark
from zhiheng.cli.usage import Commands, explain_misuse
from zhiheng.errors import (
    EXIT_DEFECT,
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    EXIT_USAGE,
    Fault,
    Place,
    ZhihengError,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

app = Commands(name="zhiheng", help=say("app.help"), add_completion=False, pretty_exceptions_enable=False)
for room in (ledger, quarantine, identity, method, assess, history, demo):
    room.add_to(app)


@app.callback()
def _options(
    lang: str = typer.Option("", "--lang", help=say("option.lang"), metavar="zh|en"),
) -> None:
    """Take what holds for every command."""
    check_language(lang, "--lang")
    check_language(os.environ.get("ZHIHENG_LANG", ""), "ZHIHENG_LANG")


def carry_out(arguments: Sequence[str], pressed: Callable[[], bool]) -> int:
    """
    Run one command; return its exit code. No traceback reaches a user unless `ZHIHENG_TRACE` asks for it.

    `pressed` tells whether somebody pressed Ctrl-C; whatever the command made of that, it was interrupted.

    Raises:
        KeyboardInterrupt: it was.
    """
    command = typer.main.get_command(app)
    try:
        left = command.main(list(arguments), prog_name="zhiheng", standalone_mode=False)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else EXIT_DONE
    except Exception as error:
        if pressed():
            raise KeyboardInterrupt from error
        return _tell(error)
    if left == EXIT_INTERRUPTED:  # the framework's own answer to Ctrl-C
        raise KeyboardInterrupt
    return left if isinstance(left, int) else EXIT_DONE


def _tell(error: Exception) -> int:
    if isinstance(error, typer.TyperException):
        remark(explain_misuse(error, LANG))
        return EXIT_USAGE
    if os.environ.get("ZHIHENG_TRACE"):
        traceback.print_exception(error)
    if isinstance(error, ZhihengError):
        remark(error.render(LANG))
        return error.exit_code
    if isinstance(error, OSError) and error.errno is not None:
        place = Place(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else Place()
        remark(Fault("cli.machine-refuses", place, reason_of(error)).render(LANG))
        return EXIT_REFUSED
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rsplit('zhiheng/', 1)[-1]}:{last.lineno}"
    remark(say("app.defect", fault=type(error).__name__, where=where, text=str(error).split("\n", 1)[0]))
    return EXIT_DEFECT
