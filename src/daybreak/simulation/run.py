"""Blocks of trials over processes: the same digits for any number of them, and nothing lost when a run is stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from daybreak.core.errors import FitError
from daybreak.simulation.draws import BLOCK
from daybreak.simulation.tally import Tally, Task, tally_block, together

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
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


class Workers:
    """Processes that make and judge blocks, for as long as a `with` lasts.

    A lost process costs the blocks it had in hand: they are made again by others. All hang on one pipe: when this
    process lets go of it, or dies, they end at once, even while they compile and hear no signal.
    """

    def __init__(self, count: int) -> None:
        """Take so many processes; they start with the first block."""
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._lifeline: tuple[Connection, Connection] | None = None
        self._lives = LIVES

    def __enter__(self) -> Workers:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._end()

    def run(self, task: Task, trials: int, progress: Progress = lambda _made: None) -> Done:
        """Return what so many trials say; Ctrl-C ends the run with what is done by then.

        Raises:
            FitError: workers were lost again and again.
        """
        sizes = {block: min(BLOCK, trials - block * BLOCK) for block in range(-(-trials // BLOCK))}
        done: dict[int, Tally] = {}
        stopped = False
        try:
            while len(done) < len(sizes):
                left = {block: size for block, size in sizes.items() if block not in done}
                try:
                    for block, tally in self._made(task, left):
                        done[block] = tally
                        progress(tally.trials)
                except BrokenProcessPool as error:
                    self._mourn(error)
        except KeyboardInterrupt:
            stopped = True
            self._end()
        found = together(done[block] for block in sorted(done)) if done else None
        return Done(found, whole=not stopped)

    def _made(self, task: Task, sizes: dict[int, int]) -> Iterator[tuple[int, Tally]]:
        pool = self._started()
        waiting: dict[Future[Tally], int] = {}
        ahead = iter(sizes.items())
        while True:
            with _deaf():
                for block, size in ahead:
                    waiting[pool.submit(tally_block, task, block, size)] = block
                    if len(waiting) >= AHEAD * self.count:
                        break
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield waiting.pop(future), future.result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = get_context("spawn")
            self._lifeline = context.Pipe(duplex=False)
            theirs = self._lifeline[0]
            self._pool = ProcessPoolExecutor(self.count, context, initializer=_hang_on, initargs=(theirs,))
        return self._pool

    def _end(self) -> None:
        if self._pool is not None and self._lifeline is not None:
            theirs, ours = self._lifeline
            ours.close()
            self._pool.shutdown(cancel_futures=True)
            theirs.close()
            self._pool, self._lifeline = None, None

    def _mourn(self, error: BrokenProcessPool) -> None:
        self._end()
        self._lives -= 1
        if self._lives == 0:
            raise FitError(
                "The processes that simulate were ended again and again from outside.",
                remedy="Free some memory, or take fewer with --workers 1.",
            ) from error


def _hang_on(lifeline: Connection) -> None:
    """Let this process live only as long as the other end is held."""

    def wait_for_the_end() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv_bytes()
        os._exit(1)

    threading.Thread(target=wait_for_the_end, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes start that compute with one thread each and leave Ctrl-C to this one.

    A process that is born while its parent ignores the signal ignores it for good, from its first instruction on.
    """
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    main = threading.current_thread() is threading.main_thread()
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGINT, heard)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
