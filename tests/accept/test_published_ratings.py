"""Computed results equal the officially published ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.accept.conftest import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.accept.conftest import Graded

RATINGS = frozenset("012345")


def test_every_scored_row_of_norwich_has_the_published_rating(evidence: Path, grade: Callable[..., Graded]) -> None:
    file = evidence / "uk-food-hygiene" / "norwich_2026-07-21.csv"
    found = grade("uk-food-hygiene", "2026-07-21", f"inspection={file}").subjects()
    rows = list(rows_of(file))
    scored = [row for row in rows if row["RatingValue"] in RATINGS and row["Hygiene"]]
    equal = sum(found[row["FHRSID"]][:2] == ("graded", row["RatingValue"]) for row in scored)
    unscored = [found[row["FHRSID"]][0] for row in rows if row["RatingValue"] in RATINGS and not row["Hygiene"]]
    others = [row for row in rows if row["RatingValue"] not in RATINGS]
    passed = sum(found[row["FHRSID"]][:2] == (row["RatingValue"], None) for row in others)
    print(f"\nUK food hygiene: {equal} of {len(scored)} equal; not computable {Counter(unscored)}; passed through {passed} of {len(others)}")
    assert (equal, len(scored)) == (1319, 1319)
    assert Counter(unscored) == {"not_computable": 36}
    assert passed == len(others)


@pytest.mark.parametrize("as_of", ["2023-04-01", "2023-04-30"])
def test_every_rated_nursing_home_has_the_published_star(evidence: Path, grade: Callable[..., Graded], as_of: str) -> None:
    file = evidence / "us-nursing-homes" / "provider_info_2023-04.csv"
    graded = grade("us-nursing-homes", as_of, f"home={file}")
    found = graded.subjects()
    rows = list(rows_of(file))
    rated = [row for row in rows if row["Overall Rating"]]
    equal = sum(found[row["Federal Provider Number"]][1] == row["Overall Rating"].removesuffix(".0") for row in rated)
    rest = Counter(found[row["Federal Provider Number"]][0] for row in rows if not row["Overall Rating"])
    print(f"\nUS nursing homes, {as_of}: {equal} of {len(rated)} equal; the others {rest}")
    assert (equal, len(rated)) == (14906, 14906)
    assert rest == {"not_rated": len(rows) - len(rated)}
    assert graded.unequal_sums() == 0


def test_the_rule_before_july_2022_agrees_less(evidence: Path, grade: Callable[..., Graded], tmp_path: Path) -> None:
    file = evidence / "us-nursing-homes" / "provider_info_2023-04.csv"
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(file.read_text("utf-8").replace("4/1/2023", "4/1/2022"), "utf-8")
    found = grade("us-nursing-homes", "2022-04-30", f"home={earlier}").subjects()
    rated = [row for row in rows_of(file) if row["Overall Rating"]]
    equal = sum(found[row["Federal Provider Number"]][1] == row["Overall Rating"].removesuffix(".0") for row in rated)
    print(f"\nUS nursing homes by the rule before July 2022: {equal} of {len(rated)} equal")
    assert equal == 13344


def test_san_francisco_scores_are_the_published_ones(evidence: Path, grade: Callable[..., Graded]) -> None:
    folder = evidence / "sf-restaurants"
    visits, violations = folder / "inspections_2015-2018.csv", folder / "violations_2015-2018.csv"
    graded = grade("sf-restaurants", "2018-12-31", f"inspection={visits}", f"violation={violations}")
    found = graded.subjects()
    days: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(visits):
        days[row["business_id"], row["date"]].append(row)
    violated = {(row["business_id"], row["date"]) for row in rows_of(violations)}
    described = {
        day: Decimal(rows[0]["score"])
        for day, rows in days.items()
        if len(rows) == 1
        and rows[0]["type"].startswith("Routine")
        and rows[0]["score"]
        and (day in violated or Decimal(rows[0]["score"]) == 100)
    }
    unlike = {day: score for day, score in described.items() if found["/".join(day)][2] != score}
    print(f"\nSan Francisco: {len(described) - len(unlike)} of {len(described)} equal; the others:")
    for day, score in sorted(unlike.items()):
        print(f"  {'/'.join(day)}: published {score}, computed {found['/'.join(day)][2]}")
    assert len(described) == 12225
    assert len(described) - len(unlike) >= 12145
    assert graded.unequal_sums() == 0
