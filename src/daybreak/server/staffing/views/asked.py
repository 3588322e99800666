"""The way of a form: shown, sent, its action done, or shown again with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.rights import NotYoursError


def asked(
    request: HttpRequest, form: Form, template: str, act: Callable[[], HttpResponse], context: dict[str, Any]
) -> HttpResponse:
    """Show `form` in `template`, or once it is sent and has no fault, `act` and return its answer.

    A refusal is one sentence above the form, which keeps what was typed; its status is 422, or 403 for a missing right.
    """
    context = context | {"form": form}
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=422)
    try:
        return act()
    except DaybreakError as error:
        status = 403 if isinstance(error, NotYoursError) else 422
        return render(request, template, context | {"problem": error.sentence()}, status=status)


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, be it nothing, or None if the page was only opened."""
    return request.POST if request.method == "POST" else None
