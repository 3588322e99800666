"""Blocks of trials over processes of this computer."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from daybreak.core.errors import CommandError
from daybreak.simulation.pool import AHEAD, LostWorkersError, Pool
from daybreak.simulation.tally import Tally, Task, tally_block

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class Workers(Pool):
    """Processes that make and judge blocks, for as long as a `with` lasts.

    A lost process costs the blocks it had in hand: they are made again by others. All hang on one pipe: when this
    process lets go of it, or dies, they end at once, even while they compile and hear no signal.
    """

    device = "cpu"

    def __init__(self, count: int) -> None:
        """Take so many processes; they start with the first block."""
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._lifeline: tuple[Connection, Connection] | None = None

    def _made(self, task: Task, sizes: dict[int, int]) -> Generator[tuple[int, Tally], None, None]:
        pool = self._started()
        waiting: dict[Future[Tally], int] = {}
        ahead = iter(sizes.items())
        try:
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
        except BrokenProcessPool as error:
            raise LostWorkersError from error

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

    def _given_up(self) -> CommandError:
        says = "The processes that simulate were ended again and again from outside."
        return CommandError(says, remedy="Free some memory, or take fewer with --workers 1.")


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
