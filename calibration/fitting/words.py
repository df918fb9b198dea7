"""A calibration told in a terminal, in French or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.targets import load_targets
from calibration.words import amount
from sim.errors import Language

if TYPE_CHECKING:
    from rich.console import Console

WORST_SHOWN = 12
OPTIMISERS = {
    "rounds": {"fr": "tours amortis", "en": "damped rounds"},
    "gauss_newton": {"fr": "moindres carrés (Gauss-Newton)", "en": "least squares (Gauss-Newton)"},
    "simplex": {"fr": "simplexe (Nelder-Mead)", "en": "simplex (Nelder-Mead)"},
}


def print_calibration(console: Console, told: dict[str, Any], tongue: Language) -> None:
    """The optimisers, the targets missed most, the parameters least known, and what the ensemble is."""
    from rich.markup import escape
    from rich.table import Table

    french = tongue == "fr"

    def table(title: str, *heads: str) -> Table:
        found = Table(title=title, title_justify="left")
        for n, head in enumerate(heads):
            found.add_column(head, justify="left" if n == 0 else "right")
        return found

    compared = table(
        "Optimiseurs" if french else "Optimisers",
        "",
        "mondes" if french else "worlds",
        "objectif" if french else "objective",
        "distance (tolérances)" if french else "distance (tolerances)",
        "",
    )
    for one in told["optimisers"]:
        kept = ("gardé" if french else "kept") if one["kept"] else ""
        name = OPTIMISERS[one["name"]][tongue]
        compared.add_row(name, str(one["worlds"]), f"{one['objective']:.2f}", f"{one['distance']:.3f}", kept)
    console.print(compared)
    worst = sorted(told["moments"], key=lambda one: -abs(one["distance"]))[:WORST_SHOWN]
    missed = table(
        "Cibles les plus éloignées" if french else "Targets furthest away",
        "cible" if french else "target",
        "visé" if french else "aim",
        "avant" if french else "before",
        "vu" if french else "seen",
        "distance (tolérances)" if french else "distance (tolerances)",
    )
    for one in worst:
        target = load_targets()[one["target"]]
        cells = (amount(one[name], target.unit, tongue) for name in ("aim", "start", "seen"))
        missed.add_row(escape(target.fr if french else target.en), *cells, f"{one['distance']:+.2f}")
    console.print(missed)
    least = [one for one in told["parameters"] if one["weak"] or one["at_a_bound"]]
    if least:
        weak = table(
            "Paramètres mal connus ou au bout de leur plage"
            if french
            else "Parameters weakly known, or at an end of their range",
            "",
            "valeur" if french else "value",
            "plage" if french else "range",
            "reste de l'a priori" if french else "left of the prior",
        )
        for one in least:
            span = f"{one['low']:g} … {one['high']:g}"
            weak.add_row(escape(one["key"]), f"{one['value']:.4g}", span, f"{one['left']:.0%}")
        console.print(weak)
    console.print(_summary(told, french))


def _summary(told: dict[str, Any], french: bool) -> str:
    ensemble = told["ensemble"]
    sets = 0 if ensemble is None else ensemble["sets"]
    numbers = (
        told["targets"],
        told["free_parameters"],
        told["identified_directions"],
        told["within_tolerance"],
        sets,
    )
    if french:
        return (
            "{} cibles, {} paramètres libres ; les cibles en disent plus que l'a priori dans {} directions. "
            "{} cibles dans leur tolérance ; {} jeux de paramètres non exclus."
        ).format(*numbers)
    return (
        "{} targets, {} free parameters; the targets say more than the prior in {} directions. "
        "{} targets within tolerance; {} parameter sets not ruled out."
    ).format(*numbers)
