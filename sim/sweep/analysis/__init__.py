"""What a sweep says: sensitivity, regions of success, regret, cost and effect; its table in SQL and xarray.

Numbers only: words and figures are made of them in :mod:`sim.views.sweeps`.
"""

from __future__ import annotations

from sim.sweep.analysis.study import Study, opened

__all__ = ["Study", "opened"]
