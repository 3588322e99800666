"""Laws of the data sets: one row a person and visit, differences that are differences, nobody counted twice."""

from __future__ import annotations

import polars as pl
import pytest

from daybreak.analysis.datasets.association import association_rows
from daybreak.analysis.datasets.enrolled import enrolled_people
from daybreak.analysis.datasets.exposure import exposure_rows
from daybreak.analysis.datasets.guesses import guess_rows
from daybreak.analysis.datasets.outcomes import outcome_of, outcome_rows
from daybreak.analysis.datasets.response import relapse_rows, response_rows
from daybreak.analysis.datasets.safety import alert_rows, event_counts, event_rows, safety_people, term_counts
from daybreak.analysis.export import Export
from daybreak.core.errors import ExportError


def levels(rows: pl.DataFrame) -> list[str]:
    kind = rows.schema["visit"]
    assert isinstance(kind, pl.Enum)
    return kind.categories.to_list()


@pytest.mark.parametrize("name", ["madrs.total", "qids-sr.total"])
def test_there_is_one_row_a_person_and_visit_measured_or_not(unblinded: Export, name: str) -> None:
    rows, people = outcome_rows(unblinded, name), enrolled_people(unblinded)
    visits = [visit.key for visit in outcome_of(unblinded.study, name).visits]
    assert rows.height == people.height * len(visits)
    assert rows.select("participant", "visit").is_unique().all()
    assert levels(rows) == visits
    assert 0 < rows["value"].null_count() < rows.height


def test_change_is_the_value_less_the_baseline_and_missing_with_either(unblinded: Export) -> None:
    rows = outcome_rows(unblinded, "madrs.total")
    known = rows.filter(pl.col("change").is_not_null())
    assert known.height > 40
    assert (known["change"] == known["value"] - known["baseline"]).all()
    assert (rows["change"].is_null() == (rows["value"].is_null() | rows["baseline"].is_null())).all()


def test_a_persons_baseline_is_the_same_in_every_row(unblinded: Export) -> None:
    rows = outcome_rows(unblinded, "madrs.total", with_baseline=True)
    assert rows.group_by("participant").agg(pl.col("baseline").n_unique())["baseline"].max() == 1
    first = rows.filter(pl.col("visit") == "baseline")
    assert first["value"].equals(first["baseline"])
    assert set(first["change"].drop_nulls()) == {0.0}
    assert (first["days"].drop_nulls() < 0).all()


def test_values_lie_in_the_range_of_the_score_and_after_the_infusion(unblinded: Export) -> None:
    rows = outcome_rows(unblinded, "madrs.total")
    assert rows["value"].drop_nulls().is_between(0, 60).all()
    assert (rows["days"].drop_nulls() > 0).all()
    assert set(rows.filter(pl.col("visit_state") == "late")["late"].drop_nulls()) <= {True}


def test_chosen_visits_are_the_only_ones(unblinded: Export) -> None:
    rows = outcome_rows(unblinded, "madrs.total", ("day-30", "day-1"))
    assert levels(rows) == ["day-1", "day-30"]


@pytest.mark.parametrize(
    ("name", "visits", "says"),
    [
        ("madrs", (), "'madrs' is no score of an instrument"),
        ("madrs.height", (), "'madrs.height' is no score"),
        ("weather.total", (), "'weather.total' is no score"),
        ("madrs.total", ("day-0",), "'day-0' does not measure madrs.total after the infusion. Those that do: day-1"),
    ],
)
def test_what_the_study_does_not_measure_is_refused(
    unblinded: Export, name: str, visits: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ExportError) as caught:
        outcome_rows(unblinded, name, visits)
    assert says in caught.value.sentence()


def test_blind_letters_and_arms_give_the_same_numbers(blind: Export, by_letters: Export, unblinded: Export) -> None:
    """Only the name of the group differs, and what people are called; letters and arms group them alike."""
    by_arm = outcome_rows(unblinded, "madrs.total")
    pooled = outcome_rows(blind, "madrs.total")
    assert pooled.drop("arm").equals(by_arm.drop("arm"))
    assert pooled["arm"].cast(pl.String).unique().to_list() == ["pooled"]
    lettered = outcome_rows(by_letters, "madrs.total")

    def means(rows: pl.DataFrame) -> list[tuple[float, int]]:
        found = rows.group_by("arm").agg(pl.col("value").sum(), pl.col("value").count().alias("n"))
        return sorted(found.select("value", "n").iter_rows())

    assert means(lettered) == means(by_arm)
    assert lettered["participant"].str.contains(r"^[ABC]-\d{4}$").all()


def test_a_response_is_half_or_more_and_remission_lies_at_the_limit_of_its_source(unblinded: Export) -> None:
    rows = response_rows(unblinded, "madrs.total").filter(pl.col("percent_better").is_not_null())
    assert (rows["responded"] == (rows["value"] <= rows["baseline"] / 2)).all()
    assert 0 < rows["responded"].sum() < rows.height
    limit = outcome_of(unblinded.study, "madrs.total").score.remission
    assert limit is not None
    assert (rows["remitted"] == (rows["value"] <= limit)).all()


def test_only_responders_can_relapse_and_each_once(unblinded: Export) -> None:
    rows = relapse_rows(unblinded, "madrs.total")
    responses = response_rows(unblinded, "madrs.total")
    responders = responses.filter(pl.col("visit") == "day-1", pl.col("responded"))["participant"]
    assert sorted(rows["participant"]) == sorted(responders)
    assert rows.height > 2
    assert (rows["days"] >= 0).all()
    later = responses.filter(pl.col("visit") != "day-1", pl.col("participant").is_in(responders.implode()))
    lost = later.filter(~pl.col("responded"))["participant"].unique()
    assert sorted(rows.filter("event")["participant"]) == sorted(lost)
    assert rows["event"].sum() > 0


def test_a_relapse_that_must_be_seen_twice_is_no_more_frequent(unblinded: Export) -> None:
    once, twice = (relapse_rows(unblinded, "madrs.total", consecutive=number) for number in (1, 2))
    assert once["participant"].equals(twice["participant"])
    assert twice["event"].sum() <= once["event"].sum()
    assert (twice["days"] >= once["days"]).all()


def test_a_response_can_be_judged_at_another_visit(unblinded: Export) -> None:
    rows = relapse_rows(unblinded, "madrs.total", at="day-5")
    assert set(rows["since_visit"]) == {"day-5"}
    with pytest.raises(ExportError, match="day-0"):
        relapse_rows(unblinded, "madrs.total", at="day-0")


def test_exposure_has_one_row_a_person_and_a_dose_between_0_and_1(unblinded: Export) -> None:
    rows = exposure_rows(unblinded)
    assert rows["participant"].to_list() == enrolled_people(unblinded)["participant"].to_list()
    assert rows["dose"].is_between(0, 1).all()
    assert (rows["sessions_completed"] + rows["sessions_partial"] <= rows["sessions_begun"]).all()
    assert set(rows["sessions_planned"]) == {8}
    assert (rows["per_protocol"] == (rows["infused"] & (rows["dose"] >= 0.8))).all()


def test_the_limit_of_the_per_protocol_set_can_be_chosen(unblinded: Export) -> None:
    none, some, everybody = (exposure_rows(unblinded, least)["per_protocol"].sum() for least in (1.01, 0.5, 0.0))
    assert none == 0 < some < everybody == safety_people(unblinded).height


def test_harms_add_up(unblinded: Export) -> None:
    rows, counts, terms = event_rows(unblinded), event_counts(unblinded), term_counts(unblinded)
    assert counts["arm"].to_list() == list(unblinded.groups)
    assert counts["people"].sum() == safety_people(unblinded).height
    assert counts["events"].sum() == rows.height == terms["events"].sum() > 4
    assert counts["serious"].sum() == rows["serious"].sum() > 0
    assert (counts["people_with_event"] <= counts["people"]).all()
    assert counts["related_to_drug"].sum() == (rows["drug"] == "possible").sum()
    assert "headache" in terms["counted_as"].to_list()
    assert "Headache" not in terms["counted_as"].to_list()


def test_an_event_has_its_day_after_the_infusion(unblinded: Export) -> None:
    assert set(event_rows(unblinded)["onset_day"]) == {2}


def test_alerts_are_of_people_and_know_whether_they_were_acknowledged_in_time(unblinded: Export) -> None:
    rows = alert_rows(unblinded)
    assert rows.height > 0
    taken = rows.filter(pl.col("minutes_to_acknowledge").is_not_null())
    assert (taken["minutes_to_acknowledge"] > 0).all()
    assert not rows.filter(pl.col("minutes_to_acknowledge").is_null())["in_time"].any()


def test_a_test_that_was_not_played_to_its_end_has_no_score(unblinded: Export) -> None:
    rows = association_rows(unblinded)
    assert rows.select("participant", "visit").is_unique().all()
    whole = rows.filter(pl.col("why") == "")
    assert whole.height == 5
    assert (whole["d"] > 0).all()
    broken = rows.filter(pl.col("why") == "the test was not played to its end")
    assert broken["d"].to_list() == [None]


def test_guesses_are_right_only_where_somebody_guessed_and_the_arms_are_known(unblinded: Export, blind: Export) -> None:
    rows = guess_rows(unblinded)
    assert rows.select("participant", "visit", "by", "about").is_unique().all()
    assert set(rows["by"]) == {"participant", "rater"}
    assert (rows["right"].is_null() == (rows["guess"] == "unknown")).all()
    known = rows.filter(pl.col("right").is_not_null())
    saline = known.filter(pl.col("arm") == "saline-training", pl.col("about") == "drug")
    assert (saline["right"] == (saline["guess"] == "placebo")).all()
    sham = known.filter(pl.col("arm") == "ketamine-sham", pl.col("about") == "exercises")
    assert (sham["right"] == (sham["guess"] == "sham")).all()
    assert guess_rows(blind)["right"].null_count() == guess_rows(blind).height == rows.height
