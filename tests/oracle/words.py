"""The codes of the model as plain names, and the ages at which something happens."""

from __future__ import annotations

from sim.population.columns import Contract, Sex, State, Status

EMPLOYED, UNEMPLOYED, TRAINING, INACTIVE, LEFT = State
CDI, CDD, INTERIM, NO_CONTRACT = Contract
PRIVATE, PUBLIC, CIVIL_SERVANT, SELF_EMPLOYED, NO_STATUS = Status
MAN, WOMAN = Sex

AGE_GROUP_STARTS_MONTHS = (25 * 12, 50 * 12, 60 * 12)
"""15-24, 25-49, 50-59, 60 and over."""
FIRST_RETIREMENT_MONTHS = 55 * 12
WORKING_AGE_MONTHS = 65 * 12
LAST_AGE_MONTHS = 70 * 12
NO_OCCUPATION = 40
"""Row of people without an occupation in tables by occupation."""
LASTS = 32767
"""A date that never comes."""
NEVER = -32768
"""A date before all dates."""


def kind_of_post(status: Status, contract: Contract) -> int:
    """CDI 0, CDD 1, interim 2, public contract 3, civil servant 4, self-employed 5."""
    if status is CIVIL_SERVANT:
        return 4
    if status is SELF_EMPLOYED:
        return 5
    if status is PUBLIC and contract is CDI:
        return 3
    return int(contract)


def row_of(occupation: int | None) -> int:
    """Row of an occupation in tables of 41 rows."""
    return NO_OCCUPATION if occupation is None else occupation
