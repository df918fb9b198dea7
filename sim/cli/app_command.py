"""``passerelles app``: the browser application, on this machine only."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from typing import Annotated

import typer

from sim.cli.terminal import INTERRUPTED, check_between, ending, language, say

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


def command(port: int) -> list[str]:
    """The command that serves the application.

    Raises :class:`sim.errors.MissingComponent` where the application is not installed.
    """
    from sim.errors import MissingComponent

    spec = importlib.util.find_spec("app")
    if spec is None or spec.origin is None:
        raise MissingComponent("app.py", None, "pip install passerelles")
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    return [sys.executable, "-m", "streamlit", "run", spec.origin, f"--server.port={port}", *options]


def app(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
) -> None:
    """Serve the application at http://localhost:PORT until interrupted."""
    with ending():
        check_between("--port", port, 1, 65_535)
        serve = command(port)
        address = f"http://localhost:{port}"
        say(f"Passerelles : {address}" if language() == "fr" else f"Passerelles: {address}")
        try:
            status = subprocess.run(
                serve, env={**os.environ, "PYTHONUNBUFFERED": "1"}, check=False
            ).returncode
        except KeyboardInterrupt:
            status = INTERRUPTED
        raise SystemExit(status)
