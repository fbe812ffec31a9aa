"""Where the messages of each room stand, and where the code names them."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "zhiheng"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/messages.toml"))


def read_catalogue(room: str) -> dict[str, dict[str, dict[str, str]]]:
    """Read a room's messages."""
    return tomllib.loads((SOURCE / room / "messages.toml").read_text("utf-8"))


def list_messages() -> list[tuple[str, dict[str, Any]]]:
    """List every message as its code and its texts."""
    return [(f"{room}.{name}", said) for room in ROOMS for name, said in read_catalogue(room).items()]


def names_in(template: str) -> set[str]:
    """Tell which facts a text asks for; `label_zh` and `label_en` are one fact, told in each language."""
    return {name.removesuffix("_zh").removesuffix("_en") for _, name, _, _ in Formatter().parse(template) if name}


def list_strings(room: str) -> Iterator[str]:
    """Yield every string that the code of a room writes out."""
    for path in sorted((SOURCE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def list_codes() -> Iterator[tuple[str, str]]:
    """Yield every fault that the sources name where they note it, as `(file:line, code)`."""
    for path in sorted(SOURCE.rglob("*.py")):
        room = path.relative_to(SOURCE).parts[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (code := _fault_of(node, room)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", code


# Where a fault is noted by its name alone, and whose catalogue the name is in; "" is the room's own.
NOTED_BY = {"Fault": "", "ValueRefused": "vocabulary", "note": "", "note_unknown": "", "warn": ""}
NOTED_BY |= {"add": "vocabulary", "add_near": "vocabulary"}


def _fault_of(call: ast.Call, room: str) -> str | None:
    called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    method_of_a_set = called == "add" and len(call.args) < len(("rule", "place"))
    first = call.args[0] if call.args else None
    if (
        called not in NOTED_BY
        or method_of_a_set
        or not isinstance(first, ast.Constant)
        or not isinstance(first.value, str)
    ):
        return None
    return first.value if "." in first.value else f"{NOTED_BY[called] or room}.{first.value}"


def list_error_classes() -> Iterator[tuple[str, str | None]]:
    """Yield every class whose name stands for an error of ours, as `(file:line, its code if it sets one)`."""
    classes: dict[str, tuple[str, set[str], str | None]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                classes[node.name] = (where, bases, _code_of(node))
    errors = {"ZhihengError"}
    while more := {name for name, (_, bases, _) in classes.items() if bases & errors} - errors:
        errors |= more
    faults = {"FaultsFound"}
    while more := {name for name, (_, bases, _) in classes.items() if bases & faults} - faults:
        faults |= more
    for name in sorted(errors - faults - {"ZhihengError"}):
        where, bases, code = classes[name]
        inherited = next((classes[base][2] for base in bases if base in classes), None)
        yield where, code or inherited


def _code_of(node: ast.ClassDef) -> str | None:
    for line in node.body:
        target = (
            line.target
            if isinstance(line, ast.AnnAssign)
            else line.targets[0]
            if isinstance(line, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == "code":
            value = getattr(line, "value", None)
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                return value.value
    return None
