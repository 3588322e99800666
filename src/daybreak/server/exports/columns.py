"""Every column of every exported table: type, unit and meaning; the tables and the data dictionary are made of it."""

from __future__ import annotations

from daybreak.core.harms import CRITERIA, EXPECTED, MEASURES, OUTCOMES, RELATED, SEVERITIES
from daybreak.server.exports.column import PARTICIPANT, SITE, VISIT, Column
from daybreak.server.exports.people_columns import HELD, PEOPLE_MEANINGS, PEOPLE_TABLES
from daybreak.server.safety.actions.answering import CONTACTS, RISKS

PHASES = ("fixation", "mask", "cue", "trait", "target", "face", "feedback", "pause")

WHOSE = (
    PARTICIPANT,
    SITE,
    Column("infusion", "whole", "number of the infusion the training course follows, from 1"),
    Column("session", "whole", "number of the training session in its course, from 1"),
)
WHICH_SITTING = Column("sitting", "whole", "number of the page load within the session, from 1, by time of opening")
RUN = Column(
    "run", "whole", "1, and one more each time the session began again; a session's counts are of its last run"
)

SESSIONS = (
    *WHOSE,
    Column("state", "text", "where the session stands", values=("planned", "begun", "completed", "partial")),
    Column("label", "text", "restarted, resumed-late, partial or arrived-late; empty if nothing of note"),
    RUN,
    Column("started_at", "time", "when the first step was played"),
    Column("completed_at", "time", "when it was completed, or closed for good if partial"),
    Column("hours_since_infusion", "real", "from the infusion's end to the session's start", "h"),
    Column("rounds_planned", "whole", "rounds of the plan, practice rounds included"),
    Column("rounds_done", "whole", "rounds ended without a gap from the first on"),
    Column("planned_exposures", "whole", "steps of the plan that count as exposures"),
    Column("valid_exposures", "whole", "planned exposures shown at least once with status ok"),
    Column("delivered_dose", "real", "valid_exposures / planned_exposures, 0 to 1"),
)
SITTINGS = (
    *WHOSE,
    WHICH_SITTING,
    RUN,
    Column("opened_at", "time", "when the page was opened"),
    Column("last_heard_at", "time", "when its last chunk came in"),
    Column("first_round", "whole", "the round it began with, from 1"),
    Column("chunks", "whole", "chunks stored"),
    Column("chain_holds", "truth", "whether the stored chunks are the ones sent, in the order they were sent"),
    Column("steps_ok", "whole", "presentations with status ok"),
    Column("steps_long", "whole", "presentations with status long"),
    Column("steps_missed", "whole", "presentations with status missed"),
    Column("steps_hidden", "whole", "presentations with status hidden"),
)
DEVICE_CHECKS = (
    *WHOSE,
    WHICH_SITTING,
    Column("checked_at", "time", "when the device was checked"),
    Column("refresh_hz", "real", "refresh rate of the display", "Hz"),
    Column("jitter_ms", "real", "standard deviation of refresh gaps", "ms"),
    Column("worst_gap_ms", "real", "longest refresh gap of the check", "ms"),
    Column("width", "whole", "width of the page", "CSS px"),
    Column("height", "whole", "height of the page", "CSS px"),
    Column("touch", "truth", "whether the device has a touch screen"),
    Column("browser", "text", "family of the browser", values=("Chrome", "Edge", "Firefox", "Safari", "other")),
    Column("verdict", "text", "what the check led to", values=("ok", "warn", "visible-only", "stop")),
    Column("reasons", "text", "why, separated by spaces"),
)
STEPS = (
    *WHOSE,
    WHICH_SITTING,
    RUN,
    Column("chunk", "whole", "number of the chunk the record came in, from 1"),
    Column("record", "whole", "place of the record in its chunk, from 1"),
    Column("round", "whole", "number of the round in the plan, from 1; practice rounds included"),
    Column("task", "text", "which task", values=("masked-words", "visible-words", "faces")),
    Column("step", "text", "opaque id of the step in its plan; the same id again is the same step shown again"),
    Column("exposure", "truth", "whether the step counts as a planned exposure"),
    Column("attempt", "whole", "1 for the first presentation, 2 and up when it was shown again"),
    Column("status", "text", "how it was shown", values=("ok", "long", "missed", "hidden")),
    Column("at_ms", "real", "time of the record since its sitting was opened, by the browser's steady clock", "ms"),
    Column("answer", "text", "side or field chosen; empty if none", values=("left", "right", "0", "1", "2", "3")),
    Column("correct", "truth", "whether the answer was right; empty if none was given"),
    Column("late", "truth", "whether no answer came in time"),
    Column("rt_ms", "real", "time from the target's first refresh to the answer; empty if none", "ms"),
    Column("input", "text", "how it was answered", values=("key", "touch", "mouse", "pen", "bot")),
    Column("refresh_hz", "real", "refresh rate the step was counted with", "Hz"),
    *(Column(f"shown_{phase}", "whole", f"refreshes the {phase} stayed; empty if not in the step") for phase in PHASES),
    Column("gaps", "whole", "refresh gaps logged from one refresh before the cue to two after the trait"),
    Column("gap_mean_ms", "real", "their mean", "ms"),
    Column("gap_longest_ms", "real", "the longest of them; over 1.5 refreshes makes the step long", "ms"),
    Column("gap_shortest_ms", "real", "the shortest of them", "ms"),
    Column("refreshes", "whole", "refreshes of the whole step, by the display's count"),
)  # fmt: skip
ALERTS = (
    *WHOSE[:2],
    Column("alert", "whole", "number of the alert"),
    Column("drill", "truth", "whether it was a drill, which is about nobody"),
    Column("rule", "text", "key of its rule in the study file"),
    Column("source", "text", "the form it was raised by, the silence, or the drill"),
    Column("raised_at", "time", "when it was raised"),
    Column("watched", "truth", "whether that was in the hours in which somebody watches"),
    Column("acknowledge_by", "time", "until when somebody had to acknowledge it"),
    Column("acknowledged_at", "time", "when somebody did, the last time if it was opened again"),
    Column("steps_told", "whole", "how many steps of its line were taken: 1 if those who come first were enough"),
    Column("alert_state", "text", "how far it is", values=("open", "acknowledged", "closed")),
    Column("contact", "text", "how they were reached", values=tuple(CONTACTS)),
    Column("risk", "text", "the risk as judged", values=tuple(RISKS)),
    Column("assessed_at", "time", "when it was assessed"),
    Column("closed_at", "time", "when it was closed"),
)
WORDING = Column(
    "wording",
    "text",
    "whether the items were asked in an imported wording or in daybreak's own prompts",
    values=("imported", "not the validated wording"),
)
WHICH_FORM = (
    *WHOSE[:2],
    VISIT,
    Column("instrument", "text", "key of the questionnaire or scale"),
    Column("entry", "whole", "1, or 2 where it was typed in once more by somebody else"),
    Column("rater", "whole", "1, or 2 for the second rater of the same interview"),
)
FORMS = (
    *WHICH_FORM,
    Column("form_version", "text", "version of the instrument's structure"),
    WORDING,
    Column("wording_version", "text", "version of the imported wording; empty for own prompts"),
    Column("wording_licence", "text", "licence it was added with; empty for own prompts"),
    Column("wording_sha256", "text", "digest of its FHIR Questionnaire; empty for own prompts"),
    Column("language", "text", "language it was asked in"),
    Column("recall", "text", "time the answers look back on, such as 1d or 7d"),
    HELD,
    Column("filled_by", "text", "who filled it in", values=("participant", "staff")),
    Column(
        "form_state", "text", "how far it is; partial has required items open", values=("open", "partial", "complete")
    ),
    Column("form_late", "truth", "whether an answer came after the visit's window had closed"),
    Column("first_answer_at", "time", "when its first answer was saved"),
    Column("submitted_at", "time", "when it was handed in; empty if it never was"),
    Column("seconds", "whole", "how long its items were in view, pauses left out", "s"),
    Column("settled_at", "time", "when two entries of it were found or made equal"),
)
ANSWERS = (
    *WHICH_FORM,
    Column("item", "text", "key of the item"),
    Column("number", "real", "the answer, where it is a number"),
    Column("value", "text", "the answer as text: number, true or false, date, or a choice's key"),
    Column("has_text", "truth", "whether there is free text, which is not exported"),
    WORDING,
    Column("given_at", "time", "when the answer was given, or last changed before the form was handed in"),
    Column("corrected_at", "time", "when it was last corrected afterwards; the trail keeps what stood there before"),
)
SCORES = (
    *WHICH_FORM,
    Column("score", "text", "name of the score"),
    Column("points", "real", "the score; empty where too many answers are missing"),
)
NOT_SCORED = "empty where the step is not scored"
SIDES = ("left", "right")
IN_STEPS = {column.name: column for column in STEPS}
ASSOCIATIONS = (
    *WHICH_FORM[:3],
    Column("test_form", "text", "which form of the test", values=("full", "short", "brief")),
    Column("test_completed_at", "time", "when all rounds of the test had ended; empty if they never did"),
    Column("test_sitting", "whole", "number of the page load within the test, from 1, by time of opening"),
    Column("test_run", "whole", "1, and one more each time the test began again; its scores are of its last run"),
    Column("test_round", "whole", "which of the seven rounds; 3, 4, 6 and 7 are scored"),
    Column("pairing", "text", f"a: self with good, b: self with bad; {NOT_SCORED}", values=("a", "b")),
    Column("part", "text", f"practice (rounds 3, 6) or test (4, 7); {NOT_SCORED}", values=("practice", "test")),
    IN_STEPS["step"],
    Column("word", "text", "the word shown"),
    Column("category", "text", "what it stands for", values=("self", "other", "good", "bad")),
    Column("side", "text", "where its category belonged", values=SIDES),
    *(IN_STEPS[name] for name in ("attempt", "status", "at_ms", "answer", "correct")),
    Column("first_ms", "real", "time from the word's first refresh to the first answer; empty if none", "ms"),
    Column("latency_ms", "real", "time from the word's first refresh to the right answer; empty if none came", "ms"),
    *(IN_STEPS[name] for name in ("input", "refresh_hz")),
)
ADVERSE_EVENTS = (
    *WHOSE[:2],
    Column("event", "whole", "number of the event among the person's, from 1; struck events are left out"),
    Column("learned", "text", "how it became known", values=("spontaneous", "asked", "infusion")),
    Column("asked_at", "text", "key of the visit at which the person was asked; empty if not asked"),
    Column("term", "text", "what happened, in the site's words"),
    Column("preferred_term", "text", "term of a dictionary, as the site typed it; empty if not coded"),
    Column("code", "text", "its code in that dictionary"),
    Column("onset", "text", "when it began, as far as known: a year, a month or a day; empty if not known"),
    Column("onset_day", "whole", "local date of the onset less that of the first infusion; empty if not known", "d"),
    Column("ended", "text", "when it ended, as far as known"),
    Column("severity", "text", "how strong it was", values=tuple(SEVERITIES)),
    Column("serious", "truth", "whether any criterion of seriousness is met"),
    Column("criteria", "text", "which, separated by spaces", values=tuple(CRITERIA)),
    Column("expected", "text", "an investigator's judgement; empty if not judged yet", values=tuple(EXPECTED)),
    Column("drug", "text", "whether the infusion caused it; empty if not judged yet", values=tuple(RELATED)),
    Column("training", "text", "whether the training caused it; empty if not judged yet", values=tuple(RELATED)),
    Column("measures", "text", "what was done, separated by spaces", values=tuple(MEASURES)),
    Column("outcome", "text", "how it is now", values=tuple(OUTCOMES)),
    Column("known_at", "time", "when staff knew of it"),
    Column("serious_at", "time", "when it was known to be serious; empty if it is not"),
)
TABLES: dict[str, tuple[Column, ...]] = {
    "sessions": SESSIONS,
    "sittings": SITTINGS,
    "devicechecks": DEVICE_CHECKS,
    "steps": STEPS,
    "alerts": ALERTS,
    "forms": FORMS,
    "answers": ANSWERS,
    "scores": SCORES,
    "associations": ASSOCIATIONS,
    "adverseevents": ADVERSE_EVENTS,
    **PEOPLE_TABLES,
}
MEANINGS = {
    "sessions": "one row a training session",
    "sittings": "one row a page load of a training session",
    "devicechecks": "one row a device check",
    "steps": "one row a presentation of a step and its answer",
    "alerts": "one row an alert or a drill; what was written about it stays on the server",
    "forms": "one row a form: one instrument of one visit",
    "answers": "one row an answer to an item of a form",
    "scores": "one row a score of a form that is over",
    "associations": "one row a presentation of an implicit association test; `daybreak iat` scores this table",
    "adverseevents": "one row an adverse event",
    **PEOPLE_MEANINGS,
}
