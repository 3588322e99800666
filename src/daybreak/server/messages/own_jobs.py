"""The jobs of this app, and those of the apps below it, which know nothing of workers."""

from __future__ import annotations

from datetime import datetime

from daybreak.server.messages.jobs import JOBS, Job
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import send_some
from daybreak.server.studies.models import Study
from daybreak.server.training.actions.closing import close_over
from daybreak.server.visits.actions.noticing import notice_due


def look_after_training(now: datetime, _worker: str) -> int:
    """Close the training sessions that nobody can go on with; return 0: one turn does all."""
    for study in Study.objects.order_by("pk"):
        close_over(study, now)
    return 0


def look_after_visits(now: datetime, _worker: str) -> int:
    """Note what has become a deviation; return 0: one turn does all."""
    for study in Study.objects.order_by("pk"):
        notice_due(study, now)
    return 0


JOBS += [
    Job("send", send_some, every=5),
    Job("plan", plan_all, every=60),
    Job("training", look_after_training, every=600),
    Job("visits", look_after_visits, every=600),
]
