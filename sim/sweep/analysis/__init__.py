"""What a sweep says: sensitivity, regions of success, regret, cost and effect; its table in SQL and xarray.

Numbers only; words and figures are made of them in :mod:`sim.views.sweep_report` and
:mod:`sim.views.sweep_charts`.
"""

from __future__ import annotations

from sim.sweep.analysis.findings import Asked, Findings, findings
from sim.sweep.analysis.sql import cube, table
from sim.sweep.analysis.study import Study, opened

__all__ = ["Asked", "Findings", "Study", "cube", "findings", "opened", "table"]
