"""Asking about a value, answering, closing, opening again."""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.review.models import DataQuery, QueryRemark
from daybreak.server.review.values import find_value

State = DataQuery.State


class QueryError(DaybreakError):
    """A step that a data query does not allow now; nothing was changed."""

    code = "query"


def ask_query(by: User, participant: Participant, row: str, field: str, says: str) -> DataQuery:
    """Ask about a value of `participant`.

    Raises:
        NotYoursError: `by` may not ask here.
        NoSuchValueError: there is no such value.
        QueryError: the question is empty, or the value is being asked about already.
    """
    check(by, "ask-query", participant.site)
    value = find_value(participant, row, field)
    with recorded(by, "ask-query", participant=participant) as entry:
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        open_ = DataQuery.objects.filter(participant=participant, row=row, field=field).exclude(state=State.CLOSED)
        if open_.exists():
            raise QueryError("This value is being asked about already.", remedy="Add to that query.")
        query = entry.create(DataQuery, participant=participant, row=value.row, field=value.field, asked_at=clock.now())
        _remark(entry, query, by, says)
    return query


def answer_query(by: User, query: DataQuery, says: str) -> None:
    """Answer an open query.

    Raises:
        NotYoursError: `by` may not answer here.
        QueryError: the answer is empty, or the query is not open.
    """
    _take(STEPS["answer"], by, query, says)


def close_query(by: User, query: DataQuery, says: str) -> None:
    """Close a query, answered or not.

    Raises:
        NotYoursError: `by` may not close here.
        QueryError: the closing word is empty, or the query is closed.
    """
    _take(STEPS["close"], by, query, says)


def reopen_query(by: User, query: DataQuery, says: str) -> None:
    """Ask once more about an answered or closed query.

    Raises:
        NotYoursError: `by` may not ask here.
        QueryError: the question is empty, or the query is open.
    """
    _take(STEPS["reopen"], by, query, says)


@dataclass(frozen=True)
class Step:
    """One turn of the talk: what it is called, the right it takes, from which states, to which."""

    action: str
    right: str
    before: tuple[State, ...]
    after: State


STEPS = {
    "answer": Step("answer-query", "answer-query", (State.OPEN,), State.ANSWERED),
    "close": Step("close-query", "ask-query", (State.OPEN, State.ANSWERED), State.CLOSED),
    "reopen": Step("reopen-query", "ask-query", (State.ANSWERED, State.CLOSED), State.OPEN),
}


def _take(step: Step, by: User, query: DataQuery, says: str) -> None:
    check(by, step.right, query.participant.site)
    with recorded(by, step.action, participant=query.participant) as entry:
        now = DataQuery.objects.select_for_update(no_key=True).get(pk=query.pk)
        if now.state not in step.before:
            raise QueryError(f"This query is {now.state} by now.", remedy="Look at what was said.")
        entry.update(query, state=step.after)
        _remark(entry, query, by, says)


def _remark(entry: Draft, query: DataQuery, by: User, says: str) -> None:
    if not says.strip():
        raise QueryError("Nothing was written.", remedy="Write what you want to say.")
    entry.create(QueryRemark, query=query, by=by, at=clock.now(), says=says.strip())
