from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from daybreak.core.calendar import CalendarRules, Past, present_course
from daybreak.core.local_time import LocalTime
from daybreak.core.study import Booster, read_study
from tests.core.calendar_cast import (
    COURSE,
    EACH,
    MADRID,
    ONE,
    PUBLISHED,
    TRAINING,
    calendar_of,
    given,
    moment,
    planned,
    visit,
)

ENROLLED = moment("2026-06-01T09:00")
INFUSED = moment("2026-06-03T10:40")
AFTER = Past(ENROLLED, given(INFUSED))


def shown(at: datetime, zone: ZoneInfo = MADRID) -> str:
    return at.astimezone(zone).strftime("%d %b %H:%M")


def test_a_window_in_hours_counts_from_the_end_of_the_infusion() -> None:
    day_1 = planned(calendar_of(AFTER, INFUSED), "visit-day-1")
    assert [shown(each) for each in (day_1.opens, day_1.target, day_1.closes)] == [
        "04 Jun 06:40",
        "04 Jun 10:40",
        "04 Jun 16:40",
    ]


def test_a_window_in_days_holds_whole_local_dates() -> None:
    day_30 = planned(calendar_of(AFTER, INFUSED), "visit-day-30")
    assert [shown(each) for each in (day_30.opens, day_30.target, day_30.closes)] == [
        "30 Jun 00:00",
        "03 Jul 10:40",
        "11 Jul 00:00",
    ]


def test_day_360_is_the_last_of_the_questionnaires() -> None:
    calendar = calendar_of(AFTER, INFUSED)
    last = calendar.of_kind("visit")[-1]
    assert (last.key, last.title) == ("visit-follow-up-360", "Visit follow-up, day 360")
    assert last.target.date().isoformat() == "2027-05-29"
    assert len(calendar.of_kind("session")) == 8


def test_before_the_infusion_only_what_hangs_on_enrolment_has_a_date() -> None:
    calendar = calendar_of(Past(ENROLLED), ENROLLED)
    assert [one.key for one in calendar.planned] == ["visit-baseline", "infusion-1"]
    assert {each.waits_for for each in calendar.undated} == {"infusion"}
    assert planned(calendar, "infusion-1").state == "due"


def test_before_enrolment_nothing_has_a_date() -> None:
    calendar = calendar_of(Past(), ENROLLED)
    assert calendar.planned == ()
    assert calendar.undated[0].waits_for == "enrolment"


def test_a_visit_goes_from_upcoming_to_due_to_missed() -> None:
    states = [
        planned(calendar_of(AFTER, INFUSED + timedelta(hours=hours)), "visit-day-1").state
        for hours in (0, 19, 20, 29, 30)
    ]
    assert states == ["upcoming", "upcoming", "due", "due", "missed"]


def test_a_visit_is_early_done_or_late_by_when_it_took_place_not_by_when_that_is_known() -> None:
    now = INFUSED + timedelta(days=50)
    for hours, state in ((19, "early"), (20, "done"), (29, "done"), (31, "late")):
        past = Past(ENROLLED, given(INFUSED), visits={"day-1": INFUSED + timedelta(hours=hours)})
        assert planned(calendar_of(past, now), "visit-day-1").state == state


def test_a_visit_in_the_window_of_another_is_out_of_window() -> None:
    past = Past(ENROLLED, given(INFUSED), visits={"day-1": INFUSED + timedelta(days=5)})
    assert planned(calendar_of(past, INFUSED + timedelta(days=6)), "visit-day-1").state == "out-of-window"


def test_a_baseline_ends_when_the_infusion_begins() -> None:
    before, after = INFUSED - timedelta(minutes=41), INFUSED - timedelta(minutes=39)
    states = [
        planned(calendar_of(Past(ENROLLED, given(INFUSED), visits={"baseline": at}), INFUSED), "visit-baseline").state
        for at in (before, after)
    ]
    assert states == ["done", "late"]
    assert planned(calendar_of(AFTER, INFUSED), "visit-baseline").state == "missed"


def test_leaving_follow_up_cancels_what_was_still_to_come_and_nothing_else() -> None:
    left = INFUSED + timedelta(days=8)
    past = Past(ENROLLED, given(INFUSED), {"day-0": INFUSED}, training_ended=left, follow_up_ended=left)
    calendar = calendar_of(past, left + timedelta(days=90))
    states = {one.key: one.state for one in calendar.of_kind("visit")}
    assert (states["visit-day-0"], states["visit-day-1"], states["visit-day-5"]) == ("done", "missed", "missed")
    assert (states["visit-day-12"], states["visit-follow-up-360"]) == ("cancelled", "cancelled")


def test_leaving_the_training_cancels_sessions_that_could_still_be_played() -> None:
    left = moment("2026-06-05T12:00")
    past = Past(ENROLLED, given(INFUSED), sessions={(1, 1): moment("2026-06-04T11:00")}, training_ended=left)
    states = [one.state for one in calendar_of(past, left + timedelta(days=1)).of_kind("session")]
    assert states == ["done"] + ["cancelled"] * 7
    assert planned(calendar_of(past, left + timedelta(days=1)), "visit-day-12").state == "upcoming"


def test_a_withdrawal_counts_from_when_it_was_said() -> None:
    left = INFUSED + timedelta(days=8)
    past = Past(ENROLLED, given(INFUSED), follow_up_ended=left)
    assert planned(calendar_of(past, left - timedelta(days=1)), "visit-day-12").state == "upcoming"


def test_a_later_infusion_is_planned_from_the_one_before() -> None:
    rules = CalendarRules(COURSE, TRAINING, ())
    calendar = calendar_of(Past(ENROLLED, given(INFUSED)), INFUSED, rules)
    second, third = (planned(calendar, f"infusion-{number}") for number in (2, 3))
    assert [shown(each) for each in (second.opens, second.target, second.closes)] == [
        "05 Jun 00:00",
        "06 Jun 10:40",
        "08 Jun 00:00",
    ]
    assert shown(third.target) == "09 Jun 10:40"
    assert (second.title, second.state) == ("Infusion 2 of 6", "upcoming")
    moved = calendar_of(Past(ENROLLED, given(INFUSED, moment("2026-06-07T12:00"))), INFUSED, rules)
    assert shown(planned(moved, "infusion-3").target) == "10 Jun 12:00"


def test_training_waits_for_the_infusion_it_hangs_on() -> None:
    rules = CalendarRules(COURSE, TRAINING, (visit("day-1", 1, ("20h", "30h")),))
    ended = [INFUSED + number * timedelta(days=3) for number in range(6)]
    early = calendar_of(Past(ENROLLED, given(*ended[:5])), ended[4], rules)
    assert early.of_kind("session") == ()
    assert [each.waits_for for each in early.undated] == ["infusion 6"]
    late = calendar_of(Past(ENROLLED, given(*ended)), ended[5], rules)
    assert shown(late.of_kind("session")[0].opens) == shown(ended[5] + timedelta(hours=24))
    assert late.of_kind("session")[0].key == "session-6-1"


def test_with_training_after_each_infusion_a_new_one_ends_the_course_before() -> None:
    rules = CalendarRules(EACH, TRAINING, ())
    second = moment("2026-06-05T16:00")
    past = Past(ENROLLED, given(INFUSED, second), sessions={(1, 1): moment("2026-06-04T11:00")})
    calendar = calendar_of(past, second, rules)
    first = [one for one in calendar.of_kind("session") if one.infusion == 1]
    assert [one.state for one in first] == ["done"] + ["missed"] * 7
    assert {one.closes for one in first[1:]} == {second}
    assert sum(one.state == "upcoming" for one in calendar.of_kind("session")) == 8


def test_an_infusion_beyond_the_plan_is_shown_and_starts_no_training() -> None:
    again = INFUSED + timedelta(days=60)
    calendar = calendar_of(Past(ENROLLED, given(INFUSED, again)), again, CalendarRules(ONE, TRAINING, ()))
    extra = planned(calendar, "infusion-2")
    assert (extra.state, extra.done_at) == ("done", again)
    assert {one.infusion for one in calendar.of_kind("session")} == {1}


def test_boosters_have_days_of_their_own_after_the_programme() -> None:
    training = TRAINING.model_copy(update={"boosters": (Booster(day=30, sessions=2), Booster(day=90, sessions=1))})
    rules = CalendarRules(ONE, training, ())
    calendar = calendar_of(AFTER, moment("2026-07-03T06:00"), rules)
    boosters = calendar.of_kind("session")[8:]
    assert [(one.number, one.state, str(one.on)) for one in boosters] == [
        (9, "due", "2026-07-03"),
        (10, "upcoming", "2026-07-03"),
        (11, "upcoming", "2026-09-01"),
    ]
    next_day = calendar_of(AFTER, moment("2026-07-04T12:00"), rules).of_kind("session")
    assert [one.state for one in next_day[8:]] == ["due", "upcoming", "upcoming"]
    assert {one.state for one in next_day[:8]} == {"missed"}


def test_what_was_done_stays_although_the_plan_no_longer_has_it() -> None:
    past = Past(ENROLLED, {}, {"day-99": ENROLLED}, {(7, 3): ENROLLED})
    calendar = calendar_of(past, ENROLLED)
    assert [planned(calendar, key).state for key in ("visit-day-99", "session-7-3")] == ["done", "done"]


def test_whoever_moves_keeps_past_days_and_gets_new_ones_by_the_new_clock() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    moved = moment("2026-06-05T20:00")
    sessions = {(1, 1): moment("2026-06-04T11:00"), (1, 2): moment("2026-06-04T15:00")}
    past = Past(ENROLLED, given(INFUSED), sessions=sessions)
    calendar = calendar_of(past, moved, PUBLISHED, LocalTime.of(MADRID, [(moved, tokyo)]))
    first, second, third = calendar.of_kind("session")[:3]
    assert (str(first.on), str(second.on), str(third.on)) == ("2026-06-04", "2026-06-04", "2026-06-05")
    assert shown(third.opens, tokyo) == "06 Jun 05:00"
    assert shown(planned(calendar, "visit-day-30").opens, tokyo) == "30 Jun 00:00"


def test_the_present_training_hangs_on_the_last_infusion_given_that_has_any() -> None:
    assert present_course(COURSE, Past(ENROLLED, given(INFUSED))) is None
    assert present_course(EACH, Past(ENROLLED, given(INFUSED, moment("2026-06-20T10:00")))) == 2


def test_the_rules_of_a_study_file_hold_each_occurrence_of_a_visit() -> None:
    text = (files("daybreak.content.studies") / "ketamine-training.toml").read_text()
    rules = CalendarRules.of(read_study(text, "study.toml"))
    assert [visit.key for visit in rules.visits][-2:] == ["follow-up-330", "follow-up-360"]


def test_a_visit_is_found_by_its_key_once_it_has_a_date() -> None:
    assert calendar_of(AFTER, INFUSED).visit("day-30") is not None
    assert calendar_of(Past(ENROLLED), ENROLLED).visit("day-30") is None
