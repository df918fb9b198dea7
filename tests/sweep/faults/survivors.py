"""Processes left behind, found by a mark in the environment they were born with."""

from __future__ import annotations

import contextlib
import time

import psutil

MARK = "PASSERELLES_TEST_MARK"


def survivors(mark: str, seconds: float = 5) -> list[psutil.Process]:
    """Processes started under the mark that are still there after a while."""
    until = time.monotonic() + seconds
    while True:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.05)
