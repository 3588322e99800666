"""The rows of each table of the made-up export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from tests.analysis.exported.people import LETTERS, STUDY, Person

Row = dict[str, Any]
EVENTS = (("Headache", "mild"), ("Nausea", "moderate"), ("Dizziness", "mild"), ("Anxiety", "moderate"))


def participants(people: list[Person], blinding: str) -> Iterator[Row]:
    for one in people:
        group = {"unblinded": {"arm": one.arm or None}, "letters": {"letter": LETTERS.get(one.arm)}}.get(blinding, {})
        yield group | {
            "participant": one.code,
            "site": one.site,
            "site_enrolled": one.site if one.allocated else None,
            "participation": one.status,
            "speaks": "en",
            "visible_only": one.replies["photosensitive-epilepsy"] == "true",
            "screened_at": one.screened_at,
            "consented_at": one.screened_at + timedelta(days=1) if one.allocated else None,
            "enrolled_at": one.screened_at + timedelta(days=2) if one.allocated else None,
            "excluded_for": one.excluded_for or None,
            "left_scope": one.left or None,
            "left_at": _day(one, one.seen_until) if one.left else None,
            "left_because": "moved" if one.left else None,
            "lost": bool(one.left) and one.code.endswith("3"),
        }


def screenings(people: list[Person]) -> Iterator[Row]:
    for one in people:
        for criterion in STUDY.eligibility:
            reply = one.replies[criterion.key]
            number = float(reply) if reply not in ("true", "false") else None
            yield {
                "participant": one.code,
                "site": one.site,
                "question": criterion.key,
                "reply": reply,
                "reply_number": number,
                "rule_holds": criterion.key not in one.excluded_for,
                "stratum": False,
            }


def infusions(people: list[Person]) -> Iterator[Row]:
    for one in people:
        if one.infused_at:
            began = one.infused_at - timedelta(minutes=40)
            yield _who(one) | {
                "infusion_number": 1,
                "infusion_began_at": began,
                "infusion_ended_at": one.infused_at,
                "minutes": 40.0,
                "volume_ml": 50.0,
            }


def _who(one: Person) -> Row:
    return {"participant": one.code, "site": one.site}


def _day(one: Person, day: int) -> datetime:
    assert one.infused_at is not None
    return one.infused_at + timedelta(days=day)


def _measured_at(one: Person, visit: str) -> datetime:
    return _day(one, -2) if visit == "baseline" else _day(one, STUDY.visit(visit).day)


def visits(people: list[Person]) -> Iterator[Row]:
    for one in people:
        if not one.allocated:
            continue
        for visit in (each for rule in STUDY.visits for each in rule.occurrences):
            kept = visit.key == "day-0" or any(key == visit.key for _, key in one.scores)
            yield _who(one) | {
                "visit": visit.key,
                "visit_day": visit.day,
                "visit_by": visit.by,
                "visit_state": "done" if kept else "missed",
                "kept_at": _measured_at(one, visit.key) if kept else None,
                "held": visit.mode[0] if kept else None,
            }


def deviations(people: list[Person]) -> Iterator[Row]:
    for place, one in enumerate(people):
        if one.allocated:
            for session, dose in enumerate(one.doses, 1):
                if not dose:
                    yield _who(one) | {
                        "deviation": "session-missed",
                        "about": f"session-1-{session}",
                        "explained": True,
                    }
            if place % 9 == 0:
                about = {"deviation": "visit-late", "about": "visit-day-12", "visit": "day-12", "hours_off": 20.0}
                yield _who(one) | about | {"explained": False}


def sessions(people: list[Person]) -> Iterator[Row]:
    for one in people:
        for session, dose in enumerate(one.doses, 1):
            began = _day(one, 1 + (session - 1) // 2) + timedelta(hours=4 * ((session - 1) % 2)) if dose else None
            yield _who(one) | {
                "infusion": 1,
                "session": session,
                "state": "completed" if dose else "planned",
                "run": 1,
                "started_at": began,
                "completed_at": began + timedelta(minutes=17) if began else None,
                "hours_since_infusion": 24.0 + 12 * (session - 1) if began else None,
                "planned_exposures": 360,
                "valid_exposures": round(360 * dose),
                "delivered_dose": round(360 * dose) / 360,
            }


def steps(people: list[Person], chance: np.random.Generator) -> Iterator[Row]:
    """Yield a dozen presentations a session; the real table has 360 and more."""
    for place, one in enumerate(people):
        rate = (60.0, 60.0, 59.94, 120.0, 90.0)[place % 5]
        for session, dose in enumerate(one.doses, 1):
            for step in range(12 if dose else 0):
                status = "ok" if chance.random() < 0.97 else str(chance.choice(["long", "missed", "hidden"]))
                yield _who(one) | {
                    "infusion": 1,
                    "session": session,
                    "sitting": 1,
                    "run": 1,
                    "task": ("masked-words", "visible-words", "faces")[step % 3],
                    "step": f"s{step}",
                    "exposure": True,
                    "attempt": 1,
                    "status": status,
                    "refresh_hz": rate,
                }


def device_checks(people: list[Person]) -> Iterator[Row]:
    for place, one in enumerate(people):
        for session, dose in enumerate(one.doses, 1):
            if dose:
                yield _who(one) | {
                    "infusion": 1,
                    "session": session,
                    "sitting": 1,
                    "refresh_hz": (60.0, 60.0, 59.94, 120.0, 90.0)[place % 5],
                    "jitter_ms": 0.3 + place % 4 / 10,
                    "browser": ("Chrome", "Safari", "Firefox")[place % 3],
                    "verdict": "ok",
                }


def forms(people: list[Person]) -> Iterator[Row]:
    for one, score, visit, _ in _scored(people):
        instrument = score.partition(".")[0]
        yield _which(one, visit, instrument) | {
            "form_state": "complete",
            "form_late": False,
            "first_answer_at": _measured_at(one, visit),
            "submitted_at": _measured_at(one, visit),
            "wording": "not the validated wording",
            "held": "in-person",
            "filled_by": "staff" if instrument == "madrs" else "participant",
        }


def scores(people: list[Person]) -> Iterator[Row]:
    for one, score, visit, points in _scored(people):
        instrument, _, name = score.partition(".")
        yield _which(one, visit, instrument) | {"score": name, "points": points}


def _scored(people: list[Person]) -> Iterator[tuple[Person, str, str, float]]:
    for one in people:
        for (score, visit), points in one.scores.items():
            yield one, score, visit, points


def _which(one: Person, visit: str, instrument: str) -> Row:
    return _who(one) | {"visit": visit, "instrument": instrument, "entry": 1, "rater": 1}


def answers(people: list[Person], chance: np.random.Generator) -> Iterator[Row]:
    """Yield guesses of the group on day 30: a little better than chance, a third do not know."""
    for one in people:
        if ("madrs.total", "day-30") not in one.scores:
            continue
        for instrument in ("blind-guess", "blind-guess-rater"):
            drug = 1 if one.arm.startswith("ketamine") else 2
            version = 2 if one.arm.endswith("sham") else 1
            for item, truth in (("drug", drug), ("exercises", version)):
                drawn = float(chance.random())
                guess = 3 if drawn < 0.35 else truth if drawn < 0.72 else 3 - truth
                yield _which(one, "day-30", instrument) | {
                    "item": item,
                    "number": float(guess),
                    "value": str(guess),
                    "given_at": _measured_at(one, "day-30"),
                }


def associations(people: list[Person], chance: np.random.Generator) -> Iterator[Row]:
    """Yield ten steps of each scored round at three visits; pairing b takes longer after active training."""
    for one in people:
        own = chance.normal(0, 60)
        for visit in ("baseline", "day-1", "day-5", "day-30"):
            if ("madrs.total", visit) not in one.scores:
                continue
            shift = 90 + own + (60 if visit in ("day-5", "day-30") and one.arm.endswith("training") else 0)
            for number, pairing, part in (
                (3, "a", "practice"),
                (4, "a", "test"),
                (6, "b", "practice"),
                (7, "b", "test"),
            ):
                for step in range(10):
                    latency = float(np.clip(chance.normal(750 + (shift if pairing == "b" else 0), 160), 320, 3000))
                    yield _who(one) | {
                        "visit": visit,
                        "test_form": "full",
                        "test_completed_at": _measured_at(one, visit),
                        "test_sitting": 1,
                        "test_run": 1,
                        "test_round": number,
                        "pairing": pairing,
                        "part": part,
                        "step": f"r{number}s{step}",
                        "attempt": 1,
                        "status": "ok",
                        "correct": chance.random() > 0.05,
                        "first_ms": latency,
                        "latency_ms": latency,
                    }


def adverse_events(people: list[Person], chance: np.random.Generator) -> Iterator[Row]:
    for one in people:
        if not one.allocated:
            continue
        for event in range(1, 1 + int(chance.poisson(0.9 if one.arm.startswith("ketamine") else 0.5))):
            term, severity = EVENTS[int(chance.integers(0, len(EVENTS)))]
            serious = chance.random() < 0.02
            yield _who(one) | {
                "event": event,
                "learned": "asked",
                "term": term,
                "preferred_term": term,
                "severity": "severe" if serious else severity,
                "serious": serious,
                "criteria": "hospital" if serious else None,
                "expected": "expected",
                "drug": str(chance.choice(["possible", "unlikely", "probable"])),
                "training": str(chance.choice(["unrelated", "unlikely"])),
                "measures": None,
                "outcome": "recovered",
                "known_at": _day(one, 1),
            }
