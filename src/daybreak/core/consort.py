"""How many people came how far: the counts of a CONSORT flow diagram (Schulz, Altman and Moher, BMJ 2010;340:c332).

The counts are blind: nothing here knows an arm. They are one tree of boxes, made so that it always adds up: every split
of a box counts each of its people exactly once, whatever the facts say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from daybreak.core.participation import ALLOCATED, EXCLUDED, TREATED, Scope, Status

MILESTONES = (30, 360)
LEFT = {
    Scope.TRAINING: "withdrew from training",
    Scope.FOLLOW_UP: "withdrew from follow-up",
    Scope.DATA: "withdrew their data",
}
LOST = "lost to follow-up"
OTHER_REASON = "another reason"


@dataclass(frozen=True)
class PersonFacts:
    """What the flow needs to know of one person.

    Attributes:
        status: how far they came.
        excluded_for: why they were excluded, in the words to be shown; empty if nobody said.
        began_training: whether they began any training session.
        seen_until_day: the study day of the last visit kept or questionnaire answered, 0 before the first.
        left: the widest scope they withdrew from.
        lost: whether they left because nobody could reach them any more.
    """

    status: Status
    excluded_for: str = ""
    began_training: bool = False
    seen_until_day: int = 0
    left: Scope | None = None
    lost: bool = False


@dataclass(frozen=True)
class Box:
    """A number of people, and the ways it is split; the parts of each split sum up to it."""

    key: str
    says: str
    count: int
    splits: tuple[tuple[Box, ...], ...] = ()

    def walk(self) -> Iterator[Box]:
        """Yield this box and all below it, each before its parts."""
        yield self
        for split in self.splits:
            for part in split:
                yield from part.walk()

    def find(self, key: str) -> Box:
        """Return the first box of this key.

        Raises:
            KeyError: there is none.
        """
        for box in self.walk():
            if box.key == key:
                return box
        raise KeyError(key)


People = Sequence[PersonFacts]


def consort_flow(people: Iterable[PersonFacts], milestones: Sequence[int] = MILESTONES) -> Box:
    """Return the flow of these people, as a tree that begins with all who were assessed.

    Args:
        people: one record a person, in any order.
        milestones: study days that the follow-up is told by, ascending.
    """
    everyone = list(people)
    excluded, rest = _parted(everyone, lambda person: person.status in EXCLUDED)
    enrolled, asked = _parted(rest, lambda person: person.status in ALLOCATED)
    parts = (_excluded(excluded), _asked(asked), _enrolled(enrolled, milestones))
    return Box("assessed", "assessed for eligibility", len(everyone), (parts,))


def _excluded(people: People) -> Box:
    reasons = Counter(_why_excluded(person) for person in people)
    parts = tuple(Box(f"excluded: {reason}", reason, count) for reason, count in sorted(reasons.items()))
    return Box("excluded", "excluded", len(people), (parts,) if parts else ())


def _why_excluded(person: PersonFacts) -> str:
    return "declined" if person.status is Status.DECLINED else person.excluded_for or OTHER_REASON


def _asked(people: People) -> Box:
    says = {Status.SCREENING: "questions still open", Status.ELIGIBLE: "eligible, consent still open"}
    parts = [
        Box(status.value, words, sum(person.status is status for person in people)) for status, words in says.items()
    ]
    others = len(people) - sum(part.count for part in parts)
    parts.append(Box("consented", "consented, not yet enrolled", others))
    return Box("in-screening", "still in screening", len(people), (tuple(parts),))


def _enrolled(people: People, milestones: Sequence[int]) -> Box:
    infused, others = _parted(people, lambda person: person.status in TREATED)
    treated = Box("infused", "received an infusion", len(infused), (_trained(infused), _followed(infused, milestones)))
    parts = (treated, *_not_yet(others, "infusion", "waiting for their infusion", _left_follow_up))
    return Box("enrolled", "enrolled", len(people), (parts,))


def _trained(people: People) -> tuple[Box, ...]:
    began, others = _parted(people, lambda person: person.began_training)
    return (
        Box("began-training", "began training", len(began)),
        *_not_yet(others, "training", "training not begun yet", _left_at_all),
    )


def _followed(people: People, milestones: Sequence[int]) -> tuple[Box, ...]:
    """Return the split at the first milestone; those who reached it are split at the next, and so on."""
    if not milestones:
        return (Box("in-follow-up", "in follow-up", len(people)),)
    day, later = milestones[0], milestones[1:]
    reached, others = _parted(people, lambda person: person.seen_until_day >= day)
    further = (_followed(reached, later),) if later else ()
    box = Box(f"day-{day}", f"reached day {day}", len(reached), further)
    return (box, *_not_yet(others, f"day-{day}", f"not seen on day {day} yet", _left_follow_up))


def _not_yet(people: People, before: str, says: str, why_left: Callable[[PersonFacts], str]) -> tuple[Box, Box]:
    """Return those who may still come to a point, and those who left before it, by how they left."""
    left = Counter(why_left(person) for person in people)
    waiting = left.pop("", 0)
    parts = tuple(Box(f"left-before-{before}: {why}", why, left[why]) for why in sorted(left))
    gone = Box(
        f"left-before-{before}", f"left before {before.replace('-', ' ')}", left.total(), (parts,) if parts else ()
    )
    return Box(f"waiting-for-{before}", says, waiting), gone


def _left_at_all(person: PersonFacts) -> str:
    if person.lost:
        return LOST
    return LEFT[person.left] if person.left else ""


def _left_follow_up(person: PersonFacts) -> str:
    return "" if person.left is Scope.TRAINING and not person.lost else _left_at_all(person)


def _parted(people: People, belongs: Callable[[PersonFacts], bool]) -> tuple[People, People]:
    return [person for person in people if belongs(person)], [person for person in people if not belongs(person)]
