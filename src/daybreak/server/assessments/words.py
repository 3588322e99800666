"""The words of an instrument as they are shown: those a site may use, or else our own prompts, marked as such."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from daybreak.core.instruments import Instrument, Item
from daybreak.core.instruments.item import in_language
from daybreak.core.instruments.questionnaire import from_questionnaire
from daybreak.core.instruments.wording import Wording as Imported
from daybreak.core.study import InstrumentRules
from daybreak.server.assessments.models import Form, Wording
from daybreak.server.assessments.refusals import FormError
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study

ENGLISH = "en"


@dataclass(frozen=True)
class Option:
    """One answer to choose: what is stored, and what is read."""

    value: Any
    label: str


@dataclass(frozen=True)
class Words:
    """The words of one instrument in one language; without a `wording` they are our own."""

    instrument: Instrument
    language: str
    wording: Wording | None = None

    @property
    def are_own(self) -> bool:
        """Whether these are our own prompts where a validated wording exists, so that they must be marked."""
        return self.wording is None and self.instrument.owned_wording

    @property
    def mark(self) -> str:
        """What a page sends back, so that an answer to other words than those stored is noticed."""
        source = self.wording.sha256[:16] if self.wording else "own"
        return f"{self.instrument.version}.{self.language}.{source}"

    def prompt(self, item: Item) -> str:
        """Return what is asked."""
        imported = self._imported()
        return imported.prompt(item.key) if imported else in_language(item.prompt, self.language)

    def options(self, item: Item) -> tuple[Option, ...]:
        """Return the answers to choose from, none for an item that is typed."""
        imported = self._imported()
        if imported and item.kind == "choice":
            return tuple(Option(each.value, imported.choice(item.key, each.value)) for each in item.choices)
        return tuple(Option(each.value, in_language(each.label, self.language)) for each in item.choices)

    def said(self, item: Item, value: Any) -> str:
        """Return an answer in words."""
        if value is None:
            return ""
        if isinstance(value, bool) and not item.choices:
            return "yes" if value else "no"
        return next((each.label for each in self.options(item) if each.value == value), str(value))

    def _imported(self) -> Imported | None:
        return read_wording(self.wording.pk, self.wording.sha256) if self.wording else None


def words_for(
    participant: Participant, instrument: Instrument, rules: InstrumentRules, *, staff: bool = False
) -> Words:
    """Return the words in which a form is opened now: the newest wording in the right language, or our own prompts.

    Raises:
        FormError: the study file insists on a wording, and none was added.
    """
    language = participant.language
    wording = newest(participant.study, instrument.key, language)
    if wording is None and staff and language != ENGLISH:
        language = ENGLISH
        wording = newest(participant.study, instrument.key, language)
    if wording is None and rules.wording == "required":
        raise FormError("no-wording", where=f"{instrument.key} in '{language}'")
    return Words(instrument, language, wording)


def can_show(participant: Participant, instrument: Instrument, rules: InstrumentRules) -> bool:
    """Return whether the participant can be shown an instrument: with `required`, only once a wording was added."""
    if rules.wording != "required":
        return True
    return newest(participant.study, instrument.key, participant.language) is not None


def words_in(form: Form, instrument: Instrument) -> Words:
    """Return the words in which a form was opened; later ones do not change it."""
    return Words(instrument, form.language, form.wording)


def newest(study: Study, instrument: str, language: str) -> Wording | None:
    """Return the wording of an instrument that was added last, in the language or in its main form."""
    languages = {language, language.partition("-")[0]}
    found = Wording.objects.filter(study=study, instrument=instrument, language__in=languages)
    return found.order_by("-added_at", "-pk").first()


@lru_cache(maxsize=64)
def read_wording(pk: int, sha256: str) -> Imported:
    """Return a stored wording, read; it was checked when it was added, and `sha256` tells it from any other."""
    return from_questionnaire(Wording.objects.get(pk=pk, sha256=sha256).content)
