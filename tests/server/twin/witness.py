"""Noting all that can be noticed from outside while something is done: queries, work of the database, log lines, mails.

with watching() as notes:
    response = browser.get(address)
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection

VAULT = re.compile(r'"?vault"?[._]', re.IGNORECASE)
SAVEPOINT = re.compile(r'SAVEPOINT "?\w+"?')
# Libraries that time themselves say so with the machine's own clock, which no test can hold still.
TIMED = re.compile(r"\b\d+\.\d{3}s\b")
# How often SQLite's machine reports; at 1 it tells of each jump, and nothing is carried from one query to the next.
EVERY_INSTRUCTION = 1


@dataclass
class Notes:
    """What was noticed. `work` counts the instructions the database's machine ran: the time a query takes, exactly."""

    queries: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    work: int = 0

    def facts(self) -> dict[str, Any]:
        """Return everything by name."""
        return {"queries": self.queries, "database work": self.work, "log": self.log, "mails": self.mails}


class _Pen(logging.Handler):
    def __init__(self, notes: Notes) -> None:
        super().__init__(logging.DEBUG)
        self._notes = notes

    def emit(self, record: logging.LogRecord) -> None:
        said = TIMED.sub("# s", record.getMessage())
        self._notes.log.append(f"{record.levelname} {record.name} {said}")


@contextmanager
def watching() -> Iterator[Notes]:
    """Note what happens in the block, and run what was to happen once the transaction is over."""
    notes, sent, later = Notes(), len(getattr(mail, "outbox", [])), len(connection.run_on_commit)
    with _all_lines(notes), connection.execute_wrapper(_noting(notes)), _counted(notes):
        yield notes
        for promised in connection.run_on_commit[later:]:
            promised[1]()
        del connection.run_on_commit[later:]
    notes.mails = [said(message) for message in getattr(mail, "outbox", [])[sent:]]


def said(message: EmailMessage) -> str:
    """Return a mail as it goes out, its random border apart."""
    text = message.message().as_string()
    return re.sub(r"={15}\d+==|Message-ID: .*|Date: .*", "#", text)


@contextmanager
def _all_lines(notes: Notes) -> Iterator[None]:
    """Let every logger speak, down to DEBUG."""
    pen = _Pen(notes)
    loggers = [logging.getLogger()]
    loggers += [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    levels = {logger: logger.level for logger in loggers}
    for logger in loggers:
        logger.setLevel(logging.DEBUG if logger is logging.root else logging.NOTSET)
    others, logging.root.handlers = logging.root.handlers, [pen]
    try:
        yield
    finally:
        logging.root.handlers = others
        for logger, level in levels.items():
            logger.setLevel(level)


def _noting(notes: Notes) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = run(sql, params, many, context)
        shown = [_size(value) if VAULT.search(sql) else _plain(value) for value in _each(params, many)]
        named = SAVEPOINT.sub("SAVEPOINT #", sql)
        notes.queries.append(f"{named} {shown} {max(context['cursor'].rowcount, -1)}")
        return result

    return execute


def _each(params: Any, many: bool) -> list[Any]:
    if params is None:
        return []
    return [value for row in params for value in row] if many else list(params)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else getattr(value, "obj", value)


def _size(value: Any) -> Any:
    """Return a value on its way into the vault, or of sealed bytes their length alone."""
    value = _plain(value)
    return f"{len(value)} bytes" if isinstance(value, bytes) else value


@contextmanager
def _counted(notes: Notes) -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return

    def step() -> int:
        notes.work += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, EVERY_INSTRUCTION)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, EVERY_INSTRUCTION)
