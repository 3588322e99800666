"""The twin law, and what a version changes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping

from hypothesis import given, settings

from daybreak.core.cues import Cues
from daybreak.core.picture import PICTURE_BYTES
from daybreak.core.plan import Picture, TrainingPlan, Word
from daybreak.core.plan_maker import (
    FacePicture,
    OwnPortrait,
    PictureBook,
    PictureSource,
    make_plan,
    mask_text,
)
from daybreak.core.plan_order import PlanOrder
from tests.core.plan_cast import CUES, FACES, LANGUAGES, ORDERS, PACKS, face_steps, made, masked, played, seal, texts

ALEX = Cues("Alex", ("Boston",), has_portrait=True)


def same(asset: Word | Picture) -> Word | Picture:
    """Return an asset without what may differ between versions."""
    if isinstance(asset, Word):
        return asset.model_copy(update={"text": "x" * len(asset.text)})
    return asset.model_copy(update={"sha256": "0" * 64})


@given(LANGUAGES, CUES, ORDERS)
@settings(max_examples=40, deadline=None)
def test_twins_are_alike_in_everything_but_words_and_checksums(language: str, cues: Cues, order: PlanOrder) -> None:
    active, sham = (made(language, version, cues, order).plan for version in ("active", "sham"))
    assert len(active.model_dump_json()) == len(sham.model_dump_json())
    assert len(active.model_dump_json().encode()) == len(sham.model_dump_json().encode())
    blank = [plan.model_copy(update={"assets": tuple(same(asset) for asset in plan.assets)}) for plan in (active, sham)]
    assert blank[0] == blank[1]
    assert [len(text) for text in texts(active).values()] == [len(text) for text in texts(sham).values()]


@given(LANGUAGES, CUES, ORDERS)
@settings(max_examples=20, deadline=None)
def test_the_same_arguments_give_the_same_plan(language: str, cues: Cues, order: PlanOrder) -> None:
    assert made(language, "sham", cues, order) == made(language, "sham", cues, order)


@given(LANGUAGES, CUES, ORDERS)
@settings(max_examples=20, deadline=None)
def test_the_sham_shows_nothing_of_the_person_and_no_trait_and_no_smile(
    language: str, cues: Cues, order: PlanOrder
) -> None:
    words = PACKS[language].words
    drawn = made(language, "sham", cues, order)
    own = {words.self_word.active, cues.first_name, *cues.facts, *(pair.active for pair in words.traits)}
    assert not own & set(texts(drawn.plan).values())
    assert all(source == FacePicture(identity=source.identity, expression="neutral")
               for source in drawn.pictures.values() if isinstance(source, FacePicture))  # fmt: skip
    assert OwnPortrait() not in drawn.pictures.values()


@given(LANGUAGES, CUES, ORDERS)
@settings(max_examples=20, deadline=None)
def test_the_active_version_answers_the_person_with_smiles_and_others_without(
    language: str, cues: Cues, order: PlanOrder
) -> None:
    drawn = made(language, "active", cues, order)
    for step in face_steps(drawn.plan):
        answer = drawn.pictures[step.face]
        assert isinstance(answer, FacePicture)
        assert answer.expression == ("smiling" if step.exposure else "neutral")
    own = {words(drawn.plan, step.cue, drawn.pictures) for step in face_steps(drawn.plan) if step.exposure}
    assert own == ({cues.first_name, "own portrait"} if cues.has_portrait else {cues.first_name})


def words(plan: TrainingPlan, cue: str, pictures: Mapping[str, PictureSource]) -> str:
    return texts(plan).get(cue) or ("own portrait" if pictures[cue] == OwnPortrait() else "somebody else")


def test_the_stand_ins_of_one_person_stay_the_same_over_all_sessions() -> None:
    plans = [made("en", "sham", ALEX, PlanOrder(b"seed", session)) for session in range(1, 9)]
    cues = [{words(plan.plan, step.cue, {}) for step in masked(plan.plan)[0].steps} for plan in plans]
    assert all(cue == cues[0] for cue in cues)
    portraits = [
        {plan.pictures[step.cue] for step in face_steps(plan.plan) if step.exposure and step.cue in plan.pictures}
        for plan in plans
    ]
    assert len(portraits[0]) == 1
    assert all(portrait == portraits[0] for portrait in portraits)


def test_other_peoples_names_are_as_long_as_the_persons_own_in_both_versions() -> None:
    for version in ("active", "sham"):
        drawn = made("en", version, ALEX, PlanOrder(b"seed", 1))
        names = {texts(drawn.plan)[step.cue] for step in face_steps(drawn.plan) if step.cue not in drawn.pictures}
        assert {len(name) for name in names} == {4}
        assert len(names) == 7


def test_the_mask_covers_the_longest_text_that_flashes() -> None:
    plan = made("es", "active", Cues("Alex", ("Rio de Janeiro, Brasil",)), PlanOrder(b"seed", 1)).plan
    shown = texts(plan)
    flashed = [shown[name] for part in masked(plan) for step in part.steps for name in (step.cue, step.trait)]
    mask = shown[masked(plan)[0].mask]
    assert len(mask) == max(map(len, flashed)) == 22
    assert mask.startswith("XWMXMWXWMXMW")
    assert len(mask_text("X", ["I"])) == 10


def test_pictures_have_opaque_ids_one_size_and_the_sealed_checksum() -> None:
    drawn = made("en", "active", ALEX, PlanOrder(b"seed", 1))
    pictures = [asset for asset in drawn.plan.assets if isinstance(asset, Picture)]
    assert {asset.id for asset in pictures} == drawn.pictures.keys()
    assert {(asset.bytes, asset.width, asset.height) for asset in pictures} == {(PICTURE_BYTES, 320, 320)}
    for asset in pictures:
        assert re.fullmatch("p-[0-9a-f]{16}", asset.id)
        assert asset.sha256 == seal(asset.id, drawn.pictures[asset.id])


def test_the_picture_book_comes_back_from_json() -> None:
    book = made("en", "active", ALEX, PlanOrder(b"seed", 1)).pictures
    assert PictureBook.validate_json(PictureBook.dump_json(book)) == book


def test_two_people_share_no_id_but_those_of_rounds_and_steps() -> None:
    one, other = (made("en", "active", ALEX, PlanOrder(seed, 1)).plan for seed in (b"one", b"other"))
    assert one.id != other.id
    assert not {asset.id for asset in one.assets} & {asset.id for asset in other.assets}


def test_about_half_of_all_people_find_word_on_the_left() -> None:
    sides = [made("en", "active", ALEX, PlanOrder(bytes([seed]), 1)).plan.keys.word for seed in range(100)]
    assert 30 <= sides.count("left") <= 70


def test_the_texts_name_the_keys_and_label_the_sides_as_the_plan_has_them() -> None:
    for seed in range(6):
        plan = made("en", "active", ALEX, PlanOrder(bytes([seed]), 1)).plan
        left = plan.keys.word == "left"
        text = plan.texts["visible-words"]
        assert (text.left, text.right) == (("word", "not a word") if left else ("not a word", "word"))
        assert f"Press {'F' if left else 'J'} for a word and {'J' if left else 'F'} for not a word" in text.instruction
        assert plan.texts["faces"].left == plan.texts["faces"].right == ""
        assert "{" not in json.dumps([part.instruction for part in plan.texts.values()])


def test_a_session_has_240_exposures_as_the_reconstruction_says() -> None:
    plan = made("en", "active", ALEX, PlanOrder(b"seed", 1, practice=True)).plan
    assert len(plan.exposures()) == 240
    assert sum(len(part.steps) for part in played(plan)) == 360


def test_options_of_the_order_reach_the_plan() -> None:
    order = PlanOrder(b"seed", 3, visible_only=True)
    plan = made("es", "active", ALEX, order).plan
    assert (plan.session, plan.language, plan.visible_only, plan.device) == (3, "es", True, order.device)


def test_making_a_plan_takes_less_than_twenty_milliseconds() -> None:
    def cost() -> float:
        began = time.process_time()
        make_plan(PACKS["en"], FACES, "active", ALEX, PlanOrder(b"seed", 1, practice=True), seal)
        return time.process_time() - began

    assert min(cost() for _ in range(5)) < 0.020
