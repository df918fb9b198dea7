"""One cache folder for the tests of the bench, so that no snapshot of the user's is read or written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Snapshots go to a folder of the tests; compiled kernels stay where they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSERELLES_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
