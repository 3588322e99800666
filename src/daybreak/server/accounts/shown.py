"""The status of a form that is shown again: 422, or 429 while the account is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

View = Callable[..., HttpResponseBase]
CLOSED = "too_many_login_attempts"


def shown(view: View) -> View:
    """Let django-allauth's `view` answer a form with a mistake like our own pages do, not with 200."""

    @wraps(view)
    def with_status(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        form = (response.context_data or {}).get("form") if isinstance(response, SimpleTemplateResponse) else None
        if request.method == "POST" and isinstance(form, BaseForm) and form.errors:
            said = {error.code for errors in form.errors.as_data().values() for error in errors}
            response.status_code = 429 if CLOSED in said else 422
        return response

    return with_status
