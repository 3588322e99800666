"""How staff read a message: what about, by which way, to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from daybreak.core.local_time import LocalTime
from daybreak.server.messages.models import Message
from daybreak.server.messages.queries import CHANNEL_NAMES
from daybreak.server.training.calendar import local_time_of

UTC_CLOCK = LocalTime.of(ZoneInfo("UTC"))
MOMENT = "%-d %b %Y, %H:%M"
KINDS = {"reminder": "Reminder", "overdue": "Overdue", "alert": "Alert", "link": "Personal link"}
STATES = {
    Message.State.DUE: "due",
    Message.State.CLAIMED: "being sent",
    Message.State.SENT: "sent",
    Message.State.FAILED: "failed",
    Message.State.CANCELLED: "not sent any more",
    Message.State.UNKNOWN: "unknown",
}
LOOKS = {Message.State.FAILED: "bad", Message.State.UNKNOWN: "warn", Message.State.SENT: "done"}
TIMES = (("delivered", "delivered_at"), ("opened", "opened_at"), ("answered", "answered_at"))


@dataclass(frozen=True)
class Line:
    """One message as a line of a table."""

    row: Message
    kind: str
    about: str
    channel: str
    intended: str
    state: str
    look: str
    sent: str
    since: tuple[str, ...]
    why: str


def lines_of(messages: Iterable[Message]) -> list[Line]:
    """Return messages as lines; times are those of the person's own clock, and of a drill, which has none, UTC."""
    return [_line(each, local_time_of(each.participant) if each.participant else UTC_CLOCK) for each in messages]


def said_about(about: str) -> str:
    """Return in words what a message is about."""
    kind, _, rest = about.partition(":")
    if kind == "training":
        infusion, _, number = rest.partition(":")
        return f"exercises {number}" + (f" after infusion {infusion}" if infusion != "1" else "")
    return f"{kind} {rest}".replace("visit follow-up-", "questionnaire, day ").replace("-", " ")


def _line(message: Message, place: LocalTime) -> Line:
    def said(at: datetime | None) -> str:
        return place.local(at).strftime(MOMENT) if at else "–"

    state = Message.State(message.state)
    return Line(
        row=message,
        kind=f"Drill: {KINDS.get(message.kind, message.kind)}"
        if message.drill
        else KINDS.get(message.kind, message.kind),
        about=said_about(message.about),
        channel=CHANNEL_NAMES[message.channel],
        intended=said(message.intended_at),
        state=STATES[state],
        look=LOOKS.get(state, ""),
        sent=said(message.sent_at),
        since=tuple(f"{word} {said(getattr(message, name))}" for word, name in TIMES if getattr(message, name)),
        why=message.last_error if state not in (Message.State.SENT, Message.State.CLAIMED) else "",
    )
