"""`lohnpegel status`: how everything fares, and whether a person is needed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from lohnpegel.cli._state import State, print_json

if TYPE_CHECKING:
    from scheduler.health import Standing


def register(app: typer.Typer) -> None:
    app.command("status")(status)


def status(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """How sources and jobs fare, what is due next, who is at work, what room is left.

    Exit code 1 when something needs a person: it is named, with what to do.
    """
    from lohnpegel.standing import standing

    state: State = context.obj
    found = standing(state.settings, state.config, datetime.now(UTC))
    if as_json:
        print_json(found)
    else:
        _print(found, Console())
    raise typer.Exit(int(bool(found.concerns)))


def _print(found: "Standing", console: Console) -> None:
    from scheduler.health import doubtful_sqlite

    table = Table("source", "state", "last ok", "age", "open ads", "seen", "usual", "next due", "took")
    for one in found.sources:
        age = f"{one.age_h:.0f} h" if one.age_h is not None else ""
        usual = f"{one.usual:g}" if one.usual is not None else ""
        due = _moment(one.next_due_at, found.at) if one.enabled else "not enabled"
        numbers = (f"{one.open_ads:,}", f"{one.seen:,}", usual)
        table.add_row(one.name, one.state, _moment(one.last_ok_at), age, *numbers, due, _span(one.seconds))
    console.print(table)
    jobs = Table("job", "state", "last done", "next due", "took")
    for job in found.jobs:
        jobs.add_row(job.name, job.state, _moment(job.last_done_at), _moment(job.next_due_at, found.at), _span(job.seconds))
    console.print(jobs)
    doubt = ", which can lose a checkpoint in a rare case: docs/reliability.md" if doubtful_sqlite(found.sqlite) else ""
    lines = [
        f"{found.open_ads:,} open ads; database {_size(found.database_bytes)}, archive {_size(found.archive_bytes)}",
        *(f"{_size(disk.free)} free at {disk.place}" for disk in found.disks),
        f"Lohnpegel {found.version}, schema {found.schema}, SQLite {found.sqlite}{doubt}",
        found.at_work or "nobody is at work",
        f"daemon: {found.daemon}" if found.daemon else "no daemon serves this database",
        *(f"needs a person: {one.what}\n  {one.do}" for one in found.concerns),
    ]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _moment(at: datetime | None, now: datetime | None = None) -> str:
    """UTC, to the minute; what is due by now says so."""
    if at is None:
        return "never"
    return "now" if now is not None and at <= now else f"{at:%Y-%m-%d %H:%M}"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _size(number: int | None) -> str:
    """In decimal units.

    >>> _size(2_500_000), _size(None)
    ('2.5 MB', 'on a server')
    """
    if number is None:
        return "on a server"
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.1f} MB"
