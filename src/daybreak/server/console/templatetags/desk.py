"""Tags and filters of the desk's templates."""

from __future__ import annotations

from typing import Any

from django import template

from daybreak.server.console import frame
from daybreak.server.enrolment.models import Participant

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_frame(context: dict[str, Any]) -> frame.Frame | None:
    """Return what stands around every page of the desk."""
    return frame.desk_frame(context["request"])


@register.simple_tag(takes_context=True)
def person_frame(context: dict[str, Any], person: Participant) -> frame.PersonFrame:
    """Return the tabs and actions around a page about `person`."""
    return frame.person_frame(context["request"], person)
