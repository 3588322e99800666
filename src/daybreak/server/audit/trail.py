"""Recording what changes: one action, one transaction, one entry.

    with recorded(by, "record-visit", participant=person) as entry:
        visit = entry.create(VisitRecord, participant=person, ...)

Rows that are changed through `entry` are noted with their old and new values. Values that are sealed or secret are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from daybreak.server import clock
from daybreak.server.audit.chain import START, entry_hash
from daybreak.server.audit.models import ChainHead, Entry
from daybreak.server.audit.redaction import plain, said
from daybreak.server.audit.refusals import StaleError
from daybreak.server.write_turn import write_turn

Row = TypeVar("Row", bound=models.Model)
HEAD = 1
SYSTEM = "the system"

_open: ContextVar[Draft | None] = ContextVar("open audit entry", default=None)


class Draft:
    """An entry that is being written: its methods change rows and note what they changed."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.study: models.Model | None = None
        self.site: models.Model | None = None
        self.participant: Any = None
        self.changes: list[dict[str, Any]] = []
        self.notes: dict[str, Any] = {}
        self.idle = False

    def about(
        self,
        *,
        study: models.Model | None = None,
        site: models.Model | None = None,
        participant: models.Model | None = None,
    ) -> None:
        """Say what the entry is about; a participant says their study and site too."""
        self.participant = participant or self.participant
        self.site = site or self.site or getattr(self.participant, "site", None)
        self.study = study or self.study or getattr(self.participant or self.site, "study", None)

    def create(self, model: type[Row], **fields: Any) -> Row:
        """Store a new row and note its values."""
        row = model._default_manager.create(**fields)
        values = {field.name: [None, said(field, field.value_from_object(row))] for field in _columns(row)}
        self._changed(row, {name: pair for name, pair in values.items() if pair[1] not in (None, "", [], {})})
        return row

    def update(self, row: models.Model, *, expected: Mapping[str, Any] | None = None, **fields: Any) -> bool:
        """Change fields of a row, note old and new values, and return whether anything changed.

        Args:
            row: brought up to date as well.
            expected: what the reader saw of some fields when they decided.
            fields: the new values.

        Raises:
            StaleError: a field no longer holds what was expected.
        """
        stored = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
        if any(getattr(stored, name) != value for name, value in (expected or {}).items()):
            raise StaleError
        changed = [name for name, value in fields.items() if getattr(stored, name) != value]
        pairs = {}
        for name in changed:
            field: Any = row._meta.get_field(name)
            before = said(field, field.value_from_object(stored))
            setattr(stored, name, fields[name])
            setattr(row, name, fields[name])
            pairs[field.name] = [before, said(field, field.value_from_object(stored))]
        if changed:
            stored.save(update_fields=changed)
            self._changed(row, pairs)
        return bool(changed)

    def delete(self, row: models.Model) -> None:
        """Delete a row and note what it held."""
        values = {field.name: [said(field, field.value_from_object(row)), None] for field in _columns(row)}
        self._changed(row, {name: pair for name, pair in values.items() if pair[0] not in (None, "")})
        row.delete()

    def note(self, **facts: Any) -> None:
        """Note facts that are no change of a row; never an arm, a drug, a name or a secret."""
        self.notes |= {name: plain(value) for name, value in facts.items()}

    def found_nothing(self) -> None:
        """Say that there was nothing to do after all, because someone else was quicker: there is no entry then."""
        self.idle = True

    def _changed(self, row: models.Model, values: dict[str, Any]) -> None:
        self.changes.append({"row": f"{row._meta.label_lower}:{row.pk}", "values": values})


@contextmanager
def recorded(by: Any, action: str, *, reason: str = "", **about: Any) -> Iterator[Draft]:
    """Open a transaction that ends with exactly one entry, or with nothing at all.

    Args:
        by: the user who acts, or None for the system itself.
        action: what is done, as a verb and its object: `record-infusion`.
        reason: why, where something saved before is changed.
        about: `study`, `site` or `participant`, as in `Draft.about`.

    Raises:
        RuntimeError: another entry is being written already; an action is one entry.
    """
    # Asked first: the turn is ours already inside an action, and waiting for it would never end.
    _check_alone(action)
    with write_turn(), recorded_inside(by, action, reason=reason, **about) as draft:
        yield draft


@contextmanager
def recorded_inside(by: Any, action: str, *, reason: str = "", **about: Any) -> Iterator[Draft]:
    """End the transaction that is open already with exactly one entry; everything else is as in `recorded`.

    For what is only known to be an action while it is written: a chunk that completes a session.
    """
    _check_alone(action)
    draft = Draft(action)
    token = _open.set(draft)
    try:
        draft.about(**about)
        yield draft
        if draft.changes or not draft.idle:
            _append(draft, by, reason)
    finally:
        _open.reset(token)


def is_recording() -> bool:
    """Return whether an entry is being written in this thread."""
    return _open.get() is not None


def _check_alone(action: str) -> None:
    if _open.get() is not None:
        raise RuntimeError(f"'{action}' began inside another action; an action is one entry")


def _columns(row: models.Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if not field.primary_key]


def _append(draft: Draft, by: Any, reason: str) -> None:
    head, _ = ChainHead.objects.select_for_update(no_key=True).get_or_create(pk=HEAD, defaults={"hash": START})
    body = {"changes": draft.changes} | ({"notes": draft.notes} if draft.notes else {})
    entry = Entry(
        number=head.number + 1,
        at=clock.now(),
        by=by,
        by_said=by.said_roles(draft.study) if by else SYSTEM,
        action=draft.action,
        study_id=draft.study.pk if draft.study else None,
        site_id=draft.site.pk if draft.site else None,
        participant_id=draft.participant.pk if draft.participant else None,
        body=json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        reason=reason,
        previous=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    ChainHead.objects.filter(pk=HEAD).update(number=entry.number, hash=entry.hash)
