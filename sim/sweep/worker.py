"""A working process of a sweep: one request a message on its socket, one reply a message.

It ends when its parent does, however the parent ends: the kernel tells it where it can (Linux), and
it looks for itself everywhere.  Started by :mod:`sim.sweep.supervision`; messages are JSON, so that nothing
that a work returns or raises can harm the parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PARENT_LOOK_SECONDS = 1.0
OOM_SCORE = "500"
"""If the machine itself runs out of memory, a worker goes before its parent."""


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies, even while compiled code runs and no Python can."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        over = threading.Event()
        while os.getppid() == parent:
            over.wait(PARENT_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()


def plain(value: Any) -> Any:
    """A number of numpy as one of Python."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"a row may not hold {type(value).__name__}")


def reply(request: bytes, named: Callable[[str], Callable[..., Any]]) -> bytes:
    """Do what is asked: ``{"rows": ...}``, or ``{"fault": kind, "words": ...}``."""
    try:
        asked = json.loads(request)
        rows = named(asked["call"])(*asked["arguments"])
        return json.dumps({"rows": rows}, default=plain).encode()
    except MemoryError as fault:
        return json.dumps({"fault": "memory", "words": f"MemoryError: {fault}"}).encode()
    except BaseException as fault:
        traceback.print_exc()
        return json.dumps({"fault": "error", "words": _words(fault)}).encode()


def _words(fault: BaseException) -> str:
    with contextlib.suppress(Exception):
        return f"{type(fault).__name__}: {fault}"
    return type(fault).__name__


def main() -> None:
    """Serve requests until the socket closes; arguments: the socket's descriptor, the parent's number."""
    socket, parent = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent(parent)
    for name in (signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE)
    faulthandler.enable()
    sys.path[:] = json.loads(sys.argv[3])
    from sim.sweep.jobs import work_named

    with Connection(socket) as line, contextlib.suppress(EOFError, OSError):
        line.send_bytes(b"ready")
        while True:
            line.send_bytes(reply(line.recv_bytes(), work_named))


if __name__ == "__main__":
    main()
