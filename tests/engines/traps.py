"""Where engines are known to part ways: each trap is one criterion over one subject's records, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

AS_OF = date(2026, 2, 28)
Row = dict[str, object]


@dataclass(frozen=True)
class Trap:
    """One criterion (its keys in a method file), the records of one subject, and the line that must come out."""

    title: str
    rows: tuple[Row, ...]
    criterion: dict[str, object]
    value: object = None
    points: str | None = None
    state: str = "measured"
    records: int | None = None
    kind: str = "visit"
    register: Row = field(default_factory=dict)  # what the subject's register record says


def days(*texts: str) -> tuple[Row, ...]:
    """Give one record for each day."""
    return tuple({"true_on": date.fromisoformat(text)} for text in texts)


def marks(*texts: str | None) -> tuple[Row, ...]:
    """Give one record, dated on the as-of day, for each mark."""
    return tuple({"mark": None if text is None else Decimal(text)} for text in texts)


def at(*texts: str, on: date = AS_OF) -> tuple[Row, ...]:
    """Give one record of a day for each record id and hour, whose marks count them from 1."""
    rows = [text.split(" ") for text in texts]
    return tuple(
        {"record": name, "true_on": on, "moment": datetime.fromisoformat(f"{on} {clock}"), "mark": Decimal(mark)}
        for mark, (name, clock) in enumerate(rows, 1)
    )


def known(day: int, paper: str = "P") -> Row:
    """Give a document, and the day of a month from which the record of it was known."""
    return {"fact": paper, "known_at": datetime(2025, 1, day)}


def replaced(day: int) -> Row:
    """Say that an edition was replaced by one known from a day of that month."""
    return {"replaced_at": datetime(2025, 1, day), "replaced_batch": 1}


def number(measure: str, **more: object) -> dict[str, object]:
    """Give a criterion over a wide range whose points are its value."""
    return {"measure": measure, "points": "value", "max": 1000, "min": -1000, **more}


def text(measure: str, most: str, **more: object) -> dict[str, object]:
    """Give a criterion whose value is one code among others."""
    return {"measure": measure, "codes": {most: 5, "otherwise": 1}, "max": 5, **more}


NULLS = (
    Trap("a null adds nothing to a sum", marks("1.5", None, "-1"), number("sum(mark)"), "0.5", "0.5", records=3),
    Trap("a sum of nulls is 0, not null", marks(None, None), number("sum(mark)"), 0, "0"),
    Trap("a mean leaves nulls out", marks("1", None, "4"), number("mean(mark)"), "2.5", "2.5"),
    Trap("a mean of nulls alone is no measure", marks(None), number("mean(mark)"), state="not_inspected", records=1),
    Trap("least is null if any argument is", marks(None), number("least(max(mark), 1)"), state="not_inspected"),
    Trap("greatest is null if any argument is", marks(None), number("greatest(max(mark), 1)"), state="not_inspected"),
    Trap("a row whose condition is null is left out", marks("1", None), number("count()", where="mark < 5"), 1, "1"),
    Trap("the last row decides, null or not", marks("1", None), number("latest(mark)"), state="not_inspected"),
    Trap("null is no value among others", marks("1", None, "1", "2"), number("distinct(mark)"), 2, "2"),
    Trap("repeats leaves nulls out", marks("1", None, "1", None), number("repeats(mark)"), 1, "1"),
    Trap("no rows are not 0", (), number("count()"), state="not_inspected", records=0),
    Trap("no rows may mean 0 points", (), number("count()", absent="zero"), None, "0", records=0),
    Trap("unknown or true is true", marks(None), number("count()", where="mark > 1 or level = 0"), 1, "1"),
    Trap(
        "unknown and true is left out",
        marks(None),
        number("count()", where="mark > 1 and level = 0"),
        state="not_inspected",
    ),
    Trap("a code that a table lacks is null", ({"zone": "south"},), number("sum(lookup(rates, zone))"), 0, "0"),
)
DIVISION = (
    Trap(
        "whole numbers divide exactly",
        days("2026-02-01") * 3,
        number("count(level = 0) / (count() + 1)"),
        "0.75",
        "0.8",
    ),
    Trap("a quotient is rounded once", marks("2", "2", "1"), number("sum(mark) / count()"), "1.666667", "1.7"),
    Trap("an inner quotient has nine places", marks("1", "1", "1"), number("1 / count() * 3"), "1", "1"),
    Trap("division by zero is null", marks("0"), number("1 / sum(mark)"), state="not_inspected", records=1),
    Trap("a share is exact", marks("1", "1", "0"), number("share(coalesce(mark, 0) = 1)"), "0.666667", "0.7"),
    Trap(
        "quotients of quotients in each record",
        ({"level": 80}, {"level": -28}),
        number("sum(floor(floor(floor(level / 3) / 3) / 3))"),
        0,
        "0",
    ),
    Trap(
        "a quotient divided again and again",
        ({"level": 9, "mark": Decimal(2)},),
        number("sum(level / mark / mark / mark / mark)"),
        "0.5625",
        "0.6",
    ),
    Trap(
        "the least of the greatest in each record",
        ({"level": 9, "mark": Decimal(2)}, {"level": 1, "mark": None}),
        number("sum(least(greatest(least(greatest(level, mark), 7), mark), 8, level))"),
        7,
    ),
    Trap(
        "a run of records by what is worked out of each",
        ({"level": 1, "true_on": date(2025, 1, 1)}, {"level": 99, "true_on": date(2025, 8, 31)}),
        number("held(floor(floor(level / 3) / 3) >= 1)", where="floor(floor(level / 2) / 2) >= 0"),
        6,
    ),
    Trap("a negative quotient does not floor", marks("-7", "0"), number("floor(sum(mark) / count())"), "-4", "-4"),
)
ROUNDING = (
    Trap("half away from zero, up", marks("2.5"), number("round(sum(mark), 0)"), 3, "3"),
    Trap("half away from zero, down", marks("-2.5"), number("round(sum(mark), 0)"), -3, "-3"),
    Trap("points round half away from zero", marks("-0.25"), number("sum(mark)"), "-0.25", "-0.3"),
    Trap("and up", marks("0.25"), number("sum(mark)"), "0.25", "0.3"),
    Trap("a value is rounded before its points", marks("0.45"), number("sum(mark)", places={"value": 1}), "0.5", "0.5"),
    Trap("a negative third rounds at its place", marks("-1", "0", "0"), number("mean(mark)"), "-0.333333", "-0.3"),
    Trap("ceil of a negative", marks("-0.5"), number("ceil(sum(mark))"), 0, "0"),
    Trap("floor of a negative", marks("-0.5"), number("floor(sum(mark))"), -1, "-1"),
)
NUMBERS = (
    Trap(
        "a sum beyond 64 bits of millionths is exact",
        ({"fee": Decimal("9999999999999.99")},) * 9,
        number("sum(fee) - 89999999999999"),
        "0.91",
        "0.9",
        kind="notice",
    ),
    Trap("decimals add without a float's dust", marks("0.1", "0.2"), number("sum(mark) - 0.3"), 0, "0"),
    Trap("points are held however large a record's number", ({"level": 50_000_000_000},), {
        "measure": "latest(level)", "points": "value / 10000000", "max": 200}, 50_000_000_000, "200"),
    Trap("and however small", ({"level": -50_000_000_000},), {
        "measure": "latest(level)", "points": "2000 + value / 10000000", "max": 9000, "min": 1}, -50_000_000_000, "1"),
    Trap("nor is a quotient taken to be positive", ({"level": -3_000_000_003},), number(
        "(latest(level) + 1000000000) / 3"), "-666666667.666667", "-1000"),
    Trap("nor a divisor to be above zero", ({"level": -1_000_000_001},), number(
        "10 / (latest(level) + 1000000001)"), state="not_inspected"),
    Trap("what overflows only when it is scored is worked out again", ({"level": 5_000_000_000},), number(
        "(max(level) * min(level)) / (max(level) * 1000000000)"), 5, "5"),
    Trap("a product of quotients is rounded while it fits", marks("1", "1"), number(
        "(count() / 3) * (count() / 4) * (count() / 5) * (count() / 6)"), "0.044444", "0"),
    Trap("equal is equal", marks("0.1", "0.2"), number("case when sum(mark) = 0.3 then 1 else 0 end"), 1, "1"),
)  # fmt: skip
DATES = (
    Trap("from 31 January to 28 February is a month", days("2026-01-31"), number("max(age)"), 1, "1"),
    Trap("from 29 January as well", days("2026-01-29"), number("max(age)"), 1, "1"),
    Trap("from 29 February to 28 February are twelve", days("2024-02-29"), number("max(age)"), 24, "24"),
    Trap(
        "a window of one month holds age 0", days("2026-01-31", "2026-02-01"), number("count()", within="1 months"), 1
    ),
    Trap("a window of twelve holds age 11", days("2025-02-28", "2025-03-01"), number("count()", within="12 months"), 1),
    Trap("the as-of day belongs to the window", days("2026-02-28"), number("count()", within="1 months"), 1),
    Trap("what comes after it is not read", days("2026-03-01", "2026-02-28"), number("count()"), 1, "1", records=1),
    Trap(
        "a month on from 31 January",
        days("2025-01-31"),
        number("max(days_between(true_on, add_months(true_on, 1)))"),
        28,
    ),
    Trap("a month back from 31 March", days("2024-03-31"), number("max(month(add_months(true_on, -1)))"), 2),
    Trap(
        "in a leap year it is the 29th",
        days("2024-03-31"),
        number("max(days_between(add_months(true_on, -1), true_on))"),
        31,
    ),
    Trap("months forward are negative", days("2026-01-30"), number("max(months_between(as_of, true_on))"), -1),
    Trap("a day short of a month forward", days("2025-12-31"), number("max(months_between(as_of, true_on))"), -2),
    Trap("decay halves", days("2024-08-28"), number("sum(half_life(18))"), "0.5", "0.5"),
    Trap("decay in between", days("2025-12-28"), number("sum(half_life(18))"), "0.925875", "0.9"),
    Trap("fading ends at zero", days("2023-02-28", "2025-02-28"), number("sum(fade(24))"), "0.5", "0.5"),
    Trap("year and month of a date", days("2024-02-29"), number("max(year(true_on) - month(true_on))"), 2022, "1000"),
)
ORDER = (
    Trap(
        "of one day, the larger record id is later",
        ({"record": "a9", "mark": Decimal(1)}, {"record": "b1", "mark": Decimal(2)}),
        number("latest(mark)"),
        2,
    ),
    Trap(
        "and the smaller is earlier, as text",
        ({"record": "x10", "mark": Decimal(1)}, {"record": "x9", "mark": Decimal(2)}),
        number("earliest(mark)"),
        1,
    ),
    Trap(
        "the date comes first",
        (
            {"record": "z1", "mark": Decimal(1), "true_on": date(2025, 1, 1)},
            {"record": "a2", "mark": Decimal(2), "true_on": date(2025, 1, 2)},
        ),
        number("latest(mark)"),
        2,
    ),
    Trap("of one day, the later moment is later", at("b 09:30", "a 15:00"), number("latest(mark)"), 2),
    Trap("though a fraction of a second", at("a 09:30:00", "b 09:30:00.5"), number("latest(mark)"), 2),
    Trap("and the earlier is earlier", at("a 15:00", "b 09:30"), number("earliest(mark)"), 2),
    Trap("of one moment, the record id decides", at("b 09:30", "a 09:30"), number("latest(mark)"), 1),
    Trap(
        "held goes by the moment",
        (*at("b 09:30", "a 09:30:00.5", on=date(2025, 1, 1)), {"mark": Decimal(2)}),
        number("held(coalesce(mark, 0) = 2)"),
        13,
    ),
    Trap(
        "held starts where the last run starts",
        (
            {"clean": True, "true_on": date(2025, 1, 1)},
            {"clean": None, "true_on": date(2025, 2, 28)},
            {"clean": True, "true_on": date(2025, 8, 31)},
            {"clean": True, "true_on": date(2026, 2, 1)},
        ),
        number("held(coalesce(clean, false))"),
        6,
    ),
    Trap(
        "held is 0 where the last row fails",
        ({"clean": True, "true_on": date(2025, 1, 1)}, {"clean": False, "true_on": date(2025, 2, 1)}),
        number("held(coalesce(clean, false))"),
        0,
    ),
)
LATEST = (
    Trap("of the last day all rows count", (
        {"amount": Decimal(9), "true_on": date(2025, 1, 1)}, {"amount": Decimal(2)}, {"amount": Decimal(3)}),
        number("sum(amount)", within="latest"), 5, kind="notice", records=2),
    Trap("of those that meet where", (
        {"amount": Decimal(9), "true_on": date(2025, 1, 1)}, {"amount": Decimal(2), "final": False}),
        number("sum(amount)", within="latest", where="final"), 9, kind="notice", records=1),
    Trap("though where is unknown of a later one", (
        {"fee": Decimal(9), "true_on": date(2025, 1, 1)}, {"fee": None}),
        number("sum(fee)", within="latest", where="fee > 1"), 9, kind="notice", records=1),
    Trap("none of the last day is no row", ({"final": False},), number(
        "count()", within="latest", where="final"), kind="notice", state="not_inspected", records=0),
    Trap("what comes after the as-of day is not last", (
        {"amount": Decimal(9)}, {"amount": Decimal(2), "true_on": date(2026, 3, 1)}),
        number("sum(amount)", within="latest"), 9, kind="notice", records=1),
    Trap("a document known already is not last", (
        {"amount": Decimal(9), "fact": "Q", "true_on": date(2025, 1, 1)}, {"amount": Decimal(2), "fact": "Q"}),
        number("sum(amount)", within="latest"), 9, kind="notice", records=1),
    Trap("where there are moments the last of them counts", at("c 09:30", "a 15:00", "b 15:00", "d 14:59"),
        number("sum(mark)", within="latest"), 5, records=2),
    Trap("a weight counts of the last alone", at("a 09:30", "b 15:00", "c 15:00"),
        number("mean(mark)", within="latest", weight="mark"), "2.6"),
    Trap("held looks at the last alone", (
        {"final": False, "true_on": date(2024, 1, 1)}, {"final": True, "true_on": date(2025, 1, 28)}),
        number("held(final)", within="latest"), 13, kind="notice", records=1),
    Trap("the last by what is worked out of each record", (
        {"level": 9, "true_on": date(2025, 1, 1)}, {"level": 1}, {"level": 2}),
        number("sum(level)", within="latest", where="floor(floor(level / 2) / 2) >= 1"), 9, records=1),
)  # fmt: skip
PAPERS = (
    Trap("of two records of a document, the one first known counts", (
        {"record": "p1b", **known(1), "mark": Decimal(1)}, {"record": "p1a", **known(2), "mark": Decimal(2)}),
        number("sum(mark)"), 1),
    Trap("of those known together, the smaller record id", (
        {"record": "p2b", **known(1), "mark": Decimal(1)}, {"record": "p2a", **known(1), "mark": Decimal(2)}),
        number("sum(mark)"), 2),
    Trap("a record is known from its first edition on, however it was corrected", (
        {"record": "p3b", **known(1), **replaced(3), "mark": Decimal(7)},
        {"record": "p3b", **known(3), "mark": Decimal(1)},
        {"record": "p3a", **known(2), "mark": Decimal(2)}), number("sum(mark)"), 1),
    Trap("even by one that was known before it", (
        {"record": "p4b", **known(5), **replaced(1), "mark": Decimal(7)},
        {"record": "p4b", **known(1), "mark": Decimal(1)},
        {"record": "p4a", **known(2), "mark": Decimal(2)}), number("sum(mark)"), 1),
    Trap("whatever document the first edition named", (
        {"record": "p5b", **known(1), "fact": None, **replaced(3)}, {"record": "p5b", **known(3), "mark": Decimal(1)},
        {"record": "p5a", **known(2), "mark": Decimal(2)}), number("sum(mark)"), 1),
)  # fmt: skip
TEXTS = (
    Trap("texts order by code point", ({"remark": "Z"}, {"remark": "a"}), text("max(remark)", "a"), "a", "5"),
    Trap("Chinese after Latin", ({"remark": "zz"}, {"remark": "一"}), text("max(remark)", "一"), "一", "5"),
    Trap(
        "beyond the basic plane as well", ({"remark": "豈"}, {"remark": "𠀀"}), text("max(remark)", "𠀀"), "𠀀", "5"
    ),
    Trap("composed and decomposed differ", ({"remark": "é"}, {"remark": "e\u0301"}), number("distinct(remark)"), 2),
    Trap("upper and lower case differ", ({"remark": "Ok"}, {"remark": "ok"}), number("distinct(remark)"), 2),
    Trap("an inner quote", ({"remark": "O'K"},), number("count()", where="remark = 'O''K'"), 1),
    Trap("a percent sign is no pattern", ({"remark": "a%b"}, {"remark": "axb"}), number(
        "count()", where="matches(remark, 'a%')"
    ), 1),
    Trap("a text is no variable of the machine", ({"remark": "${env:HOME}"}, {"remark": "${system:user.home}"}), number(
        "count(coalesce(remark, '') = '${system:user.home}') * 10 + count(coalesce(remark, '') = '${env:HOME}')"
    ), 11),
    Trap("nor of the session", ({"remark": "${spark.app.name} ${hiveconf:x} \\n ${"},), number(
        "count()", where="remark = '${spark.app.name} ${hiveconf:x} \\n ${'"
    ), 1),
    Trap("a trailing space counts", ({"remark": "x "}, {"remark": "x"}), number("count()", where="remark = 'x'"), 1),
    Trap("a prefix of Chinese", ({"remark": "质量"},), number("count()", where="matches(remark, '质')"), 1),
    Trap("codes by table", ({"zone": "东区"}, {"zone": "north"}), number("sum(lookup(rates, zone))"), "6.5"),
    Trap("a code earns its points", ({"zone": "东区"},), text("latest(zone)", "东区"), "东区", "5"),
    Trap("another earns the rest", ({"zone": "north"},), text("latest(zone)", "东区"), "north", "1"),
)  # fmt: skip
LISTS = (
    Trap("a list holds", ({"goods": ("tea", "茶")}, {"goods": ("tea",)}), number(
        "count()", where="has(goods, '茶')"
    ), 1),
    Trap("an empty list holds nothing", ({"goods": ()},), number("count()", where="has(goods, 'tea')"),
         state="not_inspected"),
    Trap("nor does no list", ({"goods": None},), number("count()", where="has(goods, 'tea')"), state="not_inspected"),
)  # fmt: skip
TRUTHS = (
    Trap("a truth is a code", ({"open": True},), {"measure": "latest(open)", "codes": {"true": 4, "false": 0},
         "max": 4}, "true", "4"),
    Trap("any of some", ({"clean": None}, {"clean": True}), {"measure": "any(coalesce(clean, false))",
         "codes": {"true": 4, "false": 0}, "max": 4}, "true", "4"),
    Trap("all of some", ({"clean": None}, {"clean": True}), {"measure": "all(coalesce(clean, false))",
         "codes": {"true": 4, "false": 0}, "max": 4}, "false", "0"),
)  # fmt: skip
SCALES = (
    Trap("a bin closed on the right", marks("5"), {"measure": "sum(mark)", "bins": [
        {"at_most": 5, "points": 7}, {"otherwise": 0}]}, 5, "7"),
    Trap("a bin open on the right", marks("5"), {"measure": "sum(mark)", "bins": [
        {"below": 5, "points": 7}, {"otherwise": 2}]}, 5, "2"),
    Trap("between two knots", marks("0.9"), {"measure": "sum(mark)", "points": {Decimal("0.8"): 0, 1: 10}}, "0.9", "5"),
    Trap("flat outside", marks("3"), {"measure": "sum(mark)", "points": {0: 0, 1: 10}}, 3, "10"),
    Trap("deductions stop at zero", marks("50"), {"measure": "sum(mark)", "points": "40 - value", "max": 40}, 50, "0"),
    Trap("a third of points", marks("1"), {"measure": "sum(mark)", "points": "value * 10 / 3", "max": 10}, 1, "3.3"),
)  # fmt: skip
WEIGHTS = (
    Trap("a weighted mean", ({"mark": Decimal(2), "level": 3}, {"mark": Decimal(4), "level": 1}),
         number("mean(mark)", weight="level"), "2.5"),
    Trap("no weight at all is no measure", marks("1"), number("mean(mark)", weight="level"), state="not_inspected"),
    Trap("shrink towards a number", ({"open": True},), number(
        "share(open)", shrink={"towards": Decimal("0.94"), "strength": 8}), "0.946667", "0.9"),
    Trap("a weight does not touch the largest", marks("3"), number("max(mark)", weight="level"), 3),
)  # fmt: skip
TRAPS = (
    *NULLS, *DIVISION, *ROUNDING, *NUMBERS, *DATES, *ORDER, *LATEST, *PAPERS, *TEXTS, *LISTS, *TRUTHS, *SCALES,
    *WEIGHTS,
)  # fmt: skip
