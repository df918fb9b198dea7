"""What can be trusted in a sweep's folder, and where what cannot goes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sim.sweep import shards
from sim.sweep.disk import TEMPORARY, read_whole, sha256, told, write_whole
from sim.sweep.fault_log import log_without_damage, read_faults
from sim.sweep.final_table import table_is_sound
from sim.sweep.manifest import Manifest, manifest_from
from sim.sweep.shards import ShardDamaged, ShardForeign, ShardName

DESIGN, MANIFEST, SHARDS, FAULTS = "design.toml", "manifest.json", "shards", "faults.jsonl"
QUARANTINE, RUNS = "quarantine", "runs.parquet"


@dataclass
class Verification:
    """What was found in a folder.

    ``damaged``: file to reason (torn, altered); ``foreign``: files that are not of this sweep, left alone;
    ``missing``: jobs without rows; ``table``: the state of ``runs.parquet``; ``whole``: everything was looked
    at (a wish to stop cuts it short).
    """

    jobs: int
    keys: set[str] = field(default_factory=set, repr=False)
    shards: list[ShardName] = field(default_factory=list, repr=False)
    damaged: dict[str, str] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    table: Literal["absent", "good", "altered"] = "absent"
    whole: bool = True

    @property
    def done(self) -> int:
        """Jobs whose rows are in verified shards."""
        return len(self.keys)

    @property
    def missing(self) -> int:
        """Jobs to compute."""
        return max(0, self.jobs - self.done)

    @property
    def sound(self) -> bool:
        """Nothing is torn or altered."""
        return not self.damaged


def shard_names(folder: Path) -> list[ShardName]:
    """The shards by number; nothing is read."""
    found = [shards.shard_name(path) for path in _listed(folder / SHARDS)]
    return sorted((name for name in found if name), key=lambda name: (name.number, name.digest))


def scan(
    folder: Path, manifest: Manifest, *, set_aside: bool = False, stopped: Callable[[], bool] = lambda: False
) -> Verification:
    """Read and check every shard; with ``set_aside``, move the torn and altered ones to the quarantine.

    Raises:
        DiskRefuses: a file is there and cannot be read.
    """
    found = Verification(manifest.jobs)
    for path in _listed(folder / SHARDS):
        if stopped():
            found.whole = False
            break
        name = shards.shard_name(path)
        label = f"{SHARDS}/{path.name}"
        try:
            if name is None:
                raise ShardForeign
            keys = shards.read_shard(name, manifest.identity, ["job"])["job"].unique().to_pylist()
        except ShardForeign:
            found.foreign += [] if path.name.endswith(TEMPORARY) else [label]
        except ShardDamaged as reason:
            found.damaged[label] = str(reason)
            if set_aside:
                move_to_quarantine(path, str(reason))
        except FileNotFoundError:
            continue
        else:
            found.keys.update(keys)
            found.shards.append(name)
    return found


def verify(folder: Path, manifest: Manifest, *, set_aside: bool = False) -> Verification:
    """As :func:`scan`, and every other file; what can be made again is, with ``set_aside``."""
    found = scan(folder, manifest, set_aside=set_aside)
    design, runs, faults = folder / DESIGN, folder / RUNS, folder / FAULTS
    if not design.exists() or sha256(read_whole(design)) != manifest.design:
        found.damaged[DESIGN] = "altered" if design.exists() else "absent"
    if not is_manifest(folder / MANIFEST):
        found.damaged[MANIFEST] = "altered" if (folder / MANIFEST).exists() else "absent"
    if read_faults(faults)[1]:
        found.damaged[FAULTS] = "torn"
    if runs.exists():
        found.table = "good" if table_is_sound(runs) else "altered"
    if found.table == "altered":
        found.damaged[RUNS] = "altered"
    if set_aside:
        _mend(folder, manifest, found)
    return found


def _mend(folder: Path, manifest: Manifest, found: Verification) -> None:
    if MANIFEST in found.damaged:
        if (folder / MANIFEST).exists():
            move_to_quarantine(folder / MANIFEST, found.damaged[MANIFEST])
        write_whole(folder / MANIFEST, manifest.as_bytes())
    if FAULTS in found.damaged:
        sound = log_without_damage(folder / FAULTS)
        move_to_quarantine(folder / FAULTS, found.damaged[FAULTS])
        write_whole(folder / FAULTS, sound)
    if RUNS in found.damaged:
        move_to_quarantine(folder / RUNS, found.damaged[RUNS])


def move_to_quarantine(path: Path, reason: str) -> None:
    """Move a file to the quarantine of its sweep, with the reason beside it.

    Raises:
        DiskRefuses: it stays where it is.
    """
    home = path.parent.parent if path.parent.name == SHARDS else path.parent
    folder = home / QUARANTINE
    with told(folder):
        folder.mkdir(exist_ok=True)
        target, again = folder / path.name, 1
        while target.exists():
            target, again = folder / f"{path.name}.{again}", again + 1
        path.replace(target)
    write_whole(target.with_name(target.name + ".reason"), f"{reason}\n".encode())


def is_manifest(path: Path) -> bool:
    """Whether the file is a manifest, whole."""
    try:
        manifest_from(read_whole(path))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return False
    return True


def manifest_in(folder: Path) -> Manifest | None:
    """The manifest of a folder, from its file or else from the shards, which carry it.

    None where nothing tells, or where the shards are of several sweeps.
    """
    if not folder.is_dir():
        return None
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError, KeyError):
        return manifest_from(read_whole(folder / MANIFEST))
    found = {}
    for name in shard_names(folder):
        with contextlib.suppress(ShardDamaged, FileNotFoundError, ValueError, TypeError, KeyError):
            manifest = manifest_from(shards.carried_manifest(name))
            found[manifest.identity] = manifest
    return next(iter(found.values())) if len(found) == 1 else None


def _listed(folder: Path) -> list[Path]:
    with told(folder), contextlib.suppress(FileNotFoundError):
        return sorted(folder.iterdir())
    return []
