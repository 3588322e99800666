from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.content.studies import study_names, study_text
from daybreak.core.study import StudyFile, read_study
from daybreak.core.study_change import Change, Stage, harmful, study_diff

TEXT = study_text("ketamine-training")
CLINIC = study_text("clinic")


def changed(right: str, wrong: str, text: str = TEXT) -> tuple[Change, ...]:
    assert right in text
    return study_diff(read_study(text, "old.toml"), read_study(text.replace(right, wrong, 1), "new.toml"))


@pytest.mark.parametrize("name", study_names())
def test_a_file_does_not_differ_from_itself(name: str) -> None:
    file = read_study(study_text(name), name)
    assert study_diff(file, file) == ()


def test_comments_spaces_and_defaults_are_no_change() -> None:
    assert changed("What the papers", "What other papers") == ()
    assert changed('gap = "3h"', 'gap = "180min"') == ()
    assert changed("boosters = []", "") == ()
    assert changed('training_after = "first"', "") == ()


HARMLESS = {
    "title": ('title = "Ketamine and', 'title = "Esketamine and', "study.title"),
    "target": ("target = 154", "target = 160", "study.target"),
    "closing day": ("# closes = 2027-12-31", "closes = 2027-12-31", "study.closes"),
    "gap": ('gap = "3h"', 'gap = "4h"', "training.gap"),
    "hours": ('["05:00", "23:00"]', '["06:00", "22:00"]', "training.hours"),
    "first booster": ("boosters = []", "boosters = [{ day = 30 }]", "training.boosters"),
    "device": ('on_miss = "visible-only"', 'on_miss = "warn"', "training.device.on_miss"),
    "entry rule": ('rule = "madrs >= 25"', 'rule = "madrs >= 22"', "eligibility.madrs.rule"),
    "window": ('["4d", "7d"]', '["4d", "8d"]', "visits.day-5.window"),
    "more instruments": (
        'instruments = ["qids-sr"]',
        'instruments = ["qids-sr", "phq-9"]',
        "visits.follow-up.instruments",
    ),
    "longer follow-up": ("repeat_until = 360", "repeat_until = 720", "visits.follow-up.repeat_until"),
    "alert": (
        'acknowledge_within = "30min"',
        'acknowledge_within = "15min"',
        "alerts.suicidal-thoughts-interview.acknowledge_within",
    ),
    "analysis": ('ddf = "kenward-roger-linear"', 'ddf = "satterthwaite"', "analysis.primary.ddf"),
    "assumption": ("later = 0.65", "later = 0.6", "assumptions.correlations.later"),
    "ask again": (
        'title = "Taking part in the study"',
        'title = "Taking part in the study"\nreconsent = true',
        "consents.",
    ),
    "a site": ("[allocation]", '[[sites]]\nkey = "bay"\nname = "Bay"\nzone = "UTC"\n[allocation]', "sites.bay"),
}


@pytest.mark.parametrize(("right", "wrong", "path"), HARMLESS.values(), ids=HARMLESS)
def test_what_touches_nobody_may_change(right: str, wrong: str, path: str) -> None:
    (change,) = changed(right, wrong)
    assert change.path.startswith(path)
    assert not change.breaks


BREAKS = {
    "id": ('id = "ketamine-training"', 'id = "ketamine"', "study.id", "load another study instead"),
    "drug": ('drug = "saline"', 'drug = "midazolam"', "arms.saline-training.drug", "had the old drug"),
    "version": ('version = "sham"', 'version = "active"', "arms.ketamine-sham.version", "the old version"),
    "ratio": ("ratio = 1", "ratio = 4", "arms.ketamine-training.ratio", "the old ratio"),
    "blocks": ("block_sizes = [6, 12]", "block_sizes = [3, 6]", "allocation.block_sizes", "sealed"),
    "strata": ('strata = ["site"]', 'strata = ["site", "low-self-worth"]', "allocation.strata", "sealed"),
    "pack": ('pack = "self-worth"', 'pack = "calm"', "training.pack", "the old pack"),
    "faces": ('faces = "drawn"', 'faces = "cfd"', "training.faces", "the old faces"),
    "days": ("days = 4", "days = 5", "training.days", "the number of planned sessions"),
    "sessions": ("sessions_per_day = 2", "sessions_per_day = 1", "training.sessions_per_day", "planned sessions"),
    "start": ('starts_after_infusion = "24h"', 'starts_after_infusion = "12h"', "training.starts_after", "outside"),
    "day": ('"day-5"\ntitle = "Day 5"\nday = 5', '"day-5"\ntitle = "Day 5"\nday = 6', "visits.day-5.day", "would move"),
    "origin": ('by = "participant"', 'by = "participant"\ncounted_from = "last-infusion"', "visits.follow-up.", "move"),
    "fewer instruments": (
        'instruments = ["cadss", "vital-signs", ',
        "instruments = [",
        "visits.day-0.instr",
        "nowhere",
    ),
    "shorter follow-up": ("repeat_until = 360", "repeat_until = 330", "visits.follow-up.repeat_until", "occurrence"),
    "slower follow-up": ('repeat_every = "30d"', 'repeat_every = "60d"', "visits.follow-up.repeat_every", "occurrence"),
    "consent title": ('title = "Taking part in', 'title = "Part in', "consents.main 1 en.title", "add a new version"),
    "consent words": ("You will get one infusion.", "One infusion.", "consents.main 1 en.paragraph 2", "a new version"),
}


@pytest.mark.parametrize(("right", "wrong", "path", "why"), BREAKS.values(), ids=BREAKS)
def test_what_would_break_people_enrolled_says_why(right: str, wrong: str, path: str, why: str) -> None:
    change = changed(right, wrong, TEXT.replace("[3, 6]", "[6, 12]"))[0]
    assert change.path.startswith(path)
    assert why in change.breaks


def without(text: str, begin: str, end: str) -> str:
    """Return a text without the part from `begin` to just before `end`."""
    start = text.index(begin)
    return text[:start] + text[text.index(end, start) :]


def test_taking_an_entry_away_breaks_and_shows_what_it_was() -> None:
    old = read_study(TEXT, "old.toml")
    spanish = without(TEXT, '[[consents]]\nkey = "main"\nversion = 1\nlanguage = "es"', "# Published: baseline")
    (change,) = study_diff(old, read_study(spanish, "new.toml"))
    assert (change.path, change.new) == ("consents.main 1 es", "")
    assert "people may have signed it" in change.breaks
    assert change.says.startswith('consents.main 1 es is gone: { key = "main", version = 1, title = "Participar')

    shorter = without(CLINIC, '[[visits]]\nkey = "day-1"', '[[visits]]\nkey = "follow-up"')
    (change,) = study_diff(read_study(CLINIC, "old.toml"), read_study(shorter, "new.toml"))
    assert (change.path, change.breaks) == ("visits.day-1", "people may have had it; leave it where it is")


def test_a_new_visit_and_a_new_consent_version_break_nothing() -> None:
    new = '''
[[visits]]
key = "day-45"
title = "Day 45"
day = 45
window = ["43d", "47d"]
by = "rater"
instruments = ["madrs"]

[[visits]]
key = "follow-up"'''
    (change,) = changed('\n[[visits]]\nkey = "follow-up"', new)
    assert (change.path, change.old, change.breaks) == ("visits.day-45", "", "")
    assert change.says.startswith(
        'visits.day-45 is new: { key = "day-45", title = "Day 45", day = 45, window = ["43d",'
    )


def test_an_arm_added_taken_away_or_moved_breaks() -> None:
    old = read_study(TEXT, "old.toml")
    both = old.model_copy(update={"arms": read_study(study_text("two-by-two"), "new.toml").arms})
    (added,) = study_diff(old, both)
    assert (added.path, added.old) == ("arms.saline-sham", "")
    assert "among the old arms" in added.breaks
    (removed,) = study_diff(both, old)
    assert (removed.path, removed.new) == ("arms.saline-sham", "")
    assert "among the old arms" in removed.breaks
    (moved,) = study_diff(old, old.model_copy(update={"arms": old.arms[::-1]}))
    assert moved.path == "arms.(order)"
    assert "in the old order" in moved.breaks


def test_a_course_cannot_change_under_those_who_are_in_it() -> None:
    assert [change.path for change in changed("count = 6", "count = 8", CLINIC) if change.breaks] == ["infusions.count"]
    assert changed('every = "3d"', 'every = "4d"', CLINIC)[0].breaks
    assert changed('training_after = "last"', 'training_after = "first"', CLINIC)[0].breaks
    assert not changed('first_within = "30d"', 'first_within = "40d"', CLINIC)[0].breaks
    assert changed("  { day = 60, sessions = 2 },\n", "", CLINIC)[0].breaks
    assert not changed("{ day = 90, sessions = 2 },", "{ day = 90 },\n  { day = 120 },", CLINIC)[0].breaks


def test_a_question_that_sorted_people_cannot_go_and_another_can() -> None:
    sorted_by = TEXT.replace('strata = ["site"]', 'strata = ["site", "low-self-worth"]')
    question = sorted_by[
        sorted_by.index('key = "low-self-worth"') : sorted_by.index('[[eligibility]]\nkey = "infusion-safe"')
    ]
    choices = question.replace('kind = "yes-no"', 'kind = "choice"\nchoices = ["low", "high"]').replace(
        "== yes", '== \\"low\\"'
    )
    reasons = {change.path.rpartition(".")[2]: change.breaks for change in changed(question, choices, sorted_by)}
    assert set(reasons) == {"kind", "rule", "choices"}
    assert "sorted by the old answers" in reasons["kind"]
    assert not reasons["rule"]
    (free, *_) = changed(question, choices, TEXT)
    assert not free.breaks


def test_a_site_cannot_be_taken_away() -> None:
    site = '[[sites]]\nkey = "bay"\nname = "Bay"\nzone = "UTC"\n'
    (change,) = changed(site, "", TEXT.replace("[allocation]", f"{site}[allocation]"))
    assert (change.path, change.breaks) == ("sites.bay", "people may be enrolled there")


FILES = [read_study(study_text(name), name) for name in study_names()]


@given(st.sampled_from(FILES), st.sampled_from(FILES))
def test_a_change_back_is_the_same_change_the_other_way_round(old: StudyFile, new: StudyFile) -> None:
    there, back = study_diff(old, new), study_diff(new, old)
    assert {(change.path, change.old, change.new) for change in there} == {
        (change.path, change.new, change.old) for change in back
    }
    assert bool(there) == (old != new)
    assert all(change.old != change.new for change in there)


@pytest.mark.parametrize(
    ("right", "wrong", "stage", "stopped"),
    [
        ("block_sizes = [3, 6]", "block_sizes = [6]", Stage(), False),
        ("block_sizes = [3, 6]", "block_sizes = [6]", Stage(screened=True), False),
        ("block_sizes = [3, 6]", "block_sizes = [6]", Stage(sealed=True), True),
        ("You will get one infusion.", "One infusion.", Stage(sealed=True), False),
        ("You will get one infusion.", "One infusion.", Stage(screened=True), True),
        ("days = 4", "days = 5", Stage(sealed=True, screened=True), False),
        ("days = 4", "days = 5", Stage(enrolled=True), True),
        ('gap = "3h"', 'gap = "4h"', Stage(sealed=True, screened=True, enrolled=True), False),
        ('id = "ketamine-training"', 'id = "other"', Stage(), True),
    ],
)
def test_what_breaks_depends_on_how_far_the_study_has_come(right: str, wrong: str, stage: Stage, stopped: bool) -> None:
    changes = changed(right, wrong)
    assert harmful(changes, stage) == (changes if stopped else ())
