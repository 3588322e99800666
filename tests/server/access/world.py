"""A study with a person at one site, another site, another study, and everybody who might come and look.

A page whose address holds something new needs one line in `FILLED`: what stands there, and to whom it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.assessments.models import Form
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.models import AdverseEvent, Report
from daybreak.server.holds.models import Hold
from daybreak.server.review.models import DataQuery
from daybreak.server.safety.actions.raising import raise_alert
from daybreak.server.safety.models import Alert, Told
from daybreak.server.studies.actions import add_site, load_study
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from daybreak.server.training.models import TrainingSession
from daybreak.server.unblinding.models import Unblinding
from daybreak.server.vault.allocate import current_kit
from daybreak.server.visits.models import Deviation, FeedLink
from tests import people
from tests.live_people import plain_face, shipped_study_file
from tests.server.browsing import browser_of
from tests.server.conftest import player_of

CODE, SITE_NAME, STAFF_NAME, TITLE = "OWN-XYZZY", "Clinic Xyzzy", "Staff Xyzzy", "Study Xyzzy"


@dataclass(frozen=True)
class World:
    """What the pages of the matrix are about: all of it at `site`."""

    study: Study
    site: Site
    other_site: Site
    other_study_site: Site
    person: Participant
    colleague: User


@dataclass(frozen=True)
class Filled:
    """What stands in an address, and to whom it belongs: one site, one study, or `oneself`."""

    value: Callable[[World], object]
    belongs: Literal["site", "study", "oneself", "nobody"]


# By the parameter's name, or by `name of the address.parameter` where two mean different things by one name.
FILLED: dict[str, Filled] = {
    "session_id": Filled(lambda _: TrainingSession.objects.get().pk, "site"),
    "code": Filled(lambda world: world.person.code, "site"),
    "play.number": Filled(lambda _: 1, "oneself"),
    "open_a_sitting.number": Filled(lambda _: 1, "oneself"),
    "sitting": Filled(lambda _: "00000000-0000-0000-0000-000000000000", "oneself"),
    "asset": Filled(lambda _: "p-unknown", "oneself"),
    "iat.visit": Filled(lambda _: "day-1", "oneself"),
    "open_a_test_sitting.visit": Filled(lambda _: "day-1", "oneself"),
    "desk-iat.key": Filled(lambda _: "day-1", "site"),
    "rest": Filled(lambda _: "nowhere", "nobody"),
    "token": Filled(lambda _: "x" * 43, "nobody"),
    "desk-study-text.number": Filled(lambda _: 1, "nobody"),  # of whichever study one looks at
    "staff_id": Filled(lambda world: world.colleague.pk, "site"),
    "membership_id": Filled(lambda world: world.colleague.memberships.get().pk, "site"),
    "desk-site.key": Filled(lambda world: world.site.key, "site"),
    "desk-open-site.key": Filled(lambda world: world.site.key, "site"),
    "desk-close-site.key": Filled(lambda world: world.site.key, "site"),
    "desk-me-end.session_id": Filled(lambda _: 1, "oneself"),
    "uidb36": Filled(lambda _: "1", "nobody"),
    "key": Filled(lambda _: "x-y", "nobody"),
    "own-forms.visit": Filled(lambda _: "day-1", "oneself"),
    "own-form.visit": Filled(lambda _: "day-1", "oneself"),
    "own-form.instrument": Filled(lambda _: "qids-sr", "oneself"),
    "own-form-check.visit": Filled(lambda _: "day-1", "oneself"),
    "own-form-check.instrument": Filled(lambda _: "qids-sr", "oneself"),
    "own-item.visit": Filled(lambda _: "day-1", "oneself"),
    "own-item.instrument": Filled(lambda _: "qids-sr", "oneself"),
    "own-item.number": Filled(lambda _: 1, "oneself"),
    "own-item-help.visit": Filled(lambda _: "day-1", "oneself"),
    "own-item-help.instrument": Filled(lambda _: "qids-sr", "oneself"),
    "own-item-help.number": Filled(lambda _: 1, "oneself"),
    "visit": Filled(lambda world: _form(world).visit_key, "site"),
    "instrument": Filled(lambda world: _form(world).instrument, "site"),
    "desk-visit.key": Filled(lambda _: "day-0", "site"),
    "kit": Filled(lambda world: current_kit(world.person, 1), "site"),
    "desk-infusion.number": Filled(lambda _: 1, "site"),
    "query_id": Filled(lambda world: _query(world).pk, "site"),
    "hold_id": Filled(lambda world: _hold(world).pk, "site"),
    "unblinding_id": Filled(lambda world: _accident(world).pk, "site"),
    "alert_id": Filled(lambda world: _alert(world).pk, "site"),
    "deviation_id": Filled(lambda world: _deviation(world).pk, "site"),
    "link_id": Filled(lambda world: _feed_link(world).pk, "nobody"),
    "person-sign.key": Filled(lambda _: "main", "site"),
    "person-consent-copy.key": Filled(lambda _: "main", "site"),
    "person-consent-copy.version": Filled(lambda _: 1, "site"),
    "paper.key": Filled(lambda _: "main", "oneself"),
    "paper.version": Filled(lambda _: 1, "oneself"),
    "harm": Filled(lambda world: _harm(world).number, "site"),
    "report_kind": Filled(lambda _: "sponsor", "nobody"),
    "report_id": Filled(lambda world: _report(world).pk, "site"),
    "mfa_edit_webauthn.pk": Filled(lambda _: 1, "oneself"),
    "mfa_remove_webauthn.pk": Filled(lambda _: 1, "oneself"),
}


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: what they are, and where."""

    says: str
    client: Client
    role: Role | None = None
    place: Literal["own site", "other site", "other study", "nowhere"] = "nowhere"
    is_participant: bool = False


def make_world() -> World:
    """Store the study, its people and its places."""
    text = shipped_study_file()
    site = people.site(text)
    Site.objects.filter(pk=site.pk).update(name=SITE_NAME)
    Study.objects.filter(pk=site.study_id).update(title=TITLE)
    site = Site.objects.get()
    other_study = load_study(text.replace('id = "ketamine-training"', 'id = "another"'), "another.toml", clock.now())
    person = people.participant(site, CODE, portrait=plain_face(), seed=bytes(32))
    player_of(person).open()
    return World(
        study=site.study,
        site=site,
        other_site=add_site(site.study, "other", "The other clinic", "UTC"),
        other_study_site=add_site(other_study, "away", "Away", "UTC"),
        person=person,
        colleague=people.staff(site.study, Role.COORDINATOR, at=site, name=STAFF_NAME),
    )


def viewers(world: World) -> Iterator[Viewer]:
    """Yield each role at the person's site, at another one and in another study; the person; a stranger."""
    places: tuple[tuple[Any, Site], ...] = (
        ("own site", world.site),
        ("other site", world.other_site),
        ("other study", world.other_study_site),
    )
    for place, site in places:
        for role in Role:
            user = people.staff(site.study, role, at=site, name=f"{role} at {place}")
            user.set_password("seven quiet harbours")
            user.save()
            yield Viewer(f"{role} at {place}", browser_of(user), role, place)
    yield Viewer("the participant", browser_of(world.person.user), is_participant=True)
    yield Viewer("the stranger", Client())


def _form(world: World) -> Form:
    """Return a form that was handed in, with a second entry and that of a second rater."""
    about = {"participant": world.person, "visit_key": "day-0", "instrument": "cadss"}
    stored = {"version": "1", "language": "en", "state": Form.State.COMPLETE, "by": world.colleague}
    now = clock.now()
    for entry, rater in ((2, 1), (1, 2), (1, 1)):
        defaults = stored | {"opened_at": now, "submitted_at": now}
        form = Form.objects.get_or_create(**about, entry=entry, rater=rater, defaults=defaults)[0]
    return form


def _query(world: World) -> DataQuery:
    about = {"participant": world.person, "row": f"enrolment.participant:{world.person.pk}", "field": "zone"}
    return DataQuery.objects.get_or_create(**about, defaults={"asked_at": clock.now()})[0]


def _hold(world: World) -> Hold:
    laid = {"kind": Hold.Kind.FREEZE, "study": world.study, "participant": world.person, "visit": "nowhere"}
    return Hold.objects.get_or_create(**laid, defaults={"at": clock.now(), "by": world.colleague})[0]


def _harm(world: World) -> AdverseEvent:
    now = clock.now()
    known = {"known_at": now, "serious_at": now, "recorded_at": now, "recorded_by": world.colleague}
    said = {
        "source": "spontaneous",
        "term": "a fall",
        "severity": "severe",
        "outcome": "ongoing",
        "criteria": ["hospital"],
    }
    return AdverseEvent.objects.get_or_create(participant=world.person, number=1, defaults=known | said)[0]


def _report(world: World) -> Report:
    facts = {"sent_at": clock.now(), "how": "mail", "recorded_at": clock.now(), "recorded_by": world.colleague}
    return Report.objects.get_or_create(event=_harm(world), kind="sponsor", defaults=facts)[0]


def _accident(world: World) -> Unblinding:
    told = {"kind": Unblinding.Kind.ACCIDENTAL, "study": world.study, "participant": world.person}
    defaults = {"at": clock.now(), "by": world.colleague, "why": "a label was seen"}
    return Unblinding.objects.get_or_create(**told, defaults=defaults)[0]


def _alert(world: World) -> Alert:
    """Return an alert that all staff of its site were told of, so that each may read it."""
    there = Alert.objects.first()
    if there is None:
        with recorded(None, "raise-alert", participant=world.person) as entry:
            there = raise_alert(entry, world.person, file_of(world.study).alerts[0], "form:1", clock.now())
    assert there is not None
    here = Membership.objects.filter(site=world.site, until=None).values_list("user", flat=True)
    for user in set(here) - set(there.told.values_list("user", flat=True)):
        Told.objects.create(alert=there, user_id=user, step=9, at=clock.now())
    return there


def _deviation(world: World) -> Deviation:
    facts = {"about": "visit-day-1"}
    return Deviation.objects.get_or_create(
        participant=world.person,
        key="visit-missed:visit-day-1",
        defaults={"kind": "visit-missed", "facts": facts, "noticed_at": clock.now()},
    )[0]


def _feed_link(world: World) -> FeedLink:
    made = {"user": world.colleague, "site": world.site, "made_at": clock.now()}
    return FeedLink.objects.get_or_create(digest="0" * 64, defaults=made)[0]
