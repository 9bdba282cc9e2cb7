"""`lohnpegel crawl`: fetch sources once."""

from typing import Annotated

import typer

from lohnpegel.cli import _print
from lohnpegel.cli._progress import Quiet, progress
from lohnpegel.cli._state import State, print_json


def register(app: typer.Typer) -> None:
    app.command("crawl")(crawl)


def crawl(
    context: typer.Context,
    only: Annotated[list[str] | None, typer.Argument(help="Names of sources; all enabled ones by default.")] = None,
    full: Annotated[bool, typer.Option(help="List everything, also where only new ads would be asked for.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")] = 0.0,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Fetch the sources once, store what they say, and group it into vacancies. A line for each source."""
    from lohnpegel.plans import crawl_plan
    from scheduler.run import run_crawl

    state: State = context.obj
    state.log(quiet=quiet)
    plan = crawl_plan(state.settings, tuple(only or ()))
    with progress("pages", quiet=quiet) as told:
        summary = run_crawl(plan, full=full, wait_s=wait, progress=told)
    if as_json:
        print_json(summary)
    else:
        _print.sources(summary)
    raise typer.Exit(summary.exit_code)
