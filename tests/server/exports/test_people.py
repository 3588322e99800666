"""The tables about people: how far each came, screening, infusions, visits and deviations, and the study file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.demo.intake import eligible_answers
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.folder import export_study
from daybreak.server.exports.people_rows import infusion_rows, participant_rows, screening_rows
from daybreak.server.exports.visit_rows import deviation_rows, visit_rows
from daybreak.server.participation.actions.leaving import transfer, withdraw
from daybreak.server.participation.actions.screening import decline, save_screening
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.actions.noticing import notice
from daybreak.server.visits.actions.recording import VisitFacts, record_visit
from tests import candidates, people

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def later() -> Iterator[None]:
    """All of it at noon of one day, so that dates do not depend on the hour the test runs at."""
    noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    with clock.standing(noon):
        yield


@pytest.fixture
def person(clinic: Site, later: None) -> Participant:
    return people.participant(clinic, "P-1", infusion_ago=12 * DAY)


def of(rows: Iterator[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (found,) = (row for row in rows if all(row.get(name) == value for name, value in wanted.items()))
    return found


def test_a_person_is_followed_from_the_first_question_to_what_they_left(person: Participant) -> None:
    coordinator = candidates.coordinator(person.study)
    withdraw(coordinator, person, Scope.TRAINING, why="burden")
    before = of(participant_rows(person.study), participant="P-1")
    assert (before["left_scope"], before["left_because"], before["lost"]) == ("training", "burden", False)
    assert before["screened_at"] <= before["consented_at"] <= before["enrolled_at"] < clock.now()
    assert (before["training_ended_at"], before["follow_up_ended_at"]) == (clock.now(), None)
    withdraw(coordinator, person, Scope.FOLLOW_UP, why="lost-contact")
    after = of(participant_rows(person.study), participant="P-1")
    assert (after["left_scope"], after["left_because"], after["lost"]) == ("follow-up", "lost-contact", True)
    assert after["participation"] == "infused"


def test_whoever_was_excluded_has_the_reason(clinic: Site) -> None:
    coordinator = candidates.coordinator(clinic.study)
    answers = eligible_answers(file_of(clinic.study))
    save_screening(coordinator, candidates.opened(clinic, "P-1"), answers | {"age": 70, "madrs": 12})
    decline(coordinator, candidates.screened(clinic, "P-2"), "too far away")
    rows = {row["participant"]: row for row in participant_rows(clinic.study)}
    assert (rows["P-1"]["participation"], rows["P-1"]["excluded_for"]) == ("screen-failed", "age madrs")
    assert (rows["P-2"]["participation"], rows["P-2"]["excluded_for"]) == ("declined", None)


def test_the_site_of_the_enrolment_stays_after_a_move(person: Participant) -> None:
    there = people.opened_site(person.study, "there", "The other", "Europe/Madrid")
    transfer(candidates.coordinator(person.study), person, there, "moved")
    row = of(participant_rows(person.study), participant="P-1")
    assert (row["site"], row["site_enrolled"]) == ("there", "here")


def test_screening_answers_say_what_they_decided(person: Participant) -> None:
    rows = {row["question"]: row for row in screening_rows(person.study)}
    assert (rows["age"]["reply"], rows["age"]["reply_number"], rows["age"]["rule_holds"]) == ("34", 34, True)
    assert (rows["low-self-worth"]["reply"], rows["low-self-worth"]["reply_number"]) == ("true", None)
    assert rows["photosensitive-epilepsy"]["rule_holds"] is None
    assert not any(row["stratum"] for row in rows.values())


def test_an_infusion_has_its_length(person: Participant) -> None:
    row = of(infusion_rows(person.study), participant="P-1")
    assert (row["infusion_number"], row["minutes"], row["side_effects_mild"]) == (1, 40, 0)
    assert clock.now() - row["infusion_ended_at"] == 12 * DAY


def test_every_visit_of_the_plan_is_a_row_with_its_window_and_what_became_of_it(person: Participant) -> None:
    coordinator = candidates.coordinator(person.study)
    record_visit(coordinator, person, "day-5", VisitFacts(clock.now() - 3 * DAY, "phone"))
    rows = {row["visit"]: row for row in visit_rows(person.study)}
    assert list(rows) == [visit.key for visit in file_of(person.study).schedule]
    assert (rows["day-1"]["visit_state"], rows["day-12"]["visit_state"]) == ("missed", "due")
    late = rows["day-5"]
    assert (late["visit_state"], late["held"], late["visit_day"]) == ("late", "phone", 5)
    assert (late["kept_day"], late["days_since_infusion"]) == (9, 9.0)
    assert late["opens_at"] < late["closes_at"] <= late["kept_at"]
    assert rows["day-30"]["kept_at"] is None


def test_visits_without_a_date_wait(clinic: Site) -> None:
    people.participant(clinic, "P-1", infusion_ago=None)
    rows = {row["visit"]: row for row in visit_rows(clinic.study)}
    assert (rows["baseline"]["visit_state"], rows["day-1"]["visit_state"]) == ("due", "waiting")
    assert "opens_at" not in rows["day-1"]


def test_people_who_are_not_enrolled_have_no_visits(clinic: Site) -> None:
    candidates.consented(clinic, "P-1")
    assert list(visit_rows(clinic.study)) == []


def test_deviations_say_by_how_much_and_lapsed_ones_are_left_out(person: Participant) -> None:
    coordinator = candidates.coordinator(person.study)
    record_visit(coordinator, person, "day-5", VisitFacts(clock.now() - 3 * DAY, "phone"))
    notice(person, clock.now())
    late = of(deviation_rows(person.study), about="visit-day-5")
    assert (late["deviation"], late["visit"], late["explained"]) == ("visit-late", "day-5", False)
    assert late["hours_off"] == (late["done_at"] - late["planned_until"]) / timedelta(hours=1) > 0
    missed = of(deviation_rows(person.study), about="visit-day-1")
    assert (missed["deviation"], missed["hours_off"]) == ("visit-missed", None)
    record_visit(coordinator, person, "day-1", VisitFacts(clock.now() - 11 * DAY, "in-person"))
    assert not [row for row in deviation_rows(person.study) if row["about"] == "visit-day-1"]


def test_the_study_file_is_there_as_it_was_loaded(person: Participant, study_file: str, tmp_path: Path) -> None:
    export_study(person.study, tmp_path / "out", clock.now())
    folder = tmp_path / "out/study"
    assert (folder / "study.toml").read_text() == (folder / "version-1.toml").read_text() == study_file
    about = json.loads((folder / "export.json").read_text())
    assert (about["study"], about["version_in_force"]) == (tomllib.loads(study_file)["study"]["id"], 1)
    assert datetime.fromisoformat(about["made_at"]) == clock.now()
    assert (tmp_path / "out/data" / f"{about['tables']['visits']}.csv").exists()
