"""`passerelles reference`: the published labour-flow model on anybody's occupations and mobility."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.terminal import check_between, ending, language, say, write_json
from sim.errors import BadFileName
from sim.kernels import Array
from sim.reference.deterministic import Path as States
from sim.reference.deterministic import run
from sim.reference.files import Occupations, read_mobility, read_occupations
from sim.reference.inputs import complete_mobility
from sim.reference.parameters import Parameters

COMPLETE = "complete"
_DEFAULT = Parameters()


def reference(
    occupations: Annotated[Path, typer.Option(help="CSV file: id, employment, auto_prob.")],
    mobility: Annotated[str, typer.Option(help="Square CSV file of shares, or 'complete'.")],
    out: Annotated[Path, typer.Option(help="CSV file to write: one line a step, rates in per cent.")],
    delta_u: Annotated[float, typer.Option(help="Spontaneous separations a step.")] = _DEFAULT.delta_u,
    delta_v: Annotated[float, typer.Option(help="Spontaneous openings a step.")] = _DEFAULT.delta_v,
    gamma: Annotated[float, typer.Option(help="Part of the gap closed in a step.")] = _DEFAULT.gamma,
    tau: Annotated[int, typer.Option(help="Steps from which a spell is long.")] = _DEFAULT.tau,
    steps: Annotated[int, typer.Option(help="States written.")] = _DEFAULT.steps,
    shock_step: Annotated[int, typer.Option(help="First step of the shift.")] = _DEFAULT.shock_step,
    shock_years: Annotated[float, typer.Option(help="Length of the shift.")] = _DEFAULT.shock_years,
    weeks_per_step: Annotated[float, typer.Option(help="Weeks in a step.")] = _DEFAULT.weeks_per_step,
    agents_seed: Annotated[
        int | None, typer.Option(help="Draw the version with one agent a head, under this seed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Run the published labour-flow model (del Rio-Chanona et al. 2021) and write its path."""
    with ending(as_json):
        parameters = Parameters(delta_u, delta_v, gamma, tau, steps, shock_step, shock_years, weeks_per_step)
        _check_out(out, (occupations, Path(mobility)))
        read = read_occupations(occupations)
        complete = mobility == COMPLETE
        matrix = complete_mobility(len(read.ids)) if complete else read_mobility(Path(mobility), read.ids)
        path = _path(read, matrix, parameters, agents_seed)
        write_path(path, out)
    if as_json:
        write_json(_summary(path, len(read.ids), parameters.shock_step))
    else:
        _print(path, out)


def _path(read: Occupations, matrix: Array, parameters: Parameters, seed: int | None) -> States:
    if seed is None:
        return run(read.employment, read.auto_prob, matrix, parameters)
    from sim.reference.agents import run_agents

    check_between("--agents-seed", seed, 0, 2**63 - 1)
    return run_agents(read.employment, read.auto_prob, matrix, parameters, seed)


def _check_out(out: Path, inputs: tuple[Path, ...]) -> None:
    if not out.parent.is_dir() or out.is_dir():
        raise BadFileName("--out", str(out), "a file in a folder that exists")
    if any(out.exists() and one.exists() and out.samefile(one) for one in inputs):
        raise BadFileName("--out", str(out), "a file that is not read")


def write_path(path: States, out: Path) -> None:
    """Write the rates, one line a step, with all their digits; the file appears whole or not at all."""
    rates = (path.unemployment_rate, path.vacancy_rate, path.long_term_rate)
    lines = ["step,unemployment,vacancies,long_term"]
    for step, row in enumerate(zip(*(rate.tolist() for rate in rates), strict=True)):
        lines.append(",".join([str(step), *(repr(value) for value in row)]))
    writing = out.with_name(f"{out.name}.{os.getpid()}.writing")
    try:
        writing.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        writing.replace(out)
    except OSError as fault:
        raise BadFileName("--out", str(out), fault.strerror or "a file that can be written") from None
    finally:
        writing.unlink(missing_ok=True)


def _summary(path: States, occupations: int, shock_step: int) -> dict[str, object]:
    rate = path.unemployment_rate
    highest = int(rate.argmax())
    before = min(shock_step, rate.size - 1)
    return {
        "occupations": occupations,
        "steps": int(rate.size),
        "unemployment_at_shock": float(rate[before]),
        "unemployment_highest": float(rate[highest]),
        "unemployment_highest_step": highest,
        "unemployment_last": float(rate[-1]),
        "vacancies_last": float(path.vacancy_rate[-1]),
        "long_term_last": float(path.long_term_rate[-1]),
    }


def _print(path: States, out: Path) -> None:
    rate = path.unemployment_rate
    highest = int(rate.argmax())
    if language() == "fr":
        text = f"Chômage : maximum {rate[highest]:.3f} % au pas {highest}, dernier {rate[-1]:.3f} %."
        print(text.replace(".", ",", 2))
    else:
        print(f"Unemployment: highest {rate[highest]:.3f} % at step {highest}, last {rate[-1]:.3f} %.")
    say(f"{rate.size} -> {out}")
