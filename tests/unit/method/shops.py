"""An invented scheme for shops: its kinds, and one method that uses every section of the language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from zhiheng.method import Method, Version, load_method_text
from zhiheng.vocabulary import load_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary import Kind

KINDS = {
    "visit": """\
kind: visit
label: {zh: 检查, en: Visit}
subject: {type: shop, key: [shop]}
key: [shop, visited_on]
true_on: visited_on
true_until: valid_to
fields:
  shop: {type: identifier, label: {zh: 店号, en: Shop}, required: true}
  visited_on: {type: date, label: {zh: 检查日, en: Visited on}, required: true}
  valid_to: {type: date, label: {zh: 有效期, en: Valid to}}
  mark: {type: whole, label: {zh: 得分, en: Mark}, required: true, at_least: 0, at_most: 100}
  level: {type: whole, label: {zh: 级别, en: Level}, values: [1, 2, 3]}
  fee: {type: money, label: {zh: 费用, en: Fee}}
  verdict:
    type: code
    label: {zh: 结论, en: Verdict}
    codes:
      pass: {label: {zh: 合格, en: Pass}}
      fail: {label: {zh: 不合格, en: Fail}}
  announced: {type: yes_no, label: {zh: 预先通知, en: Announced}}
  region: {type: text, label: {zh: 区域, en: Region}}
  status: {type: text, label: {zh: 状态, en: Status}}
  tags:
    type: list
    of: code
    label: {zh: 标签, en: Tags}
    codes:
      clean: {label: {zh: 整洁, en: Clean}}
      loud: {label: {zh: 吵闹, en: Loud}}
  official_grade: {type: text, label: {zh: 公布等级, en: Official grade}, outcome: true}
children:
  item:
    label: {zh: 项目, en: Items}
    fields:
      name: {type: text, label: {zh: 项目名, en: Item}, required: true}
      cost: {type: whole, label: {zh: 扣分, en: Cost}, required: true}
    split: {column: status, rows: "；", parts: "|"}
""",
    "penalty": """\
kind: penalty
label: {zh: 处罚, en: Penalty}
subject: {type: shop, key: [shop]}
same_fact: [decision]
true_on: decided_on
fields:
  shop: {type: identifier, label: {zh: 店号, en: Shop}, required: true}
  decision: {type: identifier, label: {zh: 文书号, en: Decision}, required: true}
  decided_on: {type: date, label: {zh: 决定日, en: Decided on}, required: true}
  severity:
    type: code
    label: {zh: 程度, en: Severity}
    required: true
    codes:
      minor: {label: {zh: 轻微, en: Minor}}
      serious: {label: {zh: 严重, en: Serious}}
""",
    "attestation": """\
kind: attestation
label: {zh: 报送声明, en: Attestation}
subject: {type: authority, key: [authority]}
true_on: signed_on
fields:
  authority: {type: identifier, label: {zh: 机关, en: Authority}, required: true}
  signed_on: {type: date, label: {zh: 签署日, en: Signed on}, required: true}
  register: {type: text, label: {zh: 台账, en: Register}, required: true}
  first_day: {type: date, label: {zh: 起, en: From}}
  last_day: {type: date, label: {zh: 止, en: To}}
  whole: {type: yes_no, label: {zh: 完整, en: Complete}}
  area: {type: text, label: {zh: 地区, en: Area}}
""",
    "rumour": """\
kind: rumour
label: {zh: 传闻, en: Rumour}
subject: {type: person, key: [person]}
true_on: heard_on
fields:
  person: {type: identifier, label: {zh: 人, en: Person}, required: true}
  heard_on: {type: date, label: {zh: 日期, en: Heard on}, required: true}
""",
}

METHOD = """\
method: shops
label: {zh: 店铺评价, en: Shops}
about: {zh: 虚构的方法。, en: An invented method.}
subject: shop
subjects: visit
version: "1"
in_force: {from: 2020-01-01}
total: 200
places: {score: 0}

citations:
  order-1:
    title: {zh: 第一号令, en: Order 1}
    url: https://example.org/1
    dated: 2019-05-01
    confidence: checked

values:
  prior: {2020-01-01: 8, 2022-01-01: 9, cite: design}
  costs: {2020-01-01: {minor: 5, serious: 20}, cite: order-1}
  best_region: {2020-01-01: 'north', cite: order-1}

attributes:
  region: {label: {zh: 区域, en: Region}, from: visit, take: latest(region)}

facts:
  status: {label: {zh: 状态, en: Status}, cite: order-1, from: visit, measure: latest(status)}
  visits: {label: {zh: 检查次数, en: Visits}, cite: order-1, from: visit, within: 36 months, measure: count()}
  previous: {label: {zh: 上次等级, en: Previous grade}, cite: design, from: visit, measure: latest(status)}
  level: {label: {zh: 级别, en: Level}, cite: design, from: visit, measure: latest(level), default: 1}
  penalised: {label: {zh: 处罚, en: Penalised}, cite: design, from: penalty, measure: "any(severity = 'serious')"}

criteria:
  pass_rate:
    label: {zh: 合格率, en: Pass rate}
    cite: order-1
    from: visit
    where: verdict in ('pass', 'fail')
    within: 36 months
    weight: half_life(18)
    measure: share(verdict = 'pass')
    shrink: {towards: region_rate, strength: prior}
    points: {0.5: 0, 1: 100}
    absent: not_inspected
  worst_mark:
    label: {zh: 最低分, en: Lowest mark}
    cite: order-1
    from: visit
    measure: min(mark)
    bins:
      - {below: 50, points: 0}
      - {at_most: 80, points: 20}
      - {otherwise: 40}
    absent: zero
  announced:
    label: {zh: 通知, en: Announced}
    cite: [order-1, design]
    from: visit
    where: announced is not null
    measure: latest(announced)
    codes: {true: 5, false: 10}
    absent: not_applicable
  penalties:
    label: {zh: 处罚扣分, en: Penalties}
    cite: order-1
    from: penalty
    within: 36 months
    measure: sum(lookup(costs, severity) * fade(36))
    points: "30 - value"
    max: 30
    absent: full_if_feed_complete
  item_costs:
    label: {zh: 项目扣分, en: Items}
    cite: order-1
    from: visit.item
    within: current
    measure: sum(cost)
    points: {0: 20, 40: 0}
    absent: not_applicable

benchmarks:
  region_rate: {of: pass_rate, by: [region], statistic: pooled, at_least: 30, otherwise: all_rate, cite: design}
  all_rate: {of: pass_rate, statistic: pooled, at_least: 30, otherwise: 0.9, cite: design}

dimensions:
  quality: {label: {zh: 质量, en: Quality}, criteria: [pass_rate, worst_mark, announced], max: 150}
  law: {label: {zh: 守法, en: Law}, criteria: [penalties, item_costs]}

one_deduction:
  - {among: [penalties, item_costs], cite: order-1}

feeds: {from: attestation, kind: register, starts: first_day, ends: last_day, complete: whole, region: area}

states:
  - {state: closed, when: "coalesce(status, '') = 'closed'", label: {zh: 停业, en: Closed}, cite: order-1}
  - {pass_through: status, except: [open], label: {zh: 其他状态, en: Other}, cite: order-1}

score: {sum_of: dimensions, over: applicable, out_of: 100}
sufficient: {when: coverage >= 0.3, label: {zh: 证据, en: Evidence}, cite: design}
grades: {A: 90, B: 75, C: 60, D: otherwise, cite: order-1}
requires:
  - {grade: D, needs: penalised, otherwise: C, label: {zh: 须有处罚, en: Penalised}, cite: order-1}
floors:
  - {when: level = 3, at_least: C, label: {zh: 级别下限, en: Level floor}, cite: order-1}
caps:
  - {when: "coalesce(region, '') <> best_region", at_most: B, label: {zh: 区域上限, en: Region cap}, cite: order-1}
gates:
  - {grade: A, needs: visits >= 2, otherwise: B, label: {zh: 两次检查, en: Two visits}, cite: order-1}
buffer: {previous: previous, points: 3, label: {zh: 缓冲, en: Buffer}, cite: design}
vetoes:
  - {name: serious, when: penalised, grade: D, label: {zh: 严重处罚, en: Serious penalty}, cite: order-1}
"""

CASES = """\
cases:
  - case: A shop that always passes gets full points for its pass rate
    as_of: 2026-06-30
    given:
      visit:
        - {shop: S1, mark: 90, verdict: pass, age: 3, tags: [clean, loud], item: [{name: floor, cost: 2}]}
      penalty:
        - {shop: S1, severity: minor, decided_on: 2026-01-31}
    frozen: {region_rate: 0.94}
    expect:
      state: graded
      grade: A
      score: 95.5
      criteria:
        pass_rate: {value: 0.95, points: 90, state: measured}
      facts: {visits: 1}
"""


@cache
def kinds() -> Mapping[str, Kind]:
    """Load the invented kinds."""
    with TemporaryDirectory() as folder:
        pack = Path(folder)
        (pack / "kinds").mkdir()
        for name, text in KINDS.items():
            (pack / "kinds" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_kinds(pack)


@cache
def method_of(text: str = METHOD) -> Method:
    """Load a method."""
    return load_method_text(text, kinds())


def version_of(text: str = METHOD) -> Version:
    """Load the last version of a method."""
    return method_of(text).versions[-1]
