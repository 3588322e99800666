"""The cast of the tests about training plans: packs, people without pictures, and plans of any seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from hypothesis import strategies as st

from daybreak.content.packs import load_pack
from daybreak.core.cues import Cues
from daybreak.core.face import Face, PictureFile
from daybreak.core.plan import FacesRound, FacesStep, MaskedWordsRound, Round, TrainingPlan, VisibleWordsRound, Word
from daybreak.core.plan_maker import DispensedPlan, PictureSource, make_plan
from daybreak.core.plan_order import PlanOrder
from daybreak.core.study import Version

FACES = tuple(
    Face(identity=f"person-{number:02}", smiling=file, neutral=file, licence="none", source="none")
    for file in [PictureFile(file="drawn.webp", sha256="0" * 64)]
    for number in range(40)
)
PACKS = {language: load_pack("self-worth", language) for language in ("en", "es")}

NAMES = st.sampled_from(["Alex", "Jo", "Emma", "José", "Anne-Marie", "Christopher", "Анна", "李雷", "O'Neill", "Ñ"])
FACTS = st.lists(st.sampled_from(["Boston", "12 May 1990", "chess", "Rio de Janeiro", "Müller"]), max_size=3)
CUES = st.builds(Cues, first_name=NAMES, facts=FACTS.map(tuple), has_portrait=st.booleans())
ORDERS = st.builds(
    PlanOrder,
    seed=st.binary(min_size=1, max_size=32),
    session=st.integers(1, 8),
    practice=st.booleans(),
    visible_only=st.booleans(),
)
LANGUAGES = st.sampled_from(sorted(PACKS))


def seal(asset_id: str, source: PictureSource) -> str:
    """Stand for the checksum of a padded picture."""
    return hashlib.sha256(f"{asset_id} {source}".encode()).hexdigest()


def made(language: str, version: Version, cues: Cues, order: PlanOrder) -> DispensedPlan:
    """Make a plan with the whole cast."""
    return make_plan(PACKS[language], FACES, version, cues, order, seal)


def texts(plan: TrainingPlan) -> dict[str, str]:
    """Return asset id -> text of every word."""
    return {asset.id: asset.text for asset in plan.assets if isinstance(asset, Word)}


def masked(plan: TrainingPlan) -> list[MaskedWordsRound]:
    """Return the rounds of masked words that are no practice."""
    return [part for part in played(plan) if isinstance(part, MaskedWordsRound)]


def visible(plan: TrainingPlan) -> list[VisibleWordsRound]:
    """Return the rounds of visible words that are no practice."""
    return [part for part in played(plan) if isinstance(part, VisibleWordsRound)]


def faces(plan: TrainingPlan) -> list[FacesRound]:
    """Return the rounds of faces that are no practice."""
    return [part for part in played(plan) if isinstance(part, FacesRound)]


def face_steps(plan: TrainingPlan) -> list[FacesStep]:
    """Return all steps of the faces task in the order they are played, but for practice."""
    return [step for part in faces(plan) for step in part.steps]


def played(plan: TrainingPlan) -> Iterator[Round]:
    """Yield the rounds that are no practice."""
    return (part for part in plan.rounds if not part.practice)
