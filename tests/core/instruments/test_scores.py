"""Scores: worked cases after the published rules, and laws that hold for any answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.instruments import INSTRUMENTS, Value
from daybreak.core.instruments.change import percent_better, remitted, responded
from daybreak.core.instruments.qids import EATING, MOVING, SINGLE, SLEEP
from tests.core.instruments.answers import answered

SCORED = [instrument for instrument in INSTRUMENTS.values() if instrument.scores]
MONOTONE = ["madrs", "qids-sr", "phq-9", "gad-7"]


def all_at(key: str, value: int, **others: int) -> dict[str, Value]:
    return {item.key: others.get(item.key, value) for item in INSTRUMENTS[key].items}


@pytest.mark.evidence("property", "the ranges of each scale's own paper")
@given(st.data())
def test_every_score_lies_in_its_range(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(SCORED))
    scores = instrument.scores_of(data.draw(answered(instrument)))
    assert list(scores) == [score.name for score in instrument.scores]
    for score in instrument.scores:
        value = scores[score.name]
        assert value is None or score.least <= value <= score.most


@pytest.mark.evidence("property", "more of a symptom never lowers a scale of symptoms")
@pytest.mark.parametrize("key", MONOTONE)
@given(st.data())
def test_a_worse_answer_never_betters_a_total(key: str, data: st.DataObject) -> None:
    instrument = INSTRUMENTS[key]
    answers = data.draw(answered(instrument, whole=True))
    item = data.draw(st.sampled_from([item for item in instrument.items if item.required]))
    now = answers[item.key]
    worse = data.draw(st.sampled_from([choice.value for choice in item.choices if choice.value >= int(str(now))]))
    before, after = instrument.scores_of(answers)["total"], instrument.scores_of({**answers, item.key: worse})["total"]
    assert before is not None
    assert after is not None
    assert after >= before


@pytest.mark.evidence("reference", "the largest sum that each scale's paper names")
@pytest.mark.parametrize(("key", "most"), [("madrs", 60), ("qids-sr", 27), ("phq-9", 27), ("gad-7", 21)])
def test_the_largest_answers_give_the_largest_total(key: str, most: int) -> None:
    top = max(choice.value for choice in INSTRUMENTS[key].items[0].choices)
    assert INSTRUMENTS[key].scores_of(all_at(key, top))["total"] == most
    assert INSTRUMENTS[key].scores_of(all_at(key, 0))["total"] == 0


@pytest.mark.evidence("reference", "Rush and colleagues 2003: the highest of each group of items counts")
def test_a_domain_of_qids_counts_its_highest_item() -> None:
    qids = INSTRUMENTS["qids-sr"]
    answers = all_at("qids-sr", 0, falling_asleep=1, sleeping_much=3, weight_loss=2, restless=1, sadness=2, energy=1)
    assert qids.scores_of(answers)["total"] == 3 + 2 + 1 + 2 + 1
    assert len(SLEEP) + len(EATING) + len(MOVING) + len(SINGLE) == len(qids.items)


def test_qids_needs_one_answer_of_each_domain() -> None:
    qids = INSTRUMENTS["qids-sr"]
    some = {"waking_early": 2, "less_appetite": 1, "slowed": 1, **dict.fromkeys(SINGLE, 1)}
    assert qids.scores_of(some)["total"] == 2 + 1 + 1 + 6
    assert qids.scores_of({key: value for key, value in some.items() if key != "slowed"})["total"] is None


@pytest.mark.evidence("reference", "instruction manual of PHQ and GAD-7: up to two missing items take the others' mean")
@pytest.mark.parametrize(("key", "items", "total"), [("phq-9", 9, 18.0), ("gad-7", 7, 14.0)])
def test_up_to_two_missing_items_take_the_mean_of_the_others(key: str, items: int, total: float) -> None:
    keys = [item.key for item in INSTRUMENTS[key].items if item.required]
    assert len(keys) == items
    assert INSTRUMENTS[key].scores_of(dict.fromkeys(keys[2:], 2))["total"] == total
    assert INSTRUMENTS[key].scores_of(dict.fromkeys(keys[3:], 2))["total"] is None


def test_madrs_has_no_total_without_all_items() -> None:
    answers = all_at("madrs", 3)
    answers.pop("lassitude")
    assert INSTRUMENTS["madrs"].scores_of(answers) == {"total": None}
    assert INSTRUMENTS["madrs"].missing(answers) == ("lassitude",)


@pytest.mark.evidence("reference", "Kroenke 2001, Spitzer 2006, Rush 2003, Snaith 1986")
@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("phq-9", {4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 15: "moderately severe", 20: "severe"}),
        ("gad-7", {4: "minimal", 5: "mild", 10: "moderate", 15: "severe"}),
        ("qids-sr", {5: "none", 6: "mild", 10: "mild", 11: "moderate", 16: "severe", 21: "very severe"}),
        ("madrs", {6: "none", 7: "mild", 19: "mild", 20: "moderate", 34: "moderate", 35: "severe"}),
    ],
)
def test_bands_begin_where_their_source_says(key: str, limits: dict[int, str]) -> None:
    assert {value: INSTRUMENTS[key].band(value) for value in limits} == limits


@pytest.mark.evidence("reference", "Rosenberg 1965: five items count from the other end")
def test_half_of_the_self_esteem_items_count_from_the_other_end() -> None:
    scale = INSTRUMENTS["self-worth"]
    best = all_at("self-worth", 3, failure=0, nothing_proud=0, respect=0, useless=0, no_good=0)
    assert scale.scores_of(best)["total"] == 30
    assert scale.scores_of(all_at("self-worth", 3))["total"] == 15
    assert scale.scores_of({"worth": 3})["total"] is None


@pytest.mark.evidence("reference", "Posner 2011 and the screener's triage")
@pytest.mark.parametrize(
    ("yes", "scores"),
    [
        ((), (0, 0)),
        (("wish_to_be_dead",), (1, 1)),
        (("thoughts",), (2, 1)),
        (("thoughts", "method"), (3, 2)),
        (("thoughts", "intent"), (4, 3)),
        (("thoughts", "plan"), (5, 3)),
        (("behaviour",), (0, 2)),
        (("behaviour", "behaviour_recent"), (0, 3)),
    ],
)
def test_the_screener_counts_the_highest_step_and_its_risk(yes: tuple[str, ...], scores: tuple[int, int]) -> None:
    screener = INSTRUMENTS["c-ssrs"]
    answers: dict[str, Value] = {item.key: item.key in yes for item in screener.items}
    assert tuple(screener.scores_of(answers).values()) == scores


def test_deeper_questions_are_asked_after_a_yes_only() -> None:
    screener = INSTRUMENTS["c-ssrs"]
    assert [item.key for item in screener.asked({"thoughts": False})] == ["wish_to_be_dead", "thoughts", "behaviour"]
    assert len(screener.asked({"thoughts": True, "behaviour": True})) == len(screener.items)


def test_an_answer_to_a_question_that_is_skipped_does_not_count() -> None:
    answers: dict[str, Value] = {"wish_to_be_dead": False, "thoughts": False, "plan": True, "behaviour": False}
    assert INSTRUMENTS["c-ssrs"].scores_of(answers) == {"ideation": 0, "risk": 0}


def test_change_response_and_remission_follow_their_definitions() -> None:
    (madrs,), (esteem,) = INSTRUMENTS["madrs"].scores, INSTRUMENTS["self-worth"].scores
    assert percent_better(madrs, 32, 16) == 50
    assert responded(madrs, 32, 16)
    assert not responded(madrs, 32, 17)
    assert responded(madrs, 0, 0) is None
    assert [remitted(madrs, value) for value in (10, 11)] == [True, False]
    assert percent_better(esteem, 10, 15) == 50
    assert remitted(esteem, 30) is None
