"""What the columns of a Parquet file say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from tests.unit.ledger.reading.conftest import PENALTY, field

from zhiheng.ledger.database import open_database

if TYPE_CHECKING:
    import pytest
    from tests.unit.ledger.reading.conftest import Reader

AT = replace(PENALTY, fields={**PENALTY.fields, "decided_on": field("decided_on", "datetime", "处罚时间")})
NAMES = {"decision_no": pa.array(["a", "b"]), "code": pa.array(["A1", "A2"])}


def test_text_kept_as_bytes_is_text_and_other_bytes_are_quarantined(reader: Reader):
    names = pa.array(["太原厂".encode(), "太原厂".encode("gb18030")], pa.binary())
    pq.write_table(pa.table({"生产企业": names, "产品名称": ["灯", "灯"]}), reader.folder / "a.parquet")
    (table,) = reader.read(reader.folder / "a.parquet")
    assert reader.rows(table, "subject") == [(1, "太原厂")]
    assert [(row, rule) for row, _, rule, *_ in reader.faults(table)] == [(2, "ledger.bytes-damaged")]


def test_a_moment_is_the_same_wherever_the_machine_stands(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    moment = datetime(2024, 5, 1, 16, 30, tzinfo=UTC)
    pq.write_table(
        pa.table({**NAMES, "处罚时间": pa.array([moment] * 2, pa.timestamp("us", "Asia/Shanghai"))}),
        reader.folder / "a.parquet",
    )
    reader.staging = open_database()
    (table,) = reader.read(reader.folder / "a.parquet", AT)
    expected = (1, datetime(2024, 5, 1, 16, 30), date(2024, 5, 1))
    assert reader.rows(table, "decided_on", "true_on")[0] == expected


def test_the_day_of_a_moment_with_an_offset_is_the_day_as_written(reader: Reader):
    night = datetime(2024, 5, 2, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    texts = [night.isoformat(), "2024-05-02 00:30", "2024/5/2 00:30+08:00"]
    lines = "".join(f"{number},A{number},{text}\n" for number, text in enumerate(texts))
    table = reader.read_text("decision_no,code,处罚时间\n" + lines, AT)
    assert [on for _, on in reader.rows(table, "true_on")] == [date(2024, 5, 2)] * 3
    assert reader.rows(table, "decided_on")[0] == (2, datetime(2024, 5, 1, 16, 30))
