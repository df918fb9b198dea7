"""What a run under dated law has to say: until when rules were compared with their texts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from sim.calendar import date_of, month_of
from sim.parameters import Law, law_until


@cache
def verified() -> Mapping[str, date]:
    """The last day whose rules were compared with their texts: ``default``, and schemes with their own."""
    text = files("calibration").joinpath("scheme_words.toml").read_text(encoding="utf-8")
    found: Mapping[str, date] = tomllib.loads(text)["verified"]
    return found


def last_known_month() -> int:
    """The last month, from January 2021, of which the rules of every scheme are known."""
    return month_of(min(verified().values()))


def law_notice(law: Law, last_month: int) -> Mapping[str, str] | None:
    """A caveat by language for a run under dated law that outlives the rules known or asked for; None
    otherwise."""
    until, known = law_until(law), last_known_month()
    if law == "constant" or last_month <= min(until, known):
        return None
    if until <= known:
        day = date_of(int(until)).isoformat()
        return {
            "fr": f"Droit daté : les règles suivent leurs dates jusqu'au {day}, puis restent.",
            "en": f"Dated law: rules follow their dates until {day} and then stay.",
        }
    day = date_of(known).isoformat()
    return {
        "fr": f"Droit daté : règles connues jusqu'au {day} ; au-delà, seuls jouent les changements alors "
        "décidés.",
        "en": f"Dated law: rules are known until {day}; after it, only changes decided by then apply.",
    }
