"""Whom to call: the numbers of the person's own site, or of every site for someone we do not know yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from daybreak.server.accounts.models import User
from daybreak.server.studies.models import Site


@dataclass(frozen=True)
class HelpLine:
    """One number to call, as it is read and as a phone dials it."""

    label: str
    number: str

    @property
    def dial(self) -> str:
        """The number with digits and a leading plus only."""
        return re.sub(r"(?!^\+)\D", "", self.number.strip())


def help_lines(user: User | AnonymousUser | None) -> tuple[HelpLine, ...]:
    """Return the numbers to show to `user`, each once."""
    participant = getattr(user, "participant", None)
    sites = [participant.site] if participant else Site.objects.order_by("pk")
    return tuple(dict.fromkeys(_lines(sites)))


def _lines(sites: Iterable[Site]) -> Iterable[HelpLine]:
    for site in sites:
        for line in site.help_lines:
            yield HelpLine(line["label"], line["number"])
