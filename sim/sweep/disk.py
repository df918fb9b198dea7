"""Files that are there whole or not at all, and a disk's refusals in words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from io import BufferedRandom
from pathlib import Path

from sim.sweep.store_errors import DiskRefuses

TEMPORARY = ".tmp"
"""How the name of an unfinished file ends."""


def sha256(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@contextlib.contextmanager
def told(
    path: Path, bytes_needed: int | None = None, *, absent: type[OSError] | None = None
) -> Iterator[None]:
    """Turn the operating system's refusals into one error that names the path and the room needed.

    ``absent`` is let through as it is.

    Raises:
        DiskRefuses: for any other OSError.
    """
    try:
        yield
    except OSError as refusal:
        if absent is not None and isinstance(refusal, absent):
            raise
        name = errno.errorcode.get(refusal.errno or 0, "OSError")
        words = f"{name}: {refusal.strerror or refusal}"
        raise DiskRefuses(str(path), words, bytes_needed=bytes_needed) from refusal


def read_whole(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DiskRefuses: the file is there and cannot be read.
        FileNotFoundError: it is not there.
    """
    with told(path, absent=FileNotFoundError):
        return path.read_bytes()


def settle(folder: Path) -> None:
    """Make the names in a folder outlive a power cut, where the file system knows how."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as refusal:
        if refusal.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def beside(path: Path) -> Path:
    """Where the file is written before it takes its name: same folder, this process's own."""
    return path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")


@contextlib.contextmanager
def published(path: Path, bytes_needed: int) -> Iterator[BufferedRandom]:
    """A file to write to (and read), beside; when the block ends it is settled and takes its name.

    At any moment the path holds the old file or the new one, whole.

    Raises:
        DiskRefuses: nothing was published, and nothing is left behind where that can be helped.
    """
    unfinished = beside(path)
    with told(path, bytes_needed):
        try:
            with unfinished.open("wb+") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            settle(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise


def write_whole(path: Path, data: bytes) -> None:
    """The bytes of a file, :func:`published`.

    Raises:
        DiskRefuses: nothing was published.
    """
    with published(path, len(data)) as file:
        file.write(data)
