"""A disk that breaks at a chosen operation: the power goes, or every operation is refused from then on."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import pytest

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class PowerCut(BaseException):
    """Nothing reaches the disk any more: what a kill leaves behind."""


class BreakingDisk:
    """Counts the operations that change the disk; from the one numbered ``at`` on, each raises ``fault``.

    Reading goes on.  An operation cut by a power cut may have been done or not: ``after`` says which.
    """

    OPERATIONS = ("fsync", "replace", "rename", "unlink", "mkdir", "write", "pwrite", "ftruncate")

    def __init__(self, patch: pytest.MonkeyPatch, at: int, fault: BaseException, after: bool = False) -> None:
        self.at, self.fault, self.after = at, fault, after
        self.count = 0
        self.broken = False
        for name in self.OPERATIONS:
            patch.setattr(os, name, self._guarded(getattr(os, name)))
        patch.setattr(os, "open", self._guarded(os.open, lambda path, flags, *_, **__: bool(flags & WRITING)))
        patch.setattr(io, "open", self._guarded(io.open, _opens_for_writing))

    def _guarded(
        self, operation: Callable[..., Any], changes: Callable[..., bool] = lambda *_, **__: True
    ) -> Callable[..., Any]:
        def guarded(*arguments: Any, **named: Any) -> Any:
            if not changes(*arguments, **named):
                return operation(*arguments, **named)
            self.count += 1
            if self.broken or self.count < self.at:
                if self.broken:
                    raise self.fault
                return operation(*arguments, **named)
            self.broken = True
            if self.after:
                _close(operation(*arguments, **named))
            raise self.fault

        return guarded


def _close(opened: Any) -> None:
    if hasattr(opened, "close"):
        opened.close()


def _opens_for_writing(path: Any, mode: str = "r", *_: Any, **__: Any) -> bool:
    return any(letter in mode for letter in "wax+")
