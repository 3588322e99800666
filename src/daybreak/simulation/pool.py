"""Blocks of trials shared out: their sizes, what is made again when workers are lost, and adding up in block order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Self

from daybreak.core.errors import CommandError
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
    why: str = ""
    """What ended it before, if nobody asked for that."""


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
        """Return what so many trials say; if it is stopped, or its workers are lost for good, what is done by then.

        Raises:
            FitError: a block cannot be judged.
            CommandError: workers were lost again and again, or cannot be reached, before any block was done.
        """
        sizes = {block: min(BLOCK, trials - block * BLOCK) for block in range(-(-trials // BLOCK))}
        done: dict[int, Tally] = {}
        whole, why = True, ""
        try:
            for block, tally in self._all(task, sizes):
                done[block] = tally
                progress(tally.trials)
        except KeyboardInterrupt:
            whole = False
            self._end()
        except CommandError as error:
            whole, why = False, error.sentence()
            self._end()
            if not done:
                raise
        found = together(done[block] for block in sorted(done)) if done else None
        return Done(found, whole, why)

    def _all(self, task: Task, sizes: dict[int, int]) -> Iterator[tuple[int, Tally]]:
        """Yield every block once, however often workers with some in hand are lost on the way."""
        left, lives = dict(sizes), LIVES
        while left:
            try:
                with closing(self._made(task, dict(left))) as made:
                    for block, tally in made:
                        del left[block]
                        yield block, tally
            except LostWorkersError as error:
                self._end()
                lives -= 1
                if lives == 0:
                    raise self._given_up() from error

    @abstractmethod
    def _made(self, task: Task, sizes: dict[int, int]) -> Generator[tuple[int, Tally], None, None]: ...

    @abstractmethod
    def _end(self) -> None: ...

    @abstractmethod
    def _given_up(self) -> CommandError: ...
