"""What becomes of the posts that AI removes: the account of each team, in whole posts.

A post that AI removes was open, and is not filled any more, or somebody holds it.  In that case her team is
above its target until a colleague leaves and is not replaced, she is redeployed, or her contract is ended.
Since the opening, and to the post,

    removed + opened = openings closed + departures left unfilled
                     + redeployed + contracts ended + laid off + still held

where AI *opens* posts once it has given back those that it removed in the team (prices, new tasks).  A
month's removals are against the posts that the team would have with AI as it was a month ago: trends and
closures, which move posts with AI and without, are no removals.  A surplus that AI shares with another cause
(a sector that shrinks, a trainee who comes back) goes in proportion, whole post by whole post.  Each team
carries what is left of its surplus (``teams.surplus``), how much of it is AI's (``surplus_ai``), and the
openings that AI has closed (``closed_ai``).
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
def move_posts(
    t: int, trend: int, removed: int, room: int, surplus: Array, surplus_ai: Array, closed_ai: Array
) -> int:
    """Posts move by the ``trend``, then AI removes some (or adds them, below zero); returns posts it opens.

    ``room``: open posts before, with a surplus that has been settled.  A new post of the trend that keeps
    somebody in place is an opening closed.  What AI adds keeps in place whoever holds a post that it had
    removed, then opens again what it had closed; the rest is new.
    """
    if trend >= 0:
        kept = min(trend, surplus[t])
        spared = in_proportion(kept, surplus_ai[t], surplus[t])
        closed_ai[t] += spared
        surplus_ai[t] -= spared
        surplus[t] -= kept
        room += trend - kept
    else:
        empty = min(-trend, room)
        surplus[t] += -trend - empty
        room -= empty
    if removed >= 0:
        empty = min(removed, room)
        closed_ai[t] += empty
        surplus[t] += removed - empty
        surplus_ai[t] += removed - empty
        return 0
    kept = min(-removed, surplus_ai[t])
    again = min(-removed - kept, closed_ai[t])
    surplus_ai[t] -= kept
    closed_ai[t] -= again
    surplus[t] -= min(-removed, surplus[t])
    opened: int = -removed - kept - again
    return opened


@kernel
def book(
    t: int,
    now: int,
    trend: int,
    filled: Array,
    covered: Array,
    posts: Array,
    surplus: Array,
    surplus_ai: Array,
    closed_ai: Array,
    booked: Array,
) -> None:
    """Team ``t`` is to have ``now`` posts, and ``trend`` with AI as it was a month ago.

    Adds to ``booked`` the posts freed by those who left, the posts that AI opens, and those that it cuts
    (net).  Call it where any of these differs from ``posts``, before they are written.
    """
    present = filled[t] - covered[t]
    booked[0] += settle(t, max(present - posts[t], 0), surplus, surplus_ai)
    room = max(posts[t] - present, 0)
    booked[1] += move_posts(t, trend - posts[t], trend - now, room, surplus, surplus_ai, closed_ai)
    booked[2] += trend - now


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
