"""`lohnpegel schedule`: stay, and do what is due when it is due."""

from typing import Annotated

import typer

from lohnpegel.cli._state import State


def register(app: typer.Typer) -> None:
    app.command("schedule")(schedule)


def schedule(
    context: typer.Context,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Serve /healthz and /metrics on this local port; 0: a free one."),
    ] = None,
) -> None:
    """Stay and do what is due by config.toml's timetable until SIGTERM; SIGHUP reads config.toml anew.

    Exit code 75 when another daemon serves this database.
    """
    from lohnpegel.serving import watch
    from scheduler.daemon import Daemon

    state: State = context.obj
    state.log(service=True)
    found, settings = watch(state.config)
    state.log(**settings.log.model_dump())
    Daemon(found, lambda: watch(state.config)[0]).serve(metrics_port)
