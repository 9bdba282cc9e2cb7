"""`lohnpegel status`: how the sources fare."""

from contextlib import closing
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from lohnpegel.cli._state import State, print_json


def register(app: typer.Typer) -> None:
    app.command("status")(status)


def status(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """How each source fares; exit code 1 when something needs a person."""
    from scheduler.lock import at_work
    from storage.read import Reader

    state: State = context.obj
    with closing(Reader.open(state.settings.storage.url)) as reader:
        health = reader.source_health()
    busy = at_work(state.settings.storage.url)
    if as_json:
        print_json({"sources": msgspec.to_builtins(health), "at_work": busy})
    else:
        table = Table("source", "state", "last ok", "open ads", "seen", "what was wrong")
        for one in health:
            age = f"{one.last_ok_at:%Y-%m-%d %H:%M}" if one.last_ok_at else "never"
            table.add_row(one.name, one.state, age, str(one.open_ads), str(one.seen), one.error or "")
        console = Console()
        console.print(table)
        console.print(busy or "nobody is at work", markup=False)
    raise typer.Exit(int(any(one.state != "ok" for one in health)))
