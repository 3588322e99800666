"""Fills a database with people at sites, each somewhere between the screening and day 360.

Rows are inserted in bulk, past the actions: this is a benchmark, and what the pages read is the same. Nobody is
allocated, because no page of the desk reads the vault.

    python -m benchmarks.console.crowd PEOPLE SITES
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

DAYS_OPEN = 700
DEVICES = ((60.0, 0.2, "ok"), (60.1, 0.5, "ok"), (120.0, 0.4, "ok"), (59.9, 1.9, "visible-only"))
SITE_NAMES = ("Harbour Clinic", "Hill Hospital", "River House")


def fill(people: int, sites: int) -> dict[str, str]:
    """Make the study and return the session cookie of someone of each role at all sites."""
    from daybreak.server.enrolment.models import Participant  # noqa: PLC0415  Django is set up first

    chance, now = Random(f"crowd-{people}"), datetime.now(UTC).replace(microsecond=0)
    places = _places(sites, now)
    users = _users(people)
    made = [_person(number, users[number], places[number % sites], chance, now) for number in range(people)]
    Participant.objects.bulk_create(made, batch_size=1000)
    _before(made, chance, now)
    _after(made, places[0].study, chance, now)
    return _staff(places[0].study)


def _places(count: int, now: datetime) -> list[Any]:
    from daybreak.server.studies.actions import load_study  # noqa: PLC0415
    from daybreak.server.studies.models import Site  # noqa: PLC0415

    text = (files("daybreak.content.studies") / "ketamine-training.toml").read_text(encoding="utf-8")
    first = (now - timedelta(days=DAYS_OPEN)).date()
    last = first + timedelta(days=900)
    text = text.replace("# opens = 2026-01-01", f"opens = {first}").replace("# closes = 2027-12-31", f"closes = {last}")
    study = load_study(text, "ketamine-training.toml", now - timedelta(days=DAYS_OPEN))
    zones = ("Europe/Madrid", "America/New_York", "Pacific/Auckland")
    return Site.objects.bulk_create(
        Site(
            study=study,
            key=f"site-{number + 1}",
            name=SITE_NAMES[number] if number < len(SITE_NAMES) else f"Clinic {number + 1}",
            zone=zones[number % 3],
            help_lines=[{"label": "The clinic", "number": "112"}],
        )
        for number in range(count)
    )


def _users(count: int) -> list[Any]:
    from daybreak.server.accounts.models import User  # noqa: PLC0415

    return User.objects.bulk_create((User(handle=f"p-{number}", password="!") for number in range(count)), 1000)


def _person(number: int, user: Any, site: Any, chance: Random, now: datetime) -> Any:
    """Return someone, of whom nine in ten were enrolled."""
    from daybreak.server.enrolment.models import Participant  # noqa: PLC0415

    screened = now - timedelta(days=chance.uniform(1, DAYS_OPEN))
    enrolled = screened + timedelta(days=chance.uniform(0.1, 9))
    since = (now - enrolled) / timedelta(days=1)
    status = chance.choice(("screen-failed", "screening", "consented", "eligible", "declined"))
    if chance.random() < 0.9 and since > 0:
        status = "completed" if since > 400 else "infused" if since > 4 else "enrolled"
    return Participant(
        user=user,
        site=site,
        study=site.study,
        code=f"{site.key.removeprefix('site-').zfill(2)}-{number + 1:04d}",
        status=status,
        zone=site.zone,
        screened_at=screened,
        enrolled_at=enrolled if status in ("enrolled", "infused", "completed") else None,
    )


def _before(people: list[Any], chance: Random, now: datetime) -> None:
    """Add screenings and withdrawals."""
    from daybreak.server.accounts.models import User  # noqa: PLC0415
    from daybreak.server.enrolment.models import Consent, Screening, Withdrawal  # noqa: PLC0415

    clerk = User.objects.create(handle="clerk", kind=User.Kind.STAFF, name="A clerk", password="!")
    reasons = ("age", "madrs", "low-self-worth")
    Screening.objects.bulk_create(
        (
            Screening(
                participant=person,
                answers={"age": chance.randrange(18, 61)},
                failed=[chance.choice(reasons)] if person.status == "screen-failed" else [],
                complete=person.status != "screening",
                saved_at=person.screened_at,
            )
            for person in people
        ),
        1000,
    )
    Consent.objects.bulk_create(
        (
            Consent(
                participant=person,
                key="main",
                version=1,
                language="en",
                text_sha256="0" * 64,
                signed_at=person.screened_at,
                taken_by=clerk,
                signature=b"sealed",
                copy=b"sealed",
            )
            for person in people
            if person.enrolled_at or person.status == "consented"
        ),
        1000,
    )
    gone = [person for person in people if person.enrolled_at and chance.random() < 0.05]
    Withdrawal.objects.bulk_create(
        Withdrawal(
            participant=person,
            scope=chance.choice(("training", "follow-up")),
            at=person.enrolled_at + (now - person.enrolled_at) * chance.random(),
            why=chance.choice(("burden", "lost-contact", "other")),
            by=clerk,
        )
        for person in gone
    )


def _after(people: list[Any], study: Any, chance: Random, now: datetime) -> None:
    """Add infusions, training sessions, visits and deviations."""
    from daybreak.server.accounts.models import User  # noqa: PLC0415
    from daybreak.server.enrolment.models import Infusion  # noqa: PLC0415
    from daybreak.server.studies.queries import file_of  # noqa: PLC0415
    from daybreak.server.visits.models import Deviation, NextLook, VisitRecord  # noqa: PLC0415

    clerk, file = User.objects.get(handle="clerk"), file_of(study)
    infused = [person for person in people if person.status in ("infused", "completed")]
    infusions = Infusion.objects.bulk_create(
        (
            Infusion(
                participant=person,
                number=1,
                kit=f"K-{person.pk:05d}",
                ended_at=person.enrolled_at + timedelta(days=chance.uniform(0.5, 3.9)),
            )
            for person in infused
        ),
        1000,
    )
    visits, departures = [], []
    for infusion in infusions:
        for visit in file.schedule:
            first = visit.counted_from == "enrolment"
            origin: Any = infusion.participant.enrolled_at if first else infusion.ended_at
            at: Any = (
                origin if first else origin + visit.window[0] + (visit.window[1] - visit.window[0]) * chance.random()
            )
            if at < now and chance.random() < 0.93:
                visits.append(
                    VisitRecord(
                        participant=infusion.participant,
                        key=visit.key,
                        done_at=at,
                        recorded_at=at,
                        mode=visit.mode[0],
                        by=clerk,
                    )
                )
            elif origin + visit.window[1] < now:
                about = f"visit-{visit.key}"
                departures.append(
                    Deviation(
                        participant=infusion.participant,
                        key=f"visit-missed:{about}",
                        kind="visit-missed",
                        noticed_at=origin + visit.window[1],
                        explanation="could not be reached" if chance.random() < 0.8 else "",
                    )
                )
    VisitRecord.objects.bulk_create(visits, 1000)
    Deviation.objects.bulk_create(departures, 1000)
    # As after a look at everybody: what is due next is noticed later, one person at a time.
    NextLook.objects.bulk_create((NextLook(participant=each, at=now + timedelta(days=1)) for each in people), 1000)
    _training(infusions, chance, now)


def _training(infusions: list[Any], chance: Random, now: datetime) -> None:
    from daybreak.server.training.models import DeviceCheck, Sitting, TrainingSession  # noqa: PLC0415

    sessions: list[Any] = TrainingSession.objects.bulk_create(_sessions(infusions, chance, now), 1000)
    sittings = Sitting.objects.bulk_create(
        (
            Sitting(
                session=session,
                chain_start="0" * 64,
                head="0" * 64,
                opened_at=session.started_at,
                last_heard_at=session.last_heard_at,
                steps_ok=session.valid_exposures,
                steps_long=chance.randrange(12),
                steps_missed=chance.randrange(2),
            )
            for session in sessions
        ),
        1000,
    )
    DeviceCheck.objects.bulk_create(
        (
            DeviceCheck(
                sitting=sitting,
                refresh_hz=hz,
                jitter_ms=jitter,
                worst_gap_ms=18.0,
                width=390,
                height=844,
                touch=True,
                agent="a browser",
                verdict=verdict,
                checked_at=sitting.opened_at,
            )
            for sitting, (hz, jitter, verdict) in ((one, chance.choice(DEVICES)) for one in sittings)
        ),
        1000,
    )


def _sessions(infusions: list[Any], chance: Random, now: datetime) -> Iterator[Any]:
    from daybreak.server.training.models import TrainingSession  # noqa: PLC0415

    for infusion in infusions:
        effort = chance.choice((1.0, 1.0, 0.97, 0.9, 0.6))
        for number in range(1, 9):
            at = infusion.ended_at + timedelta(hours=26 + 24 * ((number - 1) // 2) + 5 * ((number - 1) % 2))
            if at > now or chance.random() > effort:
                continue
            valid = round(240 * min(1.0, chance.gauss(0.95, 0.08)))
            yield TrainingSession(
                participant=infusion.participant,
                infusion=infusion,
                number=number,
                state="completed" if valid > 200 else "partial",
                rounds_planned=15,
                rounds_done=15 if valid > 200 else 9,
                planned_exposures=240,
                valid_exposures=valid,
                planned_at=at,
                started_at=at,
                completed_at=at + timedelta(minutes=17),
                last_heard_at=at + timedelta(minutes=17),
            )


def _staff(study: Any) -> dict[str, str]:
    from daybreak.core.roles import Role  # noqa: PLC0415
    from tests import people  # noqa: PLC0415

    return {role.value: people.signed_in(people.staff(study, role)) for role in Role}


if __name__ == "__main__":
    from daybreak.server.serve import prepare

    prepare()
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
