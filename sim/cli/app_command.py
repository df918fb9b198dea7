"""``passerelles app``: the browser application, on this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.terminal import INTERRUPTED, check_between, ending, language, say
from sim.errors import MissingComponent

SETTINGS = {
    "server.headless": "true",
    "server.address": "127.0.0.1",
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.maxUploadSize": "1",
    "server.maxMessageSize": "50",
    "server.disconnectedSessionTTL": "30",
    "server.enableStaticServing": "false",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "client.showErrorLinks": "false",
    "runner.postScriptGC": "false",
    "theme.textColor": "#161616",
}
"""No usage statistics, no file watcher, nothing served to other machines."""


def page() -> Path:
    """The application's file, beside the package wherever that is installed.

    Raises :class:`sim.errors.MissingComponent` where it is absent.
    """
    path = Path(sim.__file__).parent.parent / "app.py"
    if not path.is_file():
        raise MissingComponent("app.py", None, "pip install passerelles")
    return path


def command(path: Path, port: int) -> list[str]:
    """The command that serves ``path`` on this machine's ``port``."""
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    return [sys.executable, "-m", "streamlit", "run", str(path), f"--server.port={port}", *options]


def app(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
) -> None:
    """Serve the application at http://localhost:PORT until interrupted."""
    with ending():
        check_between("--port", port, 1, 65_535)
        serve = command(page(), port)
        address = f"http://localhost:{port}"
        say(f"Passerelles : {address}" if language() == "fr" else f"Passerelles: {address}")
        try:
            status = subprocess.run(
                serve, env={**os.environ, "PYTHONUNBUFFERED": "1"}, check=False
            ).returncode
        except KeyboardInterrupt:
            status = INTERRUPTED
        raise SystemExit(status)
