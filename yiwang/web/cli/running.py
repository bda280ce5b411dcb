"""The root of all commands, and what becomes of failures on the command line."""

from __future__ import annotations

from typing import Annotated

import typer
from django.db import DatabaseError
from django.utils.translation import gettext as _

import yiwang
from yiwang.kernel.errors import Failure, Invalid, ProblemsFound
from yiwang.web.cli import accounts, classifier, demo, place, scenes, serving, setup, trust
from yiwang.web.cli.showing import complain, problems_table, translated

app = typer.Typer(
    name="yiwang",
    help=_("Yiwang: one net for a city. Commands for whoever runs an installation."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(scenes.app, name="scene")
app.add_typer(accounts.app, name="account")
app.add_typer(trust.app, name="audit")
app.command("setup", help=_("Bring tables, keys, divisions, roles and the sample city to the present version."))(
    setup.setup
)
app.command("up", help=_("Run pages, stream and worker in one go."))(serving.up)
app.command("web", help=_("Run pages and API alone."))(serving.web)
app.command("stream", help=_("Run the live stream alone; exactly one."))(serving.stream)
app.command("worker", help=_("Run jobs, messages, schedules and the seal alone; any number."))(serving.worker)
app.add_typer(place.app, name="place")
app.add_typer(classifier.events_app, name="events")
app.add_typer(demo.app, name="demo")
app.command("simulate", help=_("Let the sample city live: citizens report, officials work; exactly one."))(
    demo.simulate
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(yiwang.__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help=_("Print it."))
    ] = False,
) -> None:
    """Options of the whole program."""


@app.command(help=_("Print the version."))
def version() -> None:
    """Print the version."""
    typer.echo(yiwang.__version__)


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit status: 0 done, 1 an expected failure, 2 wrong usage."""
    try:
        app(arguments, prog_name="yiwang")
    except SystemExit as ended:  # typer ends so, and shows wrong usage itself
        return ended.code if isinstance(ended.code, int) else 0
    except ProblemsFound as found:
        problems_table(found.problems)
        return 1
    except Failure as failure:
        complain(translated(failure.text))
        if isinstance(failure, Invalid):
            for name, texts in failure.fields.items():
                complain(f"  {name}: " + " ".join(translated(text) for text in texts))
        return 1
    except DatabaseError as error:
        complain(_("The database does not answer or is not set up yet: %(error)s") % {"error": error})
        return 1
    return 0
