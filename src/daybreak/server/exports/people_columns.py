"""The columns of the tables about people: how far each came, their answers before, infusions, visits, deviations."""

from __future__ import annotations

from daybreak.core.deviation import KINDS
from daybreak.core.participation import SCOPES, Status
from daybreak.server.exports.column import PARTICIPANT, SITE, VISIT, Column
from daybreak.server.participation.actions.leaving import WHY

WHO = (PARTICIPANT, SITE)
HELD = Column("held", "text", "how it was held", values=("in-person", "phone", "video", "online"))
ARM = Column("arm", "text", "key of the arm in the study file; only in an unblinded export")
LETTER = Column("letter", "text", "the safety board's letter of the person's group; only in an export by letters")

PARTICIPANTS = (
    *WHO,
    Column("site_enrolled", "text", "key of the site where they were enrolled and allocated; `site` after a transfer"),
    Column("participation", "text", "how far they came, withdrawals apart", values=tuple(Status)),
    Column("speaks", "text", "language of the person's pages"),
    Column("visible_only", "truth", "whether words are shown to them visibly only"),
    Column("screened_at", "time", "when their screening began"),
    Column("consented_at", "time", "when they first signed a consent"),
    Column("enrolled_at", "time", "when they were enrolled, and allocated if the study allocates"),
    Column("excluded_for", "text", "keys of the eligibility questions that did not hold, in the study file's order"),
    Column("left_scope", "text", "the most that they withdrew from", values=tuple(SCOPES)),
    Column("left_at", "time", "when they withdrew from that"),
    Column("left_because", "text", "why, as a code", values=tuple(WHY)),
    Column("lost", "truth", "whether they left because nobody could reach them any more"),
    Column("training_ended_at", "time", "since when a withdrawal ended their training"),
    Column("follow_up_ended_at", "time", "since when a withdrawal ended their follow-up"),
)
SCREENINGS = (
    *WHO,
    Column("question", "text", "key of the eligibility question in the study file"),
    Column("reply", "text", "the answer as text: number, true or false, date, or a choice's key"),
    Column("reply_number", "real", "the answer, where it is a number"),
    Column("rule_holds", "truth", "whether the question's rule holds; empty if it has none, or lacks an answer"),
    Column("stratum", "truth", "whether the allocation looks at the answer"),
)
INFUSIONS = (
    *WHO,
    Column("infusion_number", "whole", "number of the infusion, from 1"),
    Column("infusion_began_at", "time", "when it began"),
    Column("infusion_ended_at", "time", "when it ended; days are counted from here"),
    Column("minutes", "real", "how long it took", "min"),
    Column("volume_ml", "real", "how much was given; less than planned if it was stopped early", "mL"),
    Column("dissociation_total", "whole", "total of the dissociation interview (CADSS), 0 to 92"),
    *(
        Column(f"side_effects_{severity}", "whole", f"how many {severity} side effects were noted at the infusion")
        for severity in ("mild", "moderate", "severe")
    ),
)
VISITS = (
    *WHO,
    VISIT,
    Column("visit_day", "whole", "the planned study day; 0 is that of the infusion, or of the enrolment"),
    Column("visit_by", "text", "who does it", values=("rater", "coordinator", "investigator", "participant")),
    Column(
        "visit_state",
        "text",
        "what became of it; waiting has no date yet",
        values=("waiting", "upcoming", "due", "done", "early", "late", "out-of-window", "missed", "cancelled"),
    ),
    Column("opens_at", "time", "when its window opens"),
    Column("best_at", "time", "when best in its window"),
    Column("closes_at", "time", "when its window closes"),
    Column("kept_at", "time", "when it took place; empty if it did not"),
    Column("kept_day", "whole", "local date of the visit less that of the infusion which the training hangs on", "d"),
    Column("days_since_infusion", "real", "time from the end of that infusion to the visit", "d"),
    HELD,
)
DEVIATIONS = (
    *WHO,
    Column("deviation", "text", "what kind of departure from the plan", values=tuple(KINDS)),
    Column("about", "text", "what departed, by its key in the person's calendar, such as visit-day-5 or session-1-3"),
    VISIT,
    Column("noticed_at", "time", "when the system noticed it"),
    Column("planned_from", "time", "from when on it was planned"),
    Column("planned_until", "time", "until when it was planned"),
    Column("done_at", "time", "when it took place all the same"),
    Column("hours_off", "real", "how long before or after its window it took place", "h"),
    Column("dose", "real", "delivered dose, where the deviation is about it"),
    Column("explained", "truth", "whether staff explained it; the words stay on the server"),
)
PEOPLE_TABLES: dict[str, tuple[Column, ...]] = {
    "participants": PARTICIPANTS,
    "screenings": SCREENINGS,
    "infusions": INFUSIONS,
    "visits": VISITS,
    "deviations": DEVIATIONS,
}
PEOPLE_MEANINGS = {
    "participants": (
        "one row a person, from the first question on; of somebody who withdrew their data no more than how far they "
        "came, without a code"
    ),
    "screenings": "one row an answer to an eligibility question; dates of birth are left out",
    "infusions": "one row an infusion",
    "visits": "one row a planned visit of an enrolled person, and any that took place beside the plan",
    "deviations": "one row a departure from the plan that still stands",
}
