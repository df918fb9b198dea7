"""The schemes as data: what each is for, who may apply, who pays (``calibration/schemes/<name>.toml``).

A file holds a scheme's identity at its top and its parameters, ``schemes.<name>.<rule>``, below.  A scheme
that reuses a known behaviour is one more file.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sim.errors import MalformedParameter, PasserellesError, raise_all
from sim.kernels import Array
from sim.population.columns import Contract, Education, State, Status
from sim.schemes.texts import PREFIX, scheme_texts

Origin = Literal["any", "exposed", "c2p", "ergonomic"]
Loss = Literal["none", "economic", "agreed"]
Firm = Literal["any", "under_1000", "from_1000"]
Target = Literal["any", "porteur", "numerique"]
Units = Literal["any", "changing"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Who(_Table):
    """Who may apply; ``origin``: from which trades, ``c2p`` and ``ergonomic`` from which exposure to arduous
    work; ``loss`` and ``firm``: for support, after which loss of a post, in firms of which size;
    ``educations``: of which levels; ``units``: from which employers, ``changing`` those that use AI or whose
    team has more posts than it wants; ``within``: during which support, by the names of its schemes.

    Status and contract are those of a post: jobseekers have none."""

    states: tuple[State, ...] = (State.EMPLOYED,)
    statuses: tuple[Status, ...] = ()
    contracts: tuple[Contract, ...] = ()
    origin: Origin = "any"
    loss: Loss = "none"
    firm: Firm = "any"
    educations: tuple[Education, ...] = tuple(Education)
    units: Units = "any"
    within: tuple[str, ...] = ()

    @field_validator("states", mode="before")
    @classmethod
    def _states(cls, words: Any) -> Any:
        return _members(State, words)

    @field_validator("statuses", mode="before")
    @classmethod
    def _statuses(cls, words: Any) -> Any:
        return _members(Status, words)

    @field_validator("contracts", mode="before")
    @classmethod
    def _contracts(cls, words: Any) -> Any:
        return _members(Contract, words)

    @field_validator("educations", mode="before")
    @classmethod
    def _educations(cls, words: Any) -> Any:
        return _members(Education, words)


class Project(_Table):
    """What for; ``creation``: whether the project may be to create or take over a business;
    ``opens_courses``: whether the scheme's money opens the course, so that only a quota lacks seats;
    ``near``: trades whose experience counts for the title of another one, code to code."""

    target: Target = "any"
    creation: bool = False
    opens_courses: bool = False
    near: dict[str, str] = {}


class Money(_Table):
    """Who pays besides the scheme's payer.

    ``cover``: whether the scheme pays the wage during the course by the law of the PTP, or the employer does.
    ``rest``: who pays the part of the fee that the caps leave out; nobody where the scheme buys the course at
    a price of its own.  ``trainee_pay``: whether it pays trainees who have no benefit.
    """

    cover: Literal["scheme", "employer"] = "scheme"
    rest: Literal["person", "employer", "nobody"] = "person"
    trainee_pay: bool = False


class Gives(_Table):
    """What a short course leaves behind: AI literacy, or the certificate of basics."""

    literacy: bool = False
    basics: bool = False


class Scheme(_Table):
    """One funding scheme; amounts and dates are parameters under ``schemes.<name>.``.

    There is one object a scheme: it is its own key.  Schemes are served by ``order``, then name; ``code`` is
    the place among them.
    """

    name: str
    code: int = -1
    order: int
    behaviour: str
    fr: str = Field(min_length=1)
    en: str = Field(min_length=1)
    payer: str
    source: str
    who: Who
    project: Project = Project()
    money: Money = Money()
    gives: Gives = Gives()

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def key(self, rule: str) -> str:
        """Registry key of one of the scheme's parameters."""
        return f"{PREFIX}{self.name}.{rule}"

    @property
    def salt(self) -> np.uint64:
        """What sets the scheme's draws apart from those of the others, whatever schemes there are."""
        return _salt(self.name)


def _members(kind: Any, words: Any) -> Any:
    known = {member.name.lower(): member for member in kind}
    if not isinstance(words, list) or any(word not in known for word in words):
        raise ValueError("a list of " + " | ".join(known))
    return tuple(known[word] for word in words)


@cache
def _salt(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))


@cache
def schemes() -> tuple[Scheme, ...]:
    """All schemes in their order; their position is their code."""
    return read_schemes(scheme_texts())


def read_schemes(texts: dict[str, str]) -> tuple[Scheme, ...]:
    """The schemes of files, name to text.

    Raises:
        MalformedParameter: (all of them at once) with file, field and what is expected there.
    """
    found: list[Scheme] = []
    errors: list[PasserellesError] = []
    for name, text in texts.items():
        entry = {key: value for key, value in tomllib.loads(text).items() if not key.startswith(PREFIX)}
        try:
            found.append(Scheme.model_validate({"name": name, **entry}))
        except ValidationError as error:
            for fault in error.errors():
                place = ".".join([f"schemes/{name}.toml", *(str(part) for part in fault["loc"])])
                errors.append(MalformedParameter(place, fault["input"], fault["msg"]))
    offered = sorted(scheme.name for scheme in found if scheme.behaviour == "support")
    for scheme in found:
        place = f"schemes/{scheme.name}.toml.who.within"
        for name in set(scheme.who.within) - set(offered):
            errors.append(MalformedParameter(place, name, "a scheme of support: " + " | ".join(offered)))
    raise_all(errors)
    ordered = sorted(found, key=lambda scheme: (scheme.order, scheme.name))
    return tuple(scheme.model_copy(update={"code": code}) for code, scheme in enumerate(ordered))


@cache
def of_behaviour(*behaviours: str) -> tuple[Scheme, ...]:
    """Schemes of some behaviours, in their order."""
    return tuple(scheme for scheme in schemes() if scheme.behaviour in behaviours)


@cache
def with_files() -> tuple[Scheme, ...]:
    """Schemes that a commission decides file by file."""
    return of_behaviour("leave", "resign", "enrol", "validation")


@cache
def with_envelopes() -> tuple[Scheme, ...]:
    """Schemes whose files commit money of an envelope."""
    return of_behaviour("leave", "resign", "enrol", "validation", "support")


@cache
def resign_code() -> int:
    """Code of the scheme whose users resign: their benefit is booked apart."""
    return of_behaviour("resign")[0].code


@cache
def within_support() -> Array:
    """Schemes that pay for courses during support alone, bool [scheme]."""
    return np.array([bool(scheme.who.within) for scheme in schemes()])


@cache
def supporting() -> Array:
    """Schemes of support, bool [256]: by the code that a person is under, 255 for none."""
    return np.isin(np.arange(256), [scheme.code for scheme in of_behaviour("support")])


@cache
def resigning() -> Array:
    """Schemes under which people resign, bool [scheme]."""
    return np.array([scheme.behaviour == "resign" for scheme in schemes()])
