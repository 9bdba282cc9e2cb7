"""`lohnpegel cluster`: crawl with several machines that share one PostgreSQL database."""

from typing import Annotated

import typer

from lohnpegel.cli import _print
from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError


def register(app: typer.Typer) -> None:
    cluster = typer.Typer(no_args_is_help=True, help="Several machines on one PostgreSQL database, see docs/scale.md.")
    cluster.command("crawl")(crawl)
    cluster.command("work")(work)
    app.add_typer(cluster, name="cluster")


def crawl(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="List everything, also where only new ads would be asked for.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run.")] = 0.0,
    patience: Annotated[float, typer.Option(help="Seconds without any job begun or ended before the rest is given up.")] = 3600.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Have every source crawled by the workers, one job each; then group the ads and close the books."""
    _check_extra()
    from lohnpegel.plans import crawl_plan
    from scheduler.cluster.crawl import run_cluster_crawl

    state: State = context.obj
    summary = run_cluster_crawl(crawl_plan(state.settings), full=full, wait_s=wait, patience_s=patience)
    if as_json:
        print_json(summary)
    else:
        for source in summary.sources:
            print(_print.line(source))
    raise typer.Exit(summary.exit_code)


def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when no job is waiting.")] = False,
) -> None:
    """Take jobs and do them, one at a time, until told to stop; start as many as there are cores and hosts to ask."""
    _check_extra()
    from lohnpegel.plans import crawl_plan
    from scheduler.cluster.work import run_worker

    state: State = context.obj
    run_worker(crawl_plan(state.settings), once=once)


def _check_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("procrastinate", "psycopg") if find_spec(name) is None]
    if missing:
        raise UsageError(f"{' and '.join(missing)} not installed; run `pip install 'lohnpegel[cluster]'`")
