"""The command line's words are whole in both languages, and each is said somewhere."""

from __future__ import annotations

import ast
import tomllib

import pytest

from .messages import SOURCE, names_in

TEXTS: dict[str, dict[str, str]] = tomllib.loads((SOURCE / "cli" / "texts.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_stands_in_both_languages_with_the_same_facts(name: str) -> None:
    said = TEXTS[name]
    assert set(said) == {"en", "zh"}
    assert names_in(said["en"]) == names_in(said["zh"])


def test_every_text_is_said_and_everything_said_has_its_text() -> None:
    written: set[str] = set()
    said: set[str] = set()
    for path in sorted((SOURCE / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "say"
                and isinstance(node.args[0], ast.Constant)
            ):
                said.add(str(node.args[0].value))
    beginnings = tuple(f"{text}" for text in written if text.endswith("."))  # say(f"state.{state}")
    unsaid = {name for name in TEXTS if name not in written and not name.startswith(beginnings or ("\0",))}
    assert said - set(TEXTS) == set()
    assert unsaid == set()
