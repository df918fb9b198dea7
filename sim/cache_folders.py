"""Folders of the cache that are named by what made them: few old ones are kept."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

KEPT_OLD_FOLDERS = 2
"""Folders of other versions that are kept: one may be in use, one may come back."""


def mark_used(folder: Path) -> None:
    """Remember that a folder has just served; where it may not be written to, nothing is remembered."""
    with suppress(OSError):
        folder.touch()


def prune(root: Path, kind: str, current: Path, idle_seconds: float = 0.0) -> list[Path]:
    """Remove the folders ``<kind>-<digest>`` of ``root`` but the current one and the most recent others.

    Nor those that served in the last ``idle_seconds``, which another process may be reading.  Returns what
    was removed.
    """
    named, now = re.compile(rf"{kind}-[0-9a-f]{{16}}"), time.time()
    others = [path for path in root.iterdir() if named.fullmatch(path.name) and path.name != current.name]
    others.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    old = [path for path in others[KEPT_OLD_FOLDERS:] if now - path.stat().st_mtime >= idle_seconds]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return old
