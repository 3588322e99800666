"""Blocks of trials over a dask cluster: a scheduler, and workers on any number of computers."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path

from distributed import Client, Future, KilledWorker, as_completed
from distributed.versions import VersionMismatchWarning

from daybreak.core.errors import CommandError
from daybreak.simulation.cache import code, libraries
from daybreak.simulation.pool import AHEAD, LIVES, LostWorkersError, Pool
from daybreak.simulation.tally import Tally, Task, tally_block

PATIENCE = 5
"""Seconds that a scheduler has to answer, and a first worker to come."""
LOGGERS = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application")
"""Those that dask lets write to standard error; what they would tell is told in a sentence."""
ADDRESS = r"((tcp|tls|ws|wss|ucx)://)?[^/\s]+:\d+"
Kind = Mapping[str, str]
"""What decides the digits of a computer: versions of libraries, and a hash of daybreak's code."""


class Cluster(Pool):
    """The workers of a dask scheduler, for as long as a `with` lasts.

    A lost worker costs the blocks it had in hand: dask gives them to others. A block that dask gives up, since several
    workers in a row died with it in hand, is handed out anew. What all blocks share is small (6 kB with 30 people and
    with 100,000, 37 kB for assurance), so it goes out with each, and nothing must be kept alive on the workers.
    """

    device = "cluster"

    def __init__(self, scheduler: str) -> None:
        """Take the workers of a scheduler: its address, or the file where it wrote its address.

        Raises:
            CommandError: it is neither.
        """
        self.address = address_of(scheduler)
        self._client: Client | None = None
        self._held = ExitStack()

    def __enter__(self) -> Cluster:
        """Connect, and see that all there would find the digits that this computer finds.

        Raises:
            CommandError: nobody answers, there is no worker, or one is of another kind.
        """
        self._connected()
        return self

    def _made(self, task: Task, sizes: dict[int, int]) -> Generator[tuple[int, Tally], None, None]:
        client = self._connected()
        ready, ahead = as_completed(loop=client.loop), iter(sizes)
        out: dict[Future, int] = {}
        again: list[int] = []
        deaths: Counter[int] = Counter()
        while True:
            with _losing(client):
                room = AHEAD * sum(client.nthreads().values()) - len(out)
                for block in (*again, *islice(ahead, max(room, 0 if out else 1))):
                    future = client.submit(tally_there, task, block, sizes[block], here(), pure=False)
                    out[future] = block
                    ready.add(future)
                if not out:
                    return
                batch = {out.pop(future): future for future in ready.next_batch()}
                found = client.gather(batch, errors="skip")
                again = [block for block, tally in found.items() if tally is None]
                for block in again:
                    _bury(batch[block])
                deaths.update(again)
                if max(deaths.values(), default=0) >= LIVES:
                    raise self._given_up()
            yield from ((block, tally) for block, tally in found.items() if tally is not None)

    def _connected(self) -> Client:
        if self._client is None:
            self._client = self._held.enter_context(_client(self.address))
            try:
                count = _seen(self._client, self.address)
            except BaseException:
                self._end()
                raise
            self.device = f"cluster: {count} worker{'' if count == 1 else 's'}"
        return self._client

    def _end(self) -> None:
        self._client = None
        self._held.close()

    def _given_up(self) -> CommandError:
        says = "The workers of the cluster were lost again and again."
        return CommandError(says, where=self.address, remedy="See why they end; each needs about 350 MB of memory.")


def address_of(scheduler: str) -> str:
    """Return a scheduler's address, read from its file if it is not one itself.

    Raises:
        CommandError: it is no address, and no such file.
    """
    if re.fullmatch(ADDRESS, scheduler):
        return scheduler
    try:
        return str(json.loads(Path(scheduler).read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        says = f"'{scheduler}' is neither a scheduler's address nor the file that it writes."
        raise CommandError(says, where="--scheduler", remedy="Write it as in tcp://host:8786.") from error


def here() -> Kind:
    """Return what decides the digits of this computer."""
    return {**libraries(), "code": code()}


def tally_there(task: Task, block: int, take: int, asked: Kind) -> Tally:
    """Return what a block's trials say, as `tally_block`, on a worker.

    Raises:
        CommandError: a worker that came later is of another kind than those who asks.
        FitError: as `tally_block`.
    """
    _check("a worker that came later", here(), asked)
    return tally_block(task, block, take)


def _check(who: str, there: Kind | Exception, asked: Kind) -> None:
    """Refuse whoever would find other digits."""
    remedy = "Install the same daybreak and libraries on all computers of the cluster."
    # Whatever a process raises that cannot even read the question may come without its class.
    missing = re.search(r"No module named \W*([\w.]+)", str(there)) if isinstance(there, Exception) else None
    if missing:
        raise CommandError(f"{missing[1]} is not installed.", where=who, remedy=remedy)
    if isinstance(there, Exception) or there["code"] != asked["code"]:
        raise CommandError("its daybreak is another than here.", where=who, remedy=remedy)
    for name in sorted({*there, *asked}):
        if there.get(name) != asked.get(name):
            told = [f"{name} {one[name]}" if name in one else f"no {name}" for one in (there, asked)]
            raise CommandError(f"it has {told[0]}, and here is {told[1]}.", where=who, remedy=remedy)


def _seen(client: Client, address: str) -> int:
    """Return how many workers there are, all of one kind with this computer."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        remedy = f"Start some: dask worker {address} --nworkers 4 --nthreads 1."
        raise CommandError("the scheduler has no workers.", where=address, remedy=remedy) from error
    try:
        found = {f"scheduler {address}": client.run_on_scheduler(here)}
    except Exception as error:
        found = {f"scheduler {address}": error}
    workers = {f"worker {one}": there for one, there in client.run(here, on_error="return").items()}
    for who, there in sorted({**found, **workers}.items()):
        _check(who, there, here())
    return len(workers)


def _bury(future: Future) -> None:
    """See that a block was given up since its workers died; raise what went wrong if it was anything else."""
    if future.status != "error":
        raise LostWorkersError
    error = future.exception()
    if not isinstance(error, KilledWorker):
        raise error


@contextmanager
def _losing(client: Client) -> Iterator[None]:
    """Tell that the scheduler was lost, whatever shows it first."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) or client.status != "running":
            raise LostWorkersError from error
        raise


@contextmanager
def _client(address: str) -> Iterator[Client]:
    """Connect to a scheduler; whoever lets go takes back what is still out."""
    with _hushed():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", VersionMismatchWarning)
                client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ImportError) as error:
            remedy = "Start it with dask scheduler, or mend the address."
            raise CommandError("no dask scheduler answers there.", where=address, remedy=remedy) from error
        try:
            yield client
        finally:
            with suppress(OSError):
                client.close(timeout=PATIENCE)


@contextmanager
def _hushed() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
