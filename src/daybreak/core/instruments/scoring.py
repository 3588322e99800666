"""The few ways in which scales add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from daybreak.core.instruments.instrument import Answers


def numbers(answers: Answers, keys: Sequence[str]) -> list[int]:
    """Return the answers to `keys` that are there, as numbers."""
    return [int(value) for key in keys if isinstance(value := answers.get(key), int)]


def sum_of_all(*keys: str) -> Callable[[Answers], float | None]:
    """Return a score that adds up its items, and exists only if every one was answered."""

    def total(answers: Answers) -> float | None:
        found = numbers(answers, keys)
        return float(sum(found)) if len(found) == len(keys) else None

    return total


def sum_filled_in(*keys: str, may_miss: int) -> Callable[[Answers], float | None]:
    """Return a score that stands in the mean of the others for up to `may_miss` items without an answer."""

    def total(answers: Answers) -> float | None:
        found = numbers(answers, keys)
        if len(keys) - len(found) > may_miss or not found:
            return None
        return sum(found) * len(keys) / len(found)

    return total


def largest(*keys: str) -> Callable[[Answers], float | None]:
    """Return the largest of the items that were answered; None if none was."""

    def most(answers: Answers) -> float | None:
        found = numbers(answers, keys)
        return float(max(found)) if found else None

    return most
