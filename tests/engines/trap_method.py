"""One method and one set of records for all traps, so that every engine runs once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.engines.traps import AS_OF, TRAPS, Row, Trap
from tests.reference.method_text import as_yaml
from tests.reference.outcome import Line
from tests.reference.strategies_method import LABEL

VALUES = {"rates": {date(2020, 1, 1): {"north": 4, "东区": Decimal("2.5")}, "cite": "design"}}
EMPTY = {
    "visit": {"level": 0, "zone": "north", "open": True},
    "notice": {"amount": Decimal(0), "gravity": "light", "final": True},
}

BATCH = 27  # an engine's plan grows faster than the criteria do
BATCHES = [range(first, min(first + BATCH, len(TRAPS))) for first in range(0, len(TRAPS), BATCH)]


def name_of(number: int) -> str:
    """Name a trap's criterion; its subject has the same name in capitals."""
    return f"trap{number:02d}"


def trap_method(batch: range) -> str:
    """Write a method with one criterion for each trap of a batch."""
    criteria = {
        name_of(number): {
            "label": LABEL,
            "cite": "design",
            "from": TRAPS[number].kind,
            "absent": "not_inspected",
            **TRAPS[number].criterion,
        }
        for number in batch
    }
    sections = {
        "method": "traps",
        "label": LABEL,
        "subject": "shop",
        "subjects": "register",
        "version": "1",
        "in_force": {"from": date(2020, 1, 1)},
        **({"values": VALUES} if "rates" in str(criteria) else {}),
        "criteria": criteria,
        "score": {"sum_of": "criteria", "over": "all"},
    }
    return "\n".join(f"{key}: {as_yaml(section)}" for key, section in sections.items()) + "\n"


def trap_records(batch: range) -> dict[str, list[Row]]:
    """Give each trap's records to a subject of its own; every subject is in the register."""
    records: dict[str, list[Row]] = {"visit": [], "notice": [], "register": []}
    for number in batch:
        trap, subject = TRAPS[number], name_of(number).upper()
        records["register"].append(_dated({}, subject, f"r{number}"))
        for row_number, row in enumerate(trap.rows):
            records[trap.kind].append(_dated({**EMPTY[trap.kind], **row}, subject, f"v{number:02d}-{row_number:02d}"))
    return records


def expected_line(trap: Trap) -> Line:
    """Give the line that a trap says must come out; `records` is None where the trap does not say."""
    if trap.state != "measured":
        return Line(trap.state, None, None, None, trap.records)
    value = trap.value
    if isinstance(value, int) or _is_number(value):
        value = Fraction(str(value))
    points = trap.points if trap.points is not None else trap.value
    return Line(trap.state, value, Fraction(str(points)), Fraction(_most(trap)), trap.records)  # type: ignore[arg-type]


def _dated(row: Row, subject: str, record: str) -> Row:
    return {"record": record, "true_on": AS_OF, "true_until": None, "fact": None, **row, "subject": subject}


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit()


def _most(trap: Trap) -> int:
    points = trap.criterion.get("points")
    given = trap.criterion.get("max")
    if given is not None:
        return int(str(given))
    if isinstance(points, dict):
        return max(points.values())
    return max(step["points"] if "points" in step else step["otherwise"] for step in trap.criterion["bins"])  # type: ignore[attr-defined]
