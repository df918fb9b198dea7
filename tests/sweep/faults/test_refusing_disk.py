"""A disk that is full, read-only, forbidden or failing: a clean stop that says where, and the sweep goes on
later."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sweeper
from breaking_disk import BreakingDisk
from folders import digest, store_in, sweep, undisturbed

from sim.sweep import compaction, driver
from sim.sweep.store import Store
from sim.sweep.store_errors import DiskRefuses

PROGRAMS = Path(__file__).parent
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
REFUSALS = ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EMFILE", "EIO"]


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize("every", [23, pytest.param(4, marks=pytest.mark.full)])
def test_refused_from_some_operation_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, every: int
) -> None:
    """The error names the path, the reason and the room needed; what was published stays; it resumes."""
    monkeypatch.setattr(driver, "PUBLISH_JOBS", 2)
    monkeypatch.setattr(driver, "COMPACT_AFTER_SHARDS", 3)
    monkeypatch.setattr(compaction, "SHARD_JOBS", 5)
    expected = undisturbed(tmp_path / "undisturbed", 16)
    refusals, kept, at = [], 0, 1 + REFUSALS.index(name)
    while True:
        folder = tmp_path / f"{at}"
        with monkeypatch.context() as patch:
            number = getattr(errno, name)
            disk = BreakingDisk(patch, at, OSError(number, os.strerror(number)))
            try:
                sweep(store_in(folder, 16))
            except DiskRefuses as refusal:
                refusals.append(refusal)
        store = store_in(folder, 16)
        done = store.done()
        kept = max(kept, len(done))
        assert sweep(store).new == 16 - len(done), at
        assert digest(store) == expected and store.verify().sound, at
        if not disk.broken:
            break
        at += every
    assert kept >= 14 and len(refusals) > 2
    assert all(name in str(refusal.value) and str(tmp_path) in refusal.place for refusal in refusals)
    assert any(refusal.bytes_needed for refusal in refusals)


def in_a_small_disk(command: str, kilobytes: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell command in a mount namespace of its own where the folder is a disk of that size."""
    mount = f"mount -t tmpfs -o size={kilobytes}k,mode=777 tmpfs {folder}"
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", f"{mount} && {command}"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    "sizes", [[600, 2000], pytest.param([*range(1024, 51_201, 1024)], marks=pytest.mark.full)]
)
def test_a_full_disk(tmp_path: Path, sizes: list[int]) -> None:
    """A real one: the sweep stops, the disk grows, the sweep ends with the bytes it should have."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not shutil.which("unshare") or in_a_small_disk("true", 100, disk).returncode:
        pytest.skip("this machine lets no one mount a disk of their own")
    for kilobytes in sizes:
        jobs = kilobytes // 60
        expected = undisturbed(tmp_path / f"undisturbed-{kilobytes}", jobs, "trivial_work:bulky")
        program = f"{sys.executable} {PROGRAMS / 'full_disk.py'} {disk} {jobs} {expected}"
        ran = in_a_small_disk(program, kilobytes, disk)
        assert ran.returncode == 0, (kilobytes, ran.stdout, ran.stderr)


def test_too_few_open_files(tmp_path: Path) -> None:
    """Forty workers cannot start with 64 open files: told, not waited for, and nothing is torn."""
    many = "--workers 40 --jobs 200 --milliseconds 50"
    ran = subprocess.run(
        ["sh", "-c", f"ulimit -n 64 && exec {sys.executable} {sweeper.__file__} {tmp_path / 's'} {many}"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 2 and ("E88" in ran.stdout or "E84" in ran.stdout), (ran.stdout, ran.stderr)
    assert "Too many open files" in ran.stdout
    assert Store.open(tmp_path / "s").verify().sound
