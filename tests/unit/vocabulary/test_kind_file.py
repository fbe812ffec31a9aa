"""Kind files: what is read, and every fault with its place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zhiheng.errors import FaultsFound
from zhiheng.vocabulary import (
    FieldType,
    Kind,
    TrueOn,
    YamlUnreadable,
    find_pack,
    load_kind,
    load_kinds,
    packaged_packs,
    resemblance,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.errors import Fault

GOOD = """\
kind: sampling
label: {zh: 监督抽查, en: Spot check}
subject: {type: producer, provisional: [producer, region]}
key: [batch_no]
version: updated_on
same_fact: [decision_no]
true_on: {field: year, day: "12-31"}
true_until: valid_to
day_first: true
fields:
  batch_no: {type: identifier, label: {zh: 编号, en: Number}}
  year: {type: year, label: {zh: 年度, en: Year}, from_title: year}
  producer: {type: text, label: {zh: 企业, en: Producer}, aliases: [企业名称], required: true}
  region: {type: code, label: {zh: 地区, en: Region}, codes: areas}
  verdict:
    type: code
    label: {zh: 结论, en: Verdict}
    codes:
      pass: {label: {zh: 合格, en: Pass}, aliases: [符合]}
      fail: {zh: 不合格, en: Fail}
    from_title: {fail: [不合格], pass: [合格]}
  rate: {type: decimal, label: {zh: 比率, en: Rate}, places: 2, at_least: 0, at_most: 1}
  decision_no: {type: identifier, label: {zh: 文号, en: Document}}
  updated_on: {type: date, label: {zh: 更新, en: Updated}}
  valid_to: {type: date, label: {zh: 有效期至, en: Valid until}}
  marks: {type: list, of: text, separator: "/", label: {zh: 标志, en: Marks}}
  rating: {type: text, label: {zh: 等级, en: Rating}, outcome: true}
children:
  items:
    label: {zh: 项目, en: Items}
    fields:
      name: {type: text, label: {zh: 项目名称, en: Item}}
      result: {type: text, label: {zh: 检验值, en: Found}}
    split: {column: failed_items, rows: "；", parts: "║"}
disclosure: {level: public, until: {months: 12, from: true_on}, cite: order-45}
"""
AREAS = "code,zh,en,aliases\n01,东区,East,东部|城东\n02,西区,West,\n"


@pytest.fixture
def pack(write: Callable[[str, str], Path]) -> Callable[..., Path]:
    """Write a pack with one kind, and give its folder."""

    def put(text: str = GOOD, areas: str = AREAS) -> Path:
        write("codes/areas.csv", areas)
        return write("kinds/sampling.yaml", text).parent.parent

    return put


def read(folder: Path) -> Kind:
    return load_kinds(folder)["sampling"]


def faults(folder: Path) -> list[tuple[str, str]]:
    """Give each fault as the name of its message and the text from its place to the end of the line."""
    with pytest.raises(FaultsFound) as found:
        load_kinds(folder)
    return [(fault.code.removeprefix("vocabulary."), pointed_at(fault)) for fault in found.value.faults]


def pointed_at(fault: Fault) -> str:
    assert fault.render("en")
    assert fault.render("zh")
    line = Path(fault.place.file).read_text("utf-8").splitlines()[(fault.place.line or 1) - 1]
    return line[int(fault.place.column or 1) - 1 :]


def test_kinds_are_read_anew_where_a_file_says_something_else_and_not_otherwise(pack: Callable[..., Path]):
    folder = pack()
    first = load_kinds(folder)
    assert load_kinds(folder) is first
    file = next((folder / "kinds").glob("*.yaml"))
    file.write_text(file.read_text("utf-8").replace("kind: sampling", "kind: testing"), "utf-8")
    assert set(load_kinds(folder)) == {"testing"}


def test_a_kind_is_read_whole(pack: Callable[..., Path]):
    kind = read(pack())

    assert kind.subject.fields == ("producer", "region")
    assert kind.subject.provisional
    assert kind.true_on == TrueOn("year", "12-31")
    assert (kind.key, kind.version, kind.same_fact) == (("batch_no",), "updated_on", ("decision_no",))
    assert kind.day_first is True
    assert list(kind.fields)[:3] == ["batch_no", "year", "producer"]
    assert kind.fields["region"].codes["01"].aliases == ("东部", "城东")
    assert kind.fields["verdict"].codes["fail"].label.zh == "不合格"
    assert kind.fields["verdict"].title_words == {"fail": ("不合格",), "pass": ("合格",)}
    assert (kind.fields["rate"].places, kind.fields["rate"].at_most) == (2, Decimal(1))
    assert kind.fields["marks"].separators == "/"
    assert kind.fields["rating"].outcome
    assert kind.children["items"].split
    assert (kind.disclosure.level, kind.disclosure.until_months) == ("public", 12)
    assert kind.file.endswith("kinds/sampling.yaml")


@pytest.mark.parametrize(
    ("old", "new", "at", "fault"),
    [
        ("version: updated_on", "versoin: updated_on", "versoin", "unknown-key-near"),
        ("version: updated_on", "zzzz: updated_on", "zzzz", "unknown-key"),
        ("version: updated_on", "version: producer", "producer", "field-of-other-type"),
        ("key: [batch_no]", "key: [batchno]", "batchno]", "unknown-field-near"),
        ("key: [batch_no]", "key: [rating]", "rating]", "outcome-in-key"),
        ("key: [batch_no]", "key: [marks]", "marks]", "field-of-other-type"),
        ("key: [batch_no]", "key: [batch_no, batch_no]", "batch_no]", "duplicate-entry"),
        ("key: [batch_no]", "key: batch_no", "batch_no", "wrong-shape"),
        ("en: Spot check}", "en: ''}", "{zh: 监督抽查", "missing-language"),
        ("label: {zh: 监督抽查, en: Spot check}\n", "", "kind: sampling", "missing-label"),
        ('{field: year, day: "12-31"}', "producer", "producer", "field-of-other-type"),
        ('{field: year, day: "12-31"}', "year", "year", "day-missing"),
        ('day: "12-31"', 'day: "13-01"', '"13-01', "wrong-shape"),
        ("true_until: valid_to", "true_until: rate", "rate", "field-of-other-type"),
        ("day_first: true", "day_first: yes", "yes", "wrong-shape"),
        (
            "provisional: [producer, region]",
            "provisional: [producer, region, year]",
            "[producer, region, year]",
            "wrong-shape",
        ),
        (
            "provisional: [producer, region]",
            "key: [batch_no], provisional: [producer]",
            "{type: producer",
            "subject-key-or-provisional",
        ),
        ("{type: identifier, label: {zh: 编号", "{type: identifer, label: {zh: 编号", "identifer", "unknown-word-near"),
        ("{type: identifier, label: {zh: 编号", "{label: {zh: 编号", "{label", "missing-key"),
        ("from_title: year}", "from_title: month}", "month", "wrong-shape"),
        ("  producer: {type", "  Producer: {type", "Producer", "bad-name"),
        ("  rate: {type", "  source: {type", "source", "reserved-name"),
        ("aliases: [企业名称]", "aliases: [企业名称, 企业名称]", "企业名称]", "duplicate-entry"),
        ("aliases: [企业名称]", "aliases: ['{标称,企业名称']", "'{标称", "braces-unbalanced"),
        ("aliases: [企业名称]", "aliases: ['{标{称}}企业']", "'{标{", "braces-unbalanced"),
        ("aliases: [企业名称]", f"aliases: ['{'{甲,乙}' * 10}']", "'{甲", "too-many-alternatives"),
        ("aliases: [企业名称]", "aliases: [企业名称], words: {pass: [合格]}", "words", "key-of-other-type"),
        ("en: Number}}", "en: Number}, aliases: ['文-号']}", "decision_no", "heading-claimed-twice"),
        ("provisional: [producer, region]", "key: [batch_no], markers: [标称]", "markers", "markers-of-no-name"),
        ("aliases: [企业名称]", "aliases: [企业名称], places: 2", "places: 2", "key-of-other-type"),
        ("codes: areas", "codes: area", "area}", "unknown-code-list-near"),
        (", codes: areas", "", "{type: code", "missing-key"),
        ("aliases: [符合]", "aliases: [不合格]", "codes:", "shared-spelling"),
        ("places: 2", "places: 10", "10", "wrong-shape"),
        ("at_least: 0", "at_least: 2", "at_most", "bounds-crossed"),
        ("at_least: 0", "at_least: low", "low", "wrong-shape"),
        ("at_least: 0", "words: {none: [未检出]}", "none:", "wrong-shape"),
        ("at_least: 0", "below: half", "half", "unknown-word"),
        ("from_title: {fail: [不合格], pass: [合格]}", "from_title: {fial: [不合格]}", "fial", "unknown-key-near"),
        (
            "label: {zh: 有效期至, en: Valid until}",
            "label: {zh: 更新, en: Valid until}",
            "valid_to",
            "heading-claimed-twice",
        ),
        ('parts: "║"', 'parts: "；"', "parts", "same-mark"),
        ("months: 12, from: true_on", "months: 12, from: year", "year}", "field-of-other-type"),
        ("months: 12, from: true_on", "from: true_on", "{from: true_on", "until-months-or-field"),
        ("level: public", "level: secret", "secret", "unknown-word"),
    ],
)
def test_a_fault_stands_at_its_place(pack: Callable[..., Path], old: str, new: str, at: str, fault: str):
    assert old in GOOD

    found = faults(pack(GOOD.replace(old, new)))

    assert any(name == fault and text.startswith(at) for name, text in found), found


def test_all_faults_of_all_files_come_at_once(pack: Callable[..., Path], write: Callable[[str, str], Path]):
    folder = pack(GOOD.replace("version:", "versoin:").replace("[batch_no]", "[nobody]"), "code,zh\n")
    write("kinds/other.yaml", "kind: [")

    with pytest.raises(FaultsFound) as found:
        load_kinds(folder)

    codes = [fault.code.removeprefix("vocabulary.") for fault in found.value.faults]
    assert {"code-list-unreadable", "yaml-unreadable", "unknown-key-near", "unknown-field", "unknown-code-list"} <= set(
        codes
    )


def test_two_files_cannot_declare_one_kind(pack: Callable[..., Path], write: Callable[[str, str], Path]):
    folder = pack()
    write("kinds/twin.yaml", GOOD)

    with pytest.raises(FaultsFound) as found:
        load_kinds(folder)

    assert [fault.code for fault in found.value.faults] == ["vocabulary.duplicate-kind"]


def test_a_heading_may_serve_fields_that_read_different_things(pack: Callable[..., Path]):
    text = GOOD.replace("from_title: year}", "from_title: year, aliases: [更新]}")

    assert read(pack(text)).fields["year"].aliases == ("更新",)


def test_alternatives_are_written_out_in_their_order(pack: Callable[..., Path]):
    producer = read(
        pack(GOOD.replace("[企业名称]", "['{标称,}生产{企业,者}名称', 厂名], fallback: ['{受检,}单位']"))
    ).fields["producer"]

    assert producer.aliases == ("标称生产企业名称", "标称生产者名称", "生产企业名称", "生产者名称", "厂名")
    assert producer.fallback == ("受检单位", "单位")


def test_a_heading_may_be_known_by_its_words(pack: Callable[..., Path]):
    words = "[企业名称], resembling: {words: ['{标称,生产}'], and: [企业, 者], without: [地址]}"

    producer = read(pack(GOOD.replace("[企业名称]", words))).fields["producer"]

    assert [resemblance(producer, heading) for heading in ("标称的企业", "生产 者（姓名）", "生产企业标称名称")] == [
        0,
        1,
        0,
    ]
    assert [resemblance(producer, heading) for heading in ("企业", "生产日期", "生产企业地址", "")] == [None] * 4
    assert resemblance(producer, "生产企业" * 21) is None
    assert resemblance(replace(producer, resembling=None), "生产企业") is None
    assert faults(pack(GOOD.replace("[企业名称]", words.replace("and:", "end:"))))[0][0] == "unknown-key-near"
    assert faults(pack(GOOD.replace("[企业名称]", "[企业名称], resembling: {and: [企业]}")))[0][0] == "missing-key"


def test_a_longer_word_hides_the_shorter_within_a_heading(pack: Callable[..., Path]):
    words = "[企业名称], resembling: {words: [生产], and: [企业, 及地址], without: [地址]}"

    producer = read(pack(GOOD.replace("[企业名称]", words))).fields["producer"]

    assert (resemblance(producer, "生产企业及地址"), resemblance(producer, "生产企业地址")) == (0, None)


def test_last_resorts_go_with_a_field_that_is_there(pack: Callable[..., Path]):
    text = GOOD.replace("[企业名称]", "[企业名称], fallback_with: batch_no")

    assert read(pack(text)).fields["producer"].fallback_with == "batch_no"
    assert (
        faults(pack(text.replace("fallback_with: batch_no", "fallback_with: batch_on")))[0][0] == "unknown-field-near"
    )
    assert faults(pack(text.replace("fallback_with: batch_no", "fallback_with: producer")))[0][0].startswith(
        "unknown-field"
    )


def test_children_may_be_parted_by_one_of_several_marks(pack: Callable[..., Path]):
    marks = 'rows: ["；", ";"], parts: ["║", "|"]'
    text = GOOD.replace('rows: "；", parts: "║"', marks)

    split = read(pack(text)).children["items"].split

    assert split
    assert (split.rows, split.parts) == (("；", ";"), ("║", "|"))
    assert faults(pack(text.replace('"║", "|"', '"║", ";"')))[0][0] == "same-mark"


def test_a_suggestion_and_the_place_stand_in_the_message(write: Callable[[str, str], Path]):
    path = write("sampling.yaml", GOOD.replace("codes: areas", "codes: regions").replace("version:", "versoin:"))

    with pytest.raises(FaultsFound) as found:
        load_kind(path, shown="packs/x/sampling.yaml")

    assert str(found.value) == "packs/x/sampling.yaml:5:1\n  `versoin` is no key here. Did you mean `version`?"


def test_wide_files_are_turned_into_children(pack: Callable[..., Path]):
    columns = "{death: [D, D_N], return: [R, R_N]}"
    unpivot = "unpivot: {name_as: name, columns: %s, into: [result, size]}"
    result = "      result: {type: text, label: {zh: 检验值, en: Found}}\n"
    fields = result + "      size: {type: whole, label: {zh: 数量, en: Size}}\n"
    text = GOOD.replace('split: {column: failed_items, rows: "；", parts: "║"}', unpivot % columns).replace(
        result, fields
    )

    child = read(pack(text)).children["items"]

    assert child.unpivot
    assert child.unpivot.columns == {"death": ("D", "D_N"), "return": ("R", "R_N")}
    assert child.fields["size"].type is FieldType.WHOLE
    assert faults(pack(text.replace("[D, D_N]", "[D]")))[0][0] == "columns-do-not-fit"
    assert faults(pack(text.replace("name_as: name", "name_as: nane")))[0][0] == "unknown-field-near"


@pytest.mark.parametrize(
    "rows", ["01,东区,East", "01,,East,", "01,东区,East,\n01,西区,West,", "01,东区,East,城\n02,西区,West,城"]
)
def test_a_faulty_code_list_is_refused(pack: Callable[..., Path], rows: str):
    with pytest.raises(FaultsFound):
        load_kinds(pack(areas=f"code,zh,en,aliases\n{rows}\n"))


@pytest.mark.parametrize(
    "text", ["", "- a", "kind: &a x\nlabel: *a", "kind: !!python/name:os.system x", "\t: {", "\x00"]
)
def test_what_is_no_plain_mapping_is_refused(write: Callable[[str, str], Path], text: str):
    with pytest.raises((YamlUnreadable, FaultsFound)):
        load_kind(write("kind.yaml", text))


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(YamlUnreadable):
        load_kind(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", packaged_packs())
def test_the_kinds_of_every_packaged_pack_are_without_fault(name: str):
    assert find_pack(name).kinds
