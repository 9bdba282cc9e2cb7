"""`lohnpegel demo`: the whole way on this machine, against a market whose truth is known."""

import enum
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from lohnpegel.cli import _print
from lohnpegel.cli._state import print_json


class Market(enum.Enum):
    """Kinds of made-up market."""

    MIXED = "mixed"
    CLAIM_TRUE = "claim-true"
    CLAIM_FALSE = "claim-false"
    SPARSE = "sparse"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where everything goes; begun anew each time.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Draws the market: the same seed, the same market and report.")] = 1,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="Weeks that the market lives and is crawled.")] = 6,
    market: Annotated[Market, typer.Option(help="mixed, claim-true, claim-false or sparse.")] = Market.MIXED,
    replay: Annotated[Path | None, typer.Option(help="Serve recorded responses from this folder instead.")] = None,
    database: Annotated[str | None, typer.Option(help="An empty database on a server: postgresql+psycopg://…")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of the printed report.")] = False,
) -> None:
    """Serve a made-up labour market on this machine, crawl it week by week, report on it, and export its last week."""
    from lohnpegel.demo import Wish, play
    from lohnpegel.jobs import write_export, write_page
    from lohnpegel.judging import make_report
    from report.isoweek import IsoWeek
    from report.render_terminal import print_report

    console = Console(stderr=as_json)
    wish = Wish(folder, seed, weeks, market.value, replay=replay, database=database)
    shown = play(wish, lambda week, summary: _week(console, week, summary))
    report = make_report(shown.settings, shown.now)
    page = write_page(shown.settings, report)
    files = write_export(shown.settings, IsoWeek.of(shown.now.date()))
    if as_json:
        print_json(_document(shown, report, wish))
    else:
        print_report(report, console, shown.settings.report.language)
        _where(console, shown, page, files)
    raise typer.Exit(max(summary.exit_code for summary in shown.crawls))


def _week(console: Console, week: int, summary: Any) -> None:
    for source in summary.sources:
        said = _print.line(source).replace("\t", "  ")
        console.print(f"week {week + 1}: {said}", markup=False, highlight=False, soft_wrap=True)


def _where(console: Console, shown: Any, page: Path, files: list[Path]) -> None:
    folder = page.parent
    traffic = shown.traffic
    hosts = f"{traffic.hosts} hosts, up to {traffic.most_hosts} at the same moment, each {traffic.most_of_one} request at a time"
    console.print()
    console.print(f"How they were asked    {hosts}", markup=False, soft_wrap=True)
    console.print(f"The report as a page   {page}", markup=False, soft_wrap=True)
    for path in files:
        console.print(f"The week as data       {path}", markup=False, soft_wrap=True)
    console.print(f"The database           {_database(shown.settings.storage.url)}", markup=False, soft_wrap=True)
    console.print(f"Ask it anything        lohnpegel -c {folder}/config.toml show 1", markup=False, soft_wrap=True)
    for name, reason in getattr(shown, "skipped", {}).items():
        console.print(f"Not served             {name}: {reason}", markup=False, soft_wrap=True)


def _database(url: str) -> str:
    """A file's path, or a server's URL without its password."""
    from sqlalchemy import make_url

    return url.removeprefix("sqlite:///") if url.startswith("sqlite") else make_url(url).render_as_string(hide_password=True)


def _document(shown: Any, report: Any, wish: Any) -> dict[str, Any]:
    """Everything that came of it, equal for equal wishes: no times, and names instead of this run's ports."""
    from report.render_json import document

    told = ("source", "state", *_print.COUNTS, "error", "notes")
    return {
        "seed": wish.seed,
        "weeks": wish.weeks,
        "market": wish.market,
        "crawls": [[{key: getattr(source, key) for key in told} for source in crawl.sources] for crawl in shown.crawls],
        "report": _named(document(report), shown.origins),
        "truth": shown.truth,
        "skipped": dict(shown.skipped),
    }


def _named(value: Any, origins: Mapping[str, str]) -> Any:
    """The same with `http://KIND.example` for the address that the sandbox happened to get."""
    if isinstance(value, str):
        port = value.partition("//127.0.0.1:")[2].partition("/")[0]
        return value.replace(f"//127.0.0.1:{port}", f"//{origins[port]}.example") if port in origins else value
    if isinstance(value, Mapping):
        return {key: _named(entry, origins) for key, entry in value.items()}
    return [_named(entry, origins) for entry in value] if isinstance(value, list) else value
