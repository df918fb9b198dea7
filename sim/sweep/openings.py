"""The opening world of a sweep: made once, whoever asks first, and kept where families are lived."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sim.run import Progress, opening_world, snapshot_folder
from sim.snapshot import is_kept
from sim.world import World


@lru_cache(maxsize=1)
def opening(scale: float, seed: int) -> World:
    """The world of January 2024, not to be stepped: worlds are its twins (five times as fast as loading)."""
    make_opening(scale, seed)
    return opening_world(scale, seed)


def opening_is_kept(scale: float, seed: int) -> bool:
    """Whether this engine's opening is on disk already."""
    return is_kept(snapshot_folder(scale, seed))


def make_opening(
    scale: float,
    seed: int,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Live 2016 to 2023 once, unless that has been done; of several processes one does, the others wait.

    Raises:
        Cancelled: when ``cancelled()`` turned true between two months.
    """
    if opening_is_kept(scale, seed):
        return
    folder = snapshot_folder(scale, seed)
    with _one_process_at_a_time(folder.with_name(f"{folder.name}.lock")):
        opening_world(scale, seed, progress=progress, cancelled=cancelled)


@contextmanager
def _one_process_at_a_time(path: Path) -> Iterator[None]:
    """Hold the file while the block runs; the system lets it go with the process, however that ends.

    Where there are no such locks every process makes the world for itself: more work, the same bytes.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
