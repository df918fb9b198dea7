"""Documents are tested against the code; what they run keeps its snapshots in a folder of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sim.kernels import KERNEL_FOLDER


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Snapshots go to a folder of the tests; compiled kernels stay where they are."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        (folder / KERNEL_FOLDER.name).symlink_to(KERNEL_FOLDER, target_is_directory=True)
        patch.setenv("PASSERELLES_CACHE", str(folder))
        yield
