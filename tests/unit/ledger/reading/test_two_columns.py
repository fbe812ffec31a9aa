"""Which column speaks where two could: the better one, the filled one, or none."""

from __future__ import annotations

import json
from dataclasses import replace
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.ledger.reading.conftest import Kinds, Reader


LIST = """2015年某市床品监督抽查结果,,,,
序号,生产企业名称,所在地,产品名称,抽查结果
1,甲某纺织有限公司,某县,床单,合格
2,乙某纺织有限公司,某区,被套,不合格
"""


def test_a_last_resort_gives_way_to_a_heading_that_ends_as_the_fields_own(reader: Reader):
    table = reader.read_text("企业名称,抽样所见生产企业,产品名称\n某商店,甲公司,床单\n")
    assert reader.rows(table, "producer") == [(2, "甲公司")]
    table = reader.read_text("企业名称,生产企业电话,产品名称\n甲公司,1,床单\n")
    assert reader.rows(table, "producer") == [(2, "甲公司")]


def test_of_two_columns_for_one_field_the_better_that_is_filled_counts(reader: Reader):
    table = reader.read_text("标称生产单位,生产企业,抽查结果,结论\n甲公司,——,合格,\n乙公司,丙公司,/,不合格\n")
    assert reader.rows(table, "producer", "verdict") == [(2, "甲公司", "pass"), (3, "丙公司", "fail")]
    assert table.unmapped == ()


def test_two_columns_that_contradict_each_other_are_a_fault_of_the_row(reader: Reader):
    table = reader.read_text("企业名称,抽查结果,结论\n甲公司,合格,不合格\n乙公司,合格,符合要求\n")
    assert reader.faults(table) == [(2, "结论", "ledger.columns-contradict", "不合格")]
    assert reader.rows(table, "verdict") == [(3, "pass")]


def test_many_rows_that_contradict_each_other_are_told_in_one_go(reader: Reader, kinds: Kinds):
    fine = replace(kinds.penalty.fields["fine"], aliases=("罚没款",))
    kind = replace(kinds.penalty, fields={**kinds.penalty.fields, "fine": fine})
    rows = [f"甲{n},91110000100000{n:05},2020-01-01,{n}元,{n + 1}\n" for n in range(20_000)]
    started = process_time()
    table = reader.read_text("决定书文号,信用代码,处罚日期,罚款金额,罚没款\n" + "".join(rows), kind)
    assert process_time() - started < 10  # a scan for each pair takes minutes
    faults = reader.faults(table)
    assert len(faults) == 20_000
    assert faults[1] == (3, "罚款金额", "ledger.columns-contradict", "1元")
    facts = reader.staging.execute(f'select facts from "{table.quarantined}" where file_row = 5').fetchall()
    assert {key: json.loads(facts[0][0])[key] for key in ("other", "value", "other_value")} == {
        "other": "罚没款",
        "value": "3元",
        "other_value": "4",
    }


def test_a_doubtful_heading_over_many_rows_gives_a_code_where_half_of_them_are_codes(reader: Reader, kinds: Kinds):
    verdict = replace(kinds.sampling.fields["verdict"], aliases=("抽查结果",), fallback=("检验结果",))
    kind = replace(kinds.sampling, fields={**kinds.sampling.fields, "verdict": verdict})
    for codes, mapped in ((6, True), (4, False)):
        rows = [f"甲公司,{'合格' if n % 10 < codes else f'大概{n}'}\n" for n in range(30_000)]
        table = reader.read_text("企业名称,检验结果\n" + "".join(rows), kind, name=f"{codes}.csv")
        assert ("检验结果" not in table.unmapped) is mapped


def test_a_doubtful_heading_gives_a_code_only_where_its_values_are_codes(reader: Reader, kinds: Kinds):
    verdict = replace(kinds.sampling.fields["verdict"], aliases=("抽查结果",), fallback=("检验结果",))
    kind = replace(kinds.sampling, fields={**kinds.sampling.fields, "verdict": verdict})
    measured = reader.read_text("不合格产品,,\n企业名称,不合格项目,检验结果\n甲公司,甲醛,80\n乙公司,甲醛,95\n", kind)
    assert reader.rows(measured, "verdict") == [(3, "fail"), (4, "fail")]
    assert "检验结果" in measured.unmapped
    judged = reader.read_text("不合格产品,\n企业名称,检验结果\n甲公司,合格\n乙公司,大概\n", kind)
    assert reader.rows(judged, "verdict") == [(3, "pass")]
