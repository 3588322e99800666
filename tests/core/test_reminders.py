"""When people are reminded: once, in the window it is about, and never in the night."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from daybreak.content.studies import study_names, study_text
from daybreak.core.calendar import TAKEN, CalendarRules, Past, PersonCalendar, person_calendar
from daybreak.core.local_time import LocalTime
from daybreak.core.reminders import MessagePlan, Reminder, about, quiet_until, reminders
from daybreak.core.study import MessageRules, QuietHours, StudyFile, read_study
from tests.core.calendar_cast import given as infused
from tests.core.calendar_cast import moment, planned

FILE = read_study(study_text("ketamine-training"), "study.toml")
PLAN, RULES = MessagePlan.of(FILE), CalendarRules.of(FILE)
# Three zones whose clocks change on different days, one of them by half an hour, and by halves in the other half-year.
CHANGING = st.sampled_from(["Europe/Madrid", "America/New_York", "Australia/Lord_Howe"]).map(ZoneInfo)
INFUSED = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
FIRST_ENDS = {"spring": datetime(2026, 3, 20, 10, 40), "autumn": datetime(2026, 10, 16, 10, 40)}


def calendar(ended: datetime, zone: ZoneInfo | LocalTime, now: datetime | None = None, **more: Any) -> PersonCalendar:
    """The calendar of somebody infused at `ended`, who has done nothing since."""
    past = Past(enrolled_at=ended - timedelta(days=2), infusions=infused(ended), **more)
    return person_calendar(RULES, past, LocalTime.of(zone), now or ended)


def rule(**more: Any) -> MessageRules:
    values = {"key": "soon", "about": "training", "channels": ["sms"], "texts": {"en": "Soon"}}
    return MessageRules.model_validate(values | more)


def meant(one: MessageRules, there: PersonCalendar, quiet: QuietHours | None = None) -> tuple[Reminder, ...]:
    file = FILE.model_copy(update={"messages": (one,), "quiet_hours": quiet or QuietHours()})
    return reminders(MessagePlan.of(file), there)


def found(all_of_them: tuple[Reminder, ...], key: str) -> Reminder:
    return next(each for each in all_of_them if each.key == key)


@given(ended=INFUSED, zone=CHANGING)
def test_each_message_is_meant_once_in_order_and_while_it_is_of_use(ended: datetime, zone: ZoneInfo) -> None:
    meant = reminders(PLAN, calendar(ended, zone))
    assert set(Counter(each.key for each in meant).values()) == {1}
    assert [each.at for each in meant] == sorted(each.at for each in meant)
    assert all(each.at < each.not_after for each in meant)


@given(ended=INFUSED, zone=CHANGING, begins=st.integers(18, 23), ends=st.integers(4, 11))
def test_no_person_is_reminded_in_a_quiet_hour_of_their_own_clock(
    ended: datetime, zone: ZoneInfo, begins: int, ends: int
) -> None:
    quiet = QuietHours(begins=time(begins), ends=time(ends))
    plan, there = MessagePlan(PLAN.rules, quiet), calendar(ended, zone)
    for each in reminders(plan, there):
        assert each.to == "coordinator" or not quiet.hold(there.place.local(each.at).time()), each


@given(ended=INFUSED, zone=CHANGING)
def test_what_says_that_something_is_open_comes_while_it_is_open(ended: datetime, zone: ZoneInfo) -> None:
    there = calendar(ended, zone)
    windows = {about(one): one.window for one in there.planned}
    for each in reminders(PLAN, there):
        if each.rule in ("exercises-ready", "questions-ready"):
            assert windows[each.about].holds(each.at)
            assert each.not_after == windows[each.about].closes
        elif each.rule == "we-meet-soon":
            assert each.not_after == windows[each.about].opens


@given(ended=INFUSED, zone=CHANGING)
def test_every_self_report_is_announced_and_every_one_left_out_comes_to_the_coordinator(
    ended: datetime, zone: ZoneInfo
) -> None:
    meant = reminders(PLAN, calendar(ended, zone))
    reports = {f"visit:follow-up-{day}" for day in range(60, 361, 30)}
    for name in ("questions-ready", "questions-closing", "questions-overdue"):
        assert {each.about for each in meant if each.rule == name} == reports


@given(ended=INFUSED, zone=CHANGING, days=st.integers(0, 400))
def test_what_was_done_or_cancelled_reminds_nobody(ended: datetime, zone: ZoneInfo, days: int) -> None:
    now = ended + timedelta(days=days)
    visits = {f"follow-up-{day}": ended + timedelta(days=day) for day in (60, 90)}
    there = calendar(ended, zone, now, visits=visits, follow_up_ended=now)
    over = {about(one) for one in there.planned if one.state in TAKEN or one.state == "cancelled"}
    assert {"visit:follow-up-60", "visit:follow-up-90"} <= over
    assert over.isdisjoint(each.about for each in reminders(PLAN, there))


@pytest.mark.parametrize("season", FIRST_ENDS)
@pytest.mark.parametrize("name", ["Europe/Madrid", "America/New_York", "Australia/Sydney"])
def test_across_a_change_of_clocks_the_hour_on_the_wall_stays(season: str, name: str) -> None:
    zone = ZoneInfo(name)
    there = calendar(FIRST_ENDS[season].replace(tzinfo=zone), zone)
    hours = {
        there.place.local(each.at).time() for each in reminders(PLAN, there) if each.rule.startswith("questions-ready")
    }
    assert hours == {time(8)}


def test_a_message_that_would_wait_until_its_use_is_over_comes_before_the_night_instead() -> None:
    there = calendar(moment("2026-05-04T10:40"), ZoneInfo("Europe/Madrid"))
    day_30 = planned(there, "visit-day-30")
    assert there.place.local(day_30.opens).time() == time(0)
    only = found(meant(rule(about="visit", visits=["day-30"], after="-2h"), there), "soon:visit-day-30:sms")
    assert there.place.local(only.at).isoformat() == "2026-05-30T20:59:00+02:00"


def test_in_the_small_hours_the_night_that_is_meant_began_the_day_before() -> None:
    there = calendar(moment("2026-05-04T10:40"), ZoneInfo("Europe/Madrid"))
    one = rule(about="visit", visits=["day-30"], when="closes", after="-22h")
    late = QuietHours(begins=time(22), ends=time(23, 59))
    whole_day = QuietHours(begins=time(3), ends=time(2, 59))
    assert [there.place.local(each.at).hour for each in meant(one, there, late)] == [2]
    assert there.place.local(meant(one, there, QuietHours(begins=time(1), ends=time(5)))[0].at).hour == 5
    assert [there.place.local(each.at).time() for each in meant(one, there, whole_day)] == [time(2, 59)]


def test_where_the_quiet_hours_leave_no_time_nothing_is_meant() -> None:
    ended = moment("2026-05-04T10:40")
    short = FILE.visit("day-1").model_copy(update={"window": (timedelta(hours=13), timedelta(hours=17))})
    rules = CalendarRules(FILE.infusions, FILE.training, (short,))
    there = person_calendar(rules, Past(ended, infused(ended)), LocalTime.of(ZoneInfo("Europe/Madrid")), ended)
    assert meant(rule(about="visit", visits=["day-1"]), there) == ()


def test_equal_ends_make_no_hour_quiet() -> None:
    never = QuietHours(begins=time(8), ends=time(8))
    assert not any(never.hold(time(hour)) for hour in range(24))
    place = LocalTime.of(ZoneInfo("Europe/Madrid"))
    assert quiet_until(never, place, moment("2026-05-04T08:00")) is None


def test_quiet_hours_that_the_clock_is_put_back_into_last_until_they_are_over_for_the_second_time() -> None:
    zone = ZoneInfo("Europe/Madrid")
    again = datetime(2026, 10, 25, 2, 10, tzinfo=zone, fold=1)
    until = quiet_until(QuietHours(begins=time(21), ends=time(2, 30)), LocalTime.of(zone), again)
    assert until == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_whoever_travels_is_reminded_by_the_clock_of_the_place_where_they_are() -> None:
    ended = moment("2026-05-04T10:40")
    travel = LocalTime.of(ZoneInfo("Europe/Madrid"), [(ended + timedelta(days=40), ZoneInfo("Asia/Tokyo"))])
    there = calendar(ended, travel)
    first = found(reminders(PLAN, there), "questions-ready:visit-follow-up-60:email")
    assert first.at.astimezone(ZoneInfo("Asia/Tokyo")).time() == time(8)


def test_sessions_that_were_put_off_and_close_together_are_reminded_of_once() -> None:
    ended, zone = moment("2026-05-04T10:40"), ZoneInfo("Europe/Madrid")
    closing = rule(when="closes", after="-4h")
    last = meant(closing, calendar(ended, zone, ended + timedelta(days=5)))
    assert len({each.at for each in last}) == len(last) < 8
    played = {(1, number): ended + timedelta(days=4, hours=2 + number) for number in range(1, 6)}
    later = meant(closing, calendar(ended, zone, ended + timedelta(days=5), sessions=played))
    assert [each.about for each in later] == ["training:1:6"]


def test_training_is_called_by_its_course_and_number_and_an_infusion_by_its_number() -> None:
    there = calendar(moment("2026-05-04T10:40"), ZoneInfo("Europe/Madrid"))
    assert about(planned(there, "session-1-3")) == "training:1:3"
    assert about(planned(there, "infusion-1")) == "infusion:1"
    assert about(planned(there, "visit-follow-up-60")) == "visit:follow-up-60"


@pytest.mark.parametrize(("language", "text"), [("en", "Soon"), ("es", "Pronto"), ("es-MX", "Pronto"), ("de", "Soon")])
def test_a_language_without_a_text_of_its_own_gets_the_nearest(language: str, text: str) -> None:
    assert rule(texts={"en": "Soon", "es": "Pronto"}).text(language) == text


@pytest.mark.parametrize("text", ["{name}", "{", "}", "{link", "{{link}}", "{0}"])
def test_nothing_but_the_link_can_be_put_into_a_text(text: str) -> None:
    with pytest.raises(ValidationError, match="cannot be put in"):
        rule(texts={"en": text})


@pytest.mark.parametrize("name", study_names())
def test_the_messages_that_ship_speak_every_language_of_the_consents_and_lead_somewhere(name: str) -> None:
    file = read_study(study_text(name), name)
    spoken = {text.language for text in file.consents}
    assert spoken == {"en", "es"}
    for each in file.messages:
        assert each.to == "coordinator" or spoken <= set(each.texts)
        assert all("{link}" in text for text in each.texts.values())


def test_a_file_without_messages_means_none() -> None:
    there = calendar(moment("2026-05-04T10:40"), ZoneInfo("Europe/Madrid"))
    empty: StudyFile = FILE.model_copy(update={"messages": ()})
    assert reminders(MessagePlan.of(empty), there) == ()
    assert date(2026, 5, 4) == there.place.date_of(there.now)
