from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from daybreak.content.studies import study_text
from daybreak.core.complaint import Fault, refuse
from daybreak.core.errors import StudyFileError
from daybreak.core.study import (
    AlertRules,
    AllocationRules,
    AssumptionRules,
    Booster,
    Criterion,
    InfusionRules,
    OnCallRules,
    Silence,
    TrainingRules,
    VisitRules,
    read_hour,
    read_span,
    read_study,
    write_span,
)
from daybreak.core.study.assumptions import positive_definite

FILE = read_study(study_text("ketamine-training"), "ketamine-training.toml")
DAY = timedelta(days=1)


def test_an_arm_is_found_by_its_key() -> None:
    assert FILE.arm("ketamine-sham").version == "sham"
    with pytest.raises(StudyFileError, match=r"no arm 'placebo'. Its arms are: ketamine-training, ketamine-sham"):
        FILE.arm("placebo")


def test_a_visit_is_found_by_its_key_repeated_ones_by_their_day() -> None:
    assert FILE.visit("day-30").mode == ("in-person",)
    later = FILE.visit("follow-up-90")
    assert (later.day, later.window, later.title) == (90, (85 * DAY, 105 * DAY), "Questionnaire, day 90")
    assert (later.repeat_every, later.occurrences) == (None, (later,))
    with pytest.raises(
        StudyFileError, match=r"no visit 'follow-up'. Its visits are: .*follow-up-60 to follow-up-360\."
    ):
        FILE.visit("follow-up")


def test_a_study_without_visits_says_so() -> None:
    bare = FILE.model_copy(update={"visits": ()})
    with pytest.raises(StudyFileError, match=r"no visit 'day-1'. Its visits are: none."):
        bare.visit("day-1")


def test_people_can_be_sorted_by_what_a_question_with_choices_answers() -> None:
    assert FILE.levels("low-self-worth") == ("yes", "no")
    assert FILE.levels("site") == ()
    assert FILE.levels("age") == ()
    choice = Criterion(key="severity", ask="How?", kind="choice", choices=("moderate", "severe"))
    assert choice.levels == ("moderate", "severe")
    with pytest.raises(StudyFileError, match="no eligibility question 'mood'"):
        FILE.levels("mood")


def test_training_can_hang_on_any_infusion_or_on_each() -> None:
    def course(after: str | int) -> InfusionRules:
        return InfusionRules.model_validate({"count": 6, "every": "7d", "training_after": after})

    assert course("first").with_training == (1,)
    assert course("last").with_training == (6,)
    assert course("each").with_training == (1, 2, 3, 4, 5, 6)
    assert course(4).with_training == (4,)
    assert [course(4).number(origin) for origin in ("infusion", "first-infusion", "last-infusion", "enrolment")] == [
        4, 1, 6, None,
    ]  # fmt: skip


def test_a_factor_of_minimisation_counts_once_unless_a_weight_is_given() -> None:
    rules = AllocationRules(method="minimisation", factors=("site", "sex"), weights=(2, 0.5))
    assert (rules.weight("site"), rules.weight("sex"), rules.asked) == (2, 0.5, ("site", "sex"))
    assert AllocationRules(method="minimisation", factors=("site",)).weight("site") == 1
    assert FILE.allocation.asked == ("site",)


@given(st.integers(-99_999, 99_999), st.sampled_from(["min", "h", "d"]))
def test_a_span_is_read_as_it_is_written(number: int, unit: str) -> None:
    visit = {"key": "a", "title": "A", "day": 0, "by": "rater"}
    window = [f"{number}{unit}", "99999d"]
    length = timedelta(**{{"min": "minutes", "h": "hours", "d": "days"}[unit]: number})
    if number >= 0:
        assert read_span(write_span(length)) == read_span(f"{number} {unit}") == length
    if length < DAY:
        assert VisitRules.model_validate({**visit, "window": window}).window[0] == length


def test_spans_and_hours_may_be_given_as_values() -> None:
    rules = TrainingRules(pack="self-worth", gap=timedelta(hours=2), hours=(time(6), time(20)))
    assert rules.gap == timedelta(hours=2)
    assert VisitRules(key="a", title="A", day=0, by="rater", window=(-DAY, DAY)).window == (-DAY, DAY)
    assert (read_span(DAY), read_hour(time(6))) == (DAY, time(6))


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "window": (
        lambda: VisitRules.model_validate(
            {"key": "a", "title": "A", "day": 0, "by": "rater", "window": ["soon", "2h"]}
        ),
        'write a whole number and a unit, such as "20h", "30h" or "-14d"',
    ),
    "language": (
        lambda: TrainingRules(pack="self-worth", language="english"),
        'write a language such as "en" or "es-MX"',
    ),
    "boosters": (
        lambda: TrainingRules(pack="self-worth", hours=(time(10), time(14)), boosters=(Booster(day=30, sessions=3),)),
        "so many sessions do not fit between the hours of a day; write fewer, or shorten the gap",
    ),
    "date": (
        lambda: Criterion.model_validate(
            {"key": "born", "ask": "When?", "kind": "date", "choices": [], "rule": "born > 5"}
        ),
        "says: add what staff read if the rule does not hold",
    ),
    "diagonal": (
        lambda: assumed([[1, 0.5], [0.5, 0.9]]),
        "correlation_matrix: each visit's correlation with itself must be 1",
    ),
    "symmetry": (
        lambda: assumed([[1, 0.5], [0.4, 1]]),
        "correlation_matrix: the matrix is not symmetric; mirror its halves",
    ),
    "a drift without a visit to drift to": (
        lambda: AssumptionRules.model_validate(
            {
                "outcome": "madrs.total",
                "visits": ["a", "b"],
                "course": {"one": {"baseline": 3.0, "change": 1.0, "drift": 2.0}},
                "sd": [1.0, 1.0],
                "compound": 0.5,
            }
        ),
        "course.one.drift: there is no visit after the second to drift to; remove it",
    ),
    "neither": (lambda: assumed(None), "correlations: write one of: correlations, correlation_matrix, compound"),
}


def assumed(matrix: list[list[float]] | None) -> AssumptionRules:
    return AssumptionRules.model_validate(
        {
            "outcome": "madrs.total",
            "visits": ["a", "b"],
            "means": {},
            "sd": [1.0, 1.0],
            "correlation_matrix": matrix and [[float(value) for value in row] for row in matrix],
        }
    )


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED)
def test_a_part_that_makes_no_sense_by_itself_is_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make()
    assert says in str(refused.value)


def test_a_whole_matrix_of_correlations_is_taken_as_it_is() -> None:
    assert assumed([[1, 0.5], [0.5, 1]]).matrix() == ((1.0, 0.5), (0.5, 1.0))


@pytest.mark.parametrize(("correlation", "possible"), [(0.99, True), (0.0, True), (-0.49, True), (-0.51, False)])
def test_three_values_cannot_all_avoid_each_other(correlation: float, possible: bool) -> None:
    matrix = tuple(tuple(1.0 if row == column else correlation for column in range(3)) for row in range(3))
    assert positive_definite(matrix) is possible


def test_an_alert_fires_on_what_was_answered_and_never_on_what_was_not() -> None:
    madrs, qids, *_ = FILE.alerts
    assert madrs.instruments == ("madrs",)
    assert madrs.fires({"madrs.suicidal_thoughts": 4})
    assert not madrs.fires({"madrs.suicidal_thoughts": 3})
    assert not qids.fires({"madrs.suicidal_thoughts": 6})


WORSENINGS: tuple[tuple[dict[str, Any], list[float], float | None, bool], ...] = (
    ({"by": 6.0}, [12, 3], 18, True),
    ({"by": 6.0}, [12, 3], 17, False),
    ({"by": 6.0, "against": "previous"}, [12, 3], 9, True),
    ({"by": 6.0}, [], 27, False),
    ({"by": 6.0}, [12], None, False),
    ({"percent": 50.0}, [10], 15, True),
    ({"percent": 50.0}, [10], 14, False),
    ({"percent": 50.0}, [0], 0, False),
    ({"percent": 50.0}, [0], 1, True),
    ({"by": 6.0, "percent": 50.0}, [20], 27, False),
    ({"by": 6.0, "percent": 50.0}, [20], 30, True),
    ({"by": 5.0, "worse": "lower"}, [20], 15, True),
    ({"by": 5.0, "worse": "lower"}, [20], 25, False),
)


@pytest.mark.parametrize(("rule", "earlier", "score", "holds"), WORSENINGS)
def test_a_score_is_worse_by_points_by_per_cent_or_by_both(
    rule: dict[str, Any], earlier: list[float], score: float | None, holds: bool
) -> None:
    alert = AlertRules.model_validate(
        {
            "key": "worse",
            "worsens": {"score": "qids-sr.total", **rule},
            "tell": ["investigator"],
            "acknowledge_within": "1d",
        }
    )
    assert alert.instruments == ("qids-sr",)
    assert alert.fires({"qids-sr.total": score}, {"qids-sr.total": earlier}) is holds
    assert not alert.fires({"qids-sr.total": score})


def test_each_kind_of_alert_is_said_in_words() -> None:
    assert [alert.says for alert in FILE.alerts] == [
        "madrs.suicidal_thoughts >= 4",
        "qids-sr.suicidal_thoughts >= 2",
        "qids-sr.total 6 points higher than at the beginning",
        "no self-report for 7 days after its window",
        "c-ssrs.intent == yes or c-ssrs.plan == yes or c-ssrs.behaviour_recent == yes",
    ]
    hours = FILE.alerts[3].model_copy(update={"silent": Silence(about="session", after=timedelta(hours=36))})
    assert hours.says == "no session for 36 hours after its window"
    assert not hours.fires({"qids-sr.total": 27})


def test_somebody_watches_in_the_hours_of_the_site_and_at_no_other_time() -> None:
    file = read_study(
        study_text("clinic").replace(
            '"17:00"]\n',
            '"17:00"]\nclosed = [2026-12-25]\n[on_call.at.north]\ndays = ["sat"]\nhours = ["10:00", "12:00"]\n',
        ),
        "watched.toml",
    )
    here, north = file.on_call.of_site("here"), file.on_call.of_site("north")
    friday = datetime(2026, 12, 18, 9, 0)
    assert here.watched(friday)
    assert not here.watched(friday.replace(hour=17))
    assert not here.watched(friday.replace(hour=8, minute=59))
    assert not here.watched(friday.replace(day=19, hour=11))
    assert not here.watched(friday.replace(day=25))
    assert north.watched(friday.replace(day=19, hour=11))
    assert not north.watched(friday.replace(hour=11))
    assert not OnCallRules().of_site("here").watched(friday)


def test_faults_say_their_places_when_a_part_is_made_in_code() -> None:
    with pytest.raises(ValueError, match=r"arms\[2\].key: no; training: yes"):
        refuse([Fault(("arms", 1, "key"), "no"), Fault(("training",), "yes")])


def test_training_after_each_infusion_is_taken_if_it_is_over_before_the_next() -> None:
    text = study_text("clinic").replace('"3d"', '"7d"').replace('training_after = "last"', 'training_after = "each"')
    boosters = text[text.index("boosters = [") : text.index("[training.device]")]
    weekly = read_study(text.replace(boosters, ""), "weekly.toml")
    assert weekly.infusions.with_training == (1, 2, 3, 4, 5, 6)
    assert weekly.infusions.number("infusion") == 1
