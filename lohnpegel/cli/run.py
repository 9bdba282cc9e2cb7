"""`lohnpegel run` for cron and timers, `lohnpegel schedule` as a daemon: both do what is due, and nothing twice."""

import logging
from typing import Annotated

import typer

from lohnpegel.cli import _print
from lohnpegel.cli._state import State

log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    app.command("run")(run)
    app.command("schedule")(schedule)


def run(
    context: typer.Context,
    force: Annotated[bool, typer.Option(help="Do everything now, due or not.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")] = 0.0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless something is wrong.")] = False,
) -> None:
    """Do what is due by config.toml's timetable: crawl, report, export."""
    from lohnpegel.jobs import run_due

    state: State = context.obj
    with _print.progress() as told:
        done = run_due(state.settings, force=force, wait_s=wait, progress=told)
    if done.exit_code or not quiet:
        if done.crawl:
            _print.sources(done.crawl)
        for path in done.written:
            print(path)
        if not done.crawl and not done.written:
            print(f"nothing is due before {done.next_due_at:%Y-%m-%d %H:%M} UTC; --force does everything now")
    raise typer.Exit(done.exit_code)


def schedule(context: typer.Context) -> None:
    """Stay and do what is due, when it is due, until SIGTERM."""
    from lohnpegel.jobs import run_due
    from lohnpegel.plans import crawl_plan, timetables
    from scheduler.daemon import serve
    from scheduler.errors import Busy
    from storage.errors import StorageError

    state: State = context.obj
    settings = state.settings
    crawl_plan(settings)  # refuses at the start what would fail at six in the morning
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)

    def due() -> None:
        try:
            done = run_due(settings)
        except (Busy, StorageError) as error:
            log.error("%s", error)  # noqa: TRY400 – a foreseen state, not a crash: the sentence says it all
            return
        for source in done.crawl.sources if done.crawl else ():
            log.info("%s", _print.line(source).replace("\t", " "))
        for path in done.written:
            log.info("written: %s", path)

    serve(timetables(settings), due)
