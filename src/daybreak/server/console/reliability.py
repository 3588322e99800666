"""How far two raters of the same interviews agree: pairs of scores, and their intraclass correlations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from daybreak.core.agreement import Agreement, AgreementError, agreement
from daybreak.core.instruments import INSTRUMENTS, Instrument
from daybreak.core.study import StudyFile
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of, is_over
from daybreak.server.assessments.rules import rules_for
from daybreak.server.assessments.second_rating import asks_for_second
from daybreak.server.studies.models import Site

Interview = tuple[int, str, str]
"""A person, a visit, an instrument."""


@dataclass(frozen=True)
class Pair:
    """The same score of one interview, by the first and by the second rater."""

    first: float
    second: float


@dataclass(frozen=True)
class ScoreAgreement:
    """How far two raters agree on one score. `found` is None where there are too few pairs to tell."""

    score: str
    pairs: int
    found: Agreement | None
    bias: float | None
    widest: float | None


@dataclass(frozen=True)
class InstrumentAgreement:
    """One rated instrument: what the study file asks for, how far it is, and how far raters agree on each score."""

    instrument: Instrument
    share: float
    rated: int
    asked: int
    both: int
    scores: tuple[ScoreAgreement, ...]

    @property
    def percent(self) -> int:
        """The share asked for, in whole percents."""
        return round(100 * self.share)

    @property
    def missing(self) -> int:
        """How many interviews still wait for the second rater they were drawn for."""
        return self.asked - self.both if self.asked > self.both else 0


def reliability_at(sites: QuerySet[Site], file: StudyFile) -> list[InstrumentAgreement]:
    """Return, for every instrument the study has rated in interviews, how far raters at `sites` agree.

    Only what both raters handed in counts, first entries only; nobody who withdrew the use of their data is in it. Two
    queries, however many people there are.
    """
    keys = {key for visit in file.visits for key in visit.instruments}
    rated = [each for key, each in INSTRUMENTS.items() if key in keys and each.by == "rater" and each.items]
    forms = Form.objects.filter(participant__site__in=sites, instrument__in=[each.key for each in rated], entry=1)
    forms = forms.exclude(state=Form.State.OPEN).exclude(participant__withdrawals__scope="data")
    found: dict[Interview, dict[int, Form]] = {}
    for form in forms.select_related("participant").prefetch_related("answers").order_by("pk"):
        found.setdefault((form.participant_id, form.visit_key, form.instrument), {})[form.rater] = form
    return [
        _of(instrument, file, [forms for key, forms in found.items() if key[2] == instrument.key])
        for instrument in rated
    ]


def _of(instrument: Instrument, file: StudyFile, interviews: list[dict[int, Form]]) -> InstrumentAgreement:
    firsts = [forms[1] for forms in interviews if 1 in forms]
    both = [(forms[1], forms[2]) for forms in interviews if 1 in forms and 2 in forms]
    asked = sum(asks_for_second(file, one.participant.code, one.visit_key, one.instrument) for one in firsts)
    return InstrumentAgreement(
        instrument=instrument,
        share=rules_for(file, instrument.key).second_rater,
        rated=len(firsts),
        asked=asked,
        both=len(both),
        scores=tuple(score_agreement(score.name, _pairs(instrument, score.name, both)) for score in instrument.scores),
    )


def _pairs(instrument: Instrument, score: str, both: Iterable[tuple[Form, Form]]) -> Iterator[Pair]:
    """Yield the pairs of a score that both forms have, read by the instrument's present structure."""
    for forms in both:
        if any(form.version != instrument.version or not is_over(form) for form in forms):
            continue
        first, second = (instrument.scores_of(answers_of(form))[score] for form in forms)
        if first is not None and second is not None:
            yield Pair(first, second)


def score_agreement(score: str, pairs: Iterable[Pair]) -> ScoreAgreement:
    """Return how far pairs of ratings agree: correlations, mean difference (second less first), widest difference."""
    both = list(pairs)
    differences = [pair.second - pair.first for pair in both]
    try:
        found = agreement([(pair.first, pair.second) for pair in both])
    except AgreementError:
        found = None
    return ScoreAgreement(
        score=score,
        pairs=len(both),
        found=found,
        bias=sum(differences) / len(both) if both else None,
        widest=max(map(abs, differences), default=None),
    )
