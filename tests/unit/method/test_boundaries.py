"""Boundary cases stand just below, at and above every limit, with what the declaration says comes out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.unit.method.shops import METHOD, version_of

from zhiheng.method import GradeBoundary, PointsBoundary, grade_boundaries, points_boundaries

DAY = date(2026, 6, 30)


def points_of(criterion: str, text: str = METHOD) -> dict[str, str]:
    found = points_boundaries(version_of(text), DAY)
    return {str(case.value): str(case.points) for case in found if case.criterion == criterion}


def test_a_line_is_tried_around_its_knots():
    assert points_of("pass_rate") == {
        "0.499999": "0.0",
        "0.500000": "0.0",
        "0.500001": "0.0",
        "0.999999": "100.0",
        "1.000000": "100.0",
        "1.000001": "100.0",
    }


def test_points_are_rounded_half_away_from_zero():
    text = METHOD.replace("points: {0.5: 0, 1: 100}", "points: {0.5: 0, 1: 100}\n    places: {value: 3, points: 0}")
    text = text.replace("points: {0.5: 0, 1: 100}", "points: {0: 0, 0.2: 1, 1: 100}")
    assert points_of("pass_rate", text)["0.199"] == "1"
    assert points_of("pass_rate", text)["0.001"] == "0"


def test_bins_are_tried_at_open_and_closed_limits():
    assert points_of("worst_mark") == {
        "49.999999": "0.0",
        "50.000000": "20.0",
        "50.000001": "20.0",
        "79.999999": "20.0",
        "80.000000": "20.0",
        "80.000001": "40.0",
    }


def test_every_code_is_tried_and_one_that_is_not_listed():
    assert points_of("announced") == {"true": "5.0", "false": "10.0"}
    text = METHOD.replace(
        "latest(announced)\n    codes: {true: 5, false: 10}", "latest(region)\n    codes: {other: 5, otherwise: 10}"
    )
    assert points_of("announced", text) == {"other": "5.0", "other_": "10.0"}


def test_an_expression_is_tried_where_it_meets_its_limits():
    assert points_of("penalties") == {
        "-0.000001": "30.0",
        "0.000000": "30.0",
        "0.000001": "30.0",
        "29.999999": "0.0",
        "30.000000": "0.0",
        "30.000001": "0.0",
    }


def test_an_expression_that_asks_for_more_than_the_value_is_left_out():
    text = METHOD.replace('points: "30 - value"', 'points: "30 - value * visits"')
    assert points_of("penalties", text) == {}


def test_values_of_the_day_are_used():
    text = METHOD.replace('points: "30 - value"', 'points: "30 - value * prior"').replace("max: 30", "max: 30")
    assert points_of("penalties", text)["0.000001"] == "30.0"
    early = points_boundaries(version_of(text), date(2020, 6, 30))
    assert PointsBoundary("penalties", "limit", Decimal("3.750000"), Decimal("0.0")) in early


def test_every_cut_is_tried_one_step_below_at_and_above():
    found = grade_boundaries(version_of(), DAY)
    assert [(str(case.score), case.grade) for case in found] == [
        *(("59", "D"), ("60", "C"), ("61", "C")),
        *(("74", "C"), ("75", "B"), ("76", "B")),
        *(("89", "B"), ("90", "A"), ("91", "A")),
    ]


def test_grades_by_conditions_on_the_score_are_tried_too():
    text = METHOD.replace(
        "grades: {A: 90, B: 75, C: 60, D: otherwise, cite: order-1}",
        "grades:\n"
        "  - {grade: A, when: score > 90, label: {zh: 甲, en: A}, cite: order-1}\n"
        "  - {grade: B, when: score >= prior * 8, label: {zh: 乙, en: B}, cite: order-1}\n"
        "  - {grade: C, when: score >= 60, label: {zh: 丙, en: C}, cite: order-1}\n"
        "  - {grade: D, otherwise: true, label: {zh: 丁, en: D}, cite: order-1}",
    )
    text = text[: text.index("buffer:")] + text[text.index("vetoes:") :]
    text = text.replace("  previous: {label", "  unused: {label")
    found = grade_boundaries(version_of(text), DAY)
    assert GradeBoundary(Decimal(90), "B") in found
    assert GradeBoundary(Decimal(72), "B") in found
    assert GradeBoundary(Decimal(71), "C") in found


def test_grades_that_ask_for_more_than_the_score_are_left_out():
    text = METHOD.replace(
        "grades: {A: 90, B: 75, C: 60, D: otherwise, cite: order-1}",
        "grades:\n"
        "  - {grade: A, when: score > 90 and visits > 1, label: {zh: 甲, en: A}, cite: order-1}\n"
        "  - {grade: B, when: score > 70, label: {zh: 乙, en: B}, cite: order-1}\n"
        "  - {grade: C, when: score > 50, label: {zh: 丙, en: C}, cite: order-1}\n"
        "  - {grade: D, otherwise: true, label: {zh: 丁, en: D}, cite: order-1}",
    )
    text = text[: text.index("buffer:")] + text[text.index("vetoes:") :]
    assert grade_boundaries(version_of(text), DAY) == ()


def test_an_expression_is_tried_at_every_constant_in_it():
    text = METHOD.replace('points: "30 - value"', 'points: "case when value >= 5 then 10 else 0 end"')
    text = text.replace("max: 30", "max: 10").replace("total: 200", "total: 180").replace("max: 150", "max: 150")
    text = text[: text.index("one_deduction:")] + text[text.index("feeds:") :]
    found = points_of("penalties", text)
    assert [found[at] for at in ("4.999999", "5.000000", "5.000001")] == ["0.0", "10.0", "10.0"]


def test_every_piece_of_an_expression_is_worked_out_for_itself():
    text = METHOD.replace('points: "30 - value"', 'points: "30 - floor(value)"')
    found = points_of("penalties", text)
    assert found["29.999999"] == "1.0"
    assert found["30.000000"] == "0.0"


def test_a_condition_beside_a_score_that_no_score_equals_is_tried_on_both_sides():
    text = METHOD.replace(
        "grades: {A: 90, B: 75, C: 60, D: otherwise, cite: order-1}",
        "grades:\n"
        "  - {grade: A, when: score > 90.5, label: {zh: 甲, en: A}, cite: order-1}\n"
        "  - {grade: B, when: score > 70, label: {zh: 乙, en: B}, cite: order-1}\n"
        "  - {grade: C, when: score > 60, label: {zh: 丙, en: C}, cite: order-1}\n"
        "  - {grade: D, otherwise: true, label: {zh: 丁, en: D}, cite: order-1}",
    )
    text = text[: text.index("buffer:")] + text[text.index("vetoes:") :]
    text = text.replace("  previous: {label", "  unused: {label")
    found = grade_boundaries(version_of(text), DAY)
    assert GradeBoundary(Decimal(90), "B") in found
    assert GradeBoundary(Decimal(91), "A") in found
