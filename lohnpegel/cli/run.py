"""`lohnpegel run`: do what is due, once, for cron and timers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lohnpegel.cli import _print
from lohnpegel.cli._progress import progress
from lohnpegel.cli._state import State
from lohnpegel.errors import UsageError

if TYPE_CHECKING:
    from scheduler.events import RoundDone


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    context: typer.Context,
    force: Annotated[bool, typer.Option(help="Do everything now, due or not.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another run instead of giving up.")] = 0.0,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Give up at once where another run is at work; so by default.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless something is wrong.")] = False,
) -> None:
    """Do what is due by config.toml's timetable: crawl, report, export, backup, purge. A line for each job and source.

    Exit code 1 when a source or a job did not end well, 2 when a person must do something first, 75 when another run is at work.
    """
    from lohnpegel.rounds import run_due
    from scheduler.stop import Stop

    if wait and no_wait:
        raise UsageError("--wait and --no-wait exclude each other")
    state: State = context.obj
    state.log(quiet=quiet)
    with progress("pages", quiet=quiet) as told, Stop().listening() as stop:
        done = run_due(state.settings, force=force, wait_s=wait, stop=stop, progress=told)
    if done.exit_code or not quiet:
        _say(done)
    raise typer.Exit(done.exit_code)


def _say(done: "RoundDone") -> None:
    for job in done.jobs:
        for source in job.crawl.sources if job.crawl else ():
            print(_print.line(source))
        if not job.crawl:
            print("\t".join((f"{job.name} {job.week}" if job.week else job.name, job.state, job.error or _made(job.written))))
    if done.stopped:
        print("stopped before all was done; the next run does what is left")
    elif not done.jobs:
        print(f"nothing is due before {done.next_due_at:%Y-%m-%d %H:%M} UTC; --force does everything now")


def _made(written: Sequence[Path]) -> str:
    """The file that was written, or how many and where."""
    return str(written[0]) if len(written) == 1 else f"{len(written)} files in {written[0].parent}" if written else ""
