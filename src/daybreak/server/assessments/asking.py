"""What a participant's page shows of one question, and which question comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daybreak.core.instruments import Item
from daybreak.core.instruments.item import in_language
from daybreak.core.study.values import read_span
from daybreak.server.assessments.queries import OwnVisit, answers_of
from daybreak.server.assessments.standing import OwnForm
from daybreak.server.assessments.words import Option

SECONDS_AN_ITEM = 15
"""How long one item takes about, for what is said before one begins."""


@dataclass(frozen=True)
class Asked:
    """One question as its page shows it; `number` is its place in the instrument, `place` among those asked now."""

    item: Item
    number: int
    place: int
    total: int
    prompt: str
    hint: str
    options: tuple[Option, ...]
    given: Any
    recall: str
    are_own_words: bool
    mark: str
    back: int | None
    onward: int | None

    @property
    def chosen(self) -> str:
        """The answer that stands there, as the page's fields hold it."""
        if self.given is None:
            return ""
        return {True: "yes", False: "no"}[self.given] if isinstance(self.given, bool) else str(self.given)


@dataclass(frozen=True)
class Line:
    """One question on the last look before sending, with its answer in words."""

    number: int
    prompt: str
    answer: str


def given_in(standing: OwnForm) -> dict[str, Any]:
    """Return what was answered so far."""
    return answers_of(standing.form) if standing.form else {}


def asked_page(standing: OwnForm, item: Item) -> Asked:
    """Return what the page of an item shows; one that is not asked now stands where it would."""
    given = given_in(standing)
    numbers = numbers_asked(standing, given)
    number = standing.instrument.items.index(item) + 1
    before = [each for each in numbers if each < number]
    after = [each for each in numbers if each > number]
    return Asked(
        item=item,
        number=number,
        place=len(before) + 1,
        total=len(numbers),
        prompt=standing.words.prompt(item),
        hint=in_language(item.hint, standing.words.language) if item.hint else "",
        options=options_of(standing, item),
        given=given.get(item.key),
        recall=said_recall(standing),
        are_own_words=standing.words.are_own,
        mark=standing.words.mark,
        back=before[-1] if before else None,
        onward=after[0] if after else None,
    )


def options_of(standing: OwnForm, item: Item) -> tuple[Option, ...]:
    """Return what one can choose from; nothing where the answer is typed."""
    if item.kind == "yes-no":
        return standing.words.options(item) or (Option("yes", _("Yes")), Option("no", _("No")))
    return standing.words.options(item)


def numbers_asked(standing: OwnForm, given: Mapping[str, Any]) -> list[int]:
    """Return the places, in the instrument, of the items that are asked after what was answered so far."""
    asked = {item.key for item in standing.instrument.asked(given)}
    return [number for number, item in enumerate(standing.instrument.items, start=1) if item.key in asked]


def first_open(standing: OwnForm) -> int | None:
    """Return the place of the first item that is asked and has no answer, or None."""
    given = given_in(standing)
    items = standing.instrument.items
    return next((number for number in numbers_asked(standing, given) if items[number - 1].key not in given), None)


def next_number(standing: OwnForm, number: int) -> int | None:
    """Return the place of the item asked after `number`, or None at the end."""
    return next((each for each in numbers_asked(standing, given_in(standing)) if each > number), None)


def lines_of(standing: OwnForm) -> list[Line]:
    """Return the questions asked with their answers, for the last look before sending."""
    given = given_in(standing)
    items = standing.instrument.items
    return [
        Line(number, standing.words.prompt(items[number - 1]), _said(standing, items[number - 1], given))
        for number in numbers_asked(standing, given)
    ]


def said_recall(standing: OwnForm) -> str:
    """Return over which time to look back, in the language of the page."""
    recall = standing.recall
    if not recall:
        return ""
    if recall == "now":
        return _("Think of how it is right now.")
    if recall == "since-last":
        return _("Think of the time since you last told us.")
    days = read_span(recall).days
    if days <= 1:
        return _("Think of the last 24 hours.")
    if days % 7:
        return ngettext("Think of the last %(days)s day.", "Think of the last %(days)s days.", days) % {"days": days}
    weeks = days // 7
    return ngettext("Think of the last %(weeks)s week.", "Think of the last %(weeks)s weeks.", weeks) % {"weeks": weeks}


def minutes_for(own: OwnVisit) -> int:
    """Return how long the questions left take, about, in minutes."""
    items = sum(len(each.items) for each in own.left)
    return max(1, ceil(items * SECONDS_AN_ITEM / 60))


def _said(standing: OwnForm, item: Item, given: Mapping[str, Any]) -> str:
    if item.key not in given:
        return ""
    value = given[item.key]
    said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return next((option.label for option in options_of(standing, item) if option.value == said), str(value))
