"""What the README shows is run; what it and its neighbours link to exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.cli.main import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = re.findall(r"^    \.venv/bin/passerelles (.*?)\s*(?:#.*)?$", README, flags=re.MULTILINE)


def test_there_is_something_to_run() -> None:
    assert len(BLOCKS) == 2 and len(COMMANDS) == 11


@pytest.mark.parametrize("block", BLOCKS, ids=["paired runs", "mesa"])
def test_python_examples_run(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Called in this process, whose kernels are compiled; a user's shell does no more."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(command))
    told = capsys.readouterr()
    assert not ended.value.code, told.err
    assert told.out
    for made in re.findall(r"--out (\S+)", command):
        assert (tmp_path / made).exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^    .*$|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.is_file(), target
        if anchor:
            assert anchor in anchors(found), target


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as Markdown viewers make them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_of_docs_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", README))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")}


def test_the_readme_stays_short() -> None:
    assert len(README.splitlines()) < 130


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "numbers.md"], ids=lambda page: page.name)
def test_every_file_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:sim|calibration|docs|scenarios|tests)/[\w./-]*)`", text)
    assert not [name for name in named if not (ROOT / name).exists()]
