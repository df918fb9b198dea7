"""The `passerelles` command: one subcommand a file, imported only when it is called.

Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 2 bad input, 3 the run failed, 130
interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, cast

import typer

from sim import __version__
from sim.errors import BooksDoNotClose, Errors, Language, MissingComponent, PasserellesError, RunFailed

DONE: Final = 0
BAD_INPUT: Final = 2
FAILED: Final = 3
INTERRUPTED: Final = 130


@dataclass(frozen=True)
class Command:
    """Where a subcommand lives and what it says of itself before it is imported."""

    module: str
    function: str
    help: str


COMMANDS: Final[dict[str, Command]] = {
    "run": Command("sim.cli.run", "run", "Run a scenario and write its results."),
    "compare": Command("sim.cli.compare", "compare", "Compare scenarios on the same draws."),
    "explain": Command("sim.cli.explain", "explain", "Say why posts change, factor by factor."),
    "sweep": Command("sim.cli.sweep", "sweep", "Run the worlds of a design, and lose nothing on the way."),
    "status": Command("sim.cli.sweep_folder", "status", "Say how far a sweep is."),
    "resume": Command("sim.cli.sweep", "resume", "Go on with a sweep where it stopped."),
    "verify": Command("sim.cli.sweep_folder", "verify", "Check every file of a sweep."),
    "collect": Command("sim.cli.sweep_folder", "collect", "Write the table of a sweep."),
    "scenarios": Command("sim.cli.scenarios", "scenarios", "List the scenarios shipped with the project."),
    "analyse": Command("sim.cli.analyse", "analyse", "Say what a sweep says: words, tables, figures."),
    "app": Command("sim.cli.app_command", "app", "Open the application in the browser."),
    "schemes": Command("sim.cli.schemes", "schemes", "Print the rules of the funding schemes, with sources."),
    "account": Command("sim.cli.account", "account", "Account of a year, by scheme, beside the documents."),
    "marginal": Command("sim.cli.marginal", "marginal", "Say what one more million does in each scheme."),
    "person": Command("sim.cli.person", "person", "Tell one worker's story in two worlds."),
    "sources": Command("sim.cli.sources", "sources", "List the model's numbers and where they come from."),
    "population": Command("sim.cli.population", "population", "Write the synthetic population."),
    "reference": Command("sim.cli.reference", "reference", "Run the published labour-flow model."),
    "calibrate": Command(
        "calibration.commands.calibrate", "calibrate", "Fit the free parameters to the targets."
    ),
    "validate": Command(
        "calibration.commands.validate", "validate", "Score the model: observed against simulated."
    ),
    "prepare": Command("sim.cli.prepare", "prepare", "Compile the model once, so that runs start at once."),
}


def build(wanted: Sequence[str]) -> typer.Typer:
    """The application with the wanted subcommands imported and the others as names with their help.

    Raises:
        MissingComponent: when the file of a wanted subcommand is not installed.
    """
    application = typer.Typer(
        name="passerelles",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Occitanie's labour market under generative AI and reconversion funding.",
    )
    application.callback()(_root)
    for name, command in COMMANDS.items():
        function = _imported(name, command) if name in wanted else _stub
        application.command(name, help=None if name in wanted else command.help)(function)
    return application


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `passerelles` script; always leaves through `SystemExit`."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    named = next((word for word in arguments if not word.startswith("-")), "")
    try:
        build([named] if named in COMMANDS else [])(args=list(arguments), prog_name="passerelles")
    except PasserellesError as error:
        raise SystemExit(_report(error)) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None


def language() -> Language:
    """Language of messages: French when `PASSERELLES_LANGUAGE` starts with `fr`, English otherwise."""
    return "fr" if os.environ.get("PASSERELLES_LANGUAGE", "").lower().startswith("fr") else "en"


def _report(error: PasserellesError) -> int:
    print(error.message(language()), file=sys.stderr)
    faults = error.errors if isinstance(error, Errors) else (error,)
    failed = any(isinstance(fault, RunFailed | BooksDoNotClose | MissingComponent) for fault in faults)
    return FAILED if failed else BAD_INPUT


def _imported(name: str, command: Command) -> Callable[..., Any]:
    try:
        return cast("Callable[..., Any]", getattr(import_module(command.module), command.function))
    except ModuleNotFoundError as error:
        raise MissingComponent(f"passerelles {name}", error.name, "an installed module") from error


def _stub() -> None:
    """Never called: stands for a subcommand that was not asked for."""


def _version(wanted: bool) -> None:
    if wanted:
        print(f"passerelles {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say the version."
    ),
) -> None:
    """Occitanie's labour market under generative AI and reconversion funding."""


if __name__ == "__main__":
    main()
