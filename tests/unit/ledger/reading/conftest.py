"""A list of spot checks with invented firms, and a way to read files of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from zhiheng.ledger.reading import StagedTable, read_file
from zhiheng.vocabulary import Child as ChildOf
from zhiheng.vocabulary import Code, CodeList, Field, FieldType, Kind, Label, Split, SubjectKey, TrueOn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXTRACT = date(2024, 6, 30)


def field(name: str, type_: str, zh: str, *aliases: str, **more: Any) -> Field:  # noqa: ANN401
    return Field(name, FieldType(type_), Label(zh, name.replace("_", " ").title()), aliases, **more)


VERDICTS = CodeList(
    {
        "pass": Code("pass", Label("合格", "Pass"), ("符合要求",)),
        "fail": Code("fail", Label("不合格", "Fail"), ()),
    }
)

SAMPLING = Kind(
    "sampling",
    Label("监督抽查", "Spot check"),
    {
        one.name: one
        for one in (
            field("year", "year", "年度", "抽查年度", "抽查时间", title_year=True),
            field(
                "producer", "text", "生产企业", "生产企业名称", "标称生产单位", fallback=("企业名称",), required=True
            ),
            field("region", "text", "地区", "所在地"),
            field("product", "text", "产品名称"),
            field("spec", "text", "规格型号"),
            field(
                "verdict",
                "code",
                "结论",
                "检验结果",
                "抽查结果",
                codes=VERDICTS,
                title_words={"fail": ("不合格",), "pass": ("合格",)},
            ),
            field("failed_items", "text", "不合格项目"),
            field("lab", "text", "承检机构"),
        )
    },
    SubjectKey("producer", ("producer", "region"), provisional=True),
    true_on=TrueOn("year", "12-31"),
)

PENALTY = Kind(
    "penalty",
    Label("行政处罚", "Penalty"),
    {
        one.name: one
        for one in (
            field("decision_no", "text", "决定书文号", required=True),
            field("code", "identifier", "信用代码", "统一社会信用代码"),
            field("decided_on", "date", "处罚日期", "决定日期"),
            field("fine", "money", "罚款金额", unit="元", places=2, at_least=0),
            field("valid_to", "date", "公示截止日期"),
        )
    },
    SubjectKey("enterprise", ("code",)),
    key=("decision_no",),
    same_fact=("decision_no",),
    version="decided_on",
    true_on=TrueOn("decided_on"),
    true_until="valid_to",
)

WITH_ITEMS = Kind(
    "tested",
    Label("检验", "Test"),
    {
        one.name: one
        for one in (field("sample", "identifier", "样品编号", required=True), field("failed", "text", "不合格项"))
    },
    SubjectKey("sample", ("sample",)),
    children={
        "items": ChildOf(
            "items",
            Label("项目", "Items"),
            {
                one.name: one
                for one in (
                    field("name", "text", "项目"),
                    field("found", "decimal", "实测"),
                    field("limit", "text", "限值"),
                )
            },
            split=Split("failed", ("；",), ("║",)),
        )
    },
)


@dataclass(frozen=True)
class Kinds:
    sampling: Kind = SAMPLING
    penalty: Kind = PENALTY
    with_items: Kind = WITH_ITEMS

    def sampling_like(self, name: str) -> Kind:
        return replace(self.sampling, name=name)


@dataclass
class Reader:
    folder: Path
    staging: duckdb.DuckDBPyConnection
    kinds: Kinds

    def read(self, path: Path, *kinds: Kind, kind: str | None = None) -> tuple[StagedTable, ...]:
        known = {one.name: one for one in kinds or (SAMPLING,)}
        return read_file(path, known, kind=kind, extract_date=EXTRACT, staging=self.staging)

    def read_text(self, text: str | bytes, *kinds: Kind, name: str = "list.csv") -> StagedTable:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (table,) = self.read(path, *kinds)
        return table

    def rows(self, table: StagedTable, *columns: str) -> list[tuple[Any, ...]]:
        listed = ", ".join(f'"{column}"' for column in ("file_row", *columns))
        return self.staging.execute(f'select {listed} from "{table.rows}" order by file_row').fetchall()

    def faults(self, table: StagedTable) -> list[tuple[Any, ...]]:
        return self.staging.execute(
            f'select file_row, "column", rule, value from "{table.quarantined}" order by 1, 2'
        ).fetchall()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with duckdb.connect(config={"threads": 1}) as staging:
        yield Reader(tmp_path, staging, Kinds())


@pytest.fixture
def kinds() -> Kinds:
    return Kinds()
