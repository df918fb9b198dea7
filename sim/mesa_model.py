"""The world for users of Mesa: one step is one month, the deciding institutions are agents.

    model = LabourMarket("ai-fast", scale=0.01, seed=1)
    for _ in range(24):
        model.step()
    model.datacollector.get_model_vars_dataframe()
    model.datacollector.get_agenttype_vars_dataframe(Funder)
    model.person(42).age_years

Persons stay columns (millions of Mesa objects would take minutes a month): :meth:`LabourMarket.person` shows
one of them.  Chance comes from the world's keyed draws alone, never from ``model.random`` or ``model.rng``:
two models with the same scenario, scale and seed are equal.  With ``mesa.batch_run``, vary ``seed`` as a
parameter (``iterations`` would repeat the same run); its steps count from 0, and ``max_steps=n`` lives n + 1
months.

Imported only by those who ask for it: ``import mesa`` takes a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import mesa
import numpy as np

from sim.benefits import DAYS_A_MONTH, days_left
from sim.population.columns import NONE, SECTORS, Contract, Education, Sex, State, Status
from sim.run import scenario_world
from sim.scenario import Scenario, load
from sim.schemes.files import Outcome, Stage
from sim.schemes.rules import Scheme, schemes, with_files
from sim.world import World


@dataclass(frozen=True)
class Person:
    """One person as she is now, codes in words; None where there is nothing to say.

    The wage is gross, a month, full time; the last one paid for who has no post.  Benefit is jobseekers'
    benefit (ARE), for as long as it is paid.  The aim is the trade that a certificate or studies lead to.
    """

    row: int
    sex: str
    age_years: int
    state: str
    state_since_months: int
    occupation: str | None
    sector: str | None
    status: str | None
    contract: str | None
    unit: int | None
    unit_size_at_opening: int | None
    education: str
    titles: tuple[str, ...]
    trained_in_ai: bool
    wage_eur: float
    tenure_months: int | None
    benefit_eur_per_day: float | None
    benefit_months_left: int | None
    scheme: str | None
    aim: str | None


class _Institution(mesa.Agent):  # type: ignore[misc]
    """An institution reads the world: it decides through the world's processes, not by itself."""

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        self._world = model.world


class Funder(_Institution):
    """The payer of one scheme; amounts are those of the sample."""

    def __init__(self, model: LabourMarket, scheme: Scheme) -> None:
        super().__init__(model)
        self.scheme, self.payer, self._code = scheme.name, scheme.payer, scheme.code

    @property
    def money_left_eur(self) -> float | None:
        """What can be committed today; None for an entitlement without limit."""
        account = self._world.memory.get("envelopes", {}).get(self._code)
        if account is None:
            return 0.0
        return None if account.yearly_cents is None else account.left_cents / 100

    @property
    def files_waiting(self) -> int:
        """Files before the commission."""
        return self._files(Outcome.WAITING)

    @property
    def files_funded(self) -> int:
        """Files funded since the opening; short courses are counted by the month only."""
        months = self._world.record.months
        if not months:
            return 0
        return sum(self._world.record.series.get(f"files_funded_{self.scheme}", []))

    @property
    def people_in_training(self) -> int:
        """People whose course this scheme pays for today."""
        files = self._world.files
        return int(
            (
                (files["scheme"] == self._code)
                & (files["outcome"] == Outcome.FUNDED)
                & (files["stage"] == Stage.IN_TRAINING)
            ).sum()
        )

    def _files(self, outcome: Outcome) -> int:
        files = self._world.files
        return int(((files["scheme"] == self._code) & (files["outcome"] == outcome)).sum())


class TrainingProvider(_Institution):
    """Those who teach one route in the region, with their seats."""

    def __init__(self, model: LabourMarket, route: int) -> None:
        super().__init__(model)
        routes = model.world.routes
        self._route = route
        self.route = routes.codes[route]
        trade = int(routes.target[route])
        self.target_occupation = model.world.occupations.codes[trade] if routes.titled[route] else None

    @property
    def seats_left(self) -> int:
        """Seats that are open to funded trainees until December, in the sample."""
        seats = self._world.memory.get("seats")
        return 0 if seats is None else int(seats[self._route])

    @property
    def trainees(self) -> int:
        """People on the course today."""
        files = self._world.files
        return int(
            (
                (files["route"] == self._route)
                & (files["outcome"] == Outcome.FUNDED)
                & (files["stage"] == Stage.IN_TRAINING)
            ).sum()
        )


class CareerAdvice(_Institution):
    """The career advice service (CEP): how far the schemes are known, and whom it has told of them."""

    @property
    def advised(self) -> int:
        """People who remember its advice, in the sample."""
        world = self._world
        return int((world.persons["advised_until"][: world.rows] > world.month).sum())

    @property
    def reach_ratio(self) -> float:
        """Knowledge of the schemes relative to today's, by the rules in force."""
        return float(self._world.rules["applications.advice_reach_ratio"])

    @property
    def files_last_month(self) -> int:
        """Files that came in last month, all schemes."""
        return int((self._world.files["month_filed"] == self._world.month - 1).sum())


class SectorEmployers(_Institution):
    """The employers of one sector."""

    def __init__(self, model: LabourMarket, sector: int) -> None:
        super().__init__(model)
        self.sector = SECTORS[sector]
        self._units = model.world.units["sector"] == sector
        self._teams = self._units[model.world.teams["unit"]]

    @property
    def posts(self) -> int:
        """Posts wanted, filled or not."""
        return int(self._world.teams["posts"][self._teams].sum())

    @property
    def filled(self) -> int:
        """Posts filled, absences of trainees included."""
        return int(self._world.teams["filled"][self._teams].sum())

    @property
    def open_posts(self) -> int:
        """Posts that wait for somebody, covered absences included."""
        t = self._world.teams
        return int(np.maximum(t["posts"] - t["filled"] + t["covered"], 0)[self._teams].sum())

    @property
    def units_with_ai(self) -> int:
        """Units that have adopted."""
        return int((self._world.units["adopted"][self._units] >= 0).sum())


class LabourMarket(mesa.Model):  # type: ignore[misc]
    """A scenario as a Mesa model.

    ``scenario`` is a shipped name, a path, or a :class:`sim.scenario.Scenario`.  Counts are heads of the
    sample: divide by ``scale`` for the region.  ``running`` turns false at the scenario's horizon.
    """

    def __init__(
        self, scenario: str | Path | Scenario = "reference", scale: float = 0.01, seed: int = 0
    ) -> None:
        """Open the scenario in January 2024; the first time for a scale and seed, lives the years before.

        Raises:
            PasserellesError: for a scenario that does not exist or does not fit the registry.
        """
        super().__init__(seed=seed)
        self.scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.scale = scale
        self.world: World = scenario_world(self.scenario, scale, seed)
        self.world.rules = self.world.rules_of(self.world.month)
        for scheme in schemes():
            Funder(self, scheme)
        for route in range(self.world.routes.count):
            TrainingProvider(self, route)
        CareerAdvice(self)
        for sector in range(len(SECTORS)):
            SectorEmployers(self, sector)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "unemployed": lambda m: m.heads(State.UNEMPLOYED),
                "unemployment_share": lambda m: m.unemployment_share,
                "hires": lambda m: m.last("hires"),
                "layoffs": lambda m: m.last("layoffs"),
                "vacancies": lambda m: m.last("vacancies"),
                "files_funded": lambda m: sum(m.last(f"files_funded_{s.name}") for s in with_files()),
            },
            agenttype_reporters={
                Funder: {
                    "scheme": "scheme",
                    "money_left_eur": "money_left_eur",
                    "files_waiting": "files_waiting",
                    "people_in_training": "people_in_training",
                },
                TrainingProvider: {"route": "route", "seats_left": "seats_left", "trainees": "trainees"},
                CareerAdvice: {"files_last_month": "files_last_month"},
                SectorEmployers: {"sector": "sector", "filled": "filled", "open_posts": "open_posts"},
            },
        )

    def step(self) -> None:
        """One month."""
        self.world.step()
        self.datacollector.collect(self)
        self.running = len(self.world.record.months) < self.scenario.horizon_months

    def heads(self, state: State) -> int:
        """Heads of the sample in a state today."""
        return int((self.world.persons["state"][: self.world.rows] == state).sum())

    @property
    def unemployment_share(self) -> float:
        """Unemployed over the labour force: employed, in training or unemployed."""
        out = self.heads(State.UNEMPLOYED)
        force = out + self.heads(State.EMPLOYED) + self.heads(State.TRAINING)
        return out / force if force else 0.0

    def last(self, series: str) -> int:
        """A monthly count in the month just lived; 0 before the first."""
        values = self.world.record.series.get(series)
        return values[-1] if values else 0

    def person(self, row: int) -> Person:
        """The person of a row as she is now.

        Raises:
            IndexError: when no person has had this row yet.
        """
        world, p = self.world, self.world.persons
        if not 0 <= row < world.rows:
            raise IndexError(f"rows run from 0 to {world.rows - 1}, not {row}")
        codes, unit = world.occupations.codes, int(p["unit"][row])
        occupation, sector, scheme, aim = (
            int(p[name][row]) for name in ("occupation", "sector", "scheme", "aim")
        )
        days = days_left(int(p["are_days"][row]), int(p["are_paid"][row]))
        posted, out_of_work = unit >= 0, p["state"][row] in (State.UNEMPLOYED, State.TRAINING)
        paid = not posted and out_of_work and days > 0
        return Person(
            row=row,
            sex=Sex(p["sex"][row]).name.lower(),
            age_years=(world.month - int(p["birth_month"][row])) // 12,
            state=State(p["state"][row]).name.lower(),
            state_since_months=world.month - int(p["since"][row]),
            occupation=None if occupation == NONE else codes[occupation],
            sector=SECTORS[sector] if occupation != NONE and sector != NONE else None,
            status=Status(p["status"][row]).name.lower() if posted else None,
            contract=Contract(p["contract"][row]).name.lower() if posted else None,
            unit=unit if posted else None,
            unit_size_at_opening=int(world.units["size"][unit]) if posted else None,
            education=Education(p["education"][row]).name.lower(),
            titles=tuple(code for j, code in enumerate(codes) if int(p["titles"][row]) >> j & 1),
            trained_in_ai=bool(p["literacy"][row]),
            wage_eur=int(p["wage"][row]) / 100,
            tenure_months=world.month - int(p["hired"][row]) if posted else None,
            benefit_eur_per_day=int(p["are_cents_a_day"][row]) / 100 if paid else None,
            benefit_months_left=-(-days // DAYS_A_MONTH) if paid else None,
            aim=codes[aim] if aim != NONE and int(p["aim_until"][row]) >= world.month else None,
            scheme=None if scheme == NONE else schemes()[scheme].name,
        )
