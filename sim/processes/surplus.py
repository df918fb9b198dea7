"""What becomes of the posts that AI removes: the account of each team, in whole posts.

A post that AI removes was open, and is not filled any more, or somebody holds it.  In that case her team is
above its target until a colleague leaves and is not replaced, she is redeployed, or her contract is ended.
Since the opening, and to the post,

    removed = openings closed + departures left unfilled
            + redeployed + contracts ended + laid off + still held

A surplus that AI shares with another cause (a sector that shrinks, a trainee who comes back) goes in
proportion, whole post by whole post.  Each team carries what is left of its surplus (``teams.surplus``), how
much of it is AI's (``teams.surplus_ai``), and the posts that AI has removed (``teams.removed``, net).
"""

from __future__ import annotations

import numpy as np

from sim.kernels import Array, kernel


@kernel
def in_proportion(number: int, part: int, whole: int) -> int:
    """``number`` times ``part`` over ``whole``, halves up: never more than ``number`` nor, if ``number`` is
    within ``whole``, than ``part``; 0 of nothing."""
    return (2 * number * part + whole) // (2 * whole) if whole > 0 else 0


@kernel
def settle(t: int, excess: int, surplus: Array, surplus_ai: Array) -> int:
    """Write the ``excess`` of team ``t``; returns how many of AI's posts have gone with those who left.

    What is more than before has another cause than AI.
    """
    freed = 0
    if excess < surplus[t]:
        freed = in_proportion(surplus[t] - excess, surplus_ai[t], surplus[t])
        surplus_ai[t] -= freed
    surplus[t] = excess
    return freed


@kernel
def move_posts(t: int, trend: int, removed: int, room: int, surplus: Array, surplus_ai: Array) -> int:
    """Posts move by the ``trend``, then AI removes some (or adds them, below zero); returns openings closed.

    ``room``: open posts before, with a surplus that has been settled.  A new post of the trend that keeps
    somebody in place is an opening closed; a post that AI adds is one less, unless it keeps the one in place
    who holds a post that AI had removed.
    """
    closed = 0
    if trend >= 0:
        kept = min(trend, surplus[t])
        closed += in_proportion(kept, surplus_ai[t], surplus[t])
        surplus_ai[t] -= closed
        surplus[t] -= kept
        room += trend - kept
    else:
        empty = min(-trend, room)
        surplus[t] += -trend - empty
        room -= empty
    if removed >= 0:
        empty = min(removed, room)
        surplus[t] += removed - empty
        surplus_ai[t] += removed - empty
        return closed + empty
    back: int = min(-removed, surplus_ai[t])
    surplus_ai[t] -= back
    surplus[t] -= min(-removed, surplus[t])
    return closed + removed + back


@kernel
def book(
    t: int,
    now: int,
    gone: int,
    counted: bool,
    filled: Array,
    covered: Array,
    posts: Array,
    removed: Array,
    surplus: Array,
    surplus_ai: Array,
) -> tuple[int, int]:
    """Team ``t`` is to have ``now`` posts, ``gone`` fewer than without AI: posts freed and openings closed.

    Call it where either has changed, before ``posts`` is written.  Where not ``counted`` (before the
    opening), AI is part of the trend.
    """
    present = filled[t] - covered[t]
    freed: int = settle(t, max(present - posts[t], 0), surplus, surplus_ai)
    by_ai = gone - removed[t] if counted else 0
    removed[t] = gone
    trend, room = now - posts[t] + by_ai, max(posts[t] - present, 0)
    return freed, move_posts(t, trend, by_ai, room, surplus, surplus_ai)


@kernel
def give_up(leaving: Array, team: Array, surplus: Array, surplus_ai: Array) -> Array:
    """1 for those of ``leaving`` (sorted by team) whose post AI removed, uint8; takes all off the surplus.

    AI's share of a team's surplus, spread evenly over the order in which they leave.
    """
    out = np.zeros(leaving.size, np.uint8)
    last, place, whole, part = -1, 0, 0, 0
    for n in range(leaving.size):
        t = team[leaving[n]]
        if t != last:
            last, place, whole, part = t, 0, surplus[t], surplus_ai[t]
        place += 1
        out[n] = in_proportion(place, part, whole) - in_proportion(place - 1, part, whole)
        surplus[t] -= 1
        surplus_ai[t] -= out[n]
    return out
