"""Compile the model before anybody waits for it, and keep few old compilations.

The kernels compile on first use.  :func:`compile_ahead` uses them all, on a tiny region, at set-up; a mark
in the kernel folder, which is named by what was compiled, says that it is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.cache_folders import prune
from sim.errors import CompilationFailed
from sim.kernels import KERNEL_FOLDER, KERNELS, cache_root

Progress = Callable[[int, int, str], None]


def _mark() -> Path:
    """The mark of this processor and this copy of the package, which Numba keeps apart within the folder."""
    import llvmlite.binding
    import numba

    config: Any = numba.config
    of = (
        str(Path(__file__).parent),
        llvmlite.binding.get_host_cpu_name(),
        config.CPU_NAME,
        config.CPU_FEATURES,
    )
    return KERNEL_FOLDER / f"complete-{hashlib.sha256(repr(of).encode()).hexdigest()[:16]}"


def compiled() -> bool:
    """Whether nothing is left to compile."""
    return _mark().is_file()


def compile_ahead(progress: Progress | None = None) -> None:
    """Compile every kernel; ``progress(done, total, name)`` is told of each.

    Raises:
        CompilationFailed: where the compiler refuses.
    """
    with naming_compiler_faults(), _told_of_each(progress):
        _use_every_kernel()
    _mark().touch()
    prune_kernel_folders()


@contextmanager
def naming_compiler_faults() -> Iterator[None]:
    """Faults of Numba and of LLVM become :class:`sim.errors.CompilationFailed`."""
    try:
        yield
    except Exception as fault:
        if type(fault).__module__.partition(".")[0] in ("numba", "llvmlite"):
            first = str(fault).strip().partition("\n")[0]
            expected = "the versions of requirements.lock: pip install --force-reinstall numba llvmlite"
            raise CompilationFailed(type(fault).__name__, first, expected) from fault
        raise


def prune_kernel_folders(root: Path | None = None, current: Path = KERNEL_FOLDER) -> list[Path]:
    """Remove kernel folders but the current one and the most recent others; returns what was removed."""
    return prune(root or cache_root(), "kernels", current)


def _use_every_kernel() -> None:
    """Three years of a tiny region in which everything happens: AI takes much and money is there."""
    from sim.check_months import MonthlyChecks
    from sim.run import scenario_world
    from sim.scenario import load, with_overrides

    levers = {
        "ai.displacement_share": "0.9",
        "ai.adjustment_months": "3",
        "schemes.ptp.budget_eur_per_year": "500000000",
    }
    world = scenario_world(with_overrides(load("ai-fast"), levers), scale=0.002, seed=0)
    checks = MonthlyChecks(world)
    for _ in range(36):
        world.step()
        checks(world)


@contextmanager
def _told_of_each(progress: Progress | None) -> Iterator[None]:
    """``progress`` is called as each kernel begins to be compiled."""
    if progress is None:
        yield
        return
    from numba.core import event

    tell, begun = progress, list[Any]()

    class Listener(event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            dispatcher = event.data["dispatcher"]
            if any(dispatcher is one for one in KERNELS):  # and not one of Numba's own
                begun.append(dispatcher)
                tell(len(begun), len(KERNELS), dispatcher.py_func.__name__)

        def on_end(self, event: Any) -> None:
            pass

    with event.install_listener("numba:compile", Listener()):
        yield
