"""What a person reads the moment an answer of theirs calls somebody, and on every page: whom they can call.

The same in every arm. What it says of the clinic is true at that minute: outside the hours of the study file it says
that nobody watches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from daybreak.server.accounts.help_lines import HelpLine, help_lines
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.watch import hours_of, is_watched


@dataclass(frozen=True)
class Help:
    """A title, what is said, whether somebody watches now, in words, and the site's numbers."""

    title: str
    says: str
    watched: str
    lines: tuple[HelpLine, ...]


def help_for(participant: Participant, now: datetime) -> Help:
    """Return what to show to a person at once after an answer that called somebody, in the language of the page."""
    return Help(
        title=_("You do not have to carry this alone"),
        says=_("What you told us matters. Please talk to someone now. You can call here:"),
        watched=told_now(participant, now),
        lines=help_lines(participant.user),
    )


def told_now(participant: Participant, now: datetime) -> str:
    """Return whether the clinic will see at once what the person has just answered."""
    if is_watched(participant.site, now):
        return _("Your clinic is told now, and someone will read it soon. Do not wait for them if you need help.")
    return _("Nobody at the clinic reads this right now. Do not wait for them. Please call if you need help.")


def watch_says(participant: Participant, now: datetime) -> str:
    """Return when somebody watches the answers, honestly and for every page; hours are the person's own."""
    hours = hours_of(participant.site).hours
    if hours is None:
        return _("Nobody watches your answers. If you need help, call.")
    if not is_watched(participant.site, now):
        return _("Nobody watches your answers now. If you need help, call.")
    there = now.astimezone(ZoneInfo(participant.site.zone))
    until = datetime.combine(there.date(), hours[1], there.tzinfo).astimezone(ZoneInfo(participant.zone))
    text = _("The clinic watches answers until %(until)s today. If you need help, call.")
    return text % {"until": date_format(until, "TIME_FORMAT")}
