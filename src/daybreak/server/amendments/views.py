"""The study file on the desk: read, compare, fetch, change."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.core.errors import DaybreakError, StudyFileError
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.amendments.actions import Amendment, change_study, first_moment
from daybreak.server.amendments.forms import DecidedForm, VersionForm
from daybreak.server.amendments.pages import comparison, side_by_side, study_page
from daybreak.server.amendments.proposal import propose
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import study_of

REFUSED = 422


@require_safe
@never_cache
@needs("see-study")
def study_file(request: HttpRequest) -> HttpResponse:
    """Show the version in effect, or the one asked for: schedule, arms, rules, and all versions."""
    study = study_of(request)
    page = study_page(study, clock.now(), _number(request, "version"))
    if page is None:
        raise Http404
    context = {"study": study, "page": page, "may_change": has_right(request.user, "change-study", study)}
    return render(request, "amendments/study.html", context)


@require_safe
@never_cache
@needs("see-study")
def compare(request: HttpRequest) -> HttpResponse:
    """Show what changed between two versions."""
    study = study_of(request)
    newest = study.versions.latest("number").number
    new = _number(request, "new") or newest
    old = _number(request, "old") or max(1, new - 1)
    found = comparison(study, old, new)
    if found is None:
        raise Http404
    return render(request, "amendments/compare.html", {"compared": found, "numbers": range(1, newest + 1)})


@require_safe
@never_cache
@needs("see-study")
def version_text(request: HttpRequest, number: int) -> HttpResponse:
    """Send a version as the file it was."""
    study = study_of(request)
    version = get_object_or_404(study.versions, number=number)
    name = f'attachment; filename="{study.key}-version-{number}.toml"'
    return HttpResponse(
        version.study_file, content_type="application/toml; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("change-study")
def change(request: HttpRequest) -> HttpResponse:
    """Take a new version and show what it would change, before anything is stored."""
    study = study_of(request)
    if request.method != "POST":
        form = VersionForm(initial={"text": study.versions.latest("number").study_file})
        return _change_page(request, form)
    form = VersionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _change_page(request, form, status=REFUSED)
    try:
        return _look(request, study, form)
    except DaybreakError as error:
        return _change_page(request, form, error, REFUSED)


@require_POST
@never_cache
@needs("change-study")
def confirm(request: HttpRequest) -> HttpResponse:
    """Let the version that was looked at come into effect."""
    study, form = study_of(request), DecidedForm(request.POST)
    if not form.is_valid():
        return _change_page(request, VersionForm(request.POST), status=REFUSED)
    given = form.cleaned_data
    amendment = Amendment(given["text"], "this version", given["begins"], given["reason"], given["seen"])
    try:
        version = change_study(request.user, study, amendment)  # type: ignore[arg-type]  # @needs lets only a User in
    except DaybreakError as error:
        return _change_page(request, VersionForm(request.POST), error, REFUSED)
    when = (
        "is in effect now" if version.effective_from <= clock.now() else f"begins on {version.effective_from:%d %B %Y}"
    )
    messages.info(request, f"Version {version.number} {when}.")
    return redirect("desk-study")


def _look(request: HttpRequest, study: Study, form: VersionForm) -> HttpResponse:
    """Show what the version would change, and ask; if it would break something, let it be mended."""
    given = form.cleaned_data
    proposal = propose(study, given["text"], form.name)
    begins = first_moment(given["begins"], proposal.base, clock.now())
    decided = DecidedForm(initial={**given, "seen": proposal.base.number})
    context = {
        "proposal": proposal,
        "lines": list(side_by_side(proposal.base.study_file, proposal.text)),
        "form": form if proposal.harmful else decided,
        "begins": begins if given["begins"] else None,
    }
    return render(request, "amendments/look.html", context, status=REFUSED if proposal.harmful else 200)


def _change_page(
    request: HttpRequest, form: VersionForm, error: DaybreakError | None = None, status: int = 200
) -> HttpResponse:
    faults = error.faults if isinstance(error, StudyFileError) else ()
    return render(request, "amendments/change.html", {"form": form, "problem": error, "faults": faults}, status=status)


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the address; None if there is none.

    Raises:
        Http404: it is no number.
    """
    text = request.GET.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise Http404
    return int(text)
