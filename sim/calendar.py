"""Months counted from January 2021, the only calendar inside the model."""

from __future__ import annotations

from datetime import date
from typing import Final

from sim.errors import BadDate

FIRST_YEAR: Final = 2021
MONTHS_PER_YEAR: Final = 12
OPENING: Final = 36
"""First month of every scenario, January 2024; history is months 0 to 35."""


def month_of(day: date) -> int:
    """Months from January 2021 to the month that holds `day`; earlier months are negative."""
    return (day.year - FIRST_YEAR) * MONTHS_PER_YEAR + day.month - 1


def date_of(month: int) -> date:
    """First day of a month.

    Raises:
        BadDate: for a month whose year falls outside 1 to 9999.
    """
    years, rest = divmod(month, MONTHS_PER_YEAR)
    year = FIRST_YEAR + years
    if not 1 <= year <= 9999:
        raise BadDate("month", month, "a month between the years 1 and 9999")
    return date(year, rest + 1, 1)


def month_of_text(text: str, place: str = "") -> int:
    """Month written `2024-01`.

    Raises:
        BadDate: when the text is not a year, a dash and a month.
    """
    year, dash, month = text.partition("-")
    if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isdecimal()):
        raise BadDate(place, text, "a month such as 2024-01")
    if not (year + month).isascii() or not 1 <= int(month) <= MONTHS_PER_YEAR or int(year) < 1:
        raise BadDate(place, text, "a month such as 2024-01")
    return month_of(date(int(year), int(month), 1))


def text_of_month(month: int) -> str:
    """A month as `2024-01`."""
    return date_of(month).isoformat()[:7]


def year_of(month: int) -> int:
    """Calendar year of a month."""
    return FIRST_YEAR + month // MONTHS_PER_YEAR


def month_in_year(month: int) -> int:
    """1 for January to 12 for December."""
    return month % MONTHS_PER_YEAR + 1


def first_of_month(day: date, place: str = "") -> int:
    """The month that begins on `day`, as scenarios write their dates.

    Raises:
        BadDate: when the day is not the first of a month.
    """
    if day.day != 1:
        raise BadDate(place, day.isoformat(), "the first day of a month", day.replace(day=1).isoformat())
    return month_of(day)
