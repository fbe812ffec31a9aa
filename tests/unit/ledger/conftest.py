from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from zhiheng.ledger import create_workspace, import_files
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from zhiheng.ledger import BatchReport, Workspace

NOON = datetime(2024, 1, 1, 12)

PACK = """
pack: shops
label: {zh: 商店, en: Shops}
"""
VISIT = """
kind: visit
label: {zh: 检查, en: Visit}
subject: {type: shop, provisional: [shop, region]}
key: [visit_no]
true_on: day
known_on: told_on
fields:
  visit_no: {type: text, label: {zh: 编号, en: Number}, required: true}
  shop: {type: text, label: {zh: 店名, en: Shop}, required: true}
  region: {type: text, label: {zh: 地区, en: Region}}
  day: {type: date, label: {zh: 日期, en: Day}}
  told_on: {type: date, label: {zh: 获知日期, en: Told on}}
  score: {type: decimal, places: 2, label: {zh: 得分, en: Score}}
children:
  items:
    label: {zh: 项目, en: Items}
    fields:
      name: {type: text, label: {zh: 项目名, en: Item}}
      result: {type: text, label: {zh: 结果, en: Result}}
    split: {column: items, rows: "；", parts: "║"}
"""
COMPLAINT = """
kind: complaint
label: {zh: 投诉, en: Complaint}
subject: {type: shop, key: [who]}
true_on: complained_on
fields:
  who: {type: text, label: {zh: 被投诉人, en: About whom}, required: true}
  complained_on: {type: date, label: {zh: 投诉日期, en: Complained on}}
  words: {type: text, label: {zh: 投诉内容, en: Words}}
"""
LICENCE = """
kind: licence
label: {zh: 许可, en: Licence}
subject: {type: shop, key: [holder]}
key: [licence_no]
version: edition
true_on: since
true_until: until
fields:
  licence_no: {type: identifier, label: {zh: 许可证号, en: Licence number}, required: true}
  holder: {type: text, label: {zh: 持证人, en: Holder}, required: true}
  edition: {type: whole, label: {zh: 版次, en: Edition}}
  since: {type: date, label: {zh: 起, en: Since}}
  until: {type: date, label: {zh: 止, en: Until}}
"""

RATING = """
kind: rating
label: {zh: 评级, en: Rating}
subject: {type: shop, key: [shop_no]}
key: [shop_no, rated_on]
true_on: rated_on
fields:
  shop_no: {type: text, label: {zh: 店号, en: Shop number}, required: true}
  rated_on: {type: date, label: {zh: 评级日期, en: Rated on}, aliases: [RatedOn]}
  stars: {type: whole, label: {zh: 星级, en: Stars}, aliases: [StarRating]}
  status:
    type: code
    label: {zh: 状态, en: Status}
    aliases: [StarRating]
    codes: {rated: {label: {zh: 已评级, en: Rated}, aliases: ["1", "2", "3", "4", "5"]}}
"""
LOT = """
kind: lot
label: {zh: 批次, en: Lot}
subject: {type: shop, key: [shop_no]}
key: [shop_no, amount]
true_on: extract
fields:
  shop_no: {type: text, label: {zh: 店号, en: Shop number}, required: true}
  amount: {type: decimal, label: {zh: 金额, en: Amount}, unit: 元}
  score: {type: decimal, label: {zh: 得分, en: Score}}
"""


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "kinds").mkdir()
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    kinds = (("visit", VISIT), ("complaint", COMPLAINT), ("licence", LICENCE), ("rating", RATING), ("lot", LOT))
    for name, text in kinds:
        (folder / "kinds" / f"{name}.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def workspace(shops: Path, tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "workspace", find_pack(shops))


@pytest.fixture
def bring(workspace: Workspace, tmp_path: Path) -> Callable[..., BatchReport]:
    """Write rows as CSV and import them: `bring("visit", rows, extract_date=...)`."""

    def run(kind: str, rows: Sequence[Mapping[str, object]], name: str = "", **options: object) -> BatchReport:
        path = write_csv(tmp_path / (name or f"{kind}.csv"), rows)
        given = {"source": "bureau", "now": NOON, "kind": kind, **options}
        return import_files(workspace, [path], **given)  # type: ignore[arg-type]

    return run


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(headings), *(",".join(str(row.get(name, "")) for name in headings) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def visit(number: object, score: object, **more: object) -> dict[str, object]:
    return {"visit_no": number, "shop": f"店{number}", "day": "2023-01-01", "score": score, **more}


def day(number: int) -> date:
    return date(2023, 1, 1).replace(month=1 + number // 28, day=1 + number % 28)
