"""What the desk shows of messages: when each was meant, sent, opened and answered; neither text nor address."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.enrolment.found import person_of
from daybreak.server.messages.models import Refusal
from daybreak.server.messages.queries import (
    CHANNEL_NAMES,
    KINDS,
    STATES,
    MessageFilters,
    in_trouble,
    messages_about,
    messages_found,
)
from daybreak.server.messages.said import lines_of
from daybreak.server.studies.queries import study_of

ROWS_A_PAGE = 50


@require_safe
@never_cache
@needs("see-messages")
def messages(request: HttpRequest) -> HttpResponse:
    """List the messages of one's sites."""
    sites = sites_with(request.user, "see-messages").filter(study=study_of(request))
    filters = MessageFilters.read(request.GET)
    found = messages_found(sites, filters).prefetch_related("participant__zone_changes")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "states": STATES.items(),
        "kinds": KINDS.items(),
        "channels": CHANNEL_NAMES.items(),
        "sites": sites.order_by("name"),
        "page": page,
        "lines": lines_of(page.object_list),
        "trouble": in_trouble(sites),
        "filtered": filters != MessageFilters(),
        "previous_href": filters.address(page.number - 1),
        "next_href": filters.address(page.number + 1),
    }
    return render(request, "messages/messages.html", context)


@require_safe
@never_cache
@needs("see-messages")
def of_person(request: HttpRequest, code: str) -> HttpResponse:
    """List the messages to and about one person, and the ways they refused."""
    person = person_of(request, code, "see-messages")
    found = messages_about(person).prefetch_related("participant__zone_changes")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    refused = Refusal.objects.filter(participant=person).order_by("channel").values_list("channel", flat=True)
    context = {
        "person": person,
        "page": page,
        "lines": lines_of(page.object_list),
        "refused": [CHANNEL_NAMES[channel] for channel in refused],
        "previous_href": f"?page={page.number - 1}",
        "next_href": f"?page={page.number + 1}",
    }
    return render(request, "messages/person.html", context)
