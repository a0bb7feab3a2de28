"""Many computers: a Dask scheduler hands the photos of a run to workers with shared storage.

Only this module knows Dask, and only here does a run connect to anything: to the scheduler
that the command line names. Paths travel, and what the settings and the register say;
pixels stay on the shared storage. The run itself, its journal and its folders stay with
this program, which alone moves finished copies into place.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from photoguard.errors import SetupTrouble, UsageTrouble
from photoguard.files import clear_work, write_new
from photoguard.model import Outcome, Reason
from photoguard.pipeline.workers.attempts import PROBE, Answer, Order, attempt, program, run_prefix
from photoguard.pipeline.workers.pool import lost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from distributed import Client, Future

    from photoguard.output.records import Prepared
    from photoguard.pipeline.values import RunSpec, Task

CONNECT_SECONDS = 30.0
"""Seconds to wait for a scheduler, at first and after its connection was lost."""
ALONE_SECONDS = 120.0
"""Seconds for which a scheduler may have no worker at all before the run ends."""
_LOOK_EVERY = 2.0
_FRESH = 1.0
"""Seconds for which the list of workers is kept before the scheduler is asked again."""
_MOST_TRIES = 4
"""How often one photo is handed over, lost connections included."""
_OF_THE_COMPUTER = frozenset(
    {
        *("files.cannot_write", "files.cannot_read", "decode.no_worker", "decode.no_pool"),
        *("decode.worker_died", "reasons.worker_died"),
    }
)
"""Codes of failures that may be the fault of the worker's computer, such as a full disk or a
lost mount. Such a photo is prepared again on another computer."""


def refuse_unsafe(address: str) -> str:
    """Return a scheduler's address as Dask writes it.

    Raises UsageTrouble for an address of another computer that is not ``tls://``, since
    paths and register are sent there.
    """
    scheme, split, rest = address.rpartition("://")
    scheme = scheme if split else "tcp"
    host, colon, port = rest.rpartition(":")
    if scheme not in {"tcp", "tls"} or not (host and colon and port.isdecimal()):
        raise UsageTrouble("cluster.address", address=address)
    if scheme == "tcp" and not _is_loopback(host.strip("[]")):
        raise UsageTrouble("cluster.plain", address=address)
    return f"{scheme}://{rest}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(slots=True, eq=False)
class _Sent:
    """A photo that was handed over to a worker."""

    task: Task
    tries: int = 0
    """How often it was handed over."""
    with_settings: bool = False
    """Whether the settings are sent with it."""
    without: set[str] = field(default_factory=set)
    """Addresses of workers on which it failed."""
    only: tuple[str, ...] = ()
    """Addresses of the workers that may take it; () for all."""


class ClusterWorkers:
    """Prepares photos on the workers of a Dask scheduler; implements ``PhotoWorkers``.

    Where a worker is lost, or its computer cannot write, another worker takes the photo. A
    lost scheduler is waited for ``CONNECT_SECONDS``; then SetupTrouble ends the run, and the
    next run continues it.
    """

    def __init__(self, address: str) -> None:
        """Keep the scheduler's address; raises UsageTrouble as ``refuse_unsafe``."""
        self._address = refuse_unsafe(address)
        self._client: Client | None = None
        self._unfit: dict[str, SetupTrouble] = {}
        self._alone_since: float | None = None
        self._known: tuple[float, set[str]] = (-_FRESH, set())
        """When the scheduler last listed its workers (monotonic seconds), and their addresses."""
        self._probed: tuple[Path, str] | None = None
        self._waiting: dict[Future[Answer], _Sent] = {}
        self._ended: SimpleQueue[Future[Answer]] = SimpleQueue()

    def __enter__(self) -> Self:
        """Hand the workers to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection to the scheduler; its workers go on."""
        self._close()

    def get_ready(self, spec: RunSpec, photos: int) -> None:
        """Do nothing: the workers serve other programs too and stay loaded between runs."""

    def stop(self) -> None:
        """Close the connection; results of photos under way are dropped."""
        self._close()

    def prepare(self, spec: RunSpec, tasks: Iterator[Task]) -> Iterator[Prepared]:
        """Yield photos as they are finished; few are under way at once, so memory is bounded.

        Raises SetupTrouble where the scheduler or its workers cannot be used.
        """
        probe = uuid4().hex
        again: list[_Sent] = []
        self._waiting, self._ended = {}, SimpleQueue()
        fresh = (_Sent(task) for task in tasks)
        while True:
            room = 2 * max(1, len(self._workers())) - len(self._waiting)
            for sent in (*again, *islice(fresh, max(0, room - len(again)))):
                self._send(spec, sent, probe)
            again = []
            if not self._waiting:
                self._clear_lost()
                return
            for sent, answer in self._ended_attempts():
                prepared = self._accepted(sent, answer)
                if prepared is None:
                    again.append(sent)
                    continue
                yield prepared
                if answer is not None and answer.work is not None:
                    with suppress(OSError):
                        clear_work(answer.work)

    def _lay_probe(self, task: Task, probe: str) -> None:
        """Write the file ``PROBE`` into the run's private folder, unless it is there."""
        if self._probed != (task.work, probe):
            write_new(task.work / PROBE, probe.encode())
            self._probed = task.work, probe

    def _clear_lost(self) -> None:
        """Remove the folders of attempts that were given up; one still writing there then fails."""
        if self._probed is None:
            return
        own = self._probed[0]
        for work in own.parent.glob(f"{run_prefix(own)}*"):
            if work != own:
                with suppress(OSError):
                    clear_work(work)

    def _send(self, spec: RunSpec, sent: _Sent, probe: str) -> None:
        """Hand a photo over; raises SetupTrouble after too many attempts to do so."""
        sent.tries += 1
        if sent.tries > _MOST_TRIES + len(self._unfit):
            raise SetupTrouble("cluster.lost", address=self._address)
        self._lay_probe(sent.task, probe)
        workers = self._workers()
        refused = sent.without | self._unfit.keys()
        sent.only = tuple(sorted(workers - refused)) if workers & refused else ()
        order = Order(sent.task, spec.id, spec if sent.with_settings else None, probe, program())
        future = self._connected().submit(
            attempt, order, pure=False, workers=list(sent.only) or None, priority=-sent.tries
        )
        self._waiting[future] = sent
        future.add_done_callback(self._ended.put)

    def _ended_attempts(self) -> Iterator[tuple[_Sent, Answer | None]]:
        """Yield the photos whose attempt ended; None as answer: hand it over again unchanged."""
        try:
            future = self._ended.get(timeout=_LOOK_EVERY)
        except Empty:
            yield from self._abandoned()
            return
        sent = self._waiting.pop(future, None)
        if sent is None:
            return
        if future.status in {"cancelled", "lost"}:
            self._close()
            suspects = [sent, *self._waiting.values()]
            self._waiting.clear()
            yield from ((each, None) for each in suspects)
        else:
            yield sent, self._answer(future, sent)

    def _answer(self, future: Future[Answer], sent: _Sent) -> Answer | None:
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            answer: Answer = future.result()
        except KilledWorker:  # several workers died with this photo
            return Answer("", lost(sent.task, Reason("reasons.worker_died")))
        except (CancelledError, OSError):  # the connection broke before the result came
            return None
        except (ImportError, AttributeError, TypeError) as trouble:
            raise SetupTrouble("cluster.differs") from trouble
        return answer

    def _abandoned(self) -> Iterator[tuple[_Sent, None]]:
        """Yield photos that wait for workers who are all gone; raises SetupTrouble if none come."""
        workers = self._workers()
        if workers:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
        elif time.monotonic() - self._alone_since > ALONE_SECONDS:
            raise SetupTrouble("cluster.no_workers", address=self._address)
        for future, sent in tuple(self._waiting.items()):
            if sent.only and workers.isdisjoint(sent.only):
                del self._waiting[future]
                future.cancel()
                yield sent, None

    def _accepted(self, sent: _Sent, answer: Answer | None) -> Prepared | None:
        """Return the finished photo, None where it has to be handed over again.

        Raises SetupTrouble where every worker is unfit.
        """
        if answer is None:
            return None
        if answer.unfit is not None:
            self._unfit[answer.worker] = answer.unfit
            if self._workers() <= self._unfit.keys():
                raise answer.unfit
            return None
        if answer.prepared is None:
            sent.with_settings = True
            sent.tries -= 1
            return None
        others = self._workers() - sent.without - self._unfit.keys() - {answer.worker}
        if others and sent.tries < _MOST_TRIES and _may_be_the_computers(answer.prepared):
            sent.without.add(answer.worker)
            return None
        return answer.prepared

    def _workers(self) -> set[str]:
        """Return the workers' addresses; an empty set while the scheduler is lost."""
        asked, workers = self._known
        if time.monotonic() - asked > _FRESH:
            workers = set()
            with suppress(OSError):
                workers = set(self._connected().nthreads())
            self._known = time.monotonic(), workers
        return workers

    def _connected(self) -> Client:
        """Return the connection, opening it if need be; raises SetupTrouble."""
        if self._client is None or self._client.status != "running":
            self._close()
            self._client = _connect(self._address)
        return self._client

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, RuntimeError):
                client.close(timeout=_LOOK_EVERY)


def _connect(address: str) -> Client:
    """Return a connection to the scheduler, and to no worker directly; raises SetupTrouble."""
    try:
        from distributed import Client, Security
    except ImportError as trouble:
        raise SetupTrouble("cluster.not_installed") from trouble
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told here
    security = None
    if address.startswith("tls://"):
        security = Security(require_encryption=True)
        if not (security.tls_ca_file and security.tls_client_cert):
            raise SetupTrouble("cluster.no_certificates")
    try:
        return Client(
            address,
            security=security,
            timeout=CONNECT_SECONDS,
            set_as_default=False,
            direct_to_workers=False,
        )
    except OSError as trouble:
        raise SetupTrouble("cluster.unreachable", address=address) from trouble


def _may_be_the_computers(prepared: Prepared) -> bool:
    record = prepared.record
    codes = {reason.code for reason in record.reasons}
    return record.status is Outcome.FAILED and not codes.isdisjoint(_OF_THE_COMPUTER)
