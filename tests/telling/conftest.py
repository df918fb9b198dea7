"""Worlds of these tests open in a folder of their own; compiled kernels stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sim.cli.main import main
from sim.kernels import KERNEL_FOLDER

Ended = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Snapshots go to a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        (folder / KERNEL_FOLDER.name).symlink_to(KERNEL_FOLDER, target_is_directory=True)
        patch.setenv("PASSERELLES_CACHE", str(folder))
        yield


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Run the command line; exit code, stdout, stderr."""
    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "220")
    monkeypatch.delenv("PASSERELLES_DEBUG", raising=False)
    monkeypatch.setattr("sim.compilation.compiled", lambda: True)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(list(arguments))
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return run
