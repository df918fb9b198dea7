"""Compilation of the hot loops.

``kernel`` compiles a function with Numba, without the GIL (one thread a world) and without any
option that would let two machines disagree (no fast-math, no parallel loops).

A compiled function keeps what it was compiled with: the kernels it calls and the constants it reads,
wherever they are defined.  Numba's own cache looks at its file alone.  So the cache folder is named by
the digest of every file that defines kernels, of the files of the package that those import, and of
the compiler (:func:`kernel_digest`): a stale kernel cannot be loaded, by construction.  The processor
is left out: Numba keeps the code of each processor apart within a folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from sim.errors import CacheNotWritable, CompilerMissing

try:
    import llvmlite
    import numba
except (ImportError, OSError) as error:  # OSError: LLVM's library is there but cannot be loaded.
    raise CompilerMissing(
        "numba", str(error), "pip install --force-reinstall numba llvmlite, or `make setup` again"
    ) from error

_PACKAGE = Path(__file__).parent
_MARK = "\n@kernel\n"
_IMPORT = re.compile(r"^(?:from|import) (sim(?:\.\w+)*)(?: import ([\w, ]+))?", re.MULTILINE)

Array = NDArray[Any]
"""An array whose dtype and shape the docstring gives."""

F = TypeVar("F", bound=Callable[..., Any])

KERNELS: list[Any] = []
"""Every compiled function of the modules imported so far."""


def kernel_sources(package: Path = _PACKAGE) -> list[Path]:
    """Files that define kernels and all that they import from the package, in a fixed order."""
    texts = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    wanted = [path for path, text in texts.items() if _MARK in text]
    found: set[Path] = set()
    while wanted:
        path = wanted.pop()
        if path in found:
            continue
        found.add(path)
        for module, names in _IMPORT.findall(texts[path]):
            for dotted in (module, *(f"{module}.{name.strip()}" for name in names.split(","))):
                stem = package.parent.joinpath(*dotted.split("."))
                wanted += [near for near in (stem.with_suffix(".py"), stem / "__init__.py") if near in texts]
    return sorted(found)


def kernel_digest() -> str:
    """Digest of all kernel sources and of the compiler: 16 hexadecimal digits.

    The compiler is Python, Numba, llvmlite and NumPy, and the options of Numba that change the code.
    """
    config: Any = numba.config
    compiler = (
        sys.version_info[:2],
        numba.__version__,
        llvmlite.__version__,
        np.__version__,
        config.OPT,
        config.BOUNDSCHECK,
    )
    digest = hashlib.sha256(repr(compiler).encode())
    for path in kernel_sources():
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Folder of everything that can be rebuilt: kernels and opening snapshots.

    ``PASSERELLES_CACHE`` overrides the user's cache folder.
    """
    override = os.environ.get("PASSERELLES_CACHE")
    return Path(override) if override else user_cache_path("passerelles")


def _writable(folder: Path) -> Path:
    """The folder, made if need be; where nothing can be written, Numba would quietly keep its code
    beside the sources, where stale code is loaded."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as fault:
        raise CacheNotWritable(
            str(folder), fault.strerror, "a folder that can be written to: set PASSERELLES_CACHE to one"
        ) from fault
    return folder


KERNEL_FOLDER = _writable(cache_root() / f"kernels-{kernel_digest()}")
"""Where compiled code is kept."""

numba.config.CACHE_DIR = str(KERNEL_FOLDER)  # type: ignore[attr-defined]


def kernel(function: F) -> F:
    """Compile ``function`` on first use and keep it on disk for the next process."""
    compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    KERNELS.append(compiled)
    return cast(F, compiled)
