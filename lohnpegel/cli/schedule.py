"""`lohnpegel schedule`: stay, and do what is due when it is due."""

import typer

from lohnpegel.cli._state import State


def register(app: typer.Typer) -> None:
    app.command("schedule")(schedule)


def schedule(context: typer.Context) -> None:
    """Stay and do what is due by config.toml's timetable until SIGTERM; SIGHUP reads config.toml anew.

    Exit code 75 when another daemon serves this database.
    """
    from lohnpegel.serving import watch
    from scheduler.daemon import Daemon

    state: State = context.obj
    state.log(service=True)
    found, settings = watch(state.config)
    state.log(**settings.log.model_dump())
    Daemon(found, lambda: watch(state.config)[0]).serve()
