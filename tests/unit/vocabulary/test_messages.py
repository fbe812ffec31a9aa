"""The catalogue of messages is complete: every rule that is raised has its words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhiheng.vocabulary
from zhiheng.errors import catalogue

CODE = "".join(path.read_text("utf-8") for path in Path(zhiheng.vocabulary.__file__).parent.glob("*.py"))
RAISED = {
    *re.findall(r'(?:ValueRefused|UsccRefused|faults\.add|_near)\(\s*"([a-z-]+)"', CODE),
    *re.findall(r'"vocabulary\.([a-z-]+)"', CODE),
    *re.findall(r'\(field\.at_(?:least|most), "([a-z]+)"\)', CODE),
}


@pytest.mark.parametrize("name", sorted(RAISED))
def test_what_is_raised_has_its_words(name: str):
    words = catalogue("vocabulary")[name]

    assert all(words[part][lang].strip() for part in ("what", "do") for lang in ("zh", "en"))


def test_every_message_is_used():
    near = {f"{name}-near" for name in RAISED}

    assert set(catalogue("vocabulary")) - RAISED - near == set()
