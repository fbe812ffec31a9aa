"""Code lists tell which spellings are shared."""

from zhiheng.errors import Place
from zhiheng.vocabulary.code_list import CodeList, shared_spellings
from zhiheng.vocabulary.kind import Code, Label


def test_two_codes_of_one_label_are_told_although_one_of_them_bears_the_label_as_its_name():
    codes = {"penalty": Code("penalty", Label("处罚", "Penalty")), "other": Code("other", Label("其他", "Penalty"))}
    told = [fault.facts["codes"] for fault in shared_spellings(CodeList(codes), Place("kind.yaml"))]
    assert told == ["penalty, other"]
