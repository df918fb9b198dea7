"""Rounding a table to whole heads while its margins stay whole (controlled rounding).

Every cell, and every group of cells in two families of nested groups, ends at the whole number just
below or just above its exact value.  Such a rounding always exists (the exact table is itself a flow
in the network built here, and a network with whole capacities has a whole flow); Dinic's algorithm
finds one.  All arithmetic is on integers, so the result is the same on every machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class _Network:
    """A flow network with whole capacities and lower bounds, solved by Dinic's algorithm."""

    def __init__(self) -> None:
        self.head: list[list[int]] = []
        self.to: list[int] = []
        self.room: list[int] = []

    def node(self) -> int:
        self.head.append([])
        return len(self.head) - 1

    def edge(self, start: int, end: int, capacity: int) -> int:
        for origin, target, room in ((start, end, capacity), (end, start, 0)):
            self.head[origin].append(len(self.to))
            self.to.append(target)
            self.room.append(room)
        return len(self.to) - 2

    def _levels(self, source: int, sink: int) -> list[int]:
        level = [-1] * len(self.head)
        level[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for edge in self.head[node]:
                if self.room[edge] > 0 and level[self.to[edge]] < 0:
                    level[self.to[edge]] = level[node] + 1
                    queue.append(self.to[edge])
        return level if level[sink] >= 0 else []

    def _push(self, source: int, sink: int, level: list[int], at: list[int]) -> int:
        """One augmenting path along the levels; the flow it carries (0: none left)."""
        path: list[int] = []
        node = source
        while node != sink:
            while at[node] < len(self.head[node]):
                edge = self.head[node][at[node]]
                if self.room[edge] > 0 and level[self.to[edge]] == level[node] + 1:
                    break
                at[node] += 1
            if at[node] < len(self.head[node]):
                path.append(self.head[node][at[node]])
                node = self.to[path[-1]]
            elif not path:
                return 0
            else:
                level[node] = -1
                node = self.to[path.pop() ^ 1]
        flow = min(self.room[edge] for edge in path)
        for edge in path:
            self.room[edge] -= flow
            self.room[edge ^ 1] += flow
        return flow

    def saturate(self, source: int, sink: int) -> int:
        """Send all that can be sent from ``source`` to ``sink``; the amount sent."""
        sent = 0
        while level := self._levels(source, sink):
            at = [0] * len(self.head)
            while flow := self._push(source, sink, level, at):
                sent += flow
        return sent


def _group_bounds(
    labels: Integers, numerators: Integers, floors: Integers, one: int
) -> tuple[Integers, Integers]:
    """Least and greatest number of heads that each group takes above the floors of its cells."""
    count = int(labels.max()) + 1
    exact, whole = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(exact, labels, numerators)
    np.add.at(whole, labels, floors)
    return exact // one - whole, -(-exact // one) - whole


class _Tree:
    """One family of nested groups as a chain of edges between a root and the cells."""

    def __init__(self, network: _Network, root: int, balance: dict[int, int], outward: bool) -> None:
        self.network, self.root, self.balance, self.outward = network, root, balance, outward

    def bounded_edge(self, outer: int, inner: int, low: int, high: int) -> None:
        start, end = (outer, inner) if self.outward else (inner, outer)
        self.network.edge(start, end, high - low)
        self.balance[end] = self.balance.get(end, 0) + low
        self.balance[start] = self.balance.get(start, 0) - low

    def leaves(
        self, family: Sequence[Integers], numerators: Integers, floors: Integers, one: int
    ) -> list[int]:
        """Add the groups, coarsest first; for each cell the node of its finest group."""
        outer_of = [self.root] * numerators.size
        for labels in reversed(family):
            low, high = _group_bounds(labels, numerators, floors, one)
            nodes: dict[int, int] = {}
            inside: dict[int, int] = {}
            for cell, label in enumerate(labels.tolist()):
                if inside.setdefault(label, outer_of[cell]) != outer_of[cell]:
                    raise ValueError("the groups of a family must be nested in those of the next one")
                if label not in nodes:
                    nodes[label] = self.network.node()
                    self.bounded_edge(outer_of[cell], nodes[label], int(low[label]), int(high[label]))
            outer_of = [nodes[label] for label in labels.tolist()]
        return outer_of


def controlled_rounding(
    numerators: Integers, denominator: int, rows: Sequence[Integers], columns: Sequence[Integers]
) -> Integers:
    """Whole numbers next to ``numerators / denominator`` whose group sums are next to the exact sums.

    ``rows`` and ``columns`` are two families of group labels, one label a cell, each family from its
    finest to its coarsest grouping, every group inside one group of the next grouping.  Where the
    choice is free, cells with the larger remainder are rounded up first.  Raises ``ValueError`` when a
    family is not nested (no rounding is then guaranteed).
    """
    numerators = np.asarray(numerators, np.int64)
    floors = numerators // denominator
    network, balance = _Network(), dict[int, int]()
    root, end = network.node(), network.node()
    left = _Tree(network, root, balance, True).leaves(rows, numerators, floors, denominator)
    right = _Tree(network, end, balance, False).leaves(columns, numerators, floors, denominator)
    network.edge(end, root, int((numerators - floors * denominator).sum()) // denominator + numerators.size)
    rest = numerators - floors * denominator
    order = np.argsort(-rest, kind="stable")
    edge_of = {cell: network.edge(left[cell], right[cell], 1) for cell in order.tolist() if rest[cell]}
    source, sink = network.node(), network.node()
    wanted = 0
    for node, surplus in balance.items():
        if surplus > 0:
            network.edge(source, node, surplus)
            wanted += surplus
        elif surplus < 0:
            network.edge(node, sink, -surplus)
    if network.saturate(source, sink) != wanted:
        raise ArithmeticError("no rounding found, though one exists for nested groups")
    out = floors.copy()
    for cell, edge in edge_of.items():
        out[cell] += 1 - network.room[edge]
    return out


def largest_remainder(total: int, weights: Integers) -> Integers:
    """``total`` whole heads shared in proportion to whole ``weights``; ties go to the first."""
    weights = np.asarray(weights, np.int64)
    whole = int(weights.sum())
    if whole == 0:
        raise ValueError("weights must not all be zero")
    exact = weights * total
    out = exact // whole
    order = np.argsort(-(exact - out * whole), kind="stable")
    out[order[: total - int(out.sum())]] += 1
    return out


def quotas(counts: Integers, weights: Integers) -> Integers:
    """Whole heads by row and category: rows sum to ``counts``, columns follow the weights.

    ``weights`` has shape (rows, categories), whole numbers.  What a row leaves over is carried to the
    next row, so that the columns do not drift; no column is guaranteed (see :func:`controlled_rounding`).
    """
    one = 1 << 20
    out = np.zeros(weights.shape, np.int64)
    carry = np.zeros(weights.shape[1], np.int64)
    for row, count in enumerate(counts.tolist()):
        if count == 0:
            continue
        share = weights[row] * one // max(int(weights[row].sum()), 1)
        exact = share * count + np.where(share > 0, carry, 0)
        got = np.maximum(exact // one, 0)
        missing = count - int(got.sum())
        rest = np.where(share > 0, exact - got * one, -(1 << 60))
        order = np.argsort(-rest, kind="stable") if missing > 0 else np.argsort(rest, kind="stable")
        for column in np.resize(order[: max(int((share > 0).sum()), 1)], abs(missing)).tolist():
            got[column] += 1 if missing > 0 or got[column] == 0 else -1
        if int(got.sum()) != count:
            got = largest_remainder(count, weights[row])
        carry = carry + np.where(share > 0, share * count - got * one, 0)
        out[row] = got
    return out
