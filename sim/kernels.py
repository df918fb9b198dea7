"""Compilation of the hot loops.

``kernel`` compiles a function with Numba, without the GIL (one thread a world) and without any
option that would let two machines disagree (no fast-math, no parallel loops).

A compiled file may call a function of another file, and Numba's own cache does not see a change
there.  So the cache folder is named by the digest of every kernel source and of Numba's version:
a stale kernel cannot be loaded, by construction.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numpy.typing import NDArray
from platformdirs import user_cache_path

_PACKAGE = Path(__file__).parent
_MARK = "\n@kernel\n"

Array = NDArray[Any]
"""An array whose dtype and shape the docstring gives."""

F = TypeVar("F", bound=Callable[..., Any])


def kernel_sources() -> list[Path]:
    """Every file of the package that defines kernels, in a fixed order."""
    return sorted(path for path in _PACKAGE.rglob("*.py") if _MARK in path.read_text(encoding="utf-8"))


def kernel_digest() -> str:
    """Digest of all kernel sources and of the compiler's version: 16 hexadecimal digits."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in kernel_sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Folder of everything that can be rebuilt: kernels and opening snapshots.

    ``PASSERELLES_CACHE`` overrides the user's cache folder.
    """
    override = os.environ.get("PASSERELLES_CACHE")
    return Path(override) if override else user_cache_path("passerelles")


numba.config.CACHE_DIR = str(  # type: ignore[attr-defined]
    cache_root() / f"kernels-{kernel_digest()}"
)


def kernel(function: F) -> F:
    """Compile ``function`` on first use and keep it on disk for the next process."""
    compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(F, compiled)
