"""Works that cost nothing, to try the machinery: found by name in every worker."""

from __future__ import annotations

from sim.sweep.jobs import Row, Spec


def squares(spec: Spec) -> list[Row]:
    """Three rows a job, of every type that a column may have."""
    number = int(spec["number"])
    return [
        {
            "sample": number // 2,
            "replicate": number % 2,
            "policy_point": point,
            "policy": "" if point < 0 else f"p{point}",
            "square": float(number * number) / 7 if point >= 0 else None,
            "even": number % 2 == 0,
        }
        for point in (-1, 0, 1)
    ]
