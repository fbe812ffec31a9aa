"""Files of one import are read beside each other, each as if it were alone."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from tests.unit.ledger.conftest import NOON

from zhiheng.ledger import import_files, verify

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.ledger import Workspace

CLEAN = "licence_no,holder,edition,since,until\nL1,甲,1,2020-01-02,\n"
IN_WORDS = "licence_no,holder,edition,since,until\nL4,丁,1,2020年1月6日,\n"
FAULTY = "licence_no,holder,edition,since,until\nL2,甲,1,2020-13-02,\nL3,乙,1,2020-01-02,\n"
TORN = (
    "licence_no,holder,edition,since,until\nL7,戊,1,2020-01-06,\nL7,己,1,2020-01-01,2021-01-01\nL8,己,1,2020-01-01,\n"
)


@pytest.mark.parametrize("texts", list(permutations((CLEAN, IN_WORDS, FAULTY, TORN), 2)))
def test_a_clean_file_and_one_with_faults_do_not_disturb_each_other(
    workspace: Workspace, tmp_path: Path, texts: tuple[str, str]
) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, "utf-8")
    taken = {CLEAN: 1, IN_WORDS: 1, FAULTY: 1, TORN: 1}
    refused = {CLEAN: 0, IN_WORDS: 0, FAULTY: 1, TORN: 2}
    expected = [(taken[text], refused[text]) for text in texts]
    for dry_run in (True, False):
        report = import_files(workspace, files, source="bureau", now=NOON, dry_run=dry_run)
        assert [(one.counts.accepted, one.counts.quarantined) for one in report.files] == expected
    assert verify(workspace).whole
