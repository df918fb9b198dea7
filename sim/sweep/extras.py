"""Optional packages: imported where they are asked for, named with their remedy where they are not there."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from sim.errors import MissingExtra


def extra(module: str, group: Literal["analysis", "cluster"]) -> Any:
    """A module of one of the project's groups of optional packages.

    Raises:
        MissingExtra: says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as fault:
        asked = f'pip install "passerelles[{group}]"'
        raise MissingExtra(fault.name or module, expected=asked) from fault
