"""Blocks of trials shared out: their sizes, what is made again when workers are lost, and adding up in block order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Self

from daybreak.simulation.draws import BLOCK
from daybreak.simulation.tally import Tally, Task, together

AHEAD = 3
"""Blocks that wait for each worker, so that none stands idle."""
LIVES = 3
"""How often workers may be lost before the run gives up."""
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Done:
    """What a run found, and whether it came to its end."""

    tally: Tally | None
    """Nothing if it was stopped before the first block was done."""
    whole: bool


class LostWorkersError(Exception):
    """Workers are gone with the blocks they had in hand; what they made before is kept."""


class Pool(ABC):
    """Workers that make and judge blocks, for as long as a `with` lasts; where they are changes no digit."""

    device: str
    """What they are, as results tell it."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the workers go."""
        self._end()

    def run(self, task: Task, trials: int, progress: Progress = lambda _made: None) -> Done:
        """Return what so many trials say; Ctrl-C ends the run with what is done by then.

        Raises:
            FitError: a block cannot be judged.
            CommandError: workers were lost again and again, or cannot be reached.
        """
        sizes = {block: min(BLOCK, trials - block * BLOCK) for block in range(-(-trials // BLOCK))}
        done: dict[int, Tally] = {}
        stopped, lives = False, LIVES
        try:
            while len(done) < len(sizes):
                left = {block: size for block, size in sizes.items() if block not in done}
                try:
                    with closing(self._made(task, left)) as made:
                        for block, tally in made:
                            done[block] = tally
                            progress(tally.trials)
                except LostWorkersError as error:
                    self._end()
                    lives -= 1
                    if lives == 0:
                        raise self._given_up() from error
        except KeyboardInterrupt:
            stopped = True
            self._end()
        found = together(done[block] for block in sorted(done)) if done else None
        return Done(found, whole=not stopped)

    @abstractmethod
    def _made(self, task: Task, sizes: dict[int, int]) -> Generator[tuple[int, Tally], None, None]: ...

    @abstractmethod
    def _end(self) -> None: ...

    @abstractmethod
    def _given_up(self) -> Exception: ...
