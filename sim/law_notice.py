"""What a run under dated law has to say: until when rules are known."""

from __future__ import annotations

from collections.abc import Mapping

from sim.calendar import date_of
from sim.parameters import Law, Registry, law_until

LAW_KEYS = ("law.", "schemes.")


def last_known_rule(registry: Registry) -> int:
    """Month of the latest dated rule of law and schemes that the registry holds, from January 2021."""
    rules = (parameter for key, parameter in registry.items() if key.startswith(LAW_KEYS))
    return max(entry.month for parameter in rules for entry in parameter.dated)


def law_notice(law: Law, last_month: int) -> Mapping[str, str] | None:
    """A caveat by language for a run under dated law that goes beyond the rules known; None otherwise."""
    until = int(min(law_until(law), last_known_rule(Registry.load())))
    if law == "constant" or last_month <= until:
        return None
    day = date_of(until).isoformat()
    return {
        "fr": f"Droit daté : les règles suivent leurs dates jusqu'au {day}, puis restent ; "
        "le modèle ne connaît rien de plus récent.",
        "en": f"Dated law: rules follow their dates until {day} and then stay; "
        "the model knows nothing more recent.",
    }
