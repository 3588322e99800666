"""Laws of the order, for any seed, session, person and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.chance import Chance
from daybreak.core.cues import Cues
from daybreak.core.plan import MaskedWordsRound, MaskedWordsStep, TrainingPlan, VisibleWordsRound
from daybreak.core.plan_maker import FacePicture, OwnPortrait
from daybreak.core.plan_order import PlanOrder, halves
from tests.core.plan_cast import CUES, LANGUAGES, ORDERS, PACKS, face_steps, faces, made, masked, played, texts, visible

few = settings(max_examples=25, deadline=None)
WITH_FACTS = Cues("Alex", ("Boston", "chess"), has_portrait=True)


def plan_of(language: str = "en", cues: Cues = WITH_FACTS, order: PlanOrder | None = None) -> TrainingPlan:
    return made(language, "active", cues, order or PlanOrder(b"seed", 1)).plan


def even(things: Iterable[object], kinds: int) -> bool:
    """Say whether `kinds` different things come equally often, to one."""
    counts = Counter(things)
    return len(counts) == kinds and max(counts.values()) - min(counts.values()) <= 1


def nothing_twice_in_a_row(things: Iterable[object]) -> bool:
    return all(one != other for one, other in pairwise(things))


@given(LANGUAGES, CUES, ORDERS)
@few
def test_the_tasks_take_turns_in_twelve_rounds_of_thirty(language: str, cues: Cues, order: PlanOrder) -> None:
    plan = plan_of(language, cues, order)
    played = [part for part in plan.rounds if not part.practice]
    assert [part.task for part in played] == ["masked-words", "visible-words", "faces"] * 4
    assert {len(part.steps) for part in played} == {30}


@given(LANGUAGES, CUES, ORDERS)
@few
def test_practice_comes_before_the_first_round_of_its_task_and_holds_no_exposure(
    language: str, cues: Cues, order: PlanOrder
) -> None:
    rounds = plan_of(language, cues, order).rounds
    practice = [at for at, part in enumerate(rounds) if part.practice]
    assert practice == ([0, 2, 4] if order.practice else [])
    assert all(rounds[at].task == rounds[at + 1].task for at in practice)
    assert not any(step.exposure for at in practice for step in rounds[at].steps)


@given(LANGUAGES, CUES, ORDERS)
@few
def test_every_id_is_used_once_and_every_asset_is_shown(language: str, cues: Cues, order: PlanOrder) -> None:
    plan = plan_of(language, cues, order)
    steps = [step.id for part in plan.rounds for step in part.steps]
    assert len(set(steps)) == len(steps)
    named = {value for part in plan.rounds for step in part.steps for value in step.model_dump().values()}
    masks = {part.mask for part in plan.rounds if part.task == "masked-words"}
    assert {asset.id for asset in plan.assets} == {name for name in named if str(name)[:2] in {"w-", "p-"}} | masks
    assert [asset.id for asset in plan.assets if asset.kind == "word"] == sorted(texts(plan))


@given(LANGUAGES, CUES, ORDERS)
@few
def test_keys_are_balanced_in_every_round_and_agree_with_what_is_shown(
    language: str, cues: Cues, order: PlanOrder
) -> None:
    plan, words = plan_of(language, cues, order), PACKS[language].words
    shown = texts(plan)
    no_words = {*words.target_strings, *words.lures, *words.practice_strings, *words.practice_lures}
    for part in plan.rounds:
        if part.task == "faces":
            continue
        assert Counter(step.correct for step in part.steps)["left"] == len(part.steps) / 2
        for step in part.steps:
            judged = shown[step.target if isinstance(step, MaskedWordsStep) else step.trait]
            assert (step.correct != plan.keys.word) == (judged in no_words)


@given(LANGUAGES, CUES, ORDERS)
@few
def test_every_trait_comes_equally_often_and_is_an_exposure(language: str, cues: Cues, order: PlanOrder) -> None:
    plan, words = plan_of(language, cues, order), PACKS[language].words
    traits = [step.trait for part in masked(plan) for step in part.steps]
    seen = [step.trait for part in visible(plan) for step in part.steps if step.exposure]
    shown = texts(plan)
    assert even([shown[trait] for trait in traits + seen], len(words.traits))
    assert {shown[trait] for trait in traits + seen} <= {pair.active for pair in words.traits}
    assert all(step.exposure for part in masked(plan) for step in part.steps)
    assert [sum(step.exposure for step in part.steps) for part in visible(plan)] == [15] * 4


@given(LANGUAGES, CUES, ORDERS)
@few
def test_no_word_comes_twice_in_a_row_even_across_rounds(language: str, cues: Cues, order: PlanOrder) -> None:
    plan = plan_of(language, cues, order)
    assert nothing_twice_in_a_row(step.trait for part in masked(plan) for step in part.steps)
    assert nothing_twice_in_a_row(step.target for part in masked(plan) for step in part.steps)
    assert nothing_twice_in_a_row(step.trait for part in visible(plan) for step in part.steps)
    assert all(step.cue != step.trait for part in visible(plan) for step in part.steps)


@given(LANGUAGES, CUES, ORDERS)
@few
def test_the_cues_of_word_tasks_are_mostly_i_and_say_nothing_of_the_answer(
    language: str, cues: Cues, order: PlanOrder
) -> None:
    plan = plan_of(language, cues, order)
    shown = texts(plan)
    word_rounds: list[MaskedWordsRound | VisibleWordsRound] = [*masked(plan), *visible(plan)]
    for part in word_rounds:
        counts = Counter(shown[step.cue] for step in part.steps)
        assert counts.keys() <= {PACKS[language].words.self_word.active, cues.first_name, *cues.facts}
        assert counts[PACKS[language].words.self_word.active] >= 16
    for rounds in (masked(plan), visible(plan)):
        mixes = []
        for is_word in (True, False):
            before = [
                shown[step.cue] for part in rounds for step in part.steps if (step.correct == plan.keys.word) == is_word
            ]
            mixes.append(Counter("fact" if cue in cues.facts else cue for cue in before))
            if cues.facts:
                assert even([cue for cue in before if cue in cues.facts], len(cues.facts))
        assert mixes[0] == mixes[1]
        assert sum(mixes[0].values()) == 60


@given(LANGUAGES, CUES, ORDERS)
@few
def test_fields_and_self_and_other_are_balanced_in_every_round(language: str, cues: Cues, order: PlanOrder) -> None:
    plan = plan_of(language, cues, order)
    for part in faces(plan):
        assert sum(step.exposure for step in part.steps) == 15
        assert even([step.cell for step in part.steps], 4)
    for is_self in (True, False):
        cells = Counter(step.cell for step in face_steps(plan) if step.exposure == is_self)
        assert set(cells.values()) == {15}


@given(LANGUAGES, CUES, ORDERS)
@few
def test_no_face_and_no_other_person_comes_twice_in_a_row(language: str, cues: Cues, order: PlanOrder) -> None:
    drawn = made(language, "active", cues, order)
    answers = [drawn.pictures[step.face] for step in face_steps(drawn.plan)]
    assert nothing_twice_in_a_row(face.identity for face in answers if isinstance(face, FacePicture))
    assert all(isinstance(face, FacePicture) for face in answers)
    assert nothing_twice_in_a_row(step.cue for step in face_steps(drawn.plan) if not step.exposure)


@given(LANGUAGES, CUES, ORDERS)
@few
def test_strangers_answer_about_equally_often_and_never_give_cues(language: str, cues: Cues, order: PlanOrder) -> None:
    drawn = made(language, "sham", cues, order)
    steps = face_steps(drawn.plan)
    answering = {str(drawn.pictures[step.face]) for step in steps}
    cueing = {str(drawn.pictures[step.cue]) for step in steps if step.cue in drawn.pictures}
    assert not answering & cueing
    for is_self in (True, False):
        counts = Counter(step.face for step in steps if step.exposure == is_self)
        assert len(counts) == 16
        assert max(counts.values()) - min(counts.values()) <= 2


def test_the_portrait_is_two_thirds_of_the_own_cues_and_names_stand_in_without_one() -> None:
    drawn = made("en", "active", WITH_FACTS, PlanOrder(b"seed", 1))
    own = Counter(step.cue in drawn.pictures for step in face_steps(drawn.plan) if step.exposure)
    other = Counter(step.cue in drawn.pictures for step in face_steps(drawn.plan) if not step.exposure)
    assert own == other == {True: 40, False: 20}
    assert OwnPortrait() in drawn.pictures.values()
    blind = made("en", "active", Cues("Alex"), PlanOrder(b"seed", 1))
    assert not any(step.cue in blind.pictures for step in face_steps(blind.plan))
    assert {texts(blind.plan)[step.cue] for step in face_steps(blind.plan) if step.exposure} == {"Alex"}


def test_a_person_without_what_the_pack_asks_for_gets_their_first_name() -> None:
    pack = PACKS["en"].tasks.visible_words
    only_facts = pack.model_copy(update={"cues": {"fact": 1}})
    tasks = PACKS["en"].tasks.model_copy(update={"visible_words": only_facts})
    changed = PACKS["en"].model_copy(update={"tasks": tasks})
    try:
        PACKS["xx"] = changed
        plan = made("xx", "active", Cues("Alex"), PlanOrder(b"seed", 1)).plan
    finally:
        del PACKS["xx"]
    assert {texts(plan)[step.cue] for part in visible(plan) for step in part.steps} == {"Alex"}


@given(st.binary(max_size=8), st.integers(0, 40).map(lambda half: 2 * half))
def test_halves_are_halves_without_long_runs(seed: bytes, steps: int) -> None:
    drawn = halves(Chance(seed, "halves"), steps)
    assert (len(drawn), sum(drawn)) == (steps, steps / 2)
    assert "11111" not in "".join(str(int(kind)) for kind in drawn)
    assert "00000" not in "".join(str(int(kind)) for kind in drawn)


def test_another_session_of_the_same_person_has_another_order_but_the_same_side_and_ids() -> None:
    first, second = (plan_of(order=PlanOrder(b"seed", session)) for session in (1, 2))
    assert first.keys == second.keys
    for one, other in zip(played(first), played(second), strict=True):
        assert one.id == other.id
        assert one.steps != other.steps
    both = texts(first).keys() & texts(second).keys()
    assert len(both) > 200
    assert all(texts(first)[asset] == texts(second)[asset] for asset in both)
    assert [step.id for part in masked(first) for step in part.steps] == [
        step.id for part in masked(second) for step in part.steps
    ]
