"""`lohnpegel alerts`: what is wrong now, and whether messages arrive."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

if TYPE_CHECKING:
    from lohnpegel.notify.addresses import Address

alerts = typer.Typer(help="What people are told when something needs them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(alerts, name="alerts")


@alerts.command("test")
def test(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Send a message to every configured address and say whether it was taken. Exit code 1 when one was not."""
    from lohnpegel.notify import journal, post
    from lohnpegel.notify.outbox import prefix, reachable
    from lohnpegel.notify.postman import Letter

    state: State = context.obj
    settings = state.settings
    found, lacking = reachable(settings)
    if lacking:
        raise UsageError("; ".join(lacking.values()))
    if not found:
        raise UsageError(f'{state.config}: [alerts] urls is empty; write for example urls = ["mailto://${{MAIL}}"]')
    if not post.installed():
        raise UsageError(post.MISSING)
    ways: list[Address] = list(found.values())
    said = "This is a test. Messages that need you arrive like this one."
    bag = [Letter(way.url, f"{prefix(settings)}: test", said, "info") for way in ways]
    with TemporaryDirectory(prefix="lohnpegel-alerts-") as folder:
        note = Path(folder) / "journal"
        post.send(bag, note, settings.alerts.limit_s)
        errors = {line.letter: line.error for line in journal.lines(note)}
    told = [{"address": way.shown, "taken": errors[number] is None, "error": errors[number]} for number, way in enumerate(ways)]
    if as_json:
        print_json(told)
    for one in told if not as_json else ():
        print(f"{one['address']}: {one['error'] or 'taken'}")
    raise typer.Exit(int(any(one["error"] for one in told)))


@alerts.command("list")
def listed(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what is over and has been told.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show alerts that still hold and messages that have not arrived, newest first. Exit code 1 when there are any."""
    from lohnpegel.notify.outbox import reachable
    from storage.notices import Notices
    from storage.read import Reader

    state: State = context.obj
    with closing(Reader.open(state.settings.storage.url)) as reader:
        rows = Notices(reader.engine).listed(everything=everything)
    names = {key: way.shown for key, way in reachable(state.settings)[0].items()}
    told = [_shown(row, names) for row in rows]
    if as_json:
        print_json(told)
    else:
        _print(told)
    raise typer.Exit(int(any(one["cleared_at"] is None for one in told)))


def _shown(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    told = ("sent_at", "attempts", "next_try_at", "error")
    ways = [{"address": names.get(way["target"], way["target"]), **{key: way[key] for key in told}} for way in row["deliveries"]]
    return {key: row[key] for key in ("id", "kind", "key", "severity", "title", "body", "raised_at", "cleared_at")} | {"to": ways}


def _print(told: list[dict[str, Any]]) -> None:
    table = Table("no", "since", "severity", "what", "told", box=None, pad_edge=False)
    for one in told:
        since = f"{one['raised_at']:%Y-%m-%d %H:%M}" + (" (over)" if one["cleared_at"] else "")
        ways = [way["address"] + ": " + _way(way) for way in one["to"]] or ["nobody"]
        table.add_row(str(one["id"]), since, one["severity"], one["title"], "\n".join(ways))
    console = Console()
    if told:
        console.print(table, markup=False)
    else:
        print("nothing needs you, and nothing is on its way")


def _way(way: dict[str, Any]) -> str:
    if way["sent_at"]:
        return f"{way['sent_at']:%Y-%m-%d %H:%M}"
    again = f"again at {way['next_try_at']:%Y-%m-%d %H:%M}" if way["next_try_at"] else "given up"
    return f"not yet ({way['attempts']} tries, {again}{': ' + way['error'] if way['error'] else ''})"
