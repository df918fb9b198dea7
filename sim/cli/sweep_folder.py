"""``passerelles status``, ``verify`` and ``collect``: what a sweep's folder holds, and if it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.main import BAD_INPUT
from sim.cli.sweep_words import given_up_of, lines_of, path_words
from sim.cli.terminal import ending, language, say, write_json

if TYPE_CHECKING:
    from sim.sweep.store import Store
    from sim.sweep.verification import Verification

Folder = Annotated[Path, typer.Argument(help="Folder of a sweep.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def status(folder: Folder, as_json: AsJson = False) -> None:
    """Say how far a sweep is, which jobs failed and how, and whether the engine is still the same."""
    with ending(as_json):
        from sim.run import engine_digest
        from sim.sweep.store import Store

        store = Store.open(folder)
        found = store.verify()
        given_up = [fault for _, fault in sorted(store.quarantined(done=found.keys).items())]
        same = store.manifest.engine == engine_digest()
        owner = store.owner()
        at_work = None if owner is None else {"pid": owner.pid, "host": owner.host}
        if as_json:
            report = _report("status", store, found)
            write_json(
                {**report, "given_up": given_up_of(given_up), "engine_changed": not same, "at_work": at_work}
            )
            return
        print(_progress_words(found))
        for line in lines_of(given_up):
            print(line)
        if owner is not None:
            where = f"pid {owner.pid}, {owner.host}"
            print(f"en cours : {where}" if language() == "fr" else f"at work: {where}")
            return
        for line in _state_words(store, found, len(given_up), same):
            print(line)


def verify(
    folder: Folder,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Move torn and altered files to the quarantine.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read every file of a sweep and check it; exit code 2 where one is torn or altered."""
    with ending(as_json):
        from sim.sweep.store import Store

        store = Store.open(folder)
        found = store.verify(set_aside=set_aside)
        if as_json:
            write_json({**_report("verify", store, found), "set_aside": set_aside})
        else:
            for name, reason in sorted(found.damaged.items()):
                print(f"{name}: {_damage(reason)}")
            for name in found.foreign:
                print(
                    f"{name}: "
                    + ("d'un autre plan, laissé là" if language() == "fr" else "of another sweep, left")
                )
            print(_progress_words(found))
    raise typer.Exit(0 if found.sound else BAD_INPUT)


def collect(folder: Folder, as_json: AsJson = False) -> None:
    """Write the table of a sweep from what is done; exit code 2 where jobs are missing."""
    with ending(as_json):
        from sim.sweep.store import Store

        store = Store.open(folder)
        path = store.collect()
        found = store.verify()
        if as_json:
            write_json({**_report("collect", store, found), "path": str(path)})
        else:
            if found.missing:
                say(_progress_words(found))
            print(path)
    raise typer.Exit(BAD_INPUT if found.missing else 0)


def _report(command: str, store: Store, found: Verification) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "command": command,
        "folder": str(store.folder),
        "jobs": found.jobs,
        "done": found.done,
        "missing": found.missing,
        "damaged": dict(sorted(found.damaged.items())),
        "foreign": sorted(found.foreign),
        "table": found.table,
        "engine": store.manifest.engine,
    }


def _progress_words(found: Verification) -> str:
    percent = 100 * found.done // max(1, found.jobs)
    if language() == "fr":
        return f"{found.done} tâches sur {found.jobs} ({percent} %)"
    return f"{found.done} of {found.jobs} jobs ({percent} %)"


def _damage(reason: str) -> str:
    if language() != "fr":
        return reason
    return {"torn": "déchiré", "altered": "modifié"}.get(reason, reason)


def _state_words(store: Store, found: Verification, given_up: int, same_engine: bool) -> list[str]:
    """What to do next, if anything."""
    french, folder = language() == "fr", path_words(store.folder)
    lines = []
    if found.damaged:
        damaged = ", ".join(sorted(found.damaged))
        lines.append(f"abîmés : {damaged}" if french else f"damaged: {damaged}")
    if not same_engine:
        lines.append(
            "le moteur a changé depuis : recommencer dans un autre dossier"
            if french
            else "the engine has changed since: start again in another folder"
        )
    elif found.missing > given_up:
        lines.append(
            f"pour reprendre : passerelles resume {folder}"
            if french
            else f"to go on: passerelles resume {folder}"
        )
    elif given_up:
        lines.append(
            f"pour réessayer : passerelles resume {folder} --retry"
            if french
            else f"to try again: passerelles resume {folder} --retry"
        )
    elif found.table != "good":
        lines.append(
            f"pour écrire le tableau : passerelles collect {folder}"
            if french
            else f"to write the table: passerelles collect {folder}"
        )
    else:
        lines.append(str(store.folder / "runs.parquet"))
    return lines
