"""Take what only the title of a file says: the year, the verdict."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from zhiheng.vocabulary.chinese_numbers import NUMERALS, RECENT_CHINESE_YEAR, read_chinese_year
from zhiheng.vocabulary.spelling import equal_width
from zhiheng.vocabulary.words import codes_said

if TYPE_CHECKING:
    from zhiheng.vocabulary.kind import Field

_YEAR = r"(?:19|20)\d{2}"
_HAN = re.compile(rf"(?<![{NUMERALS}]){RECENT_CHINESE_YEAR}(?![{NUMERALS}])")
_SPACED = re.compile(r"(?<![\d〇○一二三四五六七八九])(?<!\d\s)[12一二](?:\s+[\d〇○一二三四五六七八九]){3}(?=\s*年)")

_COUNTED = r"(?:批|家|号|种|个|件|台|人|户|项|组|款|次|份|元|吨|万|亿|余|多)"
_NAMED = re.compile(rf"(?<!\d)({_YEAR})\s*年(?!\s*版)")
_MONTHED = re.compile(
    rf"(?<![\dA-Za-z.,/])({_YEAR})[./](?:0?[1-9]|1[0-2])(?!\d)(?:[./]\d{{1,2}}(?!\d))?(?!\s*(?:[%‰]|{_COUNTED}))"
)
_SPAN = re.compile(
    rf"(?<!\d)(?P<first>{_YEAR})\s*(?:年度?)?(?:[-./]?\s*\d{{1,2}}\s*[./月-]?){{0,2}}日?"
    rf"\s*[-—–~至到/、和及与]+\s*(?P<last>{_YEAR})(?!\d)"
)
_SHORT_SPAN = re.compile(r"(?<!\d)(?P<century>\d{2})(?P<first>\d{2})\s*[-—–~/]\s*(?P<last>\d{2})\s*学?年")
_DAY = re.compile(rf"(?<![\dA-Za-z.])({_YEAR}\d{{4}})(?!\d)(?!\s*{_COUNTED})")
_BARE = re.compile(rf"(?<![\d.,/-])({_YEAR})(?![\d.,%/])(?!\s*(?:{_COUNTED}|年?版))")

_STANDARD = re.compile(r"(?:GB|NY|YY|QB|FZ|HJ|DB|JB|SB|SN|LS|WS|ISO|IEC|EN)(?:\s*/?\s*[TZ])?\s*[\d.]+(?:[-—]\d{4})?")
_NUMBERED = r"(?:编号|批号|货号|电话|传真|邮编)\s*:?\s*[\dA-Za-z-]+"
_FOREIGN = re.compile(rf"《[^《》]*》|{_STANDARD.pattern}|{_NUMBERED}")

_DATE = rf"{_YEAR}(?:\d{{4}}|\s*[-./年]\s*\d{{1,2}}(?!\d)(?:\s*[-./月]\s*(?:\d{{1,2}}(?!\d)\s*[日号]?)?)?)?年?"
_ISSUED = "公布|发布|公示|印发|打印|制表|填报|填表"
_TOLD_BY = f"(?:{_ISSUED}|公告|通告|签发|发文|成文|印刷|印制|制作|填写|编制|报送|上报|导出|生成|更新)"
_LABEL = "(?:日期|时间|年月|日|于)"
_DOCUMENT = (
    rf"[(\[〔【]?(?<!\d){_YEAR}\s*(?:年度?)?\s*[)\]〕】]?\s*[-—]?字?第?\s*[\d〇零一二三四五六七八九十百]{{1,6}}\s*号"
)
_BESIDE = re.compile(
    rf"{_DOCUMENT}"
    rf"|{_TOLD_BY}{_LABEL}\s*:?\s*{_DATE}(?:\s*[-~—–至到]+\s*{_DATE})?"
    rf"|(?<!\d){_DATE}\s*(?:{_ISSUED})(?!{_LABEL})"
    rf"|^(?:{_YEAR}\d{{4}}|{_YEAR}\s*[-./年]\s*\d{{1,2}}\s*[-./月]\s*\d{{1,2}}\s*日?)$"  # a day and nothing else
)
"""The number of a document, or the day on which it or its file was made: 〔2018〕3号, 公布日期：2016年1月."""


def title_year(*titles: str) -> int | None:
    """
    Find the year that titles name, the first title first: `2015年`, `二〇一五年`, `2015.11`, or else a bare `2015`.

    Years within 《》, of editions and of standards are not its own; nor is a number of batches or firms. Where several
    differ, 年度 decides, and else none is named. The year of a document's number, or of a date of publication, printing
    or filling in, counts only where no title names another.
    """
    plain = [_in_digits(equal_width(title)) for title in titles]
    for years_of in (_own_years, _years_beside):
        for text in plain:
            if len(years := years_of(text)) == 1:
                return min(years)
    return None


def _in_digits(text: str) -> str:
    """Write years in digits: `二O一五`, and those whose digits stand apart, `2 0 1 5年`."""
    joined = _SPACED.sub(lambda found: "".join(found[0].split()), text)
    return _HAN.sub(lambda found: str(read_chinese_year(found[0])), joined)


def _own_years(text: str) -> set[int]:
    own = _BESIDE.sub(" ", _FOREIGN.sub(" ", text))
    return _decided(own) or _named(_BESIDE.sub(" ", _STANDARD.sub(" ", text)))


def _years_beside(text: str) -> set[int]:
    return set() if _own_years(text) else _decided(_FOREIGN.sub(" ", text))


def _decided(text: str) -> set[int]:
    return _named(text) or {int(year) for year in _BARE.findall(text)} | _days(text)


def _named(text: str) -> set[int]:
    """List the years named as such; where they are several, those of 年度 which are not the end of a span."""
    spans = list(_SPAN.finditer(text))
    years = {int(found[1]) for pattern in (_NAMED, _MONTHED) for found in pattern.finditer(text)}
    years |= {int(found[end]) for found in spans for end in ("first", "last")}
    short = list(_SHORT_SPAN.finditer(text))
    years |= {int(found["century"] + found[end]) for found in short for end in ("first", "last")}
    if len(years) == 1:
        return years
    ends = {found.start("last") for found in spans}
    yearly = {
        int(found[1])
        for found in _NAMED.finditer(text)
        if text.startswith("度", found.end()) and found.start() not in ends
    }
    return yearly or years


def _days(text: str) -> set[int]:
    """List the years of eight digits that are a day, as names of files have them: 20171201."""
    years = set()
    for digits in _DAY.findall(text):
        try:
            years.add(date.fromisoformat(digits).year)
        except ValueError:
            continue
    return years


def title_code(field: Field, title: str) -> str | None:
    """Find the code of the field one of whose words stands in the title; None where the words of several codes do."""
    found = codes_said(title, field.title_words, field.idle_words)
    return next(iter(found)) if len(found) == 1 else None
