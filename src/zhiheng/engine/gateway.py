"""
Start the Java that Spark runs in.

PySpark starts it by a fork in which Python runs on. After other libraries of this process have started their threads
that fork dies, so that whether Spark starts would depend on what was done before. Here no Python runs after the fork.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import struct
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pyspark import SparkContext
from pyspark.find_spark_home import _find_spark_home

from zhiheng.engine.faults import EngineMissing, EngineNotStarted, JavaTooOld

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAUSE = 0.05
OLDEST = 17
_running: list[subprocess.Popen[bytes]] = []  # Java ends when the pipe to it closes: somebody has to hold it


def check_java() -> None:
    """
    Make sure that there is a Java.

    Raises:
        EngineMissing: there is none on this machine, or none where JAVA_HOME says.
    """
    home = os.environ.get("JAVA_HOME")
    if home and not (Path(home) / "bin" / "java").is_file():
        raise _missing(f"Java (JAVA_HOME={home})")
    if not home and shutil.which("java") is None:
        raise _missing("Java")


def _missing(what: str) -> EngineMissing:
    return EngineMissing(engine="Spark", missing=what, how="`apt install openjdk-17-jre-headless`")


@contextmanager
def java_running(settings: Mapping[str, str]) -> Iterator[None]:
    """
    Let PySpark find a running Java, started with these settings; one that this process has already is kept.

    Raises:
        JavaTooOld: it is older than this Spark.
        EngineNotStarted: it ended before it was ready.
    """
    if SparkContext._gateway is not None:  # noqa: SLF001 - nobody else says whether there is one
        yield
        return
    port, secret = _start(settings)
    found = {"PYSPARK_GATEWAY_PORT": str(port), "PYSPARK_GATEWAY_SECRET": secret}
    before = {name: os.environ.get(name) for name in found}
    os.environ.update(found)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _start(settings: Mapping[str, str]) -> tuple[int, str]:
    command = [str(Path(_find_spark_home()) / "bin" / "spark-submit")]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    command += shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", "pyspark-shell"))
    with TemporaryDirectory(prefix="zhiheng-") as folder:
        answer, said = Path(folder) / "answer", Path(folder) / "said"
        environment = {**os.environ, "SPARK_CONNECT_MODE": "0", "_PYSPARK_DRIVER_CONN_INFO_PATH": str(answer)}
        with said.open("wb") as out:
            # A group of its own: Ctrl-C is for this process, which then ends Java in order.
            java = subprocess.Popen(  # noqa: S603 - the script of the installed Spark
                command, stdin=subprocess.PIPE, stdout=out, stderr=out, env=environment, process_group=0
            )
        _running.append(java)
        try:
            while not answer.is_file() and java.poll() is None:
                time.sleep(PAUSE)
        except BaseException:
            abandon_java()
            raise
        if not answer.is_file():
            abandon_java()
            raise _not_started(java.returncode, said.read_text("utf-8", "replace"))
        return _read(answer.read_bytes())


def _read(answer: bytes) -> tuple[int, str]:
    port, length = struct.unpack("!ii", answer[:8])
    return port, answer[8 : 8 + length].decode()


def _not_started(code: int, said: str) -> EngineNotStarted | JavaTooOld:
    if "UnsupportedClassVersionError" in said:
        return JavaTooOld(engine="Spark", least=OLDEST)
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    first = next((at for at, line in enumerate(lines) if "Exception" in line or "Error" in line), len(lines) - 2)
    detail = ": ".join(lines[max(first, 0) :][:2]).rstrip(".")[:300]
    return EngineNotStarted(engine="Spark", detail=f"Java {code}: {detail}" if detail else f"Java {code}")


def abandon_java() -> None:
    """End Java at once, whatever it is doing; this process can use it no more."""
    while _running:
        java = _running.pop()
        if java.poll() is None:
            os.killpg(java.pid, signal.SIGKILL)
        java.wait()
        if java.stdin is not None:
            java.stdin.close()
