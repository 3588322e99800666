"""Whether an alert asks for answers and scores that there are, and can ever call somebody.

A rule that can never hold looks like one that nothing set off, so it is refused before the study begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from daybreak.core.complaint import Fault, Place
from daybreak.core.instruments import INSTRUMENTS, Item, Score
from daybreak.core.rule import Rule
from daybreak.core.study.safety import AlertRules, Worsening

TRIED = 20_000
"""How many combinations of answers are tried before a rule is taken to be possible."""


def alert_faults(where: Place, alert: AlertRules) -> Iterator[Fault]:
    """Yield why an alert could never call anybody: names there are not, values they cannot have, a wrong direction."""
    unknown = list(unknown_names(where, alert.names))
    known = {name: found for name in alert.names if (found := measure(name)) is not None}
    yield from unknown
    if alert.worsens and alert.worsens.score in known:
        yield from _worsening_faults(where, alert.worsens, known[alert.worsens.score])
    if alert.when and known:
        yield from _rule_faults(where, Rule.parse(alert.when), known, whole=len(known) == len(alert.names))


def unknown_names(where: Place, names: Iterable[str]) -> Iterator[Fault]:
    """Yield the items and scores that their instrument does not have."""
    for name, _, part in (asked.partition(".") for asked in sorted(names)):
        if part and name in INSTRUMENTS and part not in INSTRUMENTS[name].names:
            known = ", ".join(INSTRUMENTS[name].names) or "nothing a rule can ask for"
            yield Fault(where, f"'{name}' has no '{part}'; it has: {known}")


def measure(name: str) -> Item | Score | None:
    """Return the item or score of a name such as `madrs.total`, or None if there is none."""
    key, _, part = name.partition(".")
    instrument = INSTRUMENTS.get(key)
    if instrument is None:
        return None
    items = {item.key: item for item in instrument.items}
    scores = {score.name: score for score in instrument.scores}
    return items.get(part) or scores.get(part)


def written(value: object) -> str:
    """Return a value as a rule writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else f'"{value}"'


def _rule_faults(where: Place, rule: Rule, known: Mapping[str, Item | Score], *, whole: bool) -> Iterator[Fault]:
    wrong = [(name, value) for name, value in rule.compared if name in known and not _can_be(known[name], value)]
    for name, value in wrong:
        yield Fault(where, f"'{name}' can never be {written(value)}; its answers are {_answers(known[name])}")
    if whole and not wrong and not _can_hold(rule, known):
        says = "; ".join(f"the answers to '{name}' are {_answers(found)}" for name, found in sorted(known.items()))
        yield Fault(where, f"no answers ever make this true; {says}")


def _can_hold(rule: Rule, known: Mapping[str, Item | Score]) -> bool:
    """Try the answers at which a comparison can turn, in all combinations."""
    names = sorted(known)
    tried = product(*(_turning(rule, name, known[name]) for name in names))
    some = list(islice(tried, TRIED))
    return len(some) == TRIED or any(rule.holds(dict(zip(names, answers, strict=True))) for answers in some)


def _turning(rule: Rule, name: str, found: Item | Score) -> Sequence[object]:
    compared = [value for asked, value in rule.compared if asked == name]
    limits = _limits(found)
    if limits is None:
        if isinstance(found, Item) and found.kind == "yes-no":
            return (True, False)
        return ("", *(text + end for text in compared if isinstance(text, str) for end in ("", "~")))
    steps = (-1, -0.5, 0, 0.5, 1) if isinstance(found, Score) else (-1, 0, 1)
    near = {value + step for value in compared if isinstance(value, float) for step in steps}
    return sorted({*limits, *(value for value in near if limits[0] <= value <= limits[1])})


def _limits(found: Item | Score) -> tuple[float, float] | None:
    """Return the least and the largest number it can be; None if it is no number."""
    if isinstance(found, Item) and found.choices:
        values = [choice.value for choice in found.choices]
        return min(values), max(values)
    if found.least is None or found.most is None:
        return None
    return found.least, found.most


def _can_be(found: Item | Score, value: object) -> bool:
    limits = _limits(found)
    if limits is not None:
        return isinstance(value, float) and limits[0] <= value <= limits[1]
    if isinstance(found, Item) and found.kind == "yes-no":
        return isinstance(value, bool)
    return isinstance(value, str)


def _answers(found: Item | Score) -> str:
    limits = _limits(found)
    if limits is not None:
        return f"{limits[0]:g} to {limits[1]:g}"
    if isinstance(found, Item) and found.kind == "date":
        return "dates, written as texts"
    return "yes or no" if isinstance(found, Item) and found.kind == "yes-no" else "texts"


def _worsening_faults(where: Place, rule: Worsening, found: Item | Score) -> Iterator[Fault]:
    limits = _limits(found)
    if limits is None:
        yield Fault(
            where, f"'{rule.score}' is no number, so it cannot get worse by some; its answers are {_answers(found)}"
        )
        return
    if rule.by is not None and rule.by > limits[1] - limits[0]:
        says = f"'{rule.score}' goes from {limits[0]:g} to {limits[1]:g} and never changes by {rule.by:g}; write less"
        yield Fault((*where[:-1], "by"), says)
    if isinstance(found, Score) and found.better == rule.worse:
        more, other = ("more", "lower") if found.better == "higher" else ("less", "higher")
        yield Fault((*where[:-1], "worse"), f"of '{rule.score}' {more} is better; write worse = \"{other}\"")
