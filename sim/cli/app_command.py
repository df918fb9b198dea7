"""``passerelles app``: the browser application, on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.prepare import prepare_if_needed
from sim.cli.terminal import INTERRUPTED, check_between, ending, language, say
from sim.errors import MissingComponent

SETTINGS: Mapping[str, str] = {
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
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "runner.postScriptGC": "false",
    "theme.baseRadius": "small",
    "theme.paddingTop": "0.75rem",
    "theme.light.primaryColor": "#1b6ca8",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f6f8",
    "theme.light.textColor": "#161616",
    "theme.light.linkColor": "#145a8c",
    "theme.dark.primaryColor": "#7cb8e4",
    "theme.dark.backgroundColor": "#14181c",
    "theme.dark.secondaryBackgroundColor": "#1e242a",
    "theme.dark.textColor": "#f2f4f6",
    "theme.dark.linkColor": "#9fd0f5",
}
"""No usage statistics, no file watcher, nothing served to other machines.

The wheel holds no ``.streamlit/config.toml``: these are its settings, and a test keeps the two alike.
"""


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
    browser: Annotated[bool, typer.Option(help="Open it in the browser (from a terminal only).")] = True,
) -> None:
    """Serve the application at http://localhost:PORT until interrupted."""
    with ending():
        check_between("--port", port, 1, 65_535)
        serve = command(page(), port)
        prepare_if_needed()
        address = f"http://localhost:{port}"
        say(f"Passerelles : {address}" if language() == "fr" else f"Passerelles: {address}")
        if browser and sys.stdout.isatty():
            threading.Thread(target=open_when_ready, args=(port, address), daemon=True).start()
        raise SystemExit(served(serve))


def open_when_ready(port: int, address: str, patience_seconds: float = 60.0) -> None:
    """Open ``address`` in the browser as soon as the port answers; give up quietly after a while."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("localhost", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.3)
        else:
            webbrowser.open(address)
            return


def served(serve: list[str]) -> int:
    """Run the server until it ends or we are told to; returns its status, and leaves nothing running."""
    server = subprocess.Popen(serve, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    # Without this, ending the command would leave the server behind, holding the port.
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        server.terminate()
        server.wait()
