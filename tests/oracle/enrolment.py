"""Process 5, people without a post: a scheme's call for the courses of the unemployed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.schemes.rules import of_behaviour
from sim.streams import Decision

from .applications import CLOSED, ApplicationFile, Call, RouteValues
from .tables import BAND_OF_MONTHS
from .words import UNEMPLOYED, row_of

if TYPE_CHECKING:
    from .oracle import OracleMarket
    from .worker import Worker


class CourseCall(Call):
    """One month of one scheme's call; there is no post to keep and no pay to lose."""

    def admits(self, worker: Worker) -> bool:
        """At search since last month at least, without a project and without a fresh certificate."""
        return (worker.state is UNEMPLOYED and worker.since != self._model.month
                and worker.scheme is None and not worker.has_aim)

    def knows(self) -> list[float]:
        """Share that knows of the scheme, by education."""
        return self._model.tables.knows()

    def receive(self, worker: Worker) -> None:
        """Her request: a route, and the draws that the commission will use."""
        model, scheme = self._model, self.scheme
        route = self._choose_route(worker, Decision.ENROLMENT_ROUTE, int(scheme.salt))
        worker.scheme = scheme.code
        model.files.append(ApplicationFile(
            number=len(model.files), worker=worker, scheme=scheme, route=route, month_filed=model.month,
            points=0, unit=None, origin_occupation=worker.occupation,
            target_occupation=int(model.routes.target[route]), sex=worker.sex,
            age_years=worker.age_months // 12, education=worker.education,
            tie_draw=model.chance.of(Decision.ENROLMENT_ORDER, worker.row),
            project_draw=model.chance.of(Decision.ENROLMENT_TEST, worker.row)))
        model.record.count(f"files_received_{scheme.name}")
