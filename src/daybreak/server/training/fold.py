"""What a training session's chunks say about it: rounds done, exposures delivered, whether it was played to its end.

Folding is adding to sets, so the order of chunks does not matter and folding one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from daybreak.core.dose import valid_exposures
from daybreak.core.records import AnyRecord, DeviceRecord, EndRecord, RoundRecord, StepRecord


@dataclass(frozen=True)
class Facts:
    """Bit masks over an outline's rounds and exposures, and whether an end was said to be reached."""

    ended_rounds: int = 0
    valid_steps: int = 0
    end_said: bool = False

    @property
    def rounds_done(self) -> int:
        """How many rounds ended without a gap from the first on; a session can be resumed after them."""
        return (~self.ended_rounds & (self.ended_rounds + 1)).bit_length() - 1

    @property
    def valid_exposures(self) -> int:
        """How many exposures were delivered, each counted once."""
        return self.valid_steps.bit_count()


def fold(facts: Facts, rounds: Sequence[str], exposures: Sequence[str], records: Iterable[AnyRecord]) -> Facts:
    """Return `facts` with what `records` add to them; ids that the outline does not hold add nothing.

    Args:
        facts: what was known.
        rounds: ids of the plan's rounds, in order.
        exposures: ids of the plan's exposures, in an order that stays.
        records: of one chunk or more.
    """
    records = list(records)
    ended = {record.round for record in records if isinstance(record, RoundRecord) and record.event == "end"}
    ends = any(isinstance(record, EndRecord) and record.outcome == "completed" for record in records)
    return replace(
        facts,
        ended_rounds=facts.ended_rounds | _mask(rounds, ended),
        valid_steps=facts.valid_steps | _mask(exposures, valid_exposures(records)),
        end_said=facts.end_said or ends,
    )


def played(records: Iterable[AnyRecord]) -> bool:
    """Return whether `records` tell of playing, not only of a device check or an instruction read."""
    return any(isinstance(record, (RoundRecord, StepRecord)) for record in records)


def device_checks(records: Iterable[AnyRecord]) -> list[DeviceRecord]:
    """Return the device checks among `records`."""
    return [record for record in records if isinstance(record, DeviceRecord)]


def _mask(ids: Sequence[str], hits: Iterable[str]) -> int:
    wanted = set(hits)
    return sum(1 << place for place, name in enumerate(ids) if name in wanted) if wanted else 0
