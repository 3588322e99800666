"""The twin test: two people alike but for the version get answers that cannot be told apart."""

from __future__ import annotations

import hashlib
import logging
import re
from typing import Any

import pytest

from daybreak.core.picture import PICTURE_BYTES
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession
from tests import people
from tests.live_people import plain_face
from tests.server.conftest import player_of
from tests.server.http_player import Answer, HttpPlayer

pytestmark = [pytest.mark.django_db, pytest.mark.evidence("property", "docs/architecture.md: plans name no version")]
SEED = hashlib.sha256(b"twins").digest()


class Diary:
    """Everything one twin's browser and the log can see."""

    def __init__(self, player: HttpPlayer) -> None:
        self.seen: list[Answer] = []
        call = player.call

        def listening(*args: Any, **kwargs: Any) -> Answer:
            answer = call(*args, **kwargs)
            self.seen.append(answer)
            return answer

        player.call = listening

    def shape(self) -> list[tuple[int, int, dict[str, str]]]:
        return [(answer.status, len(answer.body), answer.headers) for answer in self.seen]


def play_everything(player: HttpPlayer) -> dict[str, Any]:
    sitting = player.open()
    for asset in sitting.plan["assets"]:
        if asset["kind"] == "picture":
            player.call("GET", f"sittings/{sitting.id}/assets/{asset['id']}")
    player.call("GET", f"sittings/{sitting.id}/assets/p-unknown")
    player.refusal()
    player.refusal(2)
    sitting.lease()
    sitting.play_to_the_end()
    player.refusal()
    player.call("GET", "portrait")
    return sitting.plan


def blank(plan: dict[str, Any]) -> dict[str, Any]:
    """Return a plan without what may differ: the letters of words and the checksums of pictures."""
    assets = [
        asset | ({"text": (len(asset["text"]), len(asset["text"].encode()))} if "text" in asset else {"sha256": 64})
        for asset in plan["assets"]
    ]
    return plan | {"assets": assets}


@pytest.fixture(params=[("en", "Alexandra"), ("es", "Zoë")], ids=["en", "es"])
def twins(clinic: Site, request: pytest.FixtureRequest) -> dict[str, Any]:
    language, name = request.param
    return {
        version: people.participant(
            clinic,
            version,
            version=version,
            language=language,
            seed=SEED,
            cues=(name, ("Lisbon",)),
            portrait=plain_face(),
        )
        for version in ("active", "sham")
    }


def test_twins_cannot_be_told_apart(twins: dict[str, Participant], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    diaries, plans, logs = {}, {}, {}
    for version, person in twins.items():
        caplog.clear()
        player = player_of(person)
        diaries[version] = Diary(player)
        plans[version] = play_everything(player)
        logs[version] = [re.sub(r"[0-9a-f-]{32,36}|\d+\.\d+|\d+", "#", line) for line in caplog.text.splitlines()]
    assert diaries["active"].shape() == diaries["sham"].shape()
    assert blank(plans["active"]) == blank(plans["sham"])
    assert logs["active"] == logs["sham"]


def test_the_versions_do_differ_in_what_is_shown(twins: dict[str, Participant]) -> None:
    plans = {version: player_of(person).open().plan for version, person in twins.items()}
    texts = {version: [asset.get("text") for asset in plan["assets"]] for version, plan in plans.items()}
    assert texts["active"] != texts["sham"]


def test_no_answer_names_a_version(twins: dict[str, Participant]) -> None:
    words = re.compile(rb"active|sham|placebo|control|positive|neutral|smiling|own-portrait", re.IGNORECASE)
    player = player_of(twins["active"])
    diary = Diary(player)
    play_everything(player)
    for answer in diary.seen:
        if answer.headers["content-type"].endswith("json"):
            # The words shown are the exercise itself; everything around them must be silent.
            assert not words.search(re.sub(rb'"text":"[^"]*"', b"", answer.body))


def test_all_that_is_stored_outside_the_vault_is_alike(twins: dict[str, Participant]) -> None:
    rows = {}
    for version, person in twins.items():
        play_everything(player_of(person))
        session = TrainingSession.objects.get(participant=person)
        rows[version] = (session.dose, session.rounds_done, session.outline.rounds, session.outline.exposures)
    assert rows["active"] == rows["sham"]


def test_the_pictures_of_all_plans_have_one_size(twins: dict[str, Participant]) -> None:
    for person in twins.values():
        player = player_of(person)
        sitting = player.open()
        pictures = [asset for asset in sitting.plan["assets"] if asset["kind"] == "picture"]
        assert {asset["bytes"] for asset in pictures} == {PICTURE_BYTES}
        assert pictures


def test_the_answer_to_an_opened_sitting_has_a_round_length(twins: dict[str, Participant]) -> None:
    for person in twins.values():
        answer = player_of(person).post("sessions/1/sittings", {"take_over": False})
        assert len(answer.body) % 16384 == 0
        assert "content-encoding" not in answer.headers
