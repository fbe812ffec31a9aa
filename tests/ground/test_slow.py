"""The list of slow tests names tests that there are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SLOW = ROOT / "tests" / "slow.txt"


def test_every_test_on_the_list_of_slow_ones_is_there_once_in_order() -> None:
    listed = SLOW.read_text("utf-8").splitlines()
    assert listed == sorted(set(listed))
    gone = []
    for line in listed:
        file, _, name = line.partition("::")
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text("utf-8"):
            gone.append(line)
    assert gone == []
