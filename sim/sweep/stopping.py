"""A wish to stop, however it comes: Ctrl-C once or twice, a terminal closed, a scheduler's notice."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stop:
    """False until a signal comes, then true; ``signal_number`` says which came first."""

    def __init__(self) -> None:
        self.signal_number: int | None = None

    def __call__(self) -> bool:
        """Whether to stop."""
        return self.signal_number is not None

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal_number is None:
            self.signal_number = number


@contextlib.contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Note the signals that ask to stop instead of dying of them; for the main thread only.

    A second Ctrl-C changes nothing: what is done is being published, and that takes less than five seconds.
    """
    stop = Stop()
    before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
    for number in SIGNALS:
        before[number] = signal.signal(number, stop._note)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
