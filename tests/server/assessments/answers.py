"""Answering as people do: each item from the page that asks it. Import it only after Django is set up."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from daybreak.core.instruments import INSTRUMENTS, Instrument, Item
from daybreak.server import clock
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.actions.sending import submit
from daybreak.server.assessments.standing import own_form
from daybreak.server.enrolment.models import Participant


class Fields(HTMLParser):
    """The fields of a page's forms: hidden and typed ones with their value, and what the radio buttons offer."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.offered: dict[str, list[str]] = {}
        self.chosen: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one field."""
        has = {name: value or "" for name, value in attrs}
        if tag not in ("input", "textarea") or "name" not in has:
            return
        if has.get("type") == "radio":
            self.offered.setdefault(has["name"], []).append(has["value"])
            if "checked" in has:
                self.chosen[has["name"]] = has["value"]
        elif has.get("type") != "checkbox":
            self.values[has["name"]] = has.get("value", "")


def fields_of(answer: Any) -> Fields:
    """Return the fields of a page."""
    return Fields(answer.content.decode())


def item_path(number: int, visit: str = "follow-up-60", instrument: str = "qids-sr") -> str:
    """Return the address of a question."""
    return f"/forms/{visit}/{instrument}/{number}/"


def give(client: Client, path: str, value: str, **more: str) -> Any:
    """Open a question, and send `value` as its page would."""
    sent = fields_of(client.get(path)).values
    sent.pop("csrfmiddlewaretoken", None)
    return client.post(path, sent | {"answer": value} | more)


def answer_one(person: Participant, visit: str = "day-1", instrument: str = "qids-sr") -> None:
    """Answer the first question of a form and send it with the others left out, as late as it may be."""
    asked = own_form(person, visit, instrument, clock.now())
    first = asked.instrument.items[0]
    answer(person, Given(visit, instrument, first.key, lowest(first), asked.words.mark))
    submit(person, visit, instrument, with_gaps=True)


def lowest(item: Item) -> str:
    """Return an answer to an item that calls nobody."""
    if item.kind == "yes-no":
        return "no"
    if item.kind == "choice":
        return str(item.choices[0].value)
    return str(item.least or 0) if item.kind == "whole" else "something"


def answer_all(client: Client, visit: str = "follow-up-60", instrument: str = "qids-sr") -> int:
    """Answer every question from the first open one on, as each page leads to the next; return how many there were."""
    known, count = INSTRUMENTS[instrument], 0
    there = client.get(f"/forms/{visit}/{instrument}/").headers["Location"]
    while not there.endswith("/check/"):
        number = int(there.rstrip("/").rsplit("/", 1)[1])
        there = give(client, there, lowest(known.items[number - 1])).headers["Location"]
        count += 1
    return count


def filled(instrument: Instrument, **other: str) -> dict[str, str]:
    """Return what a clinician's page sends of an instrument: each item at its lowest, but for `other`."""
    given: dict[str, Any] = {}
    values: dict[str, str] = {}
    for item in instrument.items:
        if item not in instrument.asked(given):
            continue
        text = other.get(item.key, lowest(item))
        values[f"item-{item.key}"] = text
        if text:
            given[item.key] = item.read(text)
    return values
