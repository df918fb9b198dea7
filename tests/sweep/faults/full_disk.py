"""Fill a small disk with a sweep, make the disk larger, take the sweep up again; run where it is mounted.

python full_disk.py DISK JOBS DIGEST
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import folders

from sim.sweep import driver
from sim.sweep.store_errors import DiskRefuses


def main() -> None:
    disk, jobs, expected = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    driver.PUBLISH_JOBS = max(1, jobs // 10)
    store = folders.store_in(disk / "s", jobs, "trivial_work:bulky")
    try:
        folders.sweep(store)
    except DiskRefuses as refusal:
        assert "ENOSPC" in str(refusal.value) and str(disk) in refusal.place, refusal
        assert "bytes needed" in refusal.message("en") and "octets" in refusal.message("fr"), refusal
    else:
        raise AssertionError("the disk was large enough")
    kept = store.done()
    assert store.verify().sound and kept, "earlier results are intact"
    assert not list(disk.rglob("*.tmp")), "no unfinished file takes room"
    subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
    assert folders.sweep(store).new == jobs - len(kept)
    assert folders.digest(store) == expected and store.verify().sound


if __name__ == "__main__":
    main()
