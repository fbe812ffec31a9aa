"""What a reader of Chinese is told when a call's words are off: nothing of it is left in English."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
import typer

from zhiheng.cli.app import app
from zhiheng.cli.usage import explain_misuse, in_language

MISUSED = {
    "nope": "没有命令“nope”。",
    "asess": "没有命令“asess”。您是否想写 assess？",
    "assess --qqqq": "没有选项 --qqqq。",
    "assess --as-ov=1": "没有选项 --as-ov。相近的选项：--as-of, --json。",
    "try": "缺少参数 PACK。",
    "try x y": "缺少选项 --as-of。",
    "import x --source": "选项 --source 之后要写值。",
    "import x --dry-run=3": "选项 --dry-run 不带值。",
    "batches a b": "多出了参数：a b。",
    "identity nope": "没有命令“nope”。",
    "identity judge a b maybe": "verdict 的值不对：“maybe”不在 'same', 'different' 之中。",
    "identity candidates --least=x": "--least 的值不对：应当是整数。",
    "identity candidates --least=101": "--least 的值不对：不得大于 100。",
    "identity candidates --least=-1": "--least 的值不对：不得小于 0。",
}
PAGES = ("", "try", "identity", "identity candidates", "import", "method show")
NAMES = r"zhiheng|--[a-z-]+|<[^>]*>|-[a-z]\b|[A-Z]{2,}[A-Z_./=]*|'(?:same|different)'|\{[^}]*\}"


def misuse(call: str) -> str:
    with pytest.raises(typer.TyperException) as raised:
        typer.main.get_command(app).main(call.split(), prog_name="zhiheng", standalone_mode=False)
    return explain_misuse(raised.value, "zh")


@pytest.mark.parametrize("call", MISUSED)
def test_a_misuse_is_told_in_chinese(call: str):
    said = misuse(call).splitlines()[-1]
    assert said == f"错误：{MISUSED[call]}"


@pytest.mark.parametrize("call", [call for call in MISUSED if "--source" not in call and "--dry-run" not in call])
def test_how_the_command_is_called_stands_above(call: str):
    usage, hint, *_ = misuse(call).splitlines()
    assert usage.startswith("用法：zhiheng ")
    assert hint.startswith("查看说明：zhiheng ")


@pytest.mark.parametrize("call", MISUSED)
def test_in_english_the_words_of_the_framework_stay(call: str):
    with pytest.raises(typer.TyperException) as raised:
        typer.main.get_command(app).main(call.split(), prog_name="zhiheng", standalone_mode=False)
    assert explain_misuse(raised.value, "en").endswith(f"Error: {raised.value.format_message()}")


@pytest.mark.parametrize("page", PAGES)
def test_the_frame_of_a_help_page_is_translated(page: str, capsys: pytest.CaptureFixture[str]):
    typer.main.get_command(app).main([*page.split(), "--help"], prog_name="zhiheng", standalone_mode=False)
    english = capsys.readouterr().out
    chinese = in_language(english, "zh")
    assert re.search(r"Options:|Usage:|\[required\]|\[default|\[env var|Show this", english)
    assert not re.search(r"Options:|Usage:|Arguments:|Commands:|\[required\]|\[default|env var|Show this", chinese)


def test_every_phrase_has_a_chinese_one_with_the_same_places():
    said = tomllib.loads(files("zhiheng.cli").joinpath("framework.toml").read_text("utf-8"))["said"]
    for one in said:
        assert re.compile(one["en"]).groups == len(re.findall(r"\\\d", one["zh"]))
