"""Refusals as the player reads them: RFC 9457 problems with a stable code and one plain sentence."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from daybreak.core.errors import DaybreakError
from daybreak.core.player import Problem
from daybreak.server.training.refusals import ChunkOrderError

log = logging.getLogger("daybreak.player_api")

STATUS = {
    "not-open": 403,
    "already-done": 403,
    "too-late": 403,
    "not-ready": 403,
    "open-elsewhere": 409,
    "no-such-session": 404,
    "no-such-test": 404,
    "no-such-sitting": 404,
    "no-such-picture": 404,
    "chunk-out-of-order": 409,
    "chunk-differs": 409,
    "chunk-forged": 422,
    "chunk-unreadable": 422,
    "chunk-too-large": 413,
    "picture-too-large": 413,
    "picture-too-small": 422,
    "not-a-picture": 415,
    "erased": 403,
}
BY_STATUS = {
    400: ("unreadable", "This request cannot be read."),
    401: ("signed-out", "Please open your personal link again."),
    403: ("not-from-here", "This request did not come from our own page. Reload the page."),
    404: ("no-such-address", "There is nothing at this address."),
    413: ("too-large", "This request is too large."),
    415: ("wrong-type", "This request is not of the right type."),
    422: ("unreadable", "This request does not have the right form."),
    500: ("trouble", "Something went wrong on our side. Nothing is lost; try again in a moment."),
}


def problem(status: int, code: str = "", detail: str = "", awaited: int | None = None) -> HttpResponse:
    """Return the answer for one refusal; without a code, the one that belongs to the status."""
    usual_code, usual_detail = BY_STATUS.get(status, BY_STATUS[400])
    told = Problem(code=code or usual_code, detail=detail or usual_detail, awaited=awaited)
    return HttpResponse(told.model_dump_json(), status=status, content_type="application/problem+json")


def no_such_address(_request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001  Django passes it
    """Answer any address of the API that does not exist."""
    return problem(404)


def install(api: NinjaAPI) -> None:
    """Make every error of `api` a problem."""
    api.add_exception_handler(DaybreakError, _refusal)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(RequestDataTooBig, lambda _request, _error: problem(413))
    api.add_exception_handler(Http404, lambda _request, _error: problem(404))
    api.add_exception_handler(Exception, _trouble)


# ninja hands each of these an instance of the error it is registered for, but its types also allow the class.


def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code)


def _refusal(request: HttpRequest, error: Any) -> HttpResponse:
    status = STATUS.get(error.code)
    if status is None:
        return _trouble(request, error)
    awaited = error.awaited if isinstance(error, ChunkOrderError) else None
    return problem(status, error.code, error.what, awaited)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    """Answer a body or address of the wrong form, without repeating any of it."""
    faults: list[dict[str, Any]] = error.errors
    if any(fault["type"] == "string_too_long" and fault["loc"][-1] == "body" for fault in faults):
        return problem(413, "chunk-too-large", "This part is too large.")
    if any(fault["loc"][0] == "path" for fault in faults):
        return problem(404)
    return problem(422)


def _trouble(request: HttpRequest, error: Any) -> HttpResponse:
    # The type and the place, not the message: a message may quote what a person sent.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"
    log.error("%s at %s in %s", type(error).__name__, place, request.method)
    return problem(500)


PROBLEM: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 500), Problem)


def refusals(*statuses: int) -> dict[int, Any]:
    """Return the documented refusals of an operation: the given ones and those any operation may give."""
    return {status: PROBLEM[status] for status in sorted({400, 401, 403, 500, *statuses})}
