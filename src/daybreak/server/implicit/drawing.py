"""Drawing the plan of a person's test: by the person and the visit alone, so that no arm can show in it."""

from __future__ import annotations

import hashlib

from daybreak.content.iat import implicit_words, languages
from daybreak.core.iat_plan import Form, ImplicitOrder, ImplicitPlan, make_implicit_plan
from daybreak.server.enrolment.models import Participant

FALLBACK = "en"


def draw_plan(participant: Participant, visit_key: str, form: Form) -> ImplicitPlan:
    """Return the plan of a visit's test. A person keeps one order of pairings over all visits."""
    seed = hashlib.sha256(f"{participant.study.key} {participant.code}".encode()).digest()
    order = ImplicitOrder(seed=seed, occasion=visit_key, form=form, place=participant.pk)
    plain = participant.language.partition("-")[0]
    return make_implicit_plan(implicit_words(plain if plain in languages() else FALLBACK), order)
