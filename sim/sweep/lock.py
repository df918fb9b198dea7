"""One owner at a time: a file that says who, renewed every few seconds.

Whether the owner still lives is told by its process on this host (number, boot and instant of birth, so that
a reused number is another process) and, on another host, by the lock's time of modification moving while we
watch.  Only differences seen from here count: no clock is compared with another.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from sim.sweep.disk import told
from sim.sweep.store_errors import DiskRefuses, LockLost, SweepLocked

HEARTBEAT_SECONDS = 5.0
SILENCE_SECONDS = 30.0
"""An owner on another host that has not renewed its lock for so long is dead."""

LOOK_EVERY_SECONDS = 0.5
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


_held: set[str] = set()
"""Tokens of the locks that this process holds: on a disk that refuses, one may be let go and still signed."""


@dataclass(frozen=True)
class Owner:
    """``born`` tells two processes of one number apart; ``token`` two locks of one process."""

    pid: int
    host: str
    born: str
    token: str


def this_host() -> str:
    """The name of this machine."""
    return socket.gethostname()


def born(pid: int) -> str | None:
    """The instant of birth of a living process, in a form that no change of clock moves; None if dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else f"{BOOT_ID.read_text().strip()}:{fields[19]}"
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except ProcessLookupError:
        return None
    try:
        return repr(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


class Lock:
    """The lock file of a folder, ours from :meth:`take` to :meth:`release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mine: Owner | None = None
        self._over = threading.Event()
        self._heart: threading.Thread | None = None

    def take(self, unwanted: Callable[[], bool] = lambda: False) -> None:
        """Become the owner; where that takes watching another, until that is ``unwanted``.

        Raises:
            SweepLocked: somebody else is, and lives; told after SILENCE_SECONDS at most.
            DiskRefuses: the folder cannot be written.
        """
        watched = time.monotonic()
        seen: tuple[Owner, int] | None = None
        while True:
            with self._alone() as file:
                owner = _owner_in(file)
                if owner is None or not self._lives(owner, seen, watched):
                    self._sign(file)
                    return
                beat = os.fstat(file).st_mtime_ns
            moved = seen is not None and seen != (owner, beat)
            if owner.host == this_host() or moved or unwanted():
                raise SweepLocked(f"{self.path.parent}, pid {owner.pid}, {owner.host}")
            seen = seen or (owner, beat)
            time.sleep(LOOK_EVERY_SECONDS)

    def owner(self) -> Owner | None:
        """Who is at work as far as the file tells, which is not touched; not a dead process of this host."""
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            owner = _owner_in(file.fileno())
            if owner is not None and self._lives(owner, None, time.monotonic()):
                return owner
        return None

    def check(self) -> None:
        """Raises:
        LockLost: another process has signed.
        """
        with self._alone() as file:
            owner = _owner_in(file)
        if owner != self._mine:
            by = f", pid {owner.pid}, {owner.host}" if owner else ""
            raise LockLost(f"{self.path.parent}{by}")

    def release(self) -> None:
        """Stop being the owner; the file stays, empty."""
        self._over.set()
        if self._heart is not None:
            self._heart.join()
        with contextlib.suppress(LockLost, DiskRefuses):
            self.check()
            with self._alone() as file:
                os.ftruncate(file, 0)
        if self._mine is not None:
            _held.discard(self._mine.token)
        self._mine = None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[int]:
        """The open lock file, looked at by one process at a time where the file system can."""
        with told(self.path):
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                with contextlib.suppress(OSError):
                    fcntl.flock(file, fcntl.LOCK_EX)
                yield file
            finally:
                os.close(file)

    def _lives(self, owner: Owner, seen: tuple[Owner, int] | None, watched: float) -> bool:
        if owner.host == this_host():
            forgotten = owner.pid == os.getpid() and owner.token not in _held
            return born(owner.pid) == owner.born and not forgotten
        silent = time.monotonic() - watched > SILENCE_SECONDS
        return seen is None or not silent

    def _sign(self, file: int) -> None:
        mine = Owner(os.getpid(), this_host(), born(os.getpid()) or "", uuid4().hex)
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(asdict(mine)).encode(), 0)
        os.fsync(file)
        self._mine = mine
        _held.add(mine.token)
        self._over.clear()
        self._heart = threading.Thread(target=self._beat, name="sweep lock", daemon=True)
        self._heart.start()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_SECONDS):
            with contextlib.suppress(OSError):
                os.utime(self.path)


def _owner_in(file: int) -> Owner | None:
    try:
        content: dict[str, Any] = json.loads(os.pread(file, 4096, 0))
        return Owner(**content)
    except (ValueError, TypeError):
        return None
