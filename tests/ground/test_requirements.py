"""The pinned requirements are hashed, agree with each other, and name no place to fetch from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("requirements*.txt"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+?)(?: ; (.+?))? \\$")


def read_pins(path: Path) -> dict[tuple[str, str], str]:
    """Read the version of each package, by name and the condition under which it is taken."""
    found = [PIN.match(line) for line in path.read_text("utf-8").splitlines()]
    return {(pin[1], pin[3] or ""): pin[2] for pin in found if pin}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_is_a_pin_a_hash_or_a_remark(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        assert PIN.match(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line) or "#" in line, line
        assert "://" not in line


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_two_files_pin_they_pin_alike(path: Path) -> None:
    everything = read_pins(ROOT / "requirements-dev.txt")
    here = read_pins(path)
    assert here, path
    assert {
        name: (here[name], everything[name]) for name in here.keys() & everything if here[name] != everything[name]
    } == {}
