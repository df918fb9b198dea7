"""The list of a sitting: its order, what its files may be told, and who has been on it for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import Array, kernel
from sim.schemes.files import FUNDED, WAITING, Outcome

if TYPE_CHECKING:
    from sim.world import World

_RANK, _SEAT = int(Outcome.REFUSED_RANK), int(Outcome.REFUSED_SEAT)


def rank(world: World, files: Array) -> Array:
    """Files in the order in which they are paid, scheme by scheme."""
    table = world.files
    order: Array = files[
        np.lexsort(
            (
                files,
                table["tie_draw"][files],
                table["month_filed"][files],
                -table["points"][files].astype(np.int64),
                table["scheme"][files],
            )
        )
    ]
    return order


@kernel
def write_places(
    ranked: Array,
    scheme: Array,
    outcome: Array,
    points: Array,
    filed: Array,
    place: Array,
    last_points: Array,
    last_filed: Array,
) -> None:
    """Write where each file stands on its scheme's list, and the points and date of the last one funded."""
    last = np.full(256, -1, np.int64)
    first = np.full(256, -1, np.int64)
    for n in range(ranked.size):
        s = scheme[ranked[n]]
        if first[s] < 0:
            first[s] = n
        if outcome[ranked[n]] == FUNDED:
            last[s] = ranked[n]
    for n in range(ranked.size):
        row, s = ranked[n], scheme[ranked[n]]
        place[row] = n - first[s] + 1
        last_points[row] = points[last[s]] if last[s] >= 0 else -1
        last_filed[row] = filed[last[s]] if last[s] >= 0 else -1


def write_list(world: World, ranked: Array) -> None:
    """Keep what each file on the lists may be told."""
    files = world.files
    write_places(
        ranked,
        files["scheme"],
        files["outcome"],
        files["points"],
        files["month_filed"],
        files["rank"],
        files["last_points"],
        files["last_filed"],
    )


@kernel
def files_tired(
    ranked: Array,
    month: int,
    waiting_months: Array,
    cut: Array,
    scheme: Array,
    outcome: Array,
    filed: Array,
) -> tuple[Array, Array]:
    """Rows of the list that still wait and have done so for too long (int64), and why they are refused: for
    want of a seat where the money had reached them, for their rank below the cut."""
    out, why = np.empty(ranked.size, np.int64), np.empty(ranked.size, np.uint8)
    m = 0
    for n in range(ranked.size):
        row = ranked[n]
        if outcome[row] == WAITING and month - filed[row] >= waiting_months[scheme[row]]:
            out[m] = row
            why[m] = _SEAT if n < cut[scheme[row]] else _RANK
            m += 1
    return out[:m].copy(), why[:m].copy()
