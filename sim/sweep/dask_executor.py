"""An executor over a Dask scheduler that runs already: a thin coat on Dask's own.

Dask runs a job again when its worker dies, and gives it up once several workers have died over it.  Limits of
memory are Dask's (``dask worker --memory-limit``); it has none of time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from typing import ParamSpec, TypeVar

from sim.sweep.cluster_errors import ClusterLost, ClusterUnreachable, OtherEngine
from sim.sweep.extras import extra
from sim.sweep.signature import Signature, check_signature, signature, signed
from sim.sweep.store_errors import JobFault

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS = 15.0
END_SECONDS = 5.0
JOBS_A_THREAD = 4
"""Jobs to keep under way for each thread of the workers, so that none waits for the driver."""

FEWEST_IN_FLIGHT = 32
"""Workers may join later."""


def _workers_signature() -> Signature:
    return signature()


class DaskExecutor(Executor):
    """Jobs as tasks of a Dask scheduler at ``address`` (``tcp://HOST:PORT``).

    Every worker there is refused if it would answer with another engine, and so is, when its first job
    comes, one that joins later.  Futures raise :class:`JobFault` where workers died over the job,
    :class:`ClusterLost` where the scheduler is gone.

    Raises:
        MissingExtra: Dask is not installed.
        ClusterUnreachable: no scheduler answers, or no worker joins it.
        OtherEngine: a worker differs.
    """

    def __init__(self, address: str, *, connect_seconds: float = CONNECT_SECONDS) -> None:
        client = extra("distributed", "cluster").Client
        self.address, self._ours = address, signature()
        self._broken: OtherEngine | ClusterLost | None = None
        try:
            self._client = client(address, timeout=connect_seconds, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as fault:
            raise ClusterUnreachable(address, expected="dask scheduler --host HOST --port PORT") from fault
        try:
            self.in_flight = self._admit(connect_seconds)
        except BaseException:
            self._client.close(timeout=END_SECONDS)
            raise
        self._inner = self._client.get_executor(pure=False)

    def _admit(self, seconds: float) -> int:
        """Look at every worker; gives the jobs to keep under way."""
        try:
            self._client.wait_for_workers(1, timeout=seconds)
        except TimeoutError as fault:
            raise ClusterUnreachable(self.address, expected=f"dask worker {self.address}") from fault
        found = self._client.run(_workers_signature, on_error="return")
        for worker, theirs in sorted(found.items()):
            if isinstance(theirs, Exception):
                raise OtherEngine(
                    worker, f"{type(theirs).__name__}: {theirs}", dict(self._ours)["passerelles"]
                )
            check_signature(theirs, self._ours, worker)
        threads: int = sum(self._client.nthreads().values())
        return max(FEWEST_IN_FLIGHT, JOBS_A_THREAD * threads)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor.

        Raises:
            OtherEngine, ClusterLost: it broke earlier.
        """
        if self._broken is not None:
            raise self._broken
        outer: Future[T] = Future()
        inner: Future[T] = self._inner.submit(signed, self._ours, fn, *args, **kwargs)
        inner.add_done_callback(lambda _: self._hand_on(inner, outer))
        outer.add_done_callback(lambda _: inner.cancel() if outer.cancelled() else None)
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor; the scheduler and its workers stay."""
        with suppress(Exception):
            self._inner.shutdown(wait=wait and not cancel_futures)
        self._client.close(timeout=END_SECONDS)

    def _hand_on(self, inner: Future[T], outer: Future[T]) -> None:
        if not outer.set_running_or_notify_cancel():
            return
        try:
            outer.set_result(inner.result())
        except CancelledError:
            self._broken = self._broken or ClusterLost(self.address, expected="resume")
            outer.set_exception(self._broken)
        except OtherEngine as fault:
            self._broken = self._broken or OtherEngine(fault.place, fault.value, fault.expected)
            outer.set_exception(self._broken)
        except BaseException as fault:
            outer.set_exception(_told(fault))


def _told(fault: BaseException) -> BaseException:
    """Dask's word for workers that died over a job, in ours."""
    from distributed.scheduler import KilledWorker

    return JobFault("crash", str(fault)) if isinstance(fault, KilledWorker) else fault


def address_of(text: str) -> str | None:
    """``tcp://HOST:PORT`` from ``dask://HOST:PORT``; None where there is no such host and port."""
    host, _, port = text.removeprefix("dask://").rpartition(":")
    good = bool(host) and "/" not in host and port.isascii() and port.isdigit() and 0 < int(port) < 65536
    return f"tcp://{host}:{port}" if good else None
