"""Computed results equal the officially published ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.accept.public_files import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.accept.public_files import Graded

    Grade = Callable[..., Graded]
    Tell = Callable[[str], None]

RATINGS = frozenset("012345")


def test_every_scored_row_of_norwich_has_the_published_rating(evidence: Path, grade: Grade, tell: Tell) -> None:
    file = evidence / "uk-food-hygiene" / "norwich_2026-07-21.csv"
    found = grade("uk-food-hygiene", "2026-07-21", f"inspection={file}").subjects
    rows = list(rows_of(file))
    rated = [row for row in rows if row["RatingValue"] in RATINGS]
    scored = [row for row in rated if row["Hygiene"]]
    equal = sum(found[row["FHRSID"]][:2] == ("graded", row["RatingValue"]) for row in scored)
    unscored = Counter(found[row["FHRSID"]][0] for row in rated if not row["Hygiene"])
    others = [row for row in rows if row["RatingValue"] not in RATINGS]
    passed = sum(found[row["FHRSID"]][:2] == (row["RatingValue"], None) for row in others)
    tell(f"UK food hygiene: {equal} of {len(scored)} equal; rated without scores: {dict(unscored)}")
    tell(f"UK food hygiene: {passed} of {len(others)} other statuses passed through")
    assert (equal, len(scored)) == (1319, 1319)
    assert unscored == {"not_computable": 36}
    assert passed == len(others)


def equal_stars(graded: Graded, rows: list[dict[str, str]]) -> int:
    """Count the homes whose computed star is the published one."""
    published = {row["Federal Provider Number"]: row["Overall Rating"].removesuffix(".0") for row in rows}
    return sum(graded.subjects[home][1] == star for home, star in published.items())


@pytest.mark.parametrize("as_of", ["2023-04-01", "2023-04-30"])
def test_every_rated_nursing_home_has_the_published_star(evidence: Path, grade: Grade, tell: Tell, as_of: str) -> None:
    file = evidence / "us-nursing-homes" / "provider_info_2023-04.csv"
    graded = grade("us-nursing-homes", as_of, f"home={file}")
    rows = list(rows_of(file))
    rated = [row for row in rows if row["Overall Rating"]]
    equal = equal_stars(graded, rated)
    rest = Counter(graded.subjects[row["Federal Provider Number"]][0] for row in rows if not row["Overall Rating"])
    tell(f"US nursing homes as of {as_of}: {equal} of {len(rated)} equal; the others: {dict(rest)}")
    assert (equal, len(rated)) == (14906, 14906)
    assert rest == {"not_rated": len(rows) - len(rated)}
    assert graded.unequal_sums == 0


def test_the_rule_before_july_2022_agrees_less(evidence: Path, grade: Grade, tell: Tell, tmp_path: Path) -> None:
    file = evidence / "us-nursing-homes" / "provider_info_2023-04.csv"
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(file.read_text("utf-8").replace(",4/1/2023,", ",4/1/2022,"), "utf-8")
    rated = [row for row in rows_of(file) if row["Overall Rating"]]
    equal = equal_stars(grade("us-nursing-homes", "2022-04-30", f"home={earlier}"), rated)
    tell(f"US nursing homes by the rule before July 2022: {equal} of {len(rated)} equal")
    assert equal == 13344


def test_san_francisco_scores_are_the_published_ones(evidence: Path, grade: Grade, tell: Tell) -> None:
    folder = evidence / "sf-restaurants"
    visits, violations = folder / "inspections_2015-2018.csv", folder / "violations_2015-2018.csv"
    graded = grade("sf-restaurants", "2018-12-31", f"inspection={visits}", f"violation={violations}")
    described = described_scores(visits, violations)
    computed = {day: graded.subjects[day][2] for day in described}
    unlike = {day: score for day, score in described.items() if computed[day] != score}
    equal = len(described) - len(unlike)
    tell(f"San Francisco: {equal} of {len(described)} equal; the others, published and computed:")
    tell("; ".join(f"{day} {score} {computed[day]}" for day, score in sorted(unlike.items())))
    assert len(described) == 12225
    assert equal >= 12145
    assert graded.unequal_sums == 0


def described_scores(visits: Path, violations: Path) -> dict[str, Decimal]:
    """Find the published scores that the rule describes: routine, alone that day, with violations or 100."""
    days = defaultdict(list)
    for row in rows_of(visits):
        days[f"{row['business_id']}/{row['date']}"].append(row)
    alone = {day: rows[0] for day, rows in days.items() if len(rows) == 1}
    scores = {
        day: Decimal(row["score"]) for day, row in alone.items() if row["type"].startswith("Routine") and row["score"]
    }
    violated = {f"{row['business_id']}/{row['date']}" for row in rows_of(violations)}
    return {day: score for day, score in scores.items() if day in violated or score == 100}
