"""The rules of a study file in words, as the command line and the study page say them."""

from __future__ import annotations

from datetime import timedelta

from daybreak.core.study import StudyFile, write_span


def allocation_words(study: StudyFile) -> str:
    """Return how people are allocated, as one clause."""
    rules = study.allocation
    if rules.method == "none":
        return "nobody is randomised"
    if rules.method == "minimisation":
        return f"minimisation over {', '.join(rules.factors)} (probability {rules.probability:g})"
    strata = f" within {', '.join(rules.strata)}" if rules.strata else ""
    return f"permuted blocks of {' or '.join(map(str, rules.block_sizes))}{strata}"


def infusion_words(study: StudyFile) -> str:
    """Return how many infusions are planned, and how far apart."""
    rules = study.infusions
    if rules.every is None:
        return f"one, within {spoken_span(rules.first_within)} of enrolment"
    first = f"the first within {spoken_span(rules.first_within)} of enrolment"
    return f"{rules.count}, one every {spoken_span(rules.every)}, {first}"


def training_words(study: StudyFile) -> str:
    """Return how much training is planned, and when it begins."""
    rules = study.training
    days = "1 day" if rules.days == 1 else f"{rules.days} days"
    boosters = f", {len(rules.boosters)} boosters" if rules.boosters else ""
    begins = spoken_span(rules.starts_after_infusion)
    return f"{rules.sessions_per_day} a day on {days} from {begins} after the infusion{boosters}"


def spoken_span(span: timedelta) -> str:
    """Return a length of time in words: `30 days`, `1 hour`."""
    text = write_span(span)
    number = int(text.rstrip("mindh"))
    unit = {"d": "day", "h": "hour"}.get(text[-1], "minute")
    return f"{number} {unit}{'' if abs(number) == 1 else 's'}"
