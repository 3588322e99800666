"""Sites are set up, changed, opened and closed by who manages them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import StaleError
from daybreak.server.staffing.actions.sites import change_site, close_site, open_site, set_up_site
from daybreak.server.staffing.refusals import SiteError
from daybreak.server.studies.models import Site
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
HARBOUR = {
    "name": "Harbour Clinic",
    "key": "harbour",
    "zone": "Europe/Madrid",
    "target": "60",
    "help_lines": "Clinic, day and night: +34 600 000 000\n\nSomeone to talk to: 024",
}


def test_a_site_is_set_up_with_its_numbers(admin: User, clinic: Site) -> None:
    client = browser_of(admin)
    assert client.post("/desk/sites/new/", HARBOUR).headers["Location"] == "/desk/sites/harbour/"
    site = Site.objects.get(key="harbour")
    assert (site.name, site.zone, site.target, site.opened_at) == ("Harbour Clinic", "Europe/Madrid", 60, None)
    assert [line["number"] for line in site.help_lines] == ["+34 600 000 000", "024"]
    assert "not open yet" in client.get("/desk/sites/").text
    assert "+34 600 000 000" not in Entry.objects.latest("number").body


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"key": "Harbour!"}, "Small letters, digits and hyphens only"),
        ({"key": "here"}, "There is a site with the key &#x27;here&#x27; already."),
        ({"zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"target": "-1"}, "greater than or equal to 1"),
        ({"help_lines": "Clinic: 112\ncall us"}, "Line 2 has no number after a colon."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_wrong_site_is_shown_again_with_a_sentence(
    admin: User, clinic: Site, typed: dict[str, str], says: str
) -> None:
    page = browser_of(admin).post("/desk/sites/new/", HARBOUR | typed)
    assert page.status_code == 422
    assert says in page.text
    assert Site.objects.count() == 1


def seen_of(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def changed(site: Site, **typed: Any) -> dict[str, Any]:
    lines = "\n".join(f"{line['label']}: {line['number']}" for line in site.help_lines)
    return {"name": site.name, "zone": "Europe/Madrid", "target": "", "help_lines": lines, **typed}


def test_of_two_who_change_a_site_at_once_the_second_is_told(admin: User, clinic: Site) -> None:
    Site.objects.filter(pk=clinic.pk).update(zone="Europe/Madrid")
    client = browser_of(admin)
    seen = seen_of(client.get("/desk/sites/here/").text)
    assert client.post("/desk/sites/here/", changed(clinic, name="First", seen=seen)).status_code == 302
    late = client.post("/desk/sites/here/", changed(clinic, name="Second", seen=seen))
    assert late.status_code == 422
    assert "Someone else changed this" in late.text
    assert 'value="Second"' in late.text
    assert Site.objects.get().name == "First"


def test_a_form_without_what_was_seen_changes_nothing(admin: User, clinic: Site) -> None:
    assert browser_of(admin).post("/desk/sites/here/", changed(clinic, name="Forged")).status_code == 422
    assert Site.objects.get().name != "Forged"
    with pytest.raises(StaleError):
        change_site(admin, clinic, {"name": "what it never was"}, name="New")


def test_opening_seals_the_lists_in_the_same_entry(admin: User, elsewhere: Site) -> None:
    assert "drawn and sealed" in browser_of(admin).get("/desk/sites/elsewhere/open/").text
    assert browser_of(admin).post("/desk/sites/elsewhere/open/").status_code == 302
    entry = Entry.objects.latest("number")
    assert entry.action == "open-site"
    assert "commitments" in entry.body
    with pytest.raises(SiteError, match="open already"):
        open_site(admin, elsewhere)


def test_opening_again_seals_nothing_new(admin: User, clinic: Site) -> None:
    open_site(admin, clinic)
    first = Site.objects.get().opened_at
    close_site(admin, clinic)
    assert "closed" in browser_of(admin).get("/desk/sites/").text
    with pytest.raises(SiteError, match="not open"):
        close_site(admin, clinic)
    open_site(admin, clinic)
    assert (Site.objects.get().opened_at, Site.objects.get().closed_at) == (first, None)
    assert "commitments" not in Entry.objects.latest("number").body


def test_a_site_without_a_help_number_does_not_open(admin: User, clinic: Site) -> None:
    clinic.help_lines = []
    clinic.save()
    page = browser_of(admin).post("/desk/sites/here/open/")
    assert page.status_code == 422
    assert "needs a help number" in page.text
    assert Site.objects.get().opened_at is None


def test_an_administrator_of_one_site_changes_that_site_and_sets_up_none(
    local: User, clinic: Site, elsewhere: Site
) -> None:
    client = browser_of(local)
    page = client.get("/desk/sites/").text
    assert elsewhere.name not in page
    assert "Set up a site" not in page
    assert client.get("/desk/sites/elsewhere/").status_code == 404
    assert client.post("/desk/sites/new/", HARBOUR).status_code == 403
    for forbidden in (lambda: open_site(local, elsewhere), lambda: set_up_site(local, clinic.study, "new", name="x")):
        with pytest.raises(NotYoursError):
            forbidden()
    open_site(local, clinic)
