"""What `daybreak worker` does again and again. An app adds its own jobs in its AppConfig's `ready`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Job:
    """One job: it is given the time and the name of the worker, and may run in several workers at once.

    It runs every so many seconds, at once if it returned a number other than 0: there is more to do then.
    """

    name: str
    run: Callable[[datetime, str], int]
    every: int = 20


JOBS: list[Job] = []
"""All jobs, in the order in which they run."""
