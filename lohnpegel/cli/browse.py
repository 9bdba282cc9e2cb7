"""`lohnpegel browse`: the database in a browser, on this machine, read-only."""

from typing import Annotated

import typer

from lohnpegel.cli._state import State


def register(app: typer.Typer) -> None:
    app.command("browse")(browse)


def browse(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")] = 8001,
    opened: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Look through a snapshot of the database with Datasette: tables, facets, prepared questions, search; ends with Ctrl+C."""
    from lohnpegel.browse import browse as serve

    state: State = context.obj
    raise typer.Exit(serve(state.settings, port, ["--open"] if opened else []))
