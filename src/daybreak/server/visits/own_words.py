"""What a participant reads of their own calendar: neutral, in their own language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daybreak.core.calendar import PersonCalendar, Planned


def own_title(one: Planned, calendar: PersonCalendar, site: str) -> str:
    """Return what something planned is called for the person themselves."""
    if one.kind == "session":
        total = sum(each.infusion == one.infusion for each in calendar.of_kind("session"))
        return _("Exercises %(number)s of %(total)s") % {"number": one.number, "total": total}
    if one.visit and one.visit.by == "participant":
        return _("A few questions")
    if is_here(one):
        return _("Appointment at %(site)s") % {"site": site}
    return _("Appointment with %(site)s") % {"site": site}


def is_here(one: Planned) -> bool:
    """Return whether the person comes to the site, as far as can be known."""
    return one.visit is None or one.visit.mode[0] == "in-person"
