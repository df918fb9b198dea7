"""What must be the same on every machine that answers a sweep: package, engine, code of sweeps, compiler."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from sim.sweep.cluster_errors import OtherEngine

Signature = tuple[tuple[str, str], ...]
"""Name and version of each part, in a fixed order."""

Answer = TypeVar("Answer")


@cache
def signature() -> Signature:
    """The parts of this process that can change a row."""
    import numba
    import numpy as np

    from sim import __version__
    from sim.run import engine_digest

    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    return (
        ("passerelles", __version__),
        ("engine", engine_digest()),
        ("sweep", code.hexdigest()[:16]),
        ("numpy", np.__version__),
        ("numba", numba.__version__),
    )


def check_signature(theirs: Signature, ours: Signature, where: str) -> None:
    """Refuse a machine that differs.

    Raises:
        OtherEngine: naming the machine and the first part that differs.
    """
    for (name, found), (_, wanted) in zip(theirs, ours, strict=True):
        if found != wanted:
            raise OtherEngine(where, f"{name} {found}", f"{name} {wanted}")


def signed(ours: Signature, function: Callable[..., Answer], *args: object) -> Answer:
    """``function(*args)``, where the machine that runs this is of the signature asked.

    Raises:
        OtherEngine: on a machine of another one.
    """
    import socket

    check_signature(signature(), ours, socket.gethostname())
    return function(*args)
