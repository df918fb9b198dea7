"""One journey in a real Chromium, on a small region: the page as a planner meets it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.cli.app_command import command, page

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
PATIENCE_MS = 240_000
"""Long enough for a machine that compiles the model for the first time; the journey itself takes seconds."""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("continuous integration needs a Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application as the command serves it, with a fiftieth of the region as "whole region"."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cache = tmp_path_factory.mktemp("cache")
    settings = {
        "PASSERELLES_APP_SCALE": "0.02",
        "PASSERELLES_APP_REPLICATES": "2",
        "PASSERELLES_CACHE": os.environ.get("PASSERELLES_CACHE", str(cache)),
    }
    with (cache / "log").open("w") as log:
        server = subprocess.Popen(
            command(page(), port), stdout=log, stderr=log, cwd=page().parent, env={**os.environ, **settings}
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(health: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the application did not start")


@pytest.fixture
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


def test_a_planner_moves_a_budget_and_reads_the_answer(browser: Any, address: str) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    screen = context.new_page()
    asked: list[str] = []
    screen.on("request", lambda request: asked.append(request.url))

    screen.goto(address)
    screen.get_by_role("heading", level=1).wait_for()
    assert "Occitanie" in screen.get_by_role("heading", level=1).inner_text()
    screen.get_by_role("button", name=re.compile("Ouvrir")).nth(1).click()
    screen.locator(".pa-card").first.wait_for()

    budget = screen.get_by_role("spinbutton", name=re.compile("PTP"))
    budget.fill("58")
    budget.press("Enter")
    screen.get_by_role("heading", level=1, name=re.compile("modifié")).wait_for()
    screen.get_by_text("Provisoire").wait_for()
    screen.get_by_text(re.compile("Intervalles à 90")).wait_for()
    assert screen.locator(".pa-card").count() == 7
    assert screen.get_by_text("Provisoire").count() == 0
    _accessible(screen)

    screen.get_by_role("radio", name="English").or_(screen.get_by_role("button", name="English")).click()
    screen.get_by_text("What the scenario changes").wait_for()
    assert screen.evaluate("document.documentElement.lang") == "en"
    assert screen.get_by_role("spinbutton", name=re.compile("PTP")).input_value() == "58.00"
    assert screen.locator('[data-testid="stException"]').count() == 0
    outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert not outside
    context.close()


def _accessible(screen: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    screen.wait_for_timeout(1000)
    found = Axe().run(screen).response["violations"]
    grave = [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]
    assert not grave
