"""Process 5, people without a post: a scheme's call for courses of the unemployed, or of the supported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.population.columns import NONE
from sim.schemes.files import Project, Stage
from sim.streams import Decision

from .applications import ApplicationFile, Call
from .words import UNEMPLOYED

if TYPE_CHECKING:
    from .worker import Worker


class CourseCall(Call):
    """One month of one scheme's call; there is no post to keep, no pay to lose, no points to win."""

    def admits(self, worker: Worker) -> bool:
        """At search since last month at least, without a project and without a fresh certificate."""
        return (worker.state is UNEMPLOYED and worker.since != self._model.month
                and worker.scheme is None and not worker.has_aim)

    def ask_within_support(self) -> None:
        """Those in the support that the scheme is for; one asks once, and everybody is told."""
        model = self._model
        for support in [file for file in model.files if file.stage is Stage.SUPPORTED]:
            worker = support.worker
            if support.asked or support.scheme.name not in self.scheme.who.within:
                continue
            if worker.state is not UNEMPLOYED or worker.since == model.month or worker.has_aim:
                continue
            luck = model.chance.of(Decision.APPLICATION, worker.row, salt=int(self.scheme.salt))
            if luck < self.chance_of_filing(worker.cell, worker.taste):
                support.asked = 1
                self._file(worker)

    def receive(self, worker: Worker) -> None:
        """Her request puts her under the scheme."""
        worker.scheme = self.scheme.code
        self._file(worker)

    def _file(self, worker: Worker) -> None:
        """A route, and the draws that the commission will use."""
        model, scheme = self._model, self.scheme
        route = self._choose_route(worker)
        assert route is not None
        model.files.append(ApplicationFile(
            number=len(model.files), worker=worker, scheme=scheme, project=Project.COURSE, route=route,
            month_filed=model.month, points=0, criteria=0, unit=None,
            origin_occupation=NONE if worker.occupation is None else worker.occupation,
            target_occupation=int(model.routes.target[route]), sex=worker.sex,
            age_years=worker.age_months // 12, education=worker.education,
            tie_draw=model.chance.of(Decision.COMMISSION, worker.row),
            project_draw=model.chance.of(Decision.PROJECT, worker.row)))
        model.record.count(f"files_received_{scheme.name}")
