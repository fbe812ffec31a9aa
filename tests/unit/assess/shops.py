"""A city of shops: an invented method over invented kinds, and ways to bring records into its ledger."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from zhiheng.assess import run_method
from zhiheng.ledger import Workspace, create_workspace, import_files, open_workspace, read_as_of
from zhiheng.method import load_method
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhiheng.assess import Assessment
    from zhiheng.engine import Engine

PACK = Path(__file__).parents[2] / "reference" / "pack"
AS_OF = date(2026, 6, 30)
NOON = datetime(2026, 7, 1, 12)
Row = dict[str, object]

METHOD = """
method: shops
label: {zh: 店铺评价, en: Shops}
subject: shop
subjects: register
version: "1"
in_force: {from: 2020-01-01}
total: 100
places: {value: 6, points: 1, score: 1}

citations:
  act-7:
    title: {zh: 管理办法第七条, en: "Rules, art. 7"}
    url: https://example.org/rules
    dated: 2024-03-01
    confidence: checked

values:
  strength: {2020-01-01: 4, cite: design}
  each_defect: {2020-01-01: 2, 2026-07-01: 3, cite: act-7}

attributes:
  trade: {label: {zh: 行业, en: Trade}, from: register, take: latest(trade)}
  region: {label: {zh: 区域, en: Region}, from: register, take: latest(region)}

facts:
  cite: design
  visits: {label: {zh: 走访次数, en: Visits}, from: visit, within: 24 months, measure: count()}
  heavy:
    label: {zh: 重大文书, en: Heavy notices}
    from: notice
    where: gravity = 'heavy' and final
    within: 36 months
    measure: count()
  status: {label: {zh: 状态, en: Status}, from: register, measure: latest(status)}
  former: {label: {zh: 原等级, en: Former grade}, from: register, measure: latest(former_grade)}
  staff: {label: {zh: 人数, en: Staff}, from: register, measure: latest(staff), unit: 人}

criteria:
  cite: design
  clean:
    label: {zh: 整洁率, en: Clean visits}
    cite: act-7
    from: visit
    where: clean is not null
    within: 36 months
    weight: half_life(18)
    measure: share(clean)
    shrink: {towards: trade_clean, strength: strength}
    points: {0.5: 0, 1: 40}
    absent: not_inspected
  defects:
    label: {zh: 缺陷扣分, en: Deductions for defects}
    from: visit
    where: defects is not null
    within: 36 months
    measure: sum(each_defect * defects)
    points: "20 - value"
    max: 20
    absent: not_inspected
  notices:
    label: {zh: 文书扣分, en: Deductions for notices}
    from: notice
    within: 36 months
    measure: sum(amount)
    points: "20 - value"
    max: 20
    absent: full_if_feed_complete
  size:
    label: {zh: 人均走访, en: Visits for ten staff}
    formula: visits * 10 / staff
    applies: coalesce(staff, 0) > 0
    points: {0: 0, 1: 10}
    absent: zero
  items:
    label: {zh: 项目符合率, en: Items in order}
    from: visit.items
    where: fine is not null
    within: 24 months
    measure: share(fine)
    points: {0: 0, 1: 10}
    absent: not_inspected

benchmarks:
  trade_clean: {of: clean, by: [trade], statistic: pooled, at_least: 3, otherwise: all_clean, cite: design}
  all_clean: {of: clean, statistic: pooled, at_least: 1, otherwise: 0.8, cite: design}

dimensions:
  order: {label: {zh: 秩序, en: Order}, criteria: [clean, items, size], max: 60}
  breaches: {label: {zh: 违规, en: Breaches}, criteria: [defects, notices], max: 40}

one_deduction:
  - {among: [defects, notices], cite: design}

feeds: {from: attest, kind: record_kind, starts: starts_on, ends: ends_on, complete: complete, region: region}

states:
  - {pass_through: status, except: [Normal], label: {zh: 登记状态, en: Registered status}, cite: design}

score: {sum_of: dimensions, over: applicable, out_of: 100}
sufficient: {when: coverage >= 0.3, label: {zh: 依据充分, en: Enough evidence}, cite: design}
grades: {A: 85, B: 70, C: 50, D: otherwise, cite: design}
requires:
  - {grade: D, needs: heavy > 0, otherwise: C, label: {zh: D级须重大文书, en: D asks for a notice}, cite: design}
floors:
  - {when: visits >= 6, at_least: C, label: {zh: 常被走访, en: Visited often}, cite: design}
caps:
  - {name: thin, when: coverage < 0.8, at_most: B, label: {zh: 依据不足八成, en: Evidence too thin}, cite: design}
gates:
  - {grade: A, needs: visits >= 2, otherwise: B, label: {zh: A级须走访两次, en: A asks for two visits}, cite: design}
buffer: {previous: former, points: 2, label: {zh: 缓冲, en: Buffer}, cite: design}
vetoes:
  - {name: heavy, when: heavy > 1, grade: D, label: {zh: 两份以上重大文书, en: Two heavy notices}, cite: act-7}
"""


@dataclass
class City:
    """A workspace of shops, and how many imports it has seen."""

    folder: Path
    engine: Engine
    imports: int = 0

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.folder)

    @property
    def now(self) -> datetime:
        """A moment later than every import so far."""
        return NOON + timedelta(days=self.imports)

    def bring(self, kind: str, *rows: Row, source: str = "bureau", **options: object) -> None:
        """Import rows of a kind as one batch."""
        self.imports += 1
        path = write_csv(self.folder.parent / f"{kind}-{self.imports}.csv", rows)
        given = {"source": source, "kind": kind, "extract_date": date(2026, 6, 1) + timedelta(days=self.imports)}
        import_files(self.workspace, [path], now=self.now, **(given | options))  # type: ignore[arg-type]

    def assess(
        self,
        name: str,
        *,
        as_of: date = AS_OF,
        method: str = METHOD,
        known_at: datetime | None = None,
        **options: object,
    ) -> Assessment:
        """Assess the shops as they stand."""
        workspace = self.workspace
        path = self.folder / "pack" / "method.yaml"
        path.write_text(method, "utf-8")
        loaded = load_method(path, workspace.pack.kinds)
        out = self.folder / "assessments" / name
        snapshot = read_as_of(workspace, known_at=known_at)
        return run_method(loaded, snapshot, self.engine, as_of=as_of, out=out, **options)  # type: ignore[arg-type]


def make_city(folder: Path, engine: Engine) -> City:
    """Make an empty workspace of shops."""
    shutil.rmtree(folder, ignore_errors=True)
    create_workspace(folder / "workspace", find_pack(PACK))
    return City(folder / "workspace", engine)


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(headings), *(",".join(_cell(row.get(name)) for name in headings) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def register(shop: str, *, recorded_on: str = "2020-01-01", **more: object) -> Row:
    return {
        "shop": shop,
        "recorded_on": recorded_on,
        "trade": "tea",
        "region": "1407",
        "staff": 10,
        "status": "Normal",
    } | more


def visit(shop: str, number: int, on: str, **more: object) -> Row:
    row = {"shop": shop, "visit_no": f"V{number}", "visited_on": on, "level": 1, "zone": "north", "open": True}
    return row | {"clean": True, "defects": 0} | more


def notice(shop: str, number: int, on: str, **more: object) -> Row:
    row = {"shop": shop, "notice_no": f"N{number}", "issued_on": on, "amount": 5, "gravity": "light", "final": True}
    return row | more


def attest(kind: str, **more: object) -> Row:
    row = {"sender": "bureau", "signed_on": "2026-06-01", "record_kind": kind, "complete": True}
    return row | {"starts_on": "2020-01-01", "ends_on": "2026-12-31", "region": None} | more
