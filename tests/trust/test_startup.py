"""The first start: compiled before anybody waits, never from stale code, with faults that say what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from children import ROOT, child_environment, python

from sim import kernels
from sim.cache_folders import KEPT_OLD_FOLDERS, mark_used, prune
from sim.cli import app_command
from sim.cli.main import main
from sim.compilation import prune_kernel_folders
from sim.kernels import KERNELS, kernel_sources

HEAVY = ("mesa", "pandas", "streamlit", "altair", "numba", "scipy", "pyarrow")


@pytest.mark.parametrize(("modules", "absent"), [
    ("sim, sim.scenario, sim.parameters, sim.cli.main", HEAVY),
    ("sim.run, sim.comparison, sim.checks", ("mesa", "pandas", "streamlit", "altair")),
    ("sim.mesa_model", ("streamlit", "altair")),
])
def test_what_is_not_used_is_not_imported(modules: str, absent: tuple[str, ...]) -> None:
    done = python(f"import {modules}, sys; print(*(name for name in {absent} if name in sys.modules))")
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def passerelles(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a child with a changed environment."""
    changed = {"PASSERELLES_LANGUAGE": "en"} | environment
    return subprocess.run([sys.executable, "-W", "ignore", "-m", "sim.cli.main", *arguments],
                          env=child_environment(**changed), cwd=ROOT, capture_output=True, text=True,
                          timeout=120, check=False)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A cache folder after ``passerelles prepare``, and what that said."""
    folder = tmp_path_factory.mktemp("prepared")
    done = passerelles("prepare", PASSERELLES_CACHE=str(folder))
    assert done.returncode == 0, done.stderr
    return folder, done.stderr


def test_preparing_says_what_it_does_and_how_far_it_is(prepared: tuple[Path, str]) -> None:
    first, *steps, last = prepared[1].splitlines()
    assert "Compiling the model, once" in first and last.startswith("Ready in")
    done = [int(step.split("/")[0]) for step in steps]
    assert done == list(range(10, done[-1] + 1, 10)) and len(done) >= 3


COUNT = """
from numba.core import event
from sim.kernels import KERNELS
compiled = []
class Listener(event.Listener):
    def on_start(self, event):
        compiled.append(event.data["dispatcher"])
    def on_end(self, event):
        pass
with event.install_listener("numba:compile", Listener()):
    {work}
print(len([one for one in compiled if any(one is kernel for kernel in KERNELS)]))
"""
RUN = ("from sim.run import simulate; from sim.scenario import load;"
       "simulate(load('{scenario}'), scale=0.004, months=18, check={check})")


@pytest.mark.parametrize(("scenario", "check"), [
    ("reference", True), ("ai-fast-ptp-doubled", True), ("ai-fast-women-seniors", False)])
def test_once_prepared_nothing_is_compiled_any_more(
        prepared: tuple[Path, str], scenario: str, check: bool) -> None:
    work = RUN.format(scenario=scenario, check=check)
    done = python(COUNT.format(work=work), PASSERELLES_CACHE=str(prepared[0]))
    assert done.stdout.split() == ["0"], done.stderr
    said = python("from sim.cli.prepare import prepare_if_needed; prepare_if_needed()",
                  PASSERELLES_CACHE=str(prepared[0]))
    assert (said.returncode, said.stderr) == (0, "")


def test_compilations_are_counted(tmp_path: Path) -> None:
    # Otherwise the zero above would say nothing.
    work = "from sim.streams import draw, stream_key, Decision; draw(stream_key(0, Decision.SEARCH, 0), 1)"
    done = python(COUNT.format(work=work), PASSERELLES_CACHE=str(tmp_path))
    assert done.stdout.split() == ["2"], done.stderr  # draw, and mix which it calls


def test_the_application_is_served_only_once_everything_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(app_command, "prepare_if_needed", lambda: done.append("compiled"))
    monkeypatch.setattr(app_command, "served", lambda command: done.append("served") or 0)
    with pytest.raises(SystemExit):
        app_command.app(port=8501, browser=False)
    assert done == ["compiled", "served"]


def test_every_kernel_of_the_model_is_named_by_the_digest() -> None:
    import sim.check_posts
    import sim.reference.agents
    import sim.run  # noqa: F401

    sources = set(kernel_sources())
    defined = {Path(kernel.py_func.__code__.co_filename) for kernel in KERNELS}
    assert len(KERNELS) >= 30 and defined <= sources
    assert {path.relative_to(ROOT).as_posix() for path in sources} >= {
        "sim/kernels.py", "sim/streams.py", "sim/moves.py", "sim/population/columns.py",
        "sim/processes/hazards.py"}


PROBE = """
import numpy as np
from sim.kernels import KERNEL_FOLDER
from sim.processes.separations import _reasons
from sim.streams import Decision, stream_key
contract, half = np.zeros(4096, np.uint8), np.int64(1 << 31)
key = stream_key(0, Decision.SEPARATION_REASON, 36)
found = _reasons(np.arange(4096), contract, contract, half, np.int64(0), key)
print(KERNEL_FOLDER.name, int((found == 4).sum()))
"""


def probe(package: Path, cache: Path) -> tuple[str, int]:
    """Kernel folder of a copy of the package, and what one of its kernels finds."""
    done = python(PROBE, package, PYTHONPATH=str(package), PASSERELLES_CACHE=str(cache))
    assert done.returncode == 0, done.stderr
    folder, count = done.stdout.split()
    return folder, int(count)


@pytest.mark.parametrize(("file", "was", "is_"), [
    pytest.param("streams.py", "_S27, _S31, _S32 = np.uint64(30), np.uint64(27)",
                 "_S27, _S31, _S32 = np.uint64(30), np.uint64(26)", id="a kernel called from another file"),
    pytest.param("population/columns.py", "    CDI = 0\n    CDD = 1\n", "    CDI = 1\n    CDD = 0\n",
                 id="a constant of a file without kernels"),
])
def test_code_compiled_from_other_sources_is_never_used(
        tmp_path: Path, file: str, was: str, is_: str) -> None:
    package, cache = tmp_path / "copy", tmp_path / "cache"
    cache.mkdir()
    for name in ("sim", "calibration"):
        shutil.copytree(ROOT / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
    source = package / "sim" / file
    text, stamp = source.read_text(encoding="utf-8"), source.stat()
    first = probe(package, cache)
    assert was in text and 1800 < first[1] < 2300
    source.write_text(text.replace(was, is_), encoding="utf-8")
    os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # not even its date says so
    # Python's own cache, which does look at dates:
    shutil.rmtree(source.parent / "__pycache__", ignore_errors=True)
    changed = probe(package, cache)
    assert changed[0] != first[0] and changed[1] != first[1]
    source.write_text(text, encoding="utf-8")
    assert probe(package, cache) == first
    assert len(list(cache.glob("kernels-*"))) == 2


def test_an_unwritable_cache_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = passerelles("run", "reference", "--scale", "0.002", "--months", "1",
                       PASSERELLES_CACHE=str(tmp_path / "file" / "cache"))
    assert done.returncode == 3
    assert "E45 cache not writable" in done.stderr and "set PASSERELLES_CACHE" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_cache_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    done = passerelles("prepare", PASSERELLES_CACHE=str(tmp_path))
    assert done.returncode == 3 and "E45" in done.stderr


@pytest.mark.parametrize(("module", "fault"), [
    ("numba", "ImportError('Numba needs NumPy 2.9 or less')"),
    ("llvmlite", "ModuleNotFoundError(\"No module named 'llvmlite'\", name='llvmlite')"),
    ("llvmlite", "OSError('Could not find/load shared object file')"),
])
@pytest.mark.parametrize("command", [("run", "reference", "--months", "1"), ("prepare",), ("app",)])
def test_without_a_compiler_the_fault_says_what_to_install(
        tmp_path: Path, module: str, fault: str, command: tuple[str, ...]) -> None:
    (tmp_path / f"{module}.py").write_text(f"raise {fault}\n")
    done = passerelles(*command, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 3
    assert "E44 missing compiler" in done.stderr and "pip install --force-reinstall numba" in done.stderr
    assert "Traceback" not in done.stderr


BROKEN = """
from numba.core import dispatcher, errors
def refuse(self, *args):
    raise errors.LoweringError("LLVM does not know this processor")
dispatcher.Dispatcher.compile = refuse
"""


@pytest.mark.parametrize("command", [
    ("run", "reference", "--scale", "0.002", "--months", "1"), ("prepare",), ("app",)])
def test_a_compiler_that_refuses_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    done = passerelles(*command, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}", PASSERELLES_CACHE=str(tmp_path))
    assert done.returncode == 3
    assert "E46 compilation failed" in done.stderr and "requirements.lock" in done.stderr
    assert "LLVM does not know this processor" in done.stderr and "Traceback" not in done.stderr


def test_commands_that_need_no_compiler_do_without(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('none here')\n")
    for command in (("scenarios",), ("sources",), ("--help",)):
        done = passerelles(*command, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
        assert done.returncode == 0 and done.stdout, command


def test_old_compilations_are_removed_but_the_most_recent(tmp_path: Path) -> None:
    names = [f"kernels-{n:016x}" for n in range(6)]
    for age, name in enumerate(reversed(names)):
        (tmp_path / name / "sim").mkdir(parents=True)
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    for other in ("snapshots-0123456789abcdef", "kernels-of-somebody", "comparisons"):
        (tmp_path / other).mkdir()
    current = tmp_path / names[0]  # the oldest, and in use
    removed = prune_kernel_folders(tmp_path, current)
    assert sorted(path.name for path in removed) == names[1:4]
    assert sorted(path.name for path in tmp_path.glob("kernels-0*")) == [names[0], *names[4:]]
    assert len(names[4:]) == KEPT_OLD_FOLDERS and (tmp_path / "kernels-of-somebody").is_dir()
    assert (tmp_path / "snapshots-0123456789abcdef").is_dir()


def test_old_openings_are_removed_unless_they_served_today(tmp_path: Path) -> None:
    names = [f"snapshots-{n:016x}" for n in range(6)]
    for age, name in enumerate(names):
        (tmp_path / name / "scale-0.01-seed-0").mkdir(parents=True)
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    (tmp_path / "kernels-0123456789abcdef").mkdir()
    mark_used(tmp_path / names[5])
    removed = prune(tmp_path, "snapshots", tmp_path / names[4], idle_seconds=3600.0)
    assert sorted(path.name for path in removed) == names[1:4]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "kernels-0123456789abcdef", names[0], *names[4:]]
    again = [tmp_path / names[0], tmp_path / names[5]]
    assert prune(tmp_path, "snapshots", tmp_path / names[4]) == [] and all(path.is_dir() for path in again)


@pytest.mark.parametrize("command", ["run", "compare"])
def test_who_has_not_prepared_is_told_why_it_takes_a_while(
        command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import sim.compilation as compilation

    class Enough(Exception):
        """Nothing need be compiled here."""

    def compile_ahead(progress: object) -> None:
        raise Enough

    monkeypatch.setenv("PASSERELLES_LANGUAGE", "en")
    monkeypatch.setenv("PASSERELLES_DEBUG", "1")
    monkeypatch.setattr(compilation, "compiled", lambda: False)
    monkeypatch.setattr(compilation, "compile_ahead", compile_ahead)
    given = ["reference", "ai-fast"] if command == "compare" else ["reference"]
    with pytest.raises(Enough):
        main([command, *given, "--scale", "0.002", "--months", "1"])
    assert "Compiling the model, once" in capsys.readouterr().err


def test_the_digest_names_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kernels.kernel_digest()
    for module, name, value in ((kernels.numba, "__version__", "9"), (kernels.llvmlite, "__version__", "9"),
                                (kernels.np, "__version__", "9"), (kernels.numba.config, "BOUNDSCHECK", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            assert kernels.kernel_digest() != before
    assert kernels.kernel_digest() == before
