"""Spark says what it lacks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

OPENING = """
from zhiheng.engine import EngineMissing, open_engine
try:
    open_engine("spark")
except EngineMissing as missing:
    print(missing)
"""


@pytest.mark.spark
@pytest.mark.slow
def test_a_java_that_is_not_where_it_is_said_to_be_is_named():
    environment = {**os.environ, "JAVA_HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", OPENING], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Java (JAVA_HOME is /nonexistent)" in done.stdout
    assert done.stderr == ""
