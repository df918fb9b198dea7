"""What ``passerelles sweep --dry-run`` says: worlds, hours, memory and disk, from a timed pilot."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sim.cli.numbers import shown
from sim.cli.sweep_words import duration, size
from sim.cli.terminal import language, progress_on, write_json

if TYPE_CHECKING:
    from sim.sweep.design import Design
    from sim.sweep.pilot import Forecast


def foretell(design: Design, workers: int, quiet: bool, as_json: bool) -> None:
    """Time a family and print what the whole design takes."""
    from sim.sweep.pilot import forecast
    from sim.sweep.plan import Plan

    with progress_on(quiet or as_json) as progress:
        told = forecast(Plan(design), workers, progress)
    if as_json:
        write_json({"schema_version": 1, "command": "sweep --dry-run", "design": design.name, **asdict(told)})
        return
    for line in _french(told) if language() == "fr" else _english(told):
        print(line)


def _english(told: Forecast) -> list[str]:
    timed = "whole" if told.timed_months == told.months else f"on {told.timed_months} months of {told.months}"
    scale = shown(told.scale, "share")
    return [
        f"{told.jobs} jobs, {told.worlds} worlds of {told.months} months, scale {scale}.",
        f"A job takes {told.family_seconds:.2f} s on its own (timed {timed}).",
        f"The sweep: about {duration(told.seconds)} with {told.workers} workers on this machine, "
        "and more where they slow one another.",
        f"Memory: {size(told.worker_bytes)} a worker, {size(told.worker_bytes * told.workers)} in all. "
        f"Disk: at most {size(told.disk_bytes)}.",
    ]


def _french(told: Forecast) -> list[str]:
    whole = told.timed_months == told.months
    timed = "en entier" if whole else f"sur {told.timed_months} mois de {told.months}"
    seconds = f"{told.family_seconds:.2f}".replace(".", ",")
    scale = shown(told.scale, "share")
    return [
        f"{told.jobs} tâches, {told.worlds} mondes de {told.months} mois, échelle {scale}.",
        f"Une tâche prend {seconds} s à elle seule (chronométrée {timed}).",
        f"Le tout : environ {duration(told.seconds)} avec {told.workers} processus sur cette machine, "
        "davantage s'ils se gênent.",
        f"Mémoire : {size(told.worker_bytes)} par processus, "
        f"{size(told.worker_bytes * told.workers)} en tout. Disque : au plus {size(told.disk_bytes)}.",
    ]
