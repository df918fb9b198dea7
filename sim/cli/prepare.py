"""`passerelles prepare`: compile the hot loops once; later runs find them in the user's cache."""

from __future__ import annotations

import sys
import time

from sim.cli.terminal import ending, language, progress_on, say


def prepare() -> None:
    """Compile the model once, by running a tiny region for a few years."""
    with ending():
        prepare_if_needed(again=True)


def prepare_if_needed(again: bool = False) -> None:
    """Compile what is not compiled, with a message and progress, so that no page or run has to wait for it.

    Raises:
        MissingComponent: where there is no compiler, or nowhere to keep what it makes.
        CompilationFailed: where it refuses.
    """
    from sim.compilation import compile_ahead, compiled

    if compiled() and not again:
        return
    french = language() == "fr"
    started = time.monotonic()
    say(
        "Compilation du modèle, une seule fois (moins d'une minute) …"
        if french
        else "Compiling the model, once (less than a minute) …"
    )
    with progress_on(quiet=False) as shown:
        compile_ahead(shown or _tenths)
    seconds = time.monotonic() - started
    say(f"Prêt en {seconds:.0f} s." if french else f"Ready in {seconds:.0f} s.")


def _tenths(done: int, total: int, _name: str) -> None:
    """Progress for a log: a line every tenth kernel."""
    if done % 10 == 0:
        print(f"  {done}/{total}", file=sys.stderr, flush=True)
