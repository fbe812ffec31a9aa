"""What only a title says: its year, its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zhiheng.vocabulary import Field, title_code, title_year

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("关于2015年第三批产品质量监督抽查结果的公告", 2015),
        ("二〇一四年第二季度抽查情况", 2014),
        ("2013-2014年度公报", None),
        ("抽查结果 2012", 2012),
        ("第20151号公告", None),
        ("抽查结果", None),
        ("依据《监督抽查实施规范（2019年版）》开展的2021年监督抽查结果", 2021),
        ("《2018年国家监督抽查计划》", 2018),
        ("按2019年版细则的抽查", None),
        ("抽查1985批次结果", None),
        ("产品2000批次", None),
        ("2000家企业", None),
        ("执行标准GB/T 2015规定", None),
        ("GB 18401-2010 抽查", None),
        ("2013年至2014年公报", None),
        ("2020年制定的2021年度计划", 2021),
        ("2015年、2015年第二批", 2015),
        ("二0一五年不合格名单", 2015),
        ("二O一五年不合格名单", 2015),
        ("二Ｏ一五年不合格名单", 2015),
        ("贰零壹伍年不合格名单", 2015),
        ("抽查结果（二〇一五）", 2015),
        ("二 ○ 一 五 年不合格名单", 2015),
        ("2 0 1 5年不合格名单", 2015),
        ("２　０　１　５　年不合格名单", 2015),
        ("附件一 二〇一五年名单", 2015),
        ("附件1 2 0 1 5年名单", None),
        ("附件一二〇一五年名单", None),
        ("二一五〇年", None),
        ("二〇〇〇家企业", None),
        ("2015.11不合格名单", 2015),
        ("不合格名单(2017.10-12)", 2017),
        ("2017.12.1抽检不合格名单", 2017),
        ("2017-12-01抽检不合格名单", 2017),
        ("不合格名单（2017/12）", 2017),
        ("2015.13名单", None),
        ("销售额2017.5万元", None),
        ("合格率2000.5%", None),
        ("V2017.10", None),
        ("抽检不合格名单20171201", 2017),
        ("20181231不合格", 2018),
        ("20170101-20171231", 2017),
        ("20171201-20180105", None),
        ("2018年国家抽查（20190105）", 2018),
        ("20170230", None),
        ("P020150215343267947582", None),
        ("GZ20171201", None),
        ("批号：20171201", None),
        ("联系电话：20171201", None),
        ("17年抽查不合格名单", None),
    ],
)
def test_the_year_of_a_title(title: str, year: int | None):
    assert title_year(title) == year


@pytest.mark.parametrize(
    "title",
    [
        "2017-2018学年校服抽查不合格名单",
        "2017-18学年校服抽查不合格名单",
        "2017/2018年度不合格名单",
        "2017、2018年不合格名单",
        "2017年10月至2018年1月不合格名单",
        "2017.12-2018.1不合格名单",
        "2017.10—2018不合格名单",
        "2018年不合格名单（2017.12）",
        "2017 2018",
    ],
)
def test_a_title_of_two_years_names_none(title: str):
    assert title_year(title) is None


BESIDE = [
    "2018年第2号",
    "（2018年第2号）",
    "（2018）2号",
    "〔2018〕12号",
    "[2018]第12号",
    "2018年第十二号公告",
    "公告2018年第3号",
    "二〇一八年第三号",
    "公布日期：2018年1月20日",
    "公布日期：2018年1月",
    "公示时间：2018年1月20日至2018年1月26日",
    "打印时间：2018年3月",
    "制表时间：2018-03-01",
    "制表时间：20180301",
    "填报日期：2018.1.5",
    "填表日期 2018/1/5",
    "发布于2018年1月",
    "（2018年1月5日发布）",
]


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("own", ["2017年第4季度抽查结果", "抽查结果（2017.10-12）", "抽查结果 2017", "二〇一七年"])
def test_the_year_of_a_number_or_of_a_date_of_issue_yields_to_any_other(beside: str, own: str):
    assert title_year(f"{own} {beside}") == 2017
    assert title_year(f"{beside} {own}") == 2017
    assert title_year(beside) == 2018
    assert title_year(beside, own) == 2017


def test_a_title_of_two_years_names_none_beside_a_third():
    assert title_year("2016年、2017年抽查结果（2018年第2号）") is None
    assert title_year("2018年第1号（2019年第2号）") is None


def test_what_looks_like_a_number_or_a_date_of_issue_and_is_the_years_own():
    assert title_year("[2017]第4期抽检 公布日期：2018年1月5日") == 2017
    assert title_year("抽样日期：2017年12月 公布日期：2018年1月5日") == 2017
    assert title_year("关于公布2017年抽查结果的公告（2018年第1号）") == 2017
    assert title_year("（2018年第2号）关于《2017年抽查不合格名单》的公告") == 2017


def test_the_first_title_that_names_a_year_of_its_own_decides():
    assert title_year("填报日期：2016年1月5日", "2015年抽查不合格名单", "2014") == 2015
    assert title_year("2016年1月20日", "2015年抽查不合格名单") == 2015
    assert title_year("2016年1月20日", "不合格名单") == 2016
    assert title_year("2017年至2018年", "2016年") == 2016
    assert title_year("公告2016年第3号", "Sheet1") == 2016
    assert title_year() is None


YEARS = st.integers(1900, 2099)
CIRCLES = st.sampled_from("〇零○0OＯ")
FORMS = [
    "{}年",
    "{} 年度",
    "{}.11",
    "{}.10-12",
    "{}.12.1",
    "{}/12",
    "（{}）",
    "{}1201",
    "{}年3月5日至6日",
    "{}年第4期",
    "{}年第2号",
    "公布日期：{}年1月20日",
]


@given(year=YEARS, form=st.sampled_from(FORMS))
def test_every_form_names_its_year(year: int, form: str):
    assert title_year(f"监督抽查不合格名单 {form.format(year)}") == year
    assert title_year(form.format(year)) == year


@given(year=YEARS, zero=CIRCLES)
def test_a_year_in_chinese_is_read_whatever_is_typed_for_its_zero(year: int, zero: str):
    written = "".join((zero + "一二三四五六七八九")[int(digit)] for digit in str(year))
    assert title_year(f"关于{written}年抽查结果的公告") == year


@given(one=YEARS, other=YEARS, first=st.sampled_from(FORMS[:5]), second=st.sampled_from(["{}年", "{}.1", "{}/2"]))
def test_two_years_that_differ_are_none(one: int, other: int, first: str, second: str):
    assume(one != other and "度" not in first)
    assert title_year(f"{first.format(one)}抽查 {second.format(other)}") is None


@given(st.text("2019年度〇一二.-/第号（）公布日期：12 ", max_size=24))
def test_a_year_that_is_named_stands_in_the_title(title: str):
    year = title_year(title)
    digits = str.maketrans("〇一二", "012")
    assert year is None or str(year) in "".join(title.split()).translate(digits)


def test_the_code_whose_words_alone_stand_in_the_title(make_field: Callable[..., Field]):
    field = make_field("code", title_words={"fail": ("不合格",), "pass": ("合格",)})

    assert title_code(field, "2015年不 合格产品名单") == "fail"
    assert title_code(field, "2015年合格产品名单") == "pass"
    assert title_code(field, "2015年名单") is None
    assert title_code(field, "2015年合格与不合格产品名单") is None
